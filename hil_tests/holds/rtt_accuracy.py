"""Round trips of our probes and of irtt's, each minus the log's times of that very packet.

`python -m hil_tests.holds.rtt_accuracy --seed N [--cells N]`. Errors in us over all cells; a cell
in which the emulator itself was late is thrown away and repeated.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hil_tests.bench.errors import NoVerdict
from hil_tests.bench.machine import Watch
from hil_tests.bench.validity import Judged, first_valid
from hil_tests.holds.report import figure, print_figures
from hil_tests.rtt_bench.cells import Cell, draw
from hil_tests.rtt_bench.errors_us import ours_us, theirs_us, unlike_the_log
from hil_tests.rtt_bench.run import Run, run

CELLS = 6
SHARES = (50, 90, 99)


def judged_run(cell: Cell, seed: int) -> Judged[Run]:
    """Return the cell's first run that counts. Raises: NoVerdict."""

    def play() -> Run:
        with tempfile.TemporaryDirectory(prefix="rtt-") as folder:
            return run(cell, Path(folder), seed=seed)

    return first_valid(play, lambda done: [done.why_invalid] if done.why_invalid else [])


def absolute_us(errors_us: Sequence[float]) -> dict[int, float]:
    """Return {share: percentile of the absolute errors}, us."""
    sizes = np.abs(np.asarray(errors_us))
    return {share: round(float(np.percentile(sizes, share)), 2) for share in SHARES}


def tell(cell: Cell, ours: Sequence[float], theirs: Sequence[float], wrong: Sequence[str]) -> None:
    """Show one cell's errors on standard error."""
    family = "IPv6" if cell.ipv6 else "IPv4"
    print(
        f"{cell.link.name} {family}: ours {absolute_us(ours)}, irtt {absolute_us(theirs)} us; "
        f"{', '.join(wrong) or 'losses and order as logged'}",
        file=sys.stderr,
    )


def figures_of(runs: Sequence[tuple[Cell, Judged[Run]]], machine: str) -> dict[str, object]:
    """Return the holds' figures of all runs."""
    ours: list[float] = []
    theirs: list[float] = []
    wrong: list[str] = []
    for cell, judged in runs:
        done = judged.run
        mine, other = ours_us(done.ours, done.trips), theirs_us(done.theirs, done.their_trips_ms)
        differences = [done.ours.err.text] if done.ours.err else unlike_the_log(done.ours, done.trips)
        tell(cell, mine, other, differences)
        ours, theirs = ours + mine, theirs + other
        wrong += [f"{cell.link.name}: {text}" for text in differences]
    invalid = sum(len(judged.invalid) for _, judged in runs) * len(ours) // len(runs)
    sizes, peer = absolute_us(ours), absolute_us(theirs)
    words = f"abs. error us: ours {sizes}, irtt {peer} (n {len(theirs)}); {machine}"
    middle = round(abs(float(np.median(ours))), 2)
    behind = [round(sizes[share] - peer[share], 2) for share in SHARES]
    return {
        "median_us": figure(middle, n=len(ours), invalid=invalid, detail=words),
        "p99_us": figure(sizes[99], n=len(ours), invalid=invalid, detail=words),
        "behind_irtt_us": figure(behind, n=len(theirs), invalid=invalid, detail=words),
        "unlike_log": figure(len(wrong), n=len(ours), invalid=invalid, detail="; ".join(wrong)),
    }


def main() -> None:
    """Probe the cells and print the figures."""
    parser = argparse.ArgumentParser(description="Judge round trips by the emulator's log, packet by packet.")
    parser.add_argument("--seed", type=int, required=True, help="from which the links are drawn")
    parser.add_argument("--cells", type=int, default=CELLS, help=f"how many links ({CELLS})")
    given = parser.parse_args()
    cells = draw(random.Random(f"{given.seed}/rtt"), given.cells)
    watch = Watch()
    try:
        with watch:
            runs = [(cell, judged_run(cell, given.seed + number)) for number, cell in enumerate(cells)]
    except NoVerdict as error:
        raise SystemExit(str(error)) from error
    print_figures(figures_of(runs, watch.machine().words()))


if __name__ == "__main__":
    main()
