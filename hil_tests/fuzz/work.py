"""One process of the fuzzer: inputs until the time is over, counted, the first finds kept."""

import importlib
import signal
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from types import FrameType

import msgspec

from hil_tests.fuzz.coverage import Reached, lines_of
from hil_tests.fuzz.decoders import ACCEPTED, DECODERS, Decoder

MOST_CPU_S = 0.1  # no input may take longer
FINDS_AT_MOST = 20
BATCH = 500
TRACED_INPUTS = 4000  # for the lines reached; tracing is slow


class Find(msgspec.Struct, frozen=True):
    """An input that did what none may: an escaped exception, too much time."""

    decoder: str
    error: str
    data_hex: str


class Tally(msgspec.Struct):
    """What one decoder's inputs did."""

    inputs: int = 0
    accepted: int = 0
    cpu_s: float = 0.0
    slowest_s: float = 0.0
    reasons: dict[str, int] = {}
    reached: dict[str, list[int]] = {}
    finds: list[Find] = []


class TooSlowError(Exception):
    """An input took MOST_CPU_S of CPU time; it was stopped."""


@contextmanager
def stopwatch() -> Iterator[None]:
    """Raise TooSlowError in what takes too much CPU time; see `limited`."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlowError(f"over {MOST_CPU_S:g} s of CPU time")

    old = signal.signal(signal.SIGPROF, stop)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)


class Escape:
    """A context that lets no exception out and keeps it: whatever a decoder raises is a find."""

    error: Exception | None = None

    def __enter__(self) -> "Escape":
        """Begin."""
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> bool:
        """Keep *error*, if it is one of a program's own."""
        if isinstance(error, Exception):
            self.error = error
            return True
        return False


def try_one(decoder: Decoder, data: bytes, tally: Tally, reasons: Counter[str]) -> None:
    """Decode *data* and count what came of it."""
    begun = time.thread_time()
    reason = "escaped"
    signal.setitimer(signal.ITIMER_PROF, MOST_CPU_S)
    with Escape() as escape:
        reason = decoder.decode(data)
    signal.setitimer(signal.ITIMER_PROF, 0)
    took = time.thread_time() - begun
    if escape.error is not None and len(tally.finds) < FINDS_AT_MOST:
        tally.finds.append(Find(decoder.name, _last_words(escape.error), data.hex()))
    tally.inputs += 1
    tally.cpu_s += took
    tally.slowest_s = max(tally.slowest_s, took)
    if reason == ACCEPTED:
        tally.accepted += 1
    else:
        reasons[reason] += 1


def _last_words(error: BaseException) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({place.filename.rpartition('/')[2]}:{place.lineno})"[:300]


def run_decoder(decoder: Decoder, rng: Random, seconds: float, *, trace: bool) -> Tally:
    """Return the tally of *seconds* of inputs; with *trace*, of the first ones' lines too."""
    tally, reasons = Tally(), Counter[str]()
    until_s = time.monotonic() + seconds
    with stopwatch():
        if trace:
            _traced(decoder, rng, tally, reasons, until_s)
        while time.monotonic() < until_s:
            for _ in range(BATCH):
                try_one(decoder, decoder.draw(rng), tally, reasons)
    tally.reasons = {reason: count for reason, count in reasons.items() if count}
    return tally


def _traced(decoder: Decoder, rng: Random, tally: Tally, reasons: Counter[str], until_s: float) -> None:
    """Run some inputs with tracing; their time does not count."""
    modules = [importlib.import_module(name) for name in decoder.modules]
    reached = Reached(modules)
    for _ in range(TRACED_INPUTS):
        data = decoder.draw(rng)
        with Escape() as escape, reached:
            decoder.decode(data)
        reasons["escaped while traced"] += escape.error is not None
        if time.monotonic() > until_s:
            break
    tally.reached = {
        module.__name__: sorted(reached.lines[str(module.__file__)] & lines_of(module)) for module in modules
    }


def run_share(seed: str, seconds: float, *, trace: bool) -> dict[str, Tally]:
    """Return {decoder: tally} of one process: every decoder in turn, an equal share of *seconds*."""
    share_s = seconds / len(DECODERS)
    return {
        decoder.name: run_decoder(decoder, Random(f"{seed} {decoder.name}"), share_s, trace=trace)
        for decoder in DECODERS
    }
