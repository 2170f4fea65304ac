"""A wall clock that jumps: one program's, against this one's."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hil_tests.bench.session import Bench
from hil_tests.bench.stepped_clock import SteppedClock
from hil_tests.faults.trial import Trial, see

STEP_S = 3600.0
NEAR_S = 10.0
TELL = "import sys, time\nfor _ in sys.stdin: print(time.time_ns(), time.monotonic_ns(), flush=True)"


class Clocks:
    """A program that tells its clocks when asked."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def offsets_s(self) -> tuple[float, float]:
        """Return how far its wall clock and its monotonic clock are from ours, seconds."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        wall_ns, mono_ns = (int(word) for word in self._process.stdout.readline().split())
        return (wall_ns - time.time_ns()) / 1e9, (mono_ns - time.monotonic_ns()) / 1e9


@contextlib.contextmanager
def clocks_under(clock: SteppedClock) -> Iterator[Clocks]:
    """Yield a program's clocks under *clock*."""
    with subprocess.Popen(
        [sys.executable, "-c", TELL],
        env=clock.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Clocks(process)


@contextlib.contextmanager
def stepped(clock: SteppedClock) -> Iterator[None]:
    """Let the clock jump."""
    clock.step(STEP_S)
    yield
    clock.step(0)


@pytest.mark.needs("inject:clock-step")
def test_clock_step(bench: Bench, trial: Trial, tmp_path: Path) -> None:
    """The wall clock jumps by an hour in a running program; its monotonic clock goes on."""
    clock = SteppedClock(tmp_path)
    with clocks_under(clock) as clocks:
        wall_s, mono_s = clocks.offsets_s()
        assert abs(wall_s) < NEAR_S
        assert abs(mono_s) < NEAR_S
        with trial.injected(stepped(clock)):
            wall_s, mono_s = clocks.offsets_s()
            with trial.effect():
                see(abs(wall_s - STEP_S) < NEAR_S, f"the wall clock is off by {wall_s:.0f} s")
            assert abs(mono_s) < NEAR_S
