"""Command line: `python -m hil_tests.faults list [--json]`: each fault, who sees it, and what it means."""

import argparse
import json
import os
import sys
from collections.abc import Sequence

from hil_tests.faults.table import FAULTS, Fault

ISSUES = {4: "drivers", 5: "measurements"}


def facts(fault: Fault) -> dict[str, object]:
    """Return one fault as JSON has it."""
    return {
        "fault": fault.name,
        "capability": f"inject:{fault.name}",
        "effect": fault.effect,
        "observer": fault.observer,
        "expected_state": fault.expected_state,
        "expected_outcome": fault.expected_outcome,
        "state_and_outcome_asserted_by": {"issue": fault.rest_in, "of": ISSUES[fault.rest_in]},
        "test": fault.test,
    }


def in_words(fault: Fault) -> str:
    """Return one fault for a reader."""
    return (
        f"{fault.name}\n  effect:   {fault.effect}\n  seen by:  {fault.observer}\n"
        f"  state:    {fault.expected_state}; outcome: {fault.expected_outcome} "
        f"(asserted by issue {fault.rest_in}, {ISSUES[fault.rest_in]})\n"
    )


def main(words: Sequence[str] | None = None) -> int:
    """Print the list; return 0, also where the reader (`| head`) has had enough."""
    line = argparse.ArgumentParser(prog="python -m hil_tests.faults", description=__doc__)
    verbs = line.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="every fault").add_argument("--json", action="store_true")
    arguments = line.parse_args(words)
    as_json = json.dumps([facts(fault) for fault in FAULTS], indent=1)
    try:
        print(as_json if arguments.json else "\n".join(in_words(fault) for fault in FAULTS), flush=True)
    except BrokenPipeError:  # Python would flush again at its end, and complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
