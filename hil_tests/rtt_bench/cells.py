"""The links that round trips are judged on, drawn from a seed: off any grid, none of them full."""

import random
from dataclasses import dataclass

from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting, Reorder

MBIT = 1_000_000
OVERTAKEN_BY_MS = (5.0, 60.0)


@dataclass(frozen=True, slots=True)
class Cell:
    """One link and how it is probed; ours_first: who of the two goes first."""

    link: LinkSetting
    ipv6: bool
    ours_first: bool
    interval_ms: float


def draw(rng: random.Random, count: int) -> list[Cell]:
    """Return *count* cells; every second one overtakes, every third is IPv6, the first has no loss."""
    return [_cell(rng, number) for number in range(count)]


def _cell(rng: random.Random, number: int) -> Cell:
    up, down = (_way(rng, overtakes=number % 2 == 1, loses=number > 0) for _ in range(2))
    return Cell(
        link=LinkSetting(f"cell-{number}", up, down),
        ipv6=number % 3 == 2,
        ours_first=rng.random() < 0.5,
        interval_ms=float(rng.choice((10, 20))),
    )


def _way(rng: random.Random, *, overtakes: bool, loses: bool) -> DirectionSetting:
    return DirectionSetting(
        rate_bps=round(rng.uniform(5, 150) * MBIT),
        delay_ms=round(rng.uniform(10, 75), 3),
        jitter_ms=round(rng.choice((0, rng.uniform(1, 20))), 3),
        loss=round(rng.uniform(0.002, 0.03), 5) if loses else 0.0,
        queue_ms=200.0,
        reorder=Reorder(0.03, round(rng.uniform(*OVERTAKEN_BY_MS), 1)) if overtakes else None,
    )
