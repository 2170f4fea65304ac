"""What happened at the site while a test ran, by the probe board, and whose failure a test's then is."""

from collections import deque
from typing import NamedTuple

from edge.measure.failures import Outcome

KEPT = 256
YIELDING: frozenset[Outcome] = frozenset({"operator", "area", "box", "undetermined"})
"""Classes of failure that lost mains or somebody's hands explain; a server's or a tariff's stay theirs."""


class SiteState(NamedTuple):
    """mains: the office's power is there; window: somebody is at the box (door, button, console)."""

    mains: bool
    window: bool


CALM = SiteState(mains=True, window=False)


class SiteLog:
    """The site's states as they were told, each from its time on; before the first all is taken for calm."""

    def __init__(self) -> None:
        self._changes: deque[tuple[int, SiteState]] = deque(maxlen=KEPT)

    def add(self, t_ns: int, state: SiteState) -> bool:
        """Take the state at *t_ns*; return whether it is another one."""
        if state == self.now:
            return False
        self._changes.append((t_ns, state))
        return True

    @property
    def now(self) -> SiteState:
        """The last state told."""
        return self._changes[-1][1] if self._changes else CALM

    def during(self, start_ns: int, end_ns: int) -> SiteState:
        """Return what was so at any moment of *start_ns* to *end_ns*: mains lost, a window open."""
        states = [CALM]
        for t_ns, state in self._changes:
            if t_ns > end_ns:
                break
            states = [state] if t_ns <= start_ns else [*states, state]
        return SiteState(all(state.mains for state in states), any(state.window for state in states))


def outcome_at_site(outcome: Outcome, seen: SiteState) -> Outcome:
    """Return whose failure it is: of somebody at the box before the mains, of the mains before the box."""
    if outcome not in YIELDING:
        return outcome
    if seen.window:
        return "maintenance"
    return outcome if seen.mains else "site"
