"""20 kills -9 of the box and 20 of headquarters: `python -m hil_tests.holds.kills --seed N`."""

import tempfile
from pathlib import Path

from hil_tests.bench.box import BoxBench, clean_link
from hil_tests.bench.box_kills import run_box_kills
from hil_tests.holds.report import figure, print_figures, seed_from_arguments

KILLS = 40


def main() -> None:
    """Run and print the figures lost and twice."""
    seed = seed_from_arguments("Kill box and ingest 20 times each and look for every test served.")
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        links = [clean_link("a"), clean_link("b", loss=0.01)]
        with BoxBench(folder=Path(folder), links=links) as bench:
            report = run_box_kills(bench, kills=KILLS, seed=seed)
    told = (
        f"seed {seed}: {report.victims.count('box')} kills of the box, "
        f"{report.victims.count('ingest')} of ingest, in flight {report.in_flight}; "
        f"{report.served} tests served, {report.stored} stored, {report.holes} holes in the sequence"
    )
    n = len(report.victims)
    print_figures(
        {
            "lost": figure(len(report.lost), n=n, invalid=report.invalid, detail=told),
            "twice": figure(report.twice, n=n, invalid=report.invalid, detail=told),
        }
    )


if __name__ == "__main__":
    main()
