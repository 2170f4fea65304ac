"""Whether a run of the emulator may be judged: from its own log alone, before any estimate is looked at.

A run in which the emulator was late, or lost a packet itself, is invalid: it is counted and repeated, at most
three times in all; then there is no verdict, and that is a failure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from hil_tests.bench.errors import NoVerdict
from hil_tests.sims.operator_net import log
from hil_tests.sims.operator_net.fates import Fate
from hil_tests.sims.operator_net.log import Records

LATE_MS = 5.0
LATE_SHARE = 0.01
TRIES = 3
NS_PER_MS = 1e6
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """What the log says of the emulator itself. late_share: delivered packets more than LATE_MS late."""

    packets: int
    late_share: float
    late_p99_ms: float
    late_max_ms: float
    own_failures: int

    @property
    def lateness(self) -> list[str]:
        """Return why the emulator was too late; empty where it was not."""
        if not self.packets:
            return ["the log has no delivered packet"]
        if self.late_share <= LATE_SHARE:
            return []
        share = f"{100 * self.late_share:.2f} % of the packets left more than {LATE_MS:g} ms late"
        return [f"{share} ({100 * LATE_SHARE:g} % may)"]

    @property
    def reasons(self) -> list[str]:
        """Return why the run may not be judged; empty for a valid one."""
        lost = [f"{self.own_failures} packets lost by the emulator itself"] if self.own_failures else []
        return self.lateness + lost

    @property
    def valid(self) -> bool:
        """Return whether the run may be judged."""
        return not self.reasons


def judge(records: Records) -> Validity:
    """Return what *records*, a log or a part of it, say of the emulator itself."""
    late_ms = log.lateness_ns(records) / NS_PER_MS
    met = len(late_ms) > 0
    return Validity(
        packets=len(late_ms),
        late_share=float(np.mean(late_ms > LATE_MS)) if met else 0.0,
        late_p99_ms=round(float(np.percentile(late_ms, 99)), 4) if met else 0.0,
        late_max_ms=round(float(late_ms.max()), 4) if met else 0.0,
        own_failures=int(np.count_nonzero(records["fate"] == Fate.EMULATOR_FAILURE)),
    )


@dataclass(frozen=True, slots=True)
class Judged(Generic[T]):
    """A valid run, and the reasons of those that were thrown away before it."""

    run: T
    invalid: tuple[str, ...]


def first_valid(
    play: Callable[[], T], reasons_of: Callable[[T], Sequence[str]], *, tries: int = TRIES
) -> Judged[T]:
    """Return the first of at most *tries* runs for which reasons_of finds none; no estimate is made before.

    reasons_of(run) says why a run may not be judged: `judge(log).reasons`, and what instruments say of
    themselves. Raises: NoVerdict.
    """
    thrown: list[str] = []
    for _ in range(tries):
        run = play()
        reasons = reasons_of(run)
        if not reasons:
            return Judged(run, tuple(thrown))
        thrown.append(", ".join(reasons))
    raise NoVerdict(thrown)
