"""Command line: `python -m hil_tests.sims matrix [--json | --hold]`."""

import argparse
import json
import sys
from collections.abc import Sequence

from hil_tests.sims.matrix import CARDS, as_data, as_text, shortfalls


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    line = argparse.ArgumentParser(prog="python -m hil_tests.sims", description=__doc__)
    matrix = line.add_subparsers(required=True, metavar="COMMAND").add_parser(
        "matrix", help="the personalities: their commands, sources, and what each has alone"
    )
    form = matrix.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for programs")
    form.add_argument("--hold", action="store_true", help="the figure for `make holds`: how much is missing")
    return line


def main(words: Sequence[str] | None = None) -> int:
    """Print the matrix; always 0."""
    arguments = parser().parse_args(words)
    if arguments.hold:
        missing = shortfalls(CARDS)
        names = " ".join(card.name for card in CARDS)
        detail = "; ".join(missing) or names
        figure = {"result": len(missing), "n": len(CARDS), "invalid": 0, "detail": detail}
        print(json.dumps({"personalities": figure}))
    else:
        print(json.dumps(as_data(CARDS), indent=1) if arguments.json else as_text(CARDS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
