"""`python -m hil_tests.bench_check JOURNAL`: judges a raw journal and writes build/bench.json.

Exit status: 0 everything with a goal holds, 1 something does not, 2 the journal cannot be judged.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from hil_tests.bench_check.journal import JournalRefused, read
from hil_tests.bench_check.page import page
from hil_tests.bench_check.rows import Row, rows
from hil_tests.bench_check.rtt_rows import rtt_rows
from hil_tests.bench_check.table import print_rows, print_runs

BENCH_JSON = Path(__file__).resolve().parents[2] / "build/bench.json"
REFUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge a journal, print the table, write the rows."""
    parser = argparse.ArgumentParser(prog="python -m hil_tests.bench_check", description=__doc__)
    parser.add_argument("journal", type=Path, help="the raw journal")
    parser.add_argument("--out", type=Path, default=BENCH_JSON, help="where the rows go (build/bench.json)")
    parser.add_argument("--runs", action="store_true", help="print what each run is worth, too")
    parser.add_argument("--page", type=Path, help="write the page for people, too: docs/benchmarks.md")
    given = parser.parse_args(arguments)
    try:
        journal = read(given.journal)
    except JournalRefused as error:
        print(f"bench: {error}", file=sys.stderr)
        return REFUSED
    found = rows(journal) + rtt_rows(journal)
    write(given.out, found)
    if given.page:
        given.page.write_text(page(journal, found), encoding="utf-8")
    if given.runs:
        print_runs(journal)
    print_rows(journal, found)
    return 0 if all(row.holds is not False for row in found) else 1


def write(path: Path, found: Sequence[Row]) -> None:
    """Write the rows as one JSON list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(found)) + b"\n")


if __name__ == "__main__":
    sys.exit(main())
