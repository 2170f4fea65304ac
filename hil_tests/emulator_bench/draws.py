"""What is put to the test: links and flows, drawn from a seed, not from a grid."""

import random
from dataclasses import dataclass

from hil_tests.emulator_bench.flows import Flow
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting

LINES = 5
LOAD_PPS = 67_000  # both directions of all lines together
MBIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Trial:
    """Links, what is sent over them, and for how long."""

    links: tuple[LinkSetting, ...]
    flows: tuple[Flow, ...]
    seconds: float


def both_ways(line: int, up: DirectionSetting, down: DirectionSetting) -> LinkSetting:
    """Return the setting of line number *line*."""
    return LinkSetting(f"line-{line}", up, down)


def load(rng: random.Random, *, seconds: float, pps: int = LOAD_PPS) -> Trial:
    """Return five links that carry *pps* without being full: with loss, delay and jitter of their own."""

    def way() -> DirectionSetting:
        return DirectionSetting(
            rate_bps=round(rng.uniform(100, 200) * MBIT),
            delay_ms=round(rng.uniform(5, 60), 3),
            jitter_ms=round(rng.uniform(0, 4), 3),
            loss=round(rng.uniform(0.002, 0.03), 5),
            queue_ms=round(rng.uniform(100, 300), 1),
        )

    links = tuple(both_ways(line, way(), way()) for line in range(LINES))
    flows = tuple(Flow(line, up, pps / LINES / 2) for line in range(LINES) for up in (True, False))
    return Trial(links, flows, seconds)


def full(rng: random.Random, *, seconds: float) -> Trial:
    """Return five links that are full both ways: 1.2 to 1.5 times their rate is offered."""

    def way() -> DirectionSetting:
        return DirectionSetting(
            rate_bps=round(5 * MBIT * 10 ** rng.uniform(0, 1)),
            delay_ms=round(rng.uniform(5, 40), 3),
            queue_ms=round(rng.uniform(150, 400), 1),
        )

    links = tuple(both_ways(line, way(), way()) for line in range(LINES))
    flows = []
    for line, link in enumerate(links):
        for up, setting in ((True, link.up), (False, link.down)):
            pps = saturating_pps(setting.rate_bps or 0, rng.uniform(1.2, 1.5))
            flows.append(Flow(line, up, pps))
    return Trial(links, tuple(flows), seconds)


def saturating_pps(rate_bps: float, times: float) -> float:
    """Return how many packets a second offer *times* that rate."""
    return times * rate_bps / Flow(0, True, 1.0).rate_bps
