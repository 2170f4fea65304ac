"""From packets to figures: docs/methods/capacity.md says why, and what it is wrong about."""

from collections.abc import Sequence
from math import sqrt

from edge.measure.capacity import IP_BYTES, NS_PER_MS, NS_PER_S, Estimate, Seen
from edge.measure.capacity_busy import Stretch, least_delay_ns, margin_ns, slope_bps, span_ns, stretches
from edge.measure.capacity_shape import (
    Policed,
    batch_ms,
    find_policer,
    find_step,
    most_wander_ms,
    wander_ms,
    was_slower,
)

LEAST_PACKETS = 30
LEAST_STRETCH_NS = 8 * NS_PER_MS
LEAST_PAIRS = 3
LEAST_BUSY_S = 0.3
FLOOR_SHARE = 0.005
"""No interval is narrower than this share of its figure, both ways: clocks, ticks of the sender."""
BLOCKS = 8
STEADY_WIDTH = 0.03
"""A rate whose jackknife interval is wider than this share of it is not one rate."""
_T_95 = {4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 10: 2.228}
_NEAR_NS = 40 * NS_PER_MS


def estimate(seen: Sequence[Seen]) -> Estimate:
    """Return what *seen*, in order of arrival, says of the link."""
    if len(seen) < LEAST_PACKETS:
        return Estimate(None, reason=f"only {len(seen)} packets came: {LEAST_PACKETS} are needed")
    least = least_delay_ns(seen)
    margin = margin_ns(seen, least)
    policed = find_policer(seen, least)
    if policed is not None:
        return _policed(seen, policed, least, margin)
    parts = busy_parts(seen, least, margin)
    if sum(span_ns(seen, part) for part in parts) < LEAST_BUSY_S * NS_PER_S:
        return Estimate(
            None, reason="the link was never kept busy: the sender was the limit, or too much was lost"
        )
    return _served(seen, parts, margin)


def glance(seen: Sequence[Seen]) -> str:
    """Return what the link looks like so far: "policer", "step", "varying", "steady", or "unknown"."""
    if len(seen) < LEAST_PACKETS:
        return "unknown"
    least = least_delay_ns(seen)
    if find_policer(seen, least) is not None:
        return "policer"
    margin = margin_ns(seen, least)
    parts = busy_parts(seen, least, margin)
    if sum(span_ns(seen, part) for part in parts) < LEAST_BUSY_S * NS_PER_S:
        return "unknown"
    if find_step(seen, parts) is not None:
        return "step"
    return "varying" if wander_ms(seen, parts) > most_wander_ms(margin) else "steady"


def busy_parts(seen: Sequence[Seen], least: int, margin: int) -> list[Stretch]:
    """Return the stretches of busy pairs that are long enough to tell a rate."""
    return [
        part
        for part in stretches(seen, least, margin)
        if span_ns(seen, part) >= LEAST_STRETCH_NS and part.last - part.first >= LEAST_PAIRS
    ]


def _served(seen: Sequence[Seen], parts: Sequence[Stretch], margin: int) -> Estimate:
    """Return the estimate of a link whose queue decides what comes when."""
    step = find_step(seen, parts)
    if step is not None:
        after = [part for part in _cut(parts, step.place) if part.last - part.first >= LEAST_PAIRS]
        rate = slope_bps(seen, after)
        return Estimate("ramp", rate, rate, _slope_interval(seen, after, rate))
    if wander_ms(seen, parts) > most_wander_ms(margin):
        return _varying(seen, parts)
    rate = slope_bps(seen, parts)
    interval = _slope_interval(seen, parts, rate)
    if interval is not None and rate is not None and interval[1] - interval[0] > STEADY_WIDTH * rate:
        return _varying(seen, parts)
    if batch_ms(seen, parts) is not None:
        return Estimate("batching", rate, rate, interval)
    slower = rate is not None and was_slower(seen, rate, margin)
    return Estimate("ramp" if slower else "fifo", rate, rate, interval)


def _cut(parts: Sequence[Stretch], index: int) -> list[Stretch]:
    """Return what of *parts* lies at *index* or behind."""
    return [Stretch(max(part.first, index), part.last) for part in parts if part.last > index]


def _policed(seen: Sequence[Seen], policed: Policed, least: int, margin: int) -> Estimate:
    """Return the estimate of a policer: its token rate since the bucket is empty, its burst before."""
    late = Stretch(min(policed.place + 3, len(seen) - 2), len(seen) - 1)
    rate = slope_bps(seen, [late])
    early = [part for part in stretches(seen[: policed.place], least, margin) if part.last - part.first > 8]
    burst = slope_bps(seen, early) if early else None
    capped = burst if burst is not None and rate is not None and burst > 1.1 * rate else None
    return Estimate("policer", rate, rate, _slope_interval(seen, [late], rate), capped)


