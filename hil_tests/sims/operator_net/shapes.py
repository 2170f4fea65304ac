"""What a cellular link does beyond rate, queue, delay and loss: one value per shape, each with its limits.

Ranges are those of the order for the bench; a value outside of them is refused, not clipped.
"""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import msgspec


class Check(NamedTuple):
    """One condition on a setting: the key, what is allowed in words, and whether it holds."""

    key: str
    allowed: str
    holds: bool


class RateStep(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """`[t_s, rate_bps]`: the rate from t_s seconds after the start of the current burst on."""

    t_s: float
    rate_bps: int


class LossBursts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Gilbert-Elliott: two states; the chain moves before each packet, then its share of them is lost.

    enter: chance of good -> bad; leave: chance of bad -> good; a mean burst has 1 / leave packets. It starts
    good. The model: Elliott 1963, "Estimates of error rates for codes on burst-noise channels" (memory).
    """

    enter: float
    leave: float
    loss_bad: float = 1.0
    loss_good: float = 0.0


class Reorder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A share of the packets travels by_ms longer, and those behind may pass them."""

    share: float
    by_ms: float


class Codel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """CoDel (RFC 8289) at the head of the queue, in front of the tail-drop limits.

    Left out: ECN, and the exception for a queue of less than one frame (a lone frame that waited for a slow
    link can be dropped).
    """

    target_ms: float = 5.0
    interval_ms: float = 100.0


class Scheduler(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cell's scheduler: grants per TTI of 1 ms, shared with competing users that come and go.

    Each of *users* is away for a uniform off_ms, then there for a uniform on_ms, drawn from the seed; a first
    draw decides which of the two it begins with. With n there: grant "share" gives 1/(n+1) of every TTI,
    "turns" gives one whole TTI in n+1. A frame leaves at the end of the TTI that carries its last bit.
    """

    users: int
    on_ms: tuple[float, float] = (20.0, 500.0)
    off_ms: tuple[float, float] = (20.0, 500.0)
    grant: str = "share"


class Policer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A token bucket in front of the queue: what finds too few tokens is dropped. Starts full.

    peak_bps: a second bucket of one full frame (1514 bytes) at this rate.
    """

    rate_bps: int
    burst_bytes: int
    peak_bps: int | None = None


class Ramp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A carrier that is added late: at most first_rate_bps until a burst has lasted after_s seconds."""

    first_rate_bps: int
    after_s: float


class Promotion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """After idle_ms without a packet the next one waits promotion_ms before the link serves anything."""

    promotion_ms: float
    idle_ms: float


class TraceRow(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """`[t_s, rate_bps, rsrp_dbm, rsrq_db, sinr_db]`: holds from t_s after the start until the next row."""

    t_s: float
    rate_bps: int
    rsrp_dbm: float | None = None
    rsrq_db: float | None = None
    sinr_db: float | None = None


class Window(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """`[from_s, until_s]`, seconds after the start."""

    from_s: float
    until_s: float


Shape = LossBursts | Reorder | Codel | Scheduler | Policer | Ramp | Promotion


def is_share(value: float) -> bool:
    """Return whether *value* is from 0 to 1."""
    return 0 <= value <= 1


def within(low: float, value: float, high: float) -> bool:
    """Return whether *value* is from *low* to *high*."""
    return low <= value <= high


def check_shape(shape: Shape) -> Iterator[Check]:
    """Yield the conditions on one shape's values."""
    match shape:
        case LossBursts():
            yield from _loss_bursts(shape)
        case Reorder():
            yield Check("reorder.share", "a share from 0 to 1", is_share(shape.share))
            yield Check("reorder.by_ms", "above 0, at most 60000", 0 < shape.by_ms <= 60_000)
        case Codel():
            yield Check("codel.target_ms", "0.1 to 1000", within(0.1, shape.target_ms, 1000))
            longer = shape.target_ms < shape.interval_ms <= 10_000
            yield Check("codel.interval_ms", "above target_ms, at most 10000", longer)
        case Scheduler():
            yield from _scheduler(shape)
        case Policer():
            yield from _policer(shape)
        case Ramp():
            yield Check("ramp.first_rate_bps", "above 0", shape.first_rate_bps > 0)
            yield Check("ramp.after_s", "0.2 to 2", within(0.2, shape.after_s, 2))
        case Promotion():
            yield Check("promotion.promotion_ms", "50 to 300", within(50, shape.promotion_ms, 300))
            yield Check("promotion.idle_ms", "1 to 600000", within(1, shape.idle_ms, 600_000))


def _loss_bursts(shape: LossBursts) -> Iterator[Check]:
    for key, value in (("enter", shape.enter), ("loss_bad", shape.loss_bad), ("loss_good", shape.loss_good)):
        yield Check(f"loss_bursts.{key}", "a share from 0 to 1", is_share(value))
    yield Check("loss_bursts.leave", "above 0, at most 1", 0 < shape.leave <= 1)


def _scheduler(shape: Scheduler) -> Iterator[Check]:
    yield Check("scheduler.users", "0 to 64", within(0, shape.users, 64))
    for key, (low, high) in (("on_ms", shape.on_ms), ("off_ms", shape.off_ms)):
        yield Check(f"scheduler.{key}", "[least, most] within 20 to 500", 20 <= low <= high <= 500)
    yield Check("scheduler.grant", '"share" or "turns"', shape.grant in {"share", "turns"})


def _policer(shape: Policer) -> Iterator[Check]:
    yield Check("policer.rate_bps", "above 0", shape.rate_bps > 0)
    yield Check("policer.burst_bytes", "at least 1514, one full frame", shape.burst_bytes >= 1514)
    higher = shape.peak_bps is None or shape.peak_bps >= shape.rate_bps
    yield Check("policer.peak_bps", "at least policer.rate_bps, or absent", higher)


def check_trace(rows: tuple[TraceRow, ...]) -> Iterator[Check]:
    """Yield the conditions on a rate trace."""
    if not rows:
        return
    yield Check("rate_trace", "in order of time", all(a.t_s < b.t_s for a, b in itertools.pairwise(rows)))
    yield Check("rate_trace", "of rates from 0 on", all(row.rate_bps >= 0 for row in rows))
    yield Check("rate_trace", "ended by a rate above 0, which stays", rows[-1].rate_bps > 0)
    yield Check("rate_trace", "of at most 65534 rows", len(rows) <= 65_534)


def check_windows(windows: tuple[Window, ...]) -> Iterator[Check]:
    """Yield the conditions on blackhole windows."""
    whole = all(0 <= window.from_s < window.until_s for window in windows)
    ordered = all(a.until_s <= b.from_s for a, b in itertools.pairwise(windows))
    yield Check("blackholes", "[from_s, until_s] from 0 on, in order, not overlapping", whole and ordered)
