"""One direction of a link by itself, sans-IO: for whoever wants to ask what would become of a packet."""

import random
from dataclasses import dataclass

from hil_tests.sims.operator_net.fates import Fate, Kind
from hil_tests.sims.operator_net.links import Change, Links
from hil_tests.sims.operator_net.settings import DirectionSetting
from hil_tests.sims.operator_net.tables import NS_PER_S

__all__ = ["Direction", "Fate", "RateChange"]


@dataclass(frozen=True, slots=True)
class RateChange:
    """From t_ns on the direction runs at rate_bps; cause: "burst" (back to the first rate) or "step"."""

    t_ns: int
    rate_bps: int
    cause: str
    since_burst_s: float


class Direction:
    """Decides over the packets of one direction, in the order they arrive.

    start_ns: second 0 of traces; begin_ns: since when it is there. more: generators of the uses that loss and
    jitter do not cover (move, reorder, users).
    """

    def __init__(
        self,
        setting: DirectionSetting,
        start_ns: int = 0,
        begin_ns: int = 0,
        /,
        *,
        loss_rng: random.Random,
        jitter_rng: random.Random,
        **more: random.Random,
    ) -> None:
        spare = {use: random.Random(use) for use in ("move", "reorder", "users")}
        rngs = {"loss": loss_rng, "jitter": jitter_rng, **spare, **more}
        self._links = Links([setting], [rngs], start_ns=start_ns, begin_ns=begin_ns)
        self.changes: list[RateChange] = []  # the caller takes them away
        self.steps = self._links.take_changes(0)  # every change of what could be served

    def admit(self, t_ns: int, length_bytes: int) -> tuple[Fate, int]:
        """Return (fate, due_ns) of a frame that arrived at t_ns; due_ns = 0 when it will never leave."""
        decided = self._links.admit(0, t_ns, length_bytes)
        changed = self._links.take_changes(0)
        self.steps += changed
        self.changes += [
            rate_change(self._links, 0, change) for change in changed if change.kind is Kind.RATE
        ]
        return decided


def rate_change(links: Links, way: int, change: Change) -> RateChange:
    """Return *change* (of a rate) with the time since the burst began."""
    burst_ns = int(links.tables.states[way].burst_ns)
    since_s = (change.t_ns - burst_ns) / NS_PER_S if burst_ns >= 0 else 0.0
    return RateChange(change.t_ns, round(change.value), change.cause.name.lower(), since_s)
