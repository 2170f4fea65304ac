"""How long `make demo` takes after set-up: `python -m hil_tests.holds.demo_seconds --seed N`."""

import tempfile
from pathlib import Path

from hil_tests.holds.demos import play
from hil_tests.holds.report import figure, print_figures, seed_from_arguments


def main() -> None:
    """Run one demo and print its seconds."""
    seed = seed_from_arguments("Play one demo and time it.")
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        demo = play(seed, Path(folder) / "run")
    print_figures(figure(demo.seconds, n=1, invalid=0, detail=f"seed {seed}, exit {demo.status}"))


if __name__ == "__main__":
    main()
