"""From time stamps to delay figures by name: IPDV, PDV, runs of loss, and one-way delay with its bound.

A delay here is (stamp at arrival - stamp at departure), each by its own end's clock, ns; None = lost. How far
the two clocks are apart falls out of IPDV and PDV, since both are differences of delays.

# Ref: RFC 3393 4.1, 4.2 (IPDV; selection function: consecutive packets), RFC 5481 4.1, 4.2 (IPDV and PDV
# compared; PDV = delay - least delay), RFC 7679 3.7 (errors of one-way delay), RFC 3357 (loss patterns)
"""

from collections.abc import Sequence
from itertools import groupby, pairwise

from msgspec import Struct

from edge.stats.percentiles import median, percentile

_NS_PER_MS = 1e6
MOST_ERROR_MS = 100.0
"""A one-way delay whose clocks may be further apart than this says nothing, and is not published."""


class Variation(Struct, frozen=True, kw_only=True):
    """Percentiles of a delay variation, ms, over *n* values."""

    n: int
    p50: float
    p95: float
    p99: float
    max: float


class LossRuns(Struct, frozen=True, kw_only=True):
    """Runs of consecutive lost probes: how many, the longest, their mean length."""

    count: int
    longest: int
    mean: float


class OneWay(Struct, frozen=True, kw_only=True):
    """Median one-way delays, ms, each true to within error_ms by what both clocks say of themselves."""

    up: float
    down: float
    error: float


def ipdv_ns(delays_ns: Sequence[int | None]) -> list[int]:
    """Return the delay of each packet minus that of the one sent before it; both must have arrived."""
    pairs = pairwise(delays_ns)
    return [after - before for before, after in pairs if before is not None and after is not None]


def pdv_ns(delays_ns: Sequence[int | None]) -> list[int]:
    """Return the delay of each packet that arrived minus the least of them all."""
    known = [delay for delay in delays_ns if delay is not None]
    return [delay - min(known) for delay in known] if known else []


def variation(values_ns: Sequence[int]) -> Variation | None:
    """Return the percentiles of the sizes of *values_ns*; None for fewer than two."""
    if len(values_ns) < 2:
        return None
    sizes_ms = [abs(value) / _NS_PER_MS for value in values_ns]
    p50, p95, p99, most = (round(percentile(sizes_ms, percent), 3) for percent in (50, 95, 99, 100))
    return Variation(n=len(sizes_ms), p50=p50, p95=p95, p99=p99, max=most)


def loss_runs(delays_ns: Sequence[int | None]) -> LossRuns:
    """Return the runs of lost packets, in the order sent."""
    lengths = [len(list(run)) for lost, run in groupby(delays_ns, lambda delay: delay is None) if lost]
    mean = round(sum(lengths) / len(lengths), 3) if lengths else 0.0
    return LossRuns(count=len(lengths), longest=max(lengths, default=0), mean=mean)


def one_way(
    up_ns: Sequence[int | None], down_ns: Sequence[int | None], own_ms: float | None, far_ms: float | None
) -> OneWay | None:
    """Return the one-way delays; own_ms, far_ms: by how much each end's clock may differ from UTC.

    None where a clock does not know that, where the bounds together exceed MOST_ERROR_MS, or without answers.
    """
    up = [delay for delay in up_ns if delay is not None]
    down = [delay for delay in down_ns if delay is not None]
    if own_ms is None or far_ms is None or own_ms + far_ms > MOST_ERROR_MS or not up or not down:
        return None
    up_ms, down_ms = (round(median(delays) / _NS_PER_MS, 3) for delays in (up, down))
    return OneWay(up=up_ms, down=down_ms, error=round(own_ms + far_ms, 3))


def why_no_one_way(own_ms: float | None, far_ms: float | None) -> str:
    """Return in words why `one_way` gave none."""
    if own_ms is None or far_ms is None:
        unsure = [name for name, bound in (("the box", own_ms), ("the server", far_ms)) if bound is None]
        return f"not known how far from UTC: the clock of {' and '.join(unsure)}"
    if own_ms + far_ms > MOST_ERROR_MS:
        return f"the clocks may be {own_ms + far_ms:.0f} ms apart, more than {MOST_ERROR_MS:.0f}"
    return "no probe after the first was answered"
