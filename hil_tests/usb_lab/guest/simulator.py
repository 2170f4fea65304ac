"""Our simulated modems at the modem's end of a cable, each a process of its own.

They are forked from this process, which has imported them once: an emulated processor takes several seconds
to start Python and import them. Otherwise they are `python -m hil_tests.sims.at_modem` and `.hilink`.
"""

import json
import multiprocessing
import os
import select
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from signal import Signals

from hil_tests.sims.at_modem.__main__ import main as at_modem_main
from hil_tests.sims.hilink.__main__ import main as hilink_main

START_S = 60.0
SCRATCH = Path("/run/tmp")
TRUTH = SCRATCH / "truth.jsonl"
POWERED = SCRATCH / "modem-powered"  # the name is in benches/kvm-usb.toml too
FORK = multiprocessing.get_context("fork")
Main = Callable[[Sequence[str]], int]


def write_profile(name: str, **fixed: object) -> Path:
    """Return the file, named *name*, of a profile with the *fixed* values."""
    path = SCRATCH / f"{name}.json"
    path.write_text(json.dumps(fixed))
    return path


class Simulator:
    """A running simulator; `end` it."""

    def __init__(self, main: Main, *words: str) -> None:
        """Start *main* with the command line's *words*; see await_ready."""
        self._heard, said = os.pipe()
        self._process = FORK.Process(target=_be, args=(main, words, said))
        self._process.start()
        os.close(said)

    def await_ready(self, line: str) -> None:
        """Return once it has said *line*. Raises: TimeoutError, if it has not within START_S."""
        heard = b""
        while select.select([self._heard], [], [], START_S)[0]:
            data = os.read(self._heard, 4096)
            heard += data
            if f"{line}\n".encode() in heard:
                return
            if not data:
                break
        raise TimeoutError(f"a simulator did not say {line!r} within {START_S:g} s, or ended: {heard!r}")

    def signal(self, number: Signals) -> None:
        """Send it a signal."""
        os.kill(self._process.pid or 0, number)

    def wait(self, deadline_s: float | None = None) -> int | None:
        """Return its exit status, None if it has not ended within *deadline_s*."""
        self._process.join(deadline_s)
        return self._process.exitcode

    def end(self) -> None:
        """End it."""
        self._process.kill()
        self._process.join()
        os.close(self._heard)


def _be(main: Main, words: Sequence[str], said: int) -> None:
    """Be the simulator, its standard output into *said*. Raises SystemExit."""
    os.dup2(said, 1)
    sys.stdout = os.fdopen(1, "w")
    sys.exit(main(words))


def hilink(*words: str) -> Simulator:
    """Start a simulated HiLink stick."""
    return Simulator(hilink_main, *words)


@contextmanager
def at_modem(tty: Path, seed: int, *words: str) -> Iterator[Simulator]:
    """Yield the simulated modem that answers at *tty*, its log in TRUTH; it is gone afterwards.

    Raises: TimeoutError, if it is not ready within START_S.
    """
    modem = Simulator(at_modem_main, "--tty", str(tty), "--seed", str(seed), "--log", str(TRUTH), *words)
    try:
        modem.await_ready(f"READY {tty}")
        yield modem
    finally:
        modem.end()


class PoweredModem:
    """A simulated modem that boots again whenever its cable was pulled; POWERED is there while it answers."""

    def __init__(self, tty: Path, seed: int, *words: str) -> None:
        """Power it. See at_modem."""
        self._words, self._ready = ("--tty", str(tty), "--seed", str(seed), *words), f"READY {tty}"
        self._wanted = True
        self._modem = self._boot()
        self._thread = threading.Thread(target=self._keep)
        self._thread.start()

    def close(self) -> None:
        """End it for good."""
        self._wanted = False
        self._modem.signal(Signals.SIGKILL)
        self._thread.join()

    def _boot(self) -> Simulator:
        modem = Simulator(at_modem_main, *self._words)
        modem.await_ready(self._ready)
        POWERED.touch()
        return modem

    def _keep(self) -> None:
        while True:
            self._modem.wait()
            POWERED.unlink(missing_ok=True)
            self._modem.end()
            if not self._wanted:
                return
            self._modem = self._boot()


def last_truth(verb: str) -> Mapping[str, object]:
    """Return the truth of the last reply to a command of *verb* ("+QCSQ"). Raises LookupError."""
    lines = [json.loads(line) for line in TRUTH.read_text().splitlines()]
    found = [line["truth"] for line in lines if line["command"].upper().startswith(f"AT{verb}")]
    if not found:
        raise LookupError(f"the simulated modem was never asked {verb}")
    return dict(found[-1])
