"""`pantau blast match` and `pantau name decide` on labelled cases.

`python -m hil_tests.holds.checks --seed N`: the sets of hil_tests/data, and cases drawn from the seed, go
through both doors as processes; printed are the confusion matrices and whatever is not as labelled.
"""

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from hil_tests.holds.check_cases import TEMPLATE, Case, Outcome, matrix, outcomes, read_cases
from hil_tests.holds.check_mutations import draw_blast
from hil_tests.holds.check_names import draw_names
from hil_tests.holds.report import figure, print_figures, seed_from_arguments

PANTAU = Path(sys.executable).with_name("pantau")
DOORS = {
    "blast": (str(PANTAU), "blast", "match", "--template", str(TEMPLATE), "--jsonl"),
    "name": (str(PANTAU), "name", "decide", "--jsonl"),
}
LIMIT_S = 120.0


def ask(door: str, cases: Sequence[Case]) -> tuple[list[Outcome], str]:
    """Return what *door* says to the cases, and what it wrote to standard error."""
    records = [record for case in cases for record in case.records]
    told = subprocess.run(
        DOORS[door],
        input="".join(json.dumps(record) + "\n" for record in records),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=LIMIT_S,
        check=True,
    )
    answers = [json.loads(line) for line in told.stdout.splitlines()]
    if len(answers) != len(records):
        raise RuntimeError(f"{len(answers)} answers to {len(records)} lines: {told.stderr}")
    return list(outcomes(cases, answers)), told.stderr


def main() -> None:
    """Print the matrices and the figures false_received, private, wrong and drawn_wrong."""
    rng = random.Random(seed_from_arguments("The checks `blast` and `name` on labelled cases."))
    told: list[Outcome] = []
    kept: list[str] = []
    for door, drawn in (("blast", draw_blast(rng)), ("name", draw_names(rng))):
        mine, errors = ask(door, [*read_cases(door), *drawn])
        print(f"{door}: {len(mine)} cases, {len(drawn)} of them drawn", *matrix(mine), sep="\n")
        kept += [f"{one.case.id}: {word}" for one in mine for word in one.kept]
        kept += [f"stderr: {word}" for one in mine for word in one.case.canaries if word in errors]
        told += mine
    _report(told, kept)


def _report(told: Sequence[Outcome], kept: Sequence[str]) -> None:
    for one in told:
        if one.wrong:
            print(f"WRONG {one.case.id}: {one.wrong}")
    for words in kept:
        print(f"KEPT {words}")
    others = [one for one in told if one.case.label != "received"]
    false = [one.case.id for one in others if one.verdict == "received"]
    drawn = [one for one in told if one.case.id.startswith("drawn ")]
    read = [one for one in told if not one.case.id.startswith("drawn ")]
    private = sum(bool(one.case.canaries) for one in told)
    print_figures(
        {
            "false_received": figure(len(false), n=len(others), invalid=0, detail=f"{false}"),
            "private": figure(len(kept), n=private, invalid=0, detail="cases with private words"),
            "wrong": figure(_wrong(read), n=len(read), invalid=0, detail="the sets of hil_tests/data"),
            "drawn_wrong": figure(_wrong(drawn), n=len(drawn), invalid=0, detail="drawn from the seed"),
        }
    )


def _wrong(told: Sequence[Outcome]) -> int:
    return sum(bool(one.wrong) for one in told)


if __name__ == "__main__":
    main()
