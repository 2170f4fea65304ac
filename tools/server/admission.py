"""Who may measure now: by key, by a nonce that was not used before, by a free place and by free bandwidth.

No clock and no socket: the time now comes in as monotonic seconds.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from edge.measure.heartbeat import heartbeat_ssid
from edge.measure.protocol import key_of

BOX_ID = re.compile(r"[a-z0-9-]{1,63}")
NONCES_KEPT = 100_000
SPARE_S = 2.0
"""How long past its time a test usually holds its place, s: what is on its way, and the count."""
LEAST_RETRY_S, MOST_RETRY_S = 1.0, 60.0
ASSUMED_BPS = 50_000_000
"""What a throughput test is taken to need if it does not say."""

Direction = Literal["down", "up", "both"]


class RefusedError(Exception):
    """A test is not admitted; *code* is one of the protocol's; retry_after_s: when it may ask again."""

    def __init__(self, code: str, text: str, retry_after_s: float | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys tests must be signed with: one for all, or a file a box, named after it, in *folder*.

    A box's file is read at each request, so that a key can be added or taken away while the server runs.
    """

    shared: bytes | None = None
    folder: Path | None = None

    @property
    def required(self) -> bool:
        """Whether a test must be signed at all."""
        return self.shared is not None or self.folder is not None

    def key_for(self, box: str) -> bytes | None:
        """Return the key of *box*, the shared one where it has no file; None: there is none."""
        if self.folder is None or not BOX_ID.fullmatch(box):
            return self.shared
        try:
            return key_of((self.folder / box).read_bytes())
        except (OSError, ValueError):
            return self.shared

    def keys_of_ssid(self, ssid: int) -> list[bytes]:
        """Return the keys of the boxes whose heartbeats have this session id."""
        if self.folder is None:
            return []
        keys = [
            self.key_for(box) for box in _boxes_of_ssid(self.folder, _changed_ns(self.folder)).get(ssid, ())
        ]
        return [key for key in keys if key is not None]


def _changed_ns(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=4)
def _boxes_of_ssid(folder: Path, changed_ns: int) -> dict[int, list[str]]:
    """Return the boxes with a key file, by their heartbeats' session id; *changed_ns* makes it read anew."""
    found: dict[int, list[str]] = {}
    for path in sorted(folder.iterdir()) if changed_ns else ():
        found.setdefault(heartbeat_ssid(path.name), []).append(path.name)
    return found


class UsedNonces:
    """The nonces of the last tests: each may be used once."""

    def __init__(self, kept: int = NONCES_KEPT) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._kept = kept

    def use(self, nonce: str) -> None:
        """Mark *nonce* as used. Raises: RefusedError, if it was already."""
        if nonce in self._seen:
            raise RefusedError("used", "this nonce was used for another test: take a fresh one")
        self._seen[nonce] = None
        if len(self._seen) > self._kept:
            self._seen.popitem(last=False)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A test's place: *bps* is the bandwidth kept free for it, 0 where none is counted."""

    direction: Direction
    bps: int
    until_s: float


@dataclass(slots=True)
class Gate:
    """The places for tests and the server's bandwidth, each way; capacity_bps None: not counted."""

    max_sessions: int
    capacity_bps: int | None = None
    _taken: list[Place] = field(default_factory=list)

    def enter(self, direction: Direction, want_bps: int | None, seconds: float, now_s: float) -> Place:
        """Take a place for a test of *seconds*. Raises: RefusedError, with the time at which one is free.

        A test that wants more than the whole server has gets the whole of it: it is told its share.
        """
        if len(self._taken) >= self.max_sessions:
            free_s = min((place.until_s for place in self._taken), default=now_s)
            text = f"{len(self._taken)} tests are running, which is the most"
            raise RefusedError("busy", text, _retry(free_s - now_s))
        bps = self._share(direction, want_bps)
        if (free_s := self._free_at(direction, bps, now_s)) > now_s:
            used, most = self._used(direction) / 1e6, (self.capacity_bps or 0) / 1e6
            text = f"{used:g} of {most:g} Mbit/s {direction} are taken, this test needs {bps / 1e6:g}"
            raise RefusedError("busy", text, _retry(free_s - now_s))
        place = Place(direction, bps, now_s + seconds + SPARE_S)
        self._taken.append(place)
        return place

    def leave(self, place: Place) -> None:
        """Give *place* back."""
        self._taken.remove(place)

    def _share(self, direction: Direction, want_bps: int | None) -> int:
        if self.capacity_bps is None or direction == "both":
            return 0
        return min(self.capacity_bps, want_bps or ASSUMED_BPS)

    def _used(self, direction: Direction) -> int:
        return sum(place.bps for place in self._taken if place.direction == direction)

    def _free_at(self, direction: Direction, bps: int, now_s: float) -> float:
        """Return when *bps* will be free, as far as tests keep to their time: now_s if they are."""
        spare = (self.capacity_bps or 0) - self._used(direction)
        if self.capacity_bps is None or bps <= spare:
            return now_s
        for place in sorted(self._taken, key=lambda place: place.until_s):
            spare += place.bps if place.direction == direction else 0
            if bps <= spare:
                return max(place.until_s, now_s + LEAST_RETRY_S)
        return now_s + MOST_RETRY_S


def direction_of(kind: str) -> Direction:
    """Return which way the bytes of a test of *kind* go: its name says so; "both" of probes, few bytes."""
    if kind.endswith("-down"):
        return "down"
    return "up" if kind.endswith("-up") else "both"


def _retry(wait_s: float) -> float:
    return round(min(MOST_RETRY_S, max(LEAST_RETRY_S, wait_s)), 1)
