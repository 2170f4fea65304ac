"""Our simulated modem at the modem's end of a port, as a program."""

import json
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

START_S = 40.0  # an emulated processor takes its time to start Python
TRUTH = Path("/run/tmp/truth.jsonl")


@contextmanager
def at_modem(tty: Path, seed: int, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """Yield the simulated modem that answers at *tty*, its log in TRUTH; it is gone afterwards.

    Raises: TimeoutError, if it is not ready within START_S.
    """
    command = [sys.executable, "-m", "hil_tests.sims.at_modem", "--tty", str(tty), "--seed", str(seed)]
    child = subprocess.Popen(
        [*command, "--log", str(TRUTH), *words], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    assert child.stdout is not None
    try:
        if (
            not select.select([child.stdout], [], [], START_S)[0]
            or child.stdout.readline() != f"READY {tty}\n"
        ):
            raise TimeoutError(f"the simulated modem at {tty} is not ready within {START_S:g} s")
        yield child
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def last_truth(verb: str) -> Mapping[str, object]:
    """Return the truth of the last reply to a command of *verb* ("+QCSQ"). Raises LookupError."""
    lines = [json.loads(line) for line in TRUTH.read_text().splitlines()]
    found = [line["truth"] for line in lines if line["command"].upper().startswith(f"AT{verb}")]
    if not found:
        raise LookupError(f"the simulated modem was never asked {verb}")
    return dict(found[-1])
