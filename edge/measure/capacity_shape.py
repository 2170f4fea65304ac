"""Which kind of link the packets came through: plain FIFO, ramp, policer, batches, a scheduler's share."""

from cmath import exp, pi
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from edge.measure.capacity import IP_BYTES, NS_PER_MS, NS_PER_S, Seen
from edge.measure.capacity_busy import Stretch, bursts, span_ns
from edge.stats.percentiles import percentile

BIN_S = 0.05
POLICED_LOSS = 0.07
"""So much more loss after a moment than before it, with no queue, is a policer's doing."""
POLICED_QUEUE_MS = 35.0
LEAST_LATE_BINS, LEAST_MISSING = 5, 12
STEP_LEAST = 1.2
"""A rate that has grown by less is no ramp."""
WANDER_MS = (8.0, 25.0)
"""Arrivals that stray from a constant rate by more than the margin and 4 ms, within these bounds, did not
come through a plain FIFO."""
COHERENT = 0.55
_PERIODS_MS = (1.2, 16.6)
_LOOK_MS, _LOOKED_AT = 420.0, 260


class Step(NamedTuple):
    """A change of rate at at_ns; packets [.., place) came before it."""

    at_ns: int
    place: int
    before_bps: float
    after_bps: float


class Policed(NamedTuple):
    """Since at_ns tokens are short; packets from place on."""

    at_ns: int
    place: int


def wander_ms(seen: Sequence[Seen], parts: Sequence[Stretch]) -> float:
    """Return how far arrivals stray from a constant rate over *parts* put together: 5 to 95 %, ms."""
    times, numbers = joined(seen, parts)
    if len(times) < 20:
        return 0.0
    per_packet = line_slope(numbers, times)
    rest = [t - per_packet * n for t, n in zip(times, numbers, strict=True)]
    return (percentile(rest, 95) - percentile(rest, 5)) * 1000


def most_wander_ms(margin: int) -> float:
    """Return how far arrivals of a constant rate may stray where delay varies by *margin* ns anyway, ms."""
    return min(WANDER_MS[1], max(WANDER_MS[0], margin / NS_PER_MS + 4))


def joined(seen: Sequence[Seen], parts: Sequence[Stretch]) -> tuple[list[float], list[int]]:
    """Return (busy seconds, packets) after each packet of *parts*, idle time cut out."""
    times, numbers = [], []
    time_s, number = 0.0, 0
    for part in parts:
        t0_ns = seen[part.first].received_ns
        for n, one in enumerate(seen[part.first : part.last + 1]):
            times.append(time_s + (one.received_ns - t0_ns) / NS_PER_S)
            numbers.append(number + n)
        time_s, number = times[-1], numbers[-1]
    return times, numbers


