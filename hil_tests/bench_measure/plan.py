"""Which runs a bench consists of, and which of them a journal still lacks."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hil_tests.bench_measure.cells import FIFO, OTHER, TBF
from hil_tests.bench_measure.journal import Line

OURS, PEERS, RTT = "ours", "peers", "rtt"
JUDGED_RUNS = 40  # of each kind, at least
TBF_CELLS, TBF_TIMES = 4, 2
FULL_TIMES = 2
TRIES = 3  # of a run that the emulator itself spoiled
BY_HAND = "interrupted by hand"


@dataclass(frozen=True, slots=True)
class Item:
    """One run to be done."""

    kind: str
    index: int
    who: str
    time: int

    @property
    def run(self) -> str:
        """Return its name in the journal."""
        return f"{self.kind}/{self.index}/{self.who}/{self.time}"


def plan(cells: int, *, runs: int = JUDGED_RUNS) -> list[Item]:
    """Return the runs over *cells*, half of them FIFO: peers and round trips once a cell, ours until each
    kind has *runs*.

    A few links made with the kernel's tbf come on top.
    """
    each = max(1, cells // 2)
    times = math.ceil(runs / each)
    items = [item for kind in (FIFO, OTHER) for index in range(each) for item in _cell(kind, index, times)]
    return items + [item for index in range(min(TBF_CELLS, each)) for item in _cell(TBF, index, TBF_TIMES)]


def plan_full(fifo_cells: int) -> list[Item]:
    """Return the runs over the whole grid, and over as many other cells as make JUDGED_RUNS."""
    counts = ((FIFO, fifo_cells, FULL_TIMES), (OTHER, JUDGED_RUNS, FULL_TIMES), (TBF, TBF_CELLS, TBF_TIMES))
    return [item for kind, n, times in counts for index in range(n) for item in _cell(kind, index, times)]


def _cell(kind: str, index: int, times: int) -> Iterator[Item]:
    yield Item(kind, index, PEERS, 0)
    if kind != TBF:
        yield Item(kind, index, RTT, 0)
    for time in range(times):
        yield Item(kind, index, OURS, time)


def missing(items: Sequence[Item], lines: Sequence[Line]) -> list[Item]:
    """Return the items that have neither a valid end in the journal nor TRIES of them that are not."""
    ends = [line for line in lines if line["type"] == "end"]
    done = {str(line["run"]) for line in ends if line.get("invalid") is None}
    spoiled = (line for line in ends if line.get("invalid") != BY_HAND)
    tried = Counter(str(line["run"]) for line in spoiled)
    return [item for item in items if item.run not in done and tried[item.run] < TRIES]
