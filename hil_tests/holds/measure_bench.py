"""The judged bench, run afresh: `python -m hil_tests.holds.measure_bench --seed N`.

One figure a goal of build/bench.json; its n is 0 where runs are missing, so that it cannot be met by half.
"""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from hil_tests.holds.report import figure, print_figures, seed_from_arguments

FIGURES = {  # figure of the hold: the row's name
    "fifo_median": "fifo: error, median",
    "fifo_p95": "fifo: error, p95",
    "fifo_seconds": "fifo: seconds, p95",
    "fifo_bytes": "fifo: bytes, p95",
    "other_median": "other: error, median",
    "other_p95": "other: error, p95",
    "covered": "other: interval covers the truth",
    "other_bytes": "other: bytes, median",
    "named": "other: shape named right",
    "burst": "other: burst rate as sustained",
}
UNJUDGEABLE = 2


class Row(msgspec.Struct, frozen=True):
    """What is used of a row of bench.json."""

    name: str
    ours: float | None
    peer: float | None
    n: int
    invalid: int
    why: str


def figures_of(rows: Mapping[str, Row]) -> dict[str, object]:
    """Return the figures under the holds' names; a row without a figure gives none, and is then not met."""
    found = {key: rows[name] for key, name in FIGURES.items() if name in rows}
    return {
        key: figure(row.ours, n=0 if "missing" in row.why else row.n, invalid=row.invalid, detail=words(row))
        for key, row in found.items()
        if row.ours is not None
    }


def words(row: Row) -> str:
    """Return what stands beside a figure."""
    beside = "" if row.peer is None else f"iperf3 -P4: {row.peer:.4g}"
    return "; ".join(part for part in (beside, row.why) if part)


def main() -> None:
    """Run the bench into a journal of its own and print the figures."""
    seed = seed_from_arguments("Run the judged bench afresh: 24 cells, half an hour.")
    with tempfile.TemporaryDirectory(prefix="bench-hold-") as folder:
        journal, out = Path(folder) / "journal.jsonl", Path(folder) / "bench.json"
        bench = ["hil_tests.bench_measure", "--seed", str(seed), "--journal", str(journal), "--out", str(out)]
        status = subprocess.run([sys.executable, "-m", *bench], check=False, stdout=sys.stderr).returncode
        if status >= UNJUDGEABLE:
            raise SystemExit(f"the bench ended with status {status}")
        rows = msgspec.json.decode(out.read_bytes(), type=list[Row])
    print_figures(figures_of({row.name: row for row in rows}))


if __name__ == "__main__":
    main()
