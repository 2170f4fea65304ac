"""How long `make test` takes after set-up: `python -m hil_tests.holds.suite_seconds --seed N`."""

import subprocess
import time

from hil_tests.holds.report import figure, print_figures, seed_from_arguments

LAST_WORDS = 300


def main() -> None:
    """Run the tests in the order of the seed and print their seconds; a red run has no figure."""
    seed = seed_from_arguments("Run make test and time it.")
    begun_s = time.monotonic()
    command = ["make", "test", f"ARGS=--randomly-seed={seed}"]
    told = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begun_s
    if told.returncode:
        raise SystemExit(f"make test failed: {told.stdout[-LAST_WORDS:]}")
    print_figures(figure(seconds, n=1, invalid=0, detail=told.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
