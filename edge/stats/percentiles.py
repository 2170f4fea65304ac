"""Quantiles of a sample."""

from collections.abc import Sequence
from math import floor


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the *percent*-th percentile (0..100) of *values*, in their unit; they need not be sorted.

    Linear interpolation between order statistics at rank (n-1)p: Hyndman & Fan (1996), definition 7.
    Raises: ValueError, if there is no value or *percent* is not within 0..100.
    """
    if not values:
        raise ValueError("percentile of no values: give at least one")
    if not 0 <= percent <= 100:
        raise ValueError(f"percent is {percent}: give 0..100")
    ordered = sorted(values)
    rank = (len(ordered) - 1) * percent / 100
    below = floor(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)


def median(values: Sequence[float]) -> float:
    """Return the median of *values*, in their unit. Raises: ValueError, if there is none."""
    return percentile(values, 50)


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean of *values*, in their unit. Raises: ValueError, if there is none."""
    if not values:
        raise ValueError("mean of no values: give at least one")
    return sum(values) / len(values)
