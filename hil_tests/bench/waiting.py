"""Waiting for something on a bench: always with a deadline, always saying for what."""

import time
from collections.abc import Callable

from hil_tests.bench.errors import DeadlineMissed

POLL_S = 0.01


def await_that(what: str, holds: Callable[[], bool], *, deadline_s: float) -> float:
    """Wait until *holds*; return how long it took, seconds. Raises: DeadlineMissed, naming *what*."""
    begin_s = time.monotonic()
    while not holds():
        if time.monotonic() - begin_s > deadline_s:
            raise DeadlineMissed(what, deadline_s)
        time.sleep(POLL_S)
    return time.monotonic() - begin_s
