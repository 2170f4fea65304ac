"""Intervals of a proportion and of a median, so that a figure is never shown as surer than its sample."""

from collections.abc import Sequence
from math import comb, sqrt
from statistics import NormalDist


def normal_quantile(probability: float) -> float:
    """Return z with P(Z <= z) = *probability* of the standard normal. Raises: ValueError outside (0, 1)."""
    if not 0 < probability < 1:
        raise ValueError(f"probability is {probability}: give a value between 0 and 1")
    return NormalDist().inv_cdf(probability)


def wilson_interval(hits: int, trials: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the (low, high) interval of a proportion, 0..1 (Wilson 1927).

    Raises: ValueError, if *trials* is not positive or *hits* is not within 0..trials.
    """
    if trials <= 0 or not 0 <= hits <= trials:
        raise ValueError(f"{hits} of {trials}: hits must be 0..trials, trials at least 1")
    z = normal_quantile(0.5 + confidence / 2)
    share = hits / trials
    centre = share + z * z / (2 * trials)
    spread = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def binomial_cdf(hits: int, trials: int, probability: float) -> float:
    """Return P(X <= *hits*) for X ~ Binomial(*trials*, *probability*)."""
    return sum(comb(trials, k) * probability**k * (1 - probability) ** (trials - k) for k in range(hits + 1))


def median_interval(values: Sequence[float], *, confidence: float = 0.95) -> tuple[float, float] | None:
    """Return a (low, high) interval of the median from order statistics; None where the sample is too small.

    Distribution-free: the coverage of [x(k), x(n+1-k)] is 1 - 2 P(Binomial(n, 1/2) < k).
    """
    ordered = sorted(values)
    best = None
    for k in range(1, len(ordered) // 2 + 1):
        if 1 - 2 * binomial_cdf(k - 1, len(ordered), 0.5) < confidence:
            break
        best = (ordered[k - 1], ordered[-k])
    return best
