"""Signals that must not come in between: set-up and tear-down run to their end, then the signal acts."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

HELD = (signal.SIGINT, signal.SIGTERM)
Handler = Callable[[int, FrameType | None], object] | int | signal.Handlers | None


@contextlib.contextmanager
def held_signals() -> Iterator[None]:
    """Run the body without SIGINT and SIGTERM; those that came are raised again at its end.

    Outside of the main thread, where Python runs no handlers, it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = _install(lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for missed in came:
            os.kill(os.getpid(), missed)


@contextlib.contextmanager
def termination_as_exit() -> Iterator[None]:
    """Within the body a SIGTERM that nobody handles raises SystemExit(143): `with` blocks end properly."""
    on_main = threading.current_thread() is threading.main_thread()
    if not on_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _install(handler: Callable[[int, FrameType | None], object]) -> dict[signal.Signals, Handler]:
    return {number: signal.signal(number, handler) for number in HELD}


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
