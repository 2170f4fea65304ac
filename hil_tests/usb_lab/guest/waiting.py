"""Waiting for the kernel, with a deadline."""

import time
from collections.abc import Callable
from typing import TypeVar

STEP_S = 0.02
T = TypeVar("T")


def await_value(what: str, ask: Callable[[], T], deadline_s: float = 15.0) -> T:
    """Return the first true answer of *ask*. Raises TimeoutError, naming *what*, after *deadline_s*."""
    end_s = time.monotonic() + deadline_s
    while not (answer := ask()):
        if time.monotonic() > end_s:
            raise TimeoutError(f"{what}: not within {deadline_s:g} s")
        time.sleep(STEP_S)
    return answer
