"""When a line's heart beats, and when its silence is told: one STAMP exchange now and then, without I/O.

Two servers in turn, so that one that is off is not taken for a dead line. Two exchanges missed in a row
raise a doubt: five more in five seconds; if none is answered the line is lost, and that is told at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from typing import Literal

EVERY_S, FAST_S = 20.0, 10.0
WAIT_S = 2.0
"""An exchange that takes longer is missed."""
DOUBT_AFTER, DOUBT_BEATS, DOUBT_S = 2, 5, 5.0
IDLE_S = 5.0
"""After so long a silence a radio may have gone to sleep, and the exchange has to wake it (`access_ms`)."""
_HEARTBEAT_BIT = 0x8000

Told = Literal["line.lost", "line.answers", "server.silent", "server.answers"]


def heartbeat_ssid(box: str) -> int:
    """Return the session id of a box's heartbeats, 0x8000 to 0xFFFF: tests have the lower half.

    Two boxes may share one; which of them a packet is of, its HMAC says.
    """
    return _HEARTBEAT_BIT | int.from_bytes(sha256(box.encode()).digest()[:2], "big")


class State(Enum):
    """What is thought of the line."""

    WELL = "well"
    DOUBT = "doubt"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Beat:
    """An exchange to begin now. idle: nothing was sent for IDLE_S, so its round trip is an `access_ms`."""

    number: int
    server: int
    idle: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell at once. silent_s: since the last answer, or since the start where there was none."""

    told: Told
    server: int | None
    silent_s: float
    missed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The exchanges decided since the last tally; access_ms of those after idle, rtt_ms of the others."""

    seconds: float
    sent: int
    received: int
    access_ms: tuple[float, ...]
    rtt_ms: tuple[float, ...]


@dataclass(slots=True)
class _Flying:
    beat: Beat
    sent_s: float


@dataclass(slots=True)
class _Server:
    missed: int = 0
    told_silent: bool = False


@dataclass(slots=True)
class _Count:
    since_s: float
    sent: int = 0
    access_ms: list[float] = field(default_factory=list)
    rtt_ms: list[float] = field(default_factory=list)


class Heart:
    """The heart of one line; every call takes monotonic seconds. `every_s` may be changed at any time."""

    def __init__(self, servers: int, now_s: float, *, every_s: float = EVERY_S) -> None:
        self.every_s = every_s
        self.state = State.WELL
        self._servers = [_Server() for _ in range(servers)]
        self._next_s = self._alive_s = now_s
        self._sent_s = float("-inf")
        self._number = 0
        self._missed = 0
        self._doubt_s = 0.0
        self._flying: dict[int, _Flying] = {}
        self._notices: list[Notice] = []
        self._count = _Count(now_s)

    def due_s(self) -> float:
        """Return when `poll` is to be called next."""
        waits = [flying.sent_s + WAIT_S for flying in self._flying.values()]
        verdict = [self._doubt_s + DOUBT_S] if self.state is State.DOUBT else []
        return min([self._next_s, *waits, *verdict])

    def poll(self, now_s: float, *, busy: bool = False) -> Beat | None:
        """Give up what was waited for too long; return the exchange to begin now, if one is due.

        busy: the line carries a test, so this exchange wakes no radio.
        """
        for number in [n for n, flying in self._flying.items() if now_s >= flying.sent_s + WAIT_S]:
            self._miss(self._flying.pop(number).beat, now_s)
        if self.state is State.DOUBT and now_s >= self._doubt_s + DOUBT_S:
            self._lose(now_s)
        if now_s < self._next_s:
            return None
        return self._begin(now_s, busy)

    def answered(self, number: int, rtt_ms: float, now_s: float) -> bool:
        """Take an answer; return whether it was waited for."""
        flying = self._flying.pop(number, None)
        if flying is None:
            return False
        self._count.sent += 1
        (self._count.access_ms if flying.beat.idle else self._count.rtt_ms).append(rtt_ms)
        self._hear(flying.beat.server, now_s)
        return True

    def hold(self, now_s: float) -> None:
        """Send nothing now (data costs money here): forget what is under way, go on `every_s` later."""
        self._flying.clear()
        self.state, self._missed = State.WELL, 0
        self._alive_s, self._next_s = now_s, now_s + self.every_s

    def notices(self) -> Sequence[Notice]:
        """Return what is to be told, oldest first, and forget it."""
        notices, self._notices = self._notices, []
        return notices

    def tally(self, now_s: float) -> Tally:
        """Return what was decided since the last call."""
        count, self._count = self._count, _Count(now_s)
        received = len(count.access_ms) + len(count.rtt_ms)
        return Tally(
            seconds=now_s - count.since_s,
            sent=count.sent,
            received=received,
            access_ms=tuple(count.access_ms),
            rtt_ms=tuple(count.rtt_ms),
        )

    def _begin(self, now_s: float, busy: bool) -> Beat:
        idle = now_s - self._sent_s > IDLE_S and not busy
        beat = Beat(self._number, self._number % len(self._servers), idle)
        self._flying[beat.number] = _Flying(beat, now_s)
        self._number, self._sent_s = self._number + 1, now_s
        self._next_s = self._after(now_s)
        return beat

    def _after(self, now_s: float) -> float:
        """Return when the beat after one begun now is due; a late caller shifts the plan."""
        if self.state is not State.DOUBT:
            return max(self._next_s + self.every_s, now_s + self.every_s / 2)
        next_s = now_s + DOUBT_S / DOUBT_BEATS
        return next_s if next_s < self._doubt_s + DOUBT_S else now_s + self.every_s

    def _miss(self, beat: Beat, now_s: float) -> None:
        self._count.sent += 1
        self._missed += 1
        server = self._servers[beat.server]
        server.missed += 1
        others_answer = any(not other.missed for other in self._servers if other is not server)
        if server.missed >= DOUBT_AFTER and others_answer and not server.told_silent:
            server.told_silent = True
            self._tell("server.silent", beat.server, now_s)
        if self.state is State.WELL and self._missed >= DOUBT_AFTER:
            self.state, self._doubt_s, self._next_s = State.DOUBT, now_s, now_s

    def _lose(self, now_s: float) -> None:
        self.state = State.LOST
        self._tell("line.lost", None, now_s)

    def _hear(self, number: int, now_s: float) -> None:
        server = self._servers[number]
        if self.state is State.LOST:
            self._tell("line.answers", None, now_s)
        if server.told_silent:
            server.told_silent = False
            self._tell("server.answers", number, now_s)
        if self.state is State.DOUBT:
            self._next_s = now_s + self.every_s
            for each in self._servers:  # what was missed in the doubt was the line's, not a server's
                each.missed = 0
        self.state, self._missed, server.missed = State.WELL, 0, 0
        self._alive_s = now_s

    def _tell(self, told: Told, server: int | None, now_s: float) -> None:
        missed = self._missed if server is None else self._servers[server].missed
        self._notices.append(Notice(told, server, now_s - self._alive_s, missed))
