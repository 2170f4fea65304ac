"""The machine a figure was got on: what it is, and how busy it and its neighbours were (proc(5))."""

import os
import platform
from pathlib import Path
from types import TracebackType

import msgspec

STAT, LOAD, CPU = Path("/proc/stat"), Path("/proc/loadavg"), Path("/proc/cpuinfo")
IDLE, IOWAIT, STEAL = 3, 4, 7  # columns of the line "cpu" of /proc/stat
TIMES = 8  # those after them (guest time) are contained in others


class Machine(msgspec.Struct, frozen=True):
    """busy_pct and steal_pct: shares of all CPUs' time while watched; load1: at the end."""

    cpu: str
    cpus: int
    kernel: str
    load1: float
    busy_pct: float
    steal_pct: float

    def words(self) -> str:
        """Return one line for people."""
        what = f"{self.cpus} x {self.cpu}, Linux {self.kernel}"
        return f"{what}; load {self.load1:g}, busy {self.busy_pct:g} %, steal {self.steal_pct:g} %"


def cpu_times(text: str) -> list[int]:
    """Return user, nice, system, idle, iowait, irq, softirq, steal of all CPUs from /proc/stat's *text*."""
    return [int(word) for word in text.splitlines()[0].split()[1 : TIMES + 1]]


def shares_pct(before: list[int], after: list[int]) -> tuple[float, float]:
    """Return (busy, steal) between two readings, per cent of all CPU time."""
    spent = [b - a for a, b in zip(before, after, strict=True)]
    total = sum(spent) or 1
    busy = total - spent[IDLE] - spent[IOWAIT] - spent[STEAL]
    return round(100 * busy / total, 1), round(100 * spent[STEAL] / total, 2)


def cpu_model(text: str) -> str:
    """Return the processor's name from /proc/cpuinfo's *text*; the architecture where it has none."""
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.strip() in {"model name", "Model"}:
            return value.strip()
    return platform.machine()


class Watch:
    """A context manager that watches the machine; `machine` tells, after it, what it saw."""

    def __enter__(self) -> "Watch":
        """Begin."""
        self._before = cpu_times(STAT.read_text(encoding="ascii"))
        self._after = self._before
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self._after = cpu_times(STAT.read_text(encoding="ascii"))

    def machine(self) -> Machine:
        """Return what the machine is and how busy it was."""
        busy_pct, steal_pct = shares_pct(self._before, self._after)
        return Machine(
            cpu=cpu_model(CPU.read_text(encoding="utf-8", errors="replace")),
            cpus=os.cpu_count() or 1,
            kernel=platform.release(),
            load1=float(LOAD.read_text(encoding="ascii").split()[0]),
            busy_pct=busy_pct,
            steal_pct=steal_pct,
        )
