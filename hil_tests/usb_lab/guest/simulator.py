"""Our simulated modems at the modem's end of a cable, as programs."""

import json
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

START_S = 90.0  # an emulated processor on a busy machine takes its time to start Python
SCRATCH = Path("/run/tmp")
TRUTH = SCRATCH / "truth.jsonl"


def write_profile(name: str, **fixed: object) -> Path:
    """Return the file, named *name*, of a profile with the *fixed* values."""
    path = SCRATCH / f"{name}.json"
    path.write_text(json.dumps(fixed))
    return path


def start(module: str, *words: str) -> "subprocess.Popen[str]":
    """Start a simulator; the caller ends it. See await_ready."""
    command = [sys.executable, "-m", module, *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)


def await_ready(child: "subprocess.Popen[str]", line: str) -> None:
    """Return once *child* has said *line*. Raises: TimeoutError, if it is not within START_S."""
    assert child.stdout is not None
    while select.select([child.stdout], [], [], START_S)[0]:
        said = child.stdout.readline()
        if said.rstrip() == line:
            return
        if not said:
            break
    raise TimeoutError(f"a simulator did not say {line!r} within {START_S:g} s, or ended")


def end(child: "subprocess.Popen[str]") -> None:
    """End *child*."""
    child.kill()
    child.wait()
    if child.stdout:
        child.stdout.close()


@contextmanager
def at_modem(tty: Path, seed: int, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """Yield the simulated modem that answers at *tty*, its log in TRUTH; it is gone afterwards.

    Raises: TimeoutError, if it is not ready within START_S.
    """
    place = ("--tty", str(tty), "--seed", str(seed), "--log", str(TRUTH))
    child = start("hil_tests.sims.at_modem", *place, *words)
    try:
        await_ready(child, f"READY {tty}")
        yield child
    finally:
        end(child)


def last_truth(verb: str) -> Mapping[str, object]:
    """Return the truth of the last reply to a command of *verb* ("+QCSQ"). Raises LookupError."""
    lines = [json.loads(line) for line in TRUTH.read_text().splitlines()]
    found = [line["truth"] for line in lines if line["command"].upper().startswith(f"AT{verb}")]
    if not found:
        raise LookupError(f"the simulated modem was never asked {verb}")
    return dict(found[-1])
