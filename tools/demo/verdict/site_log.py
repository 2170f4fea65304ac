"""What is known of one line of the site: what truth.json says, and what the logs of the run say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tools.demo.verdict.packets import DOWN, UP, Packets
from tools.demo.verdict.signal import Reply
from tools.demo.verdict.throughput import RateStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One direction of a link as set: L2 bit/s, loss 0 to 1, steps (seconds after a burst began, rate)."""

    rate_bps: float
    loss: float = 0.0
    delay_ms: float = 0.0
    steps: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTruth:
    """A line by truth.json; `link` is its number in the packet log."""

    slot: str
    link: int
    plmn: str
    brand: str
    name_shown: str
    ways: Mapping[int, Way]

    @property
    def title(self) -> str:
        """The line as people call it: slot, home network, brand."""
        return f"{self.slot} · {self.plmn} · {self.brand}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLog:
    """What happened on a line: its packets, its modem's replies, rates in force and starts of bursts."""

    packets: Packets
    replies: Sequence[Reply]
    in_force: Mapping[int, Sequence[RateStep]]
    bursts_ns: Mapping[int, Sequence[int]]


def told_steps(way: Way, bursts_ns: Sequence[int]) -> list[RateStep]:
    """Return the rates in force by truth.json, given when the bursts began (steps count from there)."""
    steps = [RateStep(0, way.rate_bps)]
    for start_ns, end_ns in pairwise([*bursts_ns, 2**62]):
        steps.append(RateStep(start_ns, way.rate_bps))
        later = (RateStep(start_ns + round(t_s * 1e9), rate) for t_s, rate in way.steps)
        steps.extend(step for step in later if step.t_ns < end_ns)
    return steps


DIRECTIONS = (UP, DOWN)
