"""Figures with limits, and runs that count only if the emulator itself was in time."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from hil_tests.bench.errors import NoVerdict

ATTEMPTS = 3
T = TypeVar("T")


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of a report; value None: it could not be read."""

    name: str
    value: float | None
    unit: str
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the figure is there and within its limits (NaN is not)."""
        return self.value is not None and self.low <= self.value <= self.high

    def to_json(self) -> str:
        """Return it as JSON text."""
        return msgspec.json.encode(self).decode()


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a timing test. invalid: why it does not count, judged from the emulator's log alone, before
    anybody looks at `figures`; "" if it counts.
    """

    invalid: str
    figures: dict[str, float]


def repeat_until_valid(run: Callable[[int], Run], *, attempts: int = ATTEMPTS) -> tuple[Run, list[str]]:
    """Return the first valid run, called with 0, 1, ..., and why those before it were not.

    Raises: NoVerdict, after *attempts* invalid ones.
    """
    reasons: list[str] = []
    for attempt in range(attempts):
        found = run(attempt)
        if not found.invalid:
            return found, reasons
        reasons.append(found.invalid)
    raise NoVerdict(reasons)
