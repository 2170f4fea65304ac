"""What can be wrong with a modem, by name; the part of it that spoils bytes on their way out."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import inf
from random import Random
from typing import NamedTuple

from hil_tests.sims.at_modem.engine import Output

DROP_PAUSE_S = 0.2
DARK_S = 1.0  # from a brown-out to the boot
STORM_LINES = ('+CREG: 1,"1A2B","3C4D5E",7', '+CMTI: "SM",7', '+QIND: "act","LTE"', "RING")
DEFAULT_AMOUNT = {
    "late": 3.0,
    "urc-storm": 20.0,
    "drop-port": 5.0,
    "half-line": 1.0,
    "reset": 2.0,
    "brown-out": 2.0,
}


class Fault(NamedTuple):
    """One kind of fault: the name on the command line, and what a client sees."""

    name: str
    sentence: str


FAULTS = (
    Fault("silent", "Takes commands and never says a thing, not even the echo."),
    Fault("garbage", "Answers with random bytes, 0x00 and 0xff among them, in place of every reply."),
    Fault("late", "Answers N seconds late (late:N, default 3), so that a client has given up before."),
    Fault(
        "urc-storm", "Says N unsolicited lines a second (urc-storm:N, default 20), also between reply and OK."
    ),
    Fault("half-line", "Stops within each reply for N seconds (half-line:N, default 1), then says the rest."),
    Fault("no-echo-off", "Answers ATE0 with OK and goes on echoing."),
    Fault("wrong-rsrp", "Shows an RSRP 7 dB above the one the log calls true."),
    Fault("wrong-name", "Shows another network name than the one the log calls true."),
    Fault("drop-port", "Closes the port after N commands (drop-port:N, default 5), as if unplugged."),
    Fault("reset", "Boots in place of answering the Nth command (reset:N, default 2); settings are lost."),
    Fault(
        "brown-out",
        "Breaks off within the Nth reply (brown-out:N, default 2), is gone for a second, and boots.",
    ),
)
NAMES = tuple(row.name for row in FAULTS)


class FaultError(ValueError):
    """No such fault, or its number is none; the text says which there are."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The chosen faults, each with its number (0 where it has none)."""

    amounts: dict[str, float]

    def has(self, name: str) -> bool:
        """Tell whether the fault *name* was chosen."""
        return name in self.amounts


def parse_faults(texts: Iterable[str]) -> Plan:
    """Return the plan of `name` and `name:number` texts.

    Raises: FaultError, for another name or a number that is not positive.
    """
    amounts: dict[str, float] = {}
    for text in texts:
        name, _, number = text.partition(":")
        if name not in NAMES:
            raise FaultError(f'no fault "{name}"; choose from {", ".join(NAMES)}')
        try:
            amounts[name] = float(number) if number else DEFAULT_AMOUNT.get(name, 0.0)
        except ValueError as exc:
            raise FaultError(f'"{text}": "{number}" is no number; write {name} or {name}:2.5') from exc
        if number and amounts[name] <= 0:
            raise FaultError(f'"{text}": the number must be above 0')
    return Plan(amounts)


class Injector:
    """Between engine and port: outputs go in, and come out spoiled, at their time, in order."""

    def __init__(self, plan: Plan, rng: Random, start_s: float, reboot: Callable[[float], None]) -> None:
        """*rng* makes the garbage and picks the storm's lines; *reboot* starts the modem anew at a time."""
        self._reboot = reboot
        self._plan = plan
        self._rng = rng
        self._queue: deque[tuple[float, Output]] = deque()
        self._storm_due_s = start_s
        self._answered = 0
        self._drop_due_s: float | None = None
        self._dark_s = DARK_S if plan.has("brown-out") else None

    def leave(self, now_s: float, dark_s: float) -> None:
        """Have the port go, DROP_PAUSE_S after *now_s*, and come back after *dark_s*: the modem restarts."""
        self._drop_due_s, self._dark_s = now_s + DROP_PAUSE_S, dark_s

    def dropped(self, now_s: float) -> bool:
        """Tell whether the port has to go (drop-port): DROP_PAUSE_S after the last reply."""
        return self._drop_due_s is not None and now_s >= self._drop_due_s

    def push(self, output: Output, now_s: float) -> None:
        """Take one output of the engine at *now_s*."""
        if self._plan.has("silent"):
            return
        due_s = now_s
        if output.command is not None:
            self._answered += 1
            if self._cut_short(output, now_s):
                return
            due_s += self._plan.amounts.get("late", 0.0)
            if self._drop_due_s is None and self._answered >= self._plan.amounts.get("drop-port", inf):
                self._drop_due_s = due_s + DROP_PAUSE_S
            output = self._spoil(output)
        self._append(due_s, output)

    def _cut_short(self, output: Output, now_s: float) -> bool:
        """Reset or lose power at the reply whose turn it is; tell whether that became of it."""
        if self._answered == self._plan.amounts.get("reset"):
            self._queue.clear()
            self._reboot(now_s)
            return True
        if self._answered == self._plan.amounts.get("brown-out"):
            self._append(now_s, Output(output.data[: len(output.data) // 2]))
            self._drop_due_s = now_s + DROP_PAUSE_S
            return True
        return False

    @property
    def dark_s(self) -> float | None:
        """How long the port is gone once it was dropped; None: for good."""
        return self._dark_s

    def power_on(self, now_s: float) -> None:
        """Boot after the dark."""
        self._queue.clear()
        self._drop_due_s = None
        self._reboot(now_s)

    def pop(self, now_s: float) -> list[Output]:
        """Return what is due at *now_s*."""
        self._storm(now_s)
        due: list[Output] = []
        while self._queue and self._queue[0][0] <= now_s:
            due.append(self._queue.popleft()[1])
        return due

    def next_due_s(self) -> float | None:
        """Return when `pop` has something next, or None."""
        times = [self._queue[0][0]] if self._queue else []
        if self._plan.has("urc-storm"):
            times.append(self._storm_due_s)
        if self._drop_due_s is not None:
            times.append(self._drop_due_s)
        return min(times, default=None)

    def _append(self, due_s: float, output: Output) -> None:
        last_s = self._queue[-1][0] if self._queue else due_s
        due_s = max(due_s, last_s)
        if output.command is not None and self._plan.has("half-line") and len(output.data) > 1:
            middle = len(output.data) // 2
            self._queue.append((due_s, Output(output.data[:middle])))
            self._queue.append(
                (due_s + self._plan.amounts["half-line"], replace(output, data=output.data[middle:]))
            )
        else:
            self._queue.append((due_s, output))

    def _spoil(self, output: Output) -> Output:
        if self._plan.has("garbage"):
            noise = bytearray(b"\x00\xff" + self._rng.randbytes(self._rng.randrange(16, 64)))
            self._rng.shuffle(noise)
            return replace(output, data=bytes(noise))
        if self._plan.has("urc-storm"):
            head, mark, final = output.data.rpartition(b"\r\n\r\n")
            return replace(output, data=head + mark[:2] + self._storm_line() + mark[2:] + final)
        return output

    def _storm_line(self) -> bytes:
        return f"\r\n{self._rng.choice(STORM_LINES)}\r\n".encode()

    def _storm(self, now_s: float) -> None:
        if not self._plan.has("urc-storm"):
            return
        while self._storm_due_s <= now_s:
            self._append(self._storm_due_s, Output(self._storm_line()))
            self._storm_due_s += 1 / self._plan.amounts["urc-storm"]
