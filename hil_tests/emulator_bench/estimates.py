"""Figures from the books of one flow: only what stands in the captures, unless a name says otherwise."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hil_tests.emulator_bench.reconcile import Ints, Joined

NS_PER_S, NS_PER_MS = 1e9, 1e6
Floats = NDArray[np.float64]


class Window(NamedTuple):
    """Seconds since the flow's first packet entered."""

    from_s: float
    until_s: float


def entered_s(joined: Joined) -> Floats:
    """Return when each packet entered, seconds since the first."""
    return np.asarray((joined.near_ns - joined.near_ns.min()) / NS_PER_S, np.float64)


def rate_bps(joined: Joined, window: Window) -> float:
    """Return the rate at which packets came out in *window*, layer-2 bit/s; nan for fewer than two."""
    out = joined.by_arrival()
    return rate_of(out.far_ns, out.length, int(joined.near_ns.min()), window)


def rate_of(far_ns: Ints, length: Ints, start_ns: int, window: Window) -> float:
    """Return the rate of packets in the order of arrival, *window* counting from start_ns.

    From the end of the first to the end of the last: the first one's bytes do not count.
    """
    t_s = (far_ns - start_ns) / NS_PER_S
    inside = np.flatnonzero((t_s >= window.from_s) & (t_s < window.until_s))
    if len(inside) < 2:
        return float("nan")
    first, last = inside[0], inside[-1]
    bits = 8 * int(length[first + 1 : last + 1].sum())
    return bits / (int(far_ns[last] - far_ns[first]) / NS_PER_S)


def transit_ms(joined: Joined) -> Floats:
    """Return how long each packet that arrived was under way, in the order of entry."""
    here = joined.arrived
    return np.asarray((joined.far_ns - joined.near_ns)[here] / NS_PER_MS, np.float64)


def lost(joined: Joined) -> NDArray[np.bool_]:
    """Return which packets did not arrive, in the order of entry."""
    return ~joined.arrived


def bursts_of_loss(gone: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the lengths of the runs of True, in order."""
    edges = np.diff(np.concatenate(([False], gone, [False])).astype(np.int8))
    return np.asarray(np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1), np.int64)


def bucket_excess_bytes(joined: Joined, rate_bps: float, delay_ms: float) -> Floats:
    """Return, at each arrival, the bytes that came beyond *rate_bps* since the first packet entered."""
    out = joined.by_arrival()
    t_s = (out.far_ns - joined.near_ns.min()) / NS_PER_S - delay_ms / 1000
    return np.asarray(np.cumsum(out.length) - rate_bps / 8 * t_s, np.float64)


def clusters_ms(joined: Joined, gap_ms: float) -> Floats:
    """Return the time from each burst of arrivals to the next; a pause of *gap_ms* ends a burst."""
    t_ms = joined.by_arrival().far_ns / NS_PER_MS
    starts = t_ms[np.concatenate(([True], np.diff(t_ms) > gap_ms))]
    return np.asarray(np.diff(starts), np.float64)


def after_multiple_ms(t_ns: NDArray[np.int64], step_ms: float) -> Floats:
    """Return how long after a multiple of *step_ms*, counted from 1970, each moment is."""
    return np.asarray((t_ns % round(step_ms * NS_PER_MS)) / NS_PER_MS, np.float64)


def overtaken(joined: Joined) -> int:
    """Return how many packets arrived after one with a higher number (RFC 4737 section 3)."""
    seq = joined.by_arrival().seq
    return int(np.count_nonzero(seq < np.maximum.accumulate(seq)))


def sigmas(count: int, trials: int, share: float, *, spread: float = 1.0) -> float:
    """Return how many standard deviations *count* of *trials* is off; *spread* scales the variance."""
    if not trials or not 0 < share < 1:
        return 0.0 if count == round(share * trials) else float("inf")
    return abs(count - trials * share) / float(np.sqrt(trials * share * (1 - share) * spread))