def line_slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the least-squares slope of *y* over *x*; 0 where x does not vary."""
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    below = sum((a - mean_x) ** 2 for a in x)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / below if below else 0.0


def was_slower(seen: Sequence[Seen], rate_bps: float, margin: int) -> bool:
    """Return whether a burst of the beginning came out more slowly than *rate_bps*, jitter apart."""
    for burst in bursts(seen):
        sure_ns = span_ns(seen, burst) - margin
        if 2 * (seen[burst.last].sent_ns - seen[burst.first].sent_ns) > sure_ns or sure_ns < margin:
            continue
        if (burst.last - burst.first) * IP_BYTES * 8 * NS_PER_S / sure_ns < rate_bps / STEP_LEAST:
            return True
    return False


def find_policer(seen: Sequence[Seen], least_ns: int) -> Policed | None:
    """Return since when tokens are short: much loss although nothing queues; None if they never are."""
    bins = _loss_bins(seen)
    best, at = 0.0, 0
    for split in range(2, len(bins) - LEAST_LATE_BINS):
        before, after = _share(bins[:split]), _share(bins[split:])
        weight = (split * (len(bins) - split)) ** 0.5
        many = sum(missing for _, missing in bins[split:]) >= LEAST_MISSING
        if many and after - before >= POLICED_LOSS and (after - before) * weight > best:
            best, at = (after - before) * weight, split
    if not at:
        return None
    at_ns = seen[0].received_ns + round(at * BIN_S * NS_PER_S)
    index = next(n for n, one in enumerate(seen) if one.received_ns >= at_ns)
    return Policed(at_ns, index) if _lost_without_queue(seen[index:], least_ns) else None


def _lost_without_queue(seen: Sequence[Seen], least_ns: int) -> bool:
    """Return whether most of what is missing in *seen* went missing beside packets that had not queued."""
    beside: list[float] = []
    for one, two in pairwise(seen):
        if two.seq > one.seq + 1:
            delay_ns = max(one.received_ns - one.sent_ns, two.received_ns - two.sent_ns) - least_ns
            beside += [delay_ns / NS_PER_MS] * min(20, two.seq - one.seq - 1)
    return bool(beside) and percentile(beside, 75) < POLICED_QUEUE_MS


def _loss_bins(seen: Sequence[Seen]) -> list[tuple[int, int]]:
    """Return (received, missing) packets of each BIN_S since the first one, by sequence numbers."""
    count = int((seen[-1].received_ns - seen[0].received_ns) / NS_PER_S / BIN_S) + 1
    received, missing = [0] * count, [0] * count
    highest = seen[0].seq
    for one in seen:
        place = int((one.received_ns - seen[0].received_ns) / NS_PER_S / BIN_S)
        received[place] += 1
        if one.seq > highest + 1:
            missing[place] += one.seq - highest - 1
        highest = max(highest, one.seq)
    return list(zip(received, missing, strict=True))


def _share(bins: Sequence[tuple[int, int]]) -> float:
    missing = sum(gone for _, gone in bins)
    return missing / max(1, missing + sum(come for come, _ in bins))


def find_step(seen: Sequence[Seen], parts: Sequence[Stretch]) -> Step | None:
    """Return the one step up of an otherwise constant rate; None if there is none."""
    times, numbers = joined(seen, parts)
    places = [index for part in parts for index in range(part.first, part.last + 1)]
    if len(times) < 40:
        return None
    whole = wander_ms(seen, parts)
    if whole < 12:
        return None
    split = _knee(times, numbers)
    if not 10 <= split <= len(times) - 10:
        return None
    rests = []
    slopes = []
    for x, y in ((numbers[:split], times[:split]), (numbers[split:], times[split:])):
        slope = line_slope(x, y)
        rest = [b - slope * a for a, b in zip(x, y, strict=True)]
        rests.append((percentile(rest, 95) - percentile(rest, 5)) * 1000)
        slopes.append(slope)
    if min(slopes) <= 0 or max(rests) > WANDER_MS[1] or slopes[0] < STEP_LEAST * slopes[1]:
        return None
    place = places[split]
    before, after = (IP_BYTES * 8 / slope for slope in slopes)
    return Step(seen[place].received_ns, place, before, after)


def _knee(times: Sequence[float], numbers: Sequence[int]) -> int:
    """Return where times over numbers bends most downwards: farthest above the chord."""
    chord = (times[-1] - times[0]) / max(1, numbers[-1] - numbers[0])
    above = [t - times[0] - chord * (n - numbers[0]) for t, n in zip(times, numbers, strict=True)]
    return max(range(len(above)), key=above.__getitem__)


def batch_ms(seen: Sequence[Seen], parts: Sequence[Stretch]) -> float | None:
    """Return the period at which packets are handed over in batches, ms; None if they are not."""
    times = _times_looked_at(seen, parts)
    if len(times) < 40:
        return None
    spacing = _spacing_ms(seen, parts)
    found = None
    step = 1 / (3 * _LOOK_MS)
    frequency = 1 / _PERIODS_MS[1]
    best = 0.0
    while frequency <= 1 / _PERIODS_MS[0]:
        turn = 2j * pi * frequency
        strength = abs(sum(exp(turn * t) for t in times)) / len(times)
        if strength > max(COHERENT, best + 0.02):
            best, found = strength, 1 / frequency
        elif found is not None and 1 / frequency < 0.9 * found:
            break
        frequency += step
    if found is None or abs(found / spacing - 1) < 0.04:
        return None
    return found


def _times_looked_at(seen: Sequence[Seen], parts: Sequence[Stretch]) -> list[float]:
    """Return arrivals (ms) of busy packets in the last _LOOK_MS of them, thinned to _LOOKED_AT."""
    places = [index for part in parts for index in range(part.first + 1, part.last + 1)]
    if not places:
        return []
    until_ns = seen[places[-1]].received_ns
    times = [
        (seen[index].received_ns - until_ns) / NS_PER_MS
        for index in places
        if until_ns - seen[index].received_ns < _LOOK_MS * NS_PER_MS
    ]
    return scattered(times, _LOOKED_AT)


def scattered(values: Sequence[float], count: int) -> list[float]:
    """Return *count* of *values* at places without a period, all of them if there are no more.

    Every n-th of evenly spaced values would have a period of its own. The places: a linear congruential
    sequence, multiplier and increment of ISO C's example of rand().
    """
    if len(values) <= count:
        return list(values)
    place, chosen = 1, []
    for _ in range(count):
        place = (place * 1103515245 + 12345) % 2**31
        chosen.append(values[(place >> 8) % len(values)])
    return chosen


def _spacing_ms(seen: Sequence[Seen], parts: Sequence[Stretch]) -> float:
    """Return the mean time between busy packets, ms."""
    count = sum(part.last - part.first for part in parts)
    took = sum(seen[part.last].received_ns - seen[part.first].received_ns for part in parts)
    return took / max(1, count) / NS_PER_MS
