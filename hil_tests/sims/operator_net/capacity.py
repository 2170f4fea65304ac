"""What a bottleneck could have served, out of the emulator's own account (docs/interfaces.md section 5).

Step functions (fates.Kind) make the rate served at each moment; a policer bounds what may
reach the queue at all. Arrays: t_ns rising, value[i] from t_ns[i] on.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from hil_tests.sims.operator_net.fates import Fate, Kind
from hil_tests.sims.operator_net.settings import Policer

NS_PER_S = 1_000_000_000
BEFORE = {Kind.RATE: math.inf, Kind.CAP: math.inf}  # the others: 1
SWITCHES = (Kind.GATE, Kind.OPEN, Kind.SWITCH)
Records = NDArray[np.void]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Steps(NamedTuple):
    """A step function; before the first step it has `before`."""

    t_ns: Ints
    values: Floats
    before: float

    def at(self, t_ns: Ints) -> Floats:
        """Return the values in force at each of t_ns."""
        return np.concatenate(([self.before], self.values))[np.searchsorted(self.t_ns, t_ns, "right")]


def steps_of(capacity: Records, kind: Kind) -> Steps:
    """Return the step function of *kind*; of steps at one time the last written holds."""
    mine = capacity[capacity["kind"] == kind]
    order = np.argsort(mine["t_ns"], kind="stable")
    t_ns = mine["t_ns"][order].astype(np.int64)
    last = np.append(t_ns[1:] != t_ns[:-1], True) if len(t_ns) else np.zeros(0, bool)
    return Steps(t_ns[last], mine["value"][order][last].astype(float), BEFORE.get(kind, 1.0))


def served_rate(capacity: Records) -> Steps:
    """Return the rate in bit/s that the bottleneck can serve at, over time; inf without a limit."""
    steps = {kind: steps_of(capacity, kind) for kind in Kind}
    t_ns = np.unique(np.concatenate([one.t_ns for one in steps.values()])).astype(np.int64)
    limited = np.minimum(steps[Kind.RATE].at(t_ns), steps[Kind.CAP].at(t_ns))
    is_open = np.all([steps[kind].at(t_ns) > 0 for kind in SWITCHES], axis=0)
    values = np.where(is_open, limited, 0.0) * steps[Kind.SHARE].at(t_ns)
    return Steps(t_ns, values, math.inf)


def served_bytes(rate: Steps, t0_ns: int, t1_ns: int) -> float:
    """Return the bytes that *rate* serves from t0_ns to t1_ns; inf where there is no limit."""
    if t1_ns <= t0_ns:
        return 0.0
    edges = _edges(rate, t0_ns, t1_ns)
    return float(np.sum(rate.at(edges[:-1]) * np.diff(edges)) / (8 * NS_PER_S))


def _edges(rate: Steps, t0_ns: int, t1_ns: int) -> Ints:
    inside = rate.t_ns[(rate.t_ns > t0_ns) & (rate.t_ns < t1_ns)]
    return np.concatenate(([t0_ns], inside, [t1_ns])).astype(np.int64)


class Bucket:
    """A token bucket played again over the packets that took tokens from it."""

    def __init__(self, rate_bps: float, size_bytes: float) -> None:
        self._rate, self._size = rate_bps / (8 * NS_PER_S), size_bytes
        self._tokens, self._t_ns = size_bytes, 0

    def tokens(self, t_ns: int) -> float:
        """Return how many bytes it holds at t_ns, which does not go back."""
        if self._t_ns:
            self._tokens = min(self._size, self._tokens + max(0, t_ns - self._t_ns) * self._rate)
        self._t_ns = max(t_ns, self._t_ns)
        return self._tokens

    def take(self, t_ns: int, length_bytes: int) -> None:
        """Take the tokens of a packet."""
        self._tokens = self.tokens(t_ns) - length_bytes


def buckets_at(policer: Policer, records: Records, t_ns: int) -> list[tuple[float, float]]:
    """Return (tokens in bytes, rate in bit/s) of each bucket at t_ns; *records* are one direction's."""
    sizes = [(policer.rate_bps, policer.burst_bytes)]
    if policer.peak_bps is not None:
        sizes.append((policer.peak_bps, 1514))
    buckets = [Bucket(rate, size) for rate, size in sizes]
    took = records[(records["t_in_ns"] < t_ns) & (records["fate"] != Fate.POLICED) & (records["proto"] > 0)]
    took = took[took["fate"] != Fate.BLACKHOLE]
    took = took[np.argsort(took["t_in_ns"], kind="stable")]
    for in_ns, length in zip(took["t_in_ns"].tolist(), took["len"].tolist(), strict=True):
        for bucket in buckets:
            bucket.take(in_ns, length)
    return [(bucket.tokens(t_ns), float(rate)) for bucket, (rate, _) in zip(buckets, sizes, strict=True)]


def policed_bytes(rate: Steps, buckets: Sequence[tuple[float, float]], t0_ns: int, t1_ns: int) -> float:
    """Return the most bytes that can pass *buckets* from t0_ns on and be served by *rate* until t1_ns.

    = least over s of (what the buckets let in until s) + (what is served from s on): the output of a queue
    whose input is as much as the policer allows. The least lies at an edge of one of the two.
    """
    edges = _edges(rate, t0_ns, t1_ns)
    corners = [t0_ns + round(when_ns) for when_ns in _crossings(buckets)]
    at_ns = np.unique(np.concatenate((edges, [t for t in corners if t0_ns < t < t1_ns]))).astype(np.int64)
    passed = np.min([b + r * (at_ns - t0_ns) / (8 * NS_PER_S) for b, r in buckets], axis=0)
    served = np.append(np.cumsum((rate.at(at_ns[:-1]) * np.diff(at_ns))[::-1])[::-1] / (8 * NS_PER_S), 0.0)
    passed[0] = 0.0
    return float(np.min(passed + served))


def _crossings(buckets: Sequence[tuple[float, float]]) -> list[float]:
    if len(buckets) < 2:
        return []
    (tokens, rate), (peak_tokens, peak_rate) = buckets
    if peak_rate <= rate:
        return []
    return [max(0.0, (tokens - peak_tokens) * 8 * NS_PER_S / (peak_rate - rate))]


def policer_of(setting: Mapping[str, object]) -> Policer | None:
    """Return the policer of a `setting` event, None without."""
    return msgspec.convert(setting.get("policer"), Policer | None)
