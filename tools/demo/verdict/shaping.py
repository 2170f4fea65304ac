"""Which rate a link really had, from its packet log alone: the one that explains when packets left.

A link is a queue in front of a server of constant rate: packet i is through at
d(i) = max(arrival(i), d(i-1)) + bits(i)/rate. With the right rate, departure minus d(i) is the fixed delay
plus jitter, the same all the time; with a wrong one it drifts while the queue is not empty. The estimate is
the rate with the least spread; where the queue was never busy, rates cannot be told apart: no estimate.
"""

from typing import NamedTuple

import numpy as np

from tools.demo.verdict.packets import Floats, Packets, transit_ns

COARSE = np.geomspace(0.5, 2.0, 57)
"""Factors tried first, 2.5 % apart."""
FINE_STEPS = np.linspace(-0.03, 0.03, 61)
"""Then around the best one, 0.1 % apart."""
SHARP_NS = 200_000.0
"""A factor 2 % off must spread the departures by at least this much more, or the link was not busy."""
FEWEST_PACKETS = 200


class RateFit(NamedTuple):
    """The rate a link had, L2 bit/s, by how many packets."""

    rate_bps: float
    packets: int


def through_ns(in_ns: Floats, service_ns: Floats, start_ns: float) -> Floats:
    """Return when each packet is through a first-in first-out server that is busy until *start_ns*."""
    served = np.cumsum(service_ns)
    idle_until = np.maximum(np.maximum.accumulate(in_ns - (served - service_ns)), start_ns)
    return idle_until + served


def fit_rate(packets: Packets, expected_bps: float) -> RateFit | None:
    """Return the rate that explains the departures of *packets*, None if the link was never busy enough.

    *packets*: of one link and direction, in order of arrival, all delivered or lost behind the queue, from a
    stretch in which the rate did not change; *expected_bps*: where to look (half to twice).
    """
    if len(packets) < FEWEST_PACKETS:
        return None
    zero = int(packets["t_in_ns"][0])
    in_ns = (packets["t_in_ns"].astype(np.int64) - zero).astype(np.float64)
    took_ns = transit_ns(packets).astype(np.float64)
    out_ns, bits = in_ns + took_ns, packets["len"].astype(np.float64) * 8
    start_ns = float(out_ns[0] - took_ns.min())

    def spread_ns(factor: float) -> float:
        residual = out_ns - through_ns(in_ns, bits * 1e9 / (expected_bps * factor), start_ns)
        return float(np.mean(np.abs(residual - np.median(residual))))

    best = min((float(factor) for factor in COARSE), key=spread_ns)
    best = min((best * (1 + float(step)) for step in FINE_STEPS), key=spread_ns)
    if min(spread_ns(best * 0.98), spread_ns(best * 1.02)) - spread_ns(best) < SHARP_NS:
        return None
    return RateFit(expected_bps * best, len(packets))
