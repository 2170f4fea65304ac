"""The last line of a hold's command."""

import argparse
import json
from collections.abc import Mapping, Sequence


def seed_from_arguments(what: str) -> int:
    """Return --seed of the command line; *what* is the help's first sentence."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--seed", type=int, required=True, help="from which everything random is drawn")
    return int(parser.parse_args().seed)


def figure(result: float | Sequence[float], *, n: int, invalid: int, detail: str) -> dict[str, object]:
    """Return one figure as `make holds` reads it."""
    return {"result": result, "n": n, "invalid": invalid, "detail": detail}


def print_figures(figures: Mapping[str, object]) -> None:
    """Print the figures as the last line."""
    print(json.dumps(figures), flush=True)
