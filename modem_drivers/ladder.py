"""Which rung a hung modem is given next, as a table over what is seen; how often at all. No port, no clock.

The hang was noticed: two questions in a row went unanswered. Each rung is taken once a climb, from the
mildest to the last; one that cannot work here (the port is gone, nobody can switch the power) is skipped with
its reason, and never waited for. After the last the modem is given up until the next climb is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from modem_drivers.families.procedures import GIVE_UP, ResetKind, ResetStep

HOUR_S, DAY_S = 3600.0, 86_400.0
MOST_AN_HOUR, MOST_A_DAY = 4, 12
FIRST_PAUSE_S, LONGEST_PAUSE_S = 60.0, 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is seen of a hung modem at its place, and what the box can do there.

    usb: "absent", "storage" or "modem"; port: there is an AT port that opens; rebinds, powers, switches:
    the verb was given.
    """

    usb: str
    port: bool
    rebinds: bool = False
    powers: bool = False
    switches: bool = False


class Need(NamedTuple):
    """What a rung needs, and what is said where it is missing."""

    holds: Callable[[Seen], bool]
    why_not: str


_PORT = Need(lambda seen: seen.port, "there is no AT port to speak on")
NEEDS: dict[ResetKind, Need] = {
    ResetKind.SYNC: _PORT,
    ResetKind.RADIO: _PORT,
    ResetKind.REBOOT: _PORT,
    ResetKind.REBIND: Need(
        lambda seen: seen.rebinds and seen.usb != "absent",
        "nothing is on the USB place, or nobody may rebind it",
    ),
    ResetKind.POWER: Need(lambda seen: seen.powers, "no switch for this modem's power is configured"),
    ResetKind.GIVE_UP: Need(lambda seen: True, ""),
}


class Skipped(NamedTuple):
    """A rung that was not taken, and why."""

    kind: ResetKind
    why: str


def next_step(
    ladder: Sequence[ResetStep], tried: frozenset[ResetKind], seen: Seen
) -> tuple[ResetStep, tuple[Skipped, ...]]:
    """Return the next rung not *tried*, and those skipped before it; GIVE_UP where none is left."""
    skipped: list[Skipped] = []
    for step in ladder:
        if step.kind in tried:
            continue
        need = NEEDS[step.kind]
        if need.holds(seen):
            return step, tuple(skipped)
        skipped.append(Skipped(step.kind, need.why_not))
    return GIVE_UP, tuple(skipped)


def needs_mode_switch(seen: Seen) -> bool:
    """Tell whether the modem shows itself as a disk and somebody can switch it: done before any rung."""
    return seen.usb == "storage" and seen.switches


@dataclass(frozen=True, slots=True)
class Climbs:
    """When climbs began, monotonic seconds; failed: how many in a row were in vain; ended_s: the last one."""

    begun_s: tuple[float, ...] = ()
    failed: int = 0
    ended_s: float = 0.0

    def wait_s(self, now_s: float) -> float:
        """Return how long until the next climb is allowed: 0 now; longer after each in vain, and bounded."""
        earliest = [0.0]
        if self.failed:
            pause_s = min(FIRST_PAUSE_S * 2 ** min(self.failed - 1, 10), LONGEST_PAUSE_S)
            earliest.append(self.ended_s + pause_s)
        for most, span_s in ((MOST_AN_HOUR, HOUR_S), (MOST_A_DAY, DAY_S)):
            if len(self.begun_s) >= most and now_s - self.begun_s[-most] < span_s:
                earliest.append(self.begun_s[-most] + span_s)
        return max(0.0, max(earliest) - now_s)

    def begin(self, now_s: float) -> Climbs:
        """Return it with a climb begun at *now_s*; what is older than a day is forgotten."""
        kept = tuple(begun_s for begun_s in self.begun_s if now_s - begun_s < DAY_S)
        return replace(self, begun_s=(*kept, now_s))

    def ended(self, now_s: float, *, cured: bool) -> Climbs:
        """Return it after a climb that ended at *now_s* and *cured* the modem, or was in vain."""
        return replace(self, failed=0 if cured else self.failed + 1, ended_s=now_s)