def _slope_interval(
    seen: Sequence[Seen], parts: Sequence[Stretch], rate: float | None
) -> tuple[float, float] | None:
    """Return the 95 % interval of a constant rate: jackknife over BLOCKS blocks of packets, with a floor."""
    if rate is None:
        return None
    places = [index for part in parts for index in range(part.first, part.last + 1)]
    edges = [places[0] + (places[-1] + 1 - places[0]) * k // BLOCKS for k in range(BLOCKS + 1)]
    without = []
    for k in range(BLOCKS):
        rest = [Stretch(p.first, min(p.last, edges[k] - 1)) for p in parts if p.first < edges[k] - 1]
        rest += [Stretch(max(p.first, edges[k + 1]), p.last) for p in parts if p.last > edges[k + 1]]
        one = slope_bps(seen, [part for part in rest if part.last > part.first])
        if one is not None:
            without.append(one)
    if len(without) < 5:
        return None
    mean = sum(without) / len(without)
    error = sqrt((len(without) - 1) / len(without) * sum((one - mean) ** 2 for one in without))
    half = max(_T_95[min(10, len(without) - 1)] * error, FLOOR_SHARE * rate)
    return rate - half, rate + half


def _varying(seen: Sequence[Seen], parts: Sequence[Stretch]) -> Estimate:
    """Return the estimate of a link whose rate comes and goes: its mean over time."""
    pieces = _pieces(seen, parts)
    rate = _mean(pieces)
    capacity = sum(r * t for r, t in pieces) / sum(t for _, t in pieces)
    return Estimate("scheduler", capacity, rate, _block_interval(pieces, rate), _burst(seen, parts))


def _pieces(seen: Sequence[Seen], parts: Sequence[Stretch]) -> list[tuple[float, float]]:
    """Return (bit/s, seconds) one behind the other: busy stretches, and gaps as what is around them."""
    pieces: list[tuple[float, float]] = []
    for number, part in enumerate(parts):
        if number:
            before = parts[number - 1]
            gap_s = (seen[part.first].received_ns - seen[before.last].received_ns) / NS_PER_S
            around = (_tail_bps(seen, before, -1) + _tail_bps(seen, part, 1)) / 2
            came = (part.first - before.last) * IP_BYTES * 8 / gap_s if gap_s > 0 else 0.0
            pieces.append((max(around, came), gap_s))
        pieces += _slices(seen, part)
    return pieces


def _slices(seen: Sequence[Seen], part: Stretch) -> list[tuple[float, float]]:
    """Return the (rate, seconds) of *part* in slices of about 40 ms."""
    out: list[tuple[float, float]] = []
    first = part.first
    for index in range(part.first + 1, part.last + 1):
        took_ns = seen[index].received_ns - seen[first].received_ns
        if took_ns >= _NEAR_NS or (index == part.last and took_ns > 0):
            out.append(((index - first) * IP_BYTES * 8 * NS_PER_S / took_ns, took_ns / NS_PER_S))
            first = index
    return out


def _tail_bps(seen: Sequence[Seen], part: Stretch, way: int) -> float:
    """Return the rate of the last (way -1) or first (way 1) _NEAR_NS of *part*, bit/s."""
    at, until = (part.last, part.first) if way < 0 else (part.first, part.last)
    other = at
    while other != until and abs(seen[other].received_ns - seen[at].received_ns) < _NEAR_NS:
        other += way
    took_ns = abs(seen[other].received_ns - seen[at].received_ns)
    return abs(other - at) * IP_BYTES * 8 * NS_PER_S / took_ns if took_ns else 0.0


def _mean(pieces: Sequence[tuple[float, float]]) -> float:
    return sum(rate * s for rate, s in pieces) / sum(s for _, s in pieces)


def _block_interval(pieces: Sequence[tuple[float, float]], rate: float) -> tuple[float, float] | None:
    """Return the 95 % interval of the mean, from means of blocks in time (half a second, at least five)."""
    total = sum(s for _, s in pieces)
    count = min(11, max(5, int(total / 0.5)))
    sums = [[0.0, 0.0] for _ in range(count)]
    at_s = 0.0
    for one, s in pieces:
        block = sums[min(count - 1, int((at_s + s / 2) / total * count))]
        block[0] += one * s
        block[1] += s
        at_s += s
    means = [bits / s for bits, s in sums if s > 0]
    if len(means) < 5:
        return None
    mean = sum(means) / len(means)
    deviation = sqrt(sum((one - mean) ** 2 for one in means) / (len(means) - 1))
    half = max(_T_95[min(10, len(means) - 1)] * deviation / sqrt(len(means)), FLOOR_SHARE * rate)
    return rate - half, rate + half


def _burst(seen: Sequence[Seen], parts: Sequence[Stretch]) -> float | None:
    """Return what the link gave in its best 40 ms: the 98th percentile of slices, bit/s."""
    rates = sorted(rate for part in parts for rate, s in _slices(seen, part) if s > 0.03)
    return rates[min(len(rates) - 1, int(0.98 * len(rates)))] if len(rates) >= 10 else None
