"""Foreign programs at modems of three seeds, timed: `python -m hil_tests.holds.interop --seed N`.

The programs must have been fetched: `make programs-interop` does.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hil_tests.holds.report import figure, print_figures, seed_from_arguments

SEEDS = 3
LIES = ("--only", "gammu", "--personality", "quectel-ec25", "--fault", "wrong-name", "--fault", "wrong-rsrp")
LIES_SEEN = 2  # operator name and signal: rows of gammu that a lying modem must turn to FAIL


@dataclass(frozen=True, slots=True)
class Run:
    """One run: failed rows, programs with a row that is not FAIL, seconds."""

    failed: int
    programs: frozenset[str]
    seconds: float


def play(seed: int, *more: str) -> Run:
    """Run `python -m hil_tests.interop` once; its status must agree with its table."""
    with tempfile.TemporaryDirectory(prefix="interop-holds-") as folder:
        table = Path(folder) / "table.json"
        command = [
            sys.executable,
            "-m",
            "hil_tests.interop",
            "--seed",
            str(seed),
            "--json",
            str(table),
            *more,
        ]
        told = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
        said = json.loads(table.read_text(encoding="utf-8"))
    if told.returncode != (1 if said["failed"] else 0):
        raise RuntimeError(
            f"interop of seed {seed}: status {told.returncode}, {said['failed']} FAIL in the table"
        )
    programs = frozenset(row["program"] for row in said["rows"] if row["verdict"] == "pass")
    return Run(said["failed"], programs, said["seconds"])


def main() -> None:
    """Run and print the figures failed and seconds."""
    seed = seed_from_arguments("Foreign programs at modems of three seeds, and at one that lies.")
    runs = [play(seed + number) for number in range(SEEDS)]
    lied = play(seed, *LIES)
    unseen = max(0, LIES_SEEN - lied.failed)
    programs = len(runs[0].programs)
    told = f"seeds {seed}..{seed + SEEDS - 1}; {programs} programs; at a lying modem {lied.failed} FAIL"
    print_figures(
        {
            "failed": figure(
                [*(run.failed for run in runs), unseen],
                n=min(len(run.programs) for run in runs),
                invalid=0,
                detail=told,
            ),
            "seconds": figure([run.seconds for run in runs], n=SEEDS, invalid=0, detail=told),
        }
    )


if __name__ == "__main__":
    main()
