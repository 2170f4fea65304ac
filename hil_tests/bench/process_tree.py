"""What a program and all its descendants cost: CPU time and memory, read from proc(5).

CPU of children that ended is in cutime and cstime of those who collected them, so nothing short-lived is lost
as long as its parent lives. PSS: a page that n processes share counts as 1/n for each.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
UTIME = 11  # utime, stime, cutime, cstime in /proc/PID/stat, counted behind the name's bracket


@dataclass(frozen=True, slots=True)
class Cost:
    """One process at one moment: cpu_s since its start with its ended children, pss_bytes."""

    name: str
    cpu_s: float
    pss_bytes: int


def descendants(pid: int) -> list[int]:
    """Return *pid* and every process below it that lives."""
    found = [pid]
    for parent in found:
        for task in PROC.glob(f"{parent}/task/*/children"):
            try:
                found += map(int, task.read_text(encoding="ascii").split())
            except OSError:
                continue  # it ended meanwhile
    return found


def cost_of(pid: int) -> Cost | None:
    """Return what process *pid* cost so far; None when it is gone."""
    folder = PROC / str(pid)
    try:
        name, _, rest = (folder / "stat").read_text(encoding="utf-8").rpartition(")")
        pss = (folder / "smaps_rollup").read_text(encoding="ascii").partition("\nPss:")[2].split()
    except OSError:
        return None
    ticks = sum(map(int, rest.split()[UTIME : UTIME + 4]))
    return Cost(name.partition("(")[2], ticks * TICK_S, int(pss[0]) * 1024 if pss else 0)


def costs(pid: int) -> dict[int, Cost]:
    """Return what each process of the tree under *pid* cost so far."""
    told = {one: cost_of(one) for one in descendants(pid)}
    return {one: cost for one, cost in told.items() if cost is not None}


def cpu_s(now: Mapping[int, Cost], before: Mapping[int, Cost]) -> float:
    """Return the CPU seconds between two readings; of one that ended meanwhile its parent tells."""
    return sum(cost.cpu_s - (before[pid].cpu_s if pid in before else 0.0) for pid, cost in now.items())


def pss_bytes(now: Mapping[int, Cost]) -> int:
    """Return the memory of the tree, shared pages counted once."""
    return sum(cost.pss_bytes for cost in now.values())
