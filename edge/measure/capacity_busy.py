"""When the bottleneck was busy for sure, and how fast it served then.

Two packets that came one behind the other are a busy pair if the second had to wait for the first:
- it had been sent so early that, sent + least delay + margin < arrival of the first. The margin covers what
  delay varies without any queue (jitter, batches), seen on packets that were sent after a pause; or
- both belong to one burst that was sent in half the time, or less, in which it came out. What comes within
  the margin after its first packet is left out: jitter that keeps the order draws a train's head forward.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from edge.measure.capacity import IP_BYTES, NS_PER_MS, NS_PER_S, Seen
from edge.stats.percentiles import percentile

PAUSE_NS = 20 * NS_PER_MS
LEAST_BURST = 6
_LEAST_MARGIN_NS, _MOST_MARGIN_NS = 3 * NS_PER_MS, 25 * NS_PER_MS
_ENOUGH_PAUSES = 8


class Stretch(NamedTuple):
    """Packets [first, last] of the record that left a busy bottleneck one behind the other."""

    first: int
    last: int


def least_delay_ns(seen: Sequence[Seen]) -> int:
    """Return the least one-way delay of *seen*, by two clocks that need not agree."""
    return min(one.received_ns - one.sent_ns for one in seen)


def margin_ns(seen: Sequence[Seen], least_ns: int) -> int:
    """Return how much more than the least a packet may take on an empty link, by those sent after a pause."""
    after_pause = [seen[0].received_ns - seen[0].sent_ns - least_ns]
    after_pause += [
        two.received_ns - two.sent_ns - least_ns
        for one, two in pairwise(seen)
        if two.sent_ns - one.sent_ns > PAUSE_NS
    ]
    if len(after_pause) < _ENOUGH_PAUSES:
        spread = max(after_pause) * 5 // 4 + 2 * NS_PER_MS
    else:
        spread = round(1.5 * percentile(after_pause, 75)) + NS_PER_MS
    return min(_MOST_MARGIN_NS, max(_LEAST_MARGIN_NS, spread))


def bursts(seen: Sequence[Seen]) -> Iterator[Stretch]:
    """Yield the packets that were sent without a pause between them, LEAST_BURST at least."""
    first = 0
    for index in range(1, len(seen) + 1):
        if index == len(seen) or seen[index].sent_ns - seen[index - 1].sent_ns > PAUSE_NS:
            if index - first >= LEAST_BURST:
                yield Stretch(first, index - 1)
            first = index


def span_ns(seen: Sequence[Seen], part: Stretch) -> int:
    """Return the time from the first to the last packet of *part*."""
    return seen[part.last].received_ns - seen[part.first].received_ns


def stretches(seen: Sequence[Seen], least_ns: int, margin: int) -> Iterator[Stretch]:
    """Yield the stretches of busy pairs, longest possible, in order."""
    hasty = _hasty_pairs(seen, margin)
    first = 0
    for index in range(1, len(seen)):
        waited = seen[index].sent_ns + least_ns + margin < seen[index - 1].received_ns
        if not waited and index not in hasty:
            if index - 1 > first:
                yield Stretch(first, index - 1)
            first = index
    if len(seen) - 1 > first:
        yield Stretch(first, len(seen) - 1)


def _hasty_pairs(seen: Sequence[Seen], margin: int) -> set[int]:
    """Return the second packet of each pair within a burst that was sent much faster than it came."""
    found: set[int] = set()
    for burst in bursts(seen):
        took_ns = span_ns(seen, burst)
        if 2 * (seen[burst.last].sent_ns - seen[burst.first].sent_ns) > took_ns:
            continue
        from_ns = seen[burst.first].received_ns + (margin if took_ns > 2.5 * margin else 0)
        found.update(
            index
            for index in range(burst.first + 1, burst.last + 1)
            if seen[index - 1].received_ns >= from_ns
        )
    return found


def slope_bps(seen: Sequence[Seen], parts: Sequence[Stretch]) -> float | None:
    """Return the common rate of *parts*: least squares of time over packet number, each from its own start.

    The times are what is noisy (jitter, batches), so they are regressed on the numbers, not the other way.
    """
    above = below = 0.0
    for part in parts:
        t0_ns = seen[part.first].received_ns
        times = [(one.received_ns - t0_ns) / NS_PER_S for one in seen[part.first : part.last + 1]]
        middle, place = sum(times) / len(times), (len(times) - 1) / 2
        above += sum((n - place) * (t - middle) for n, t in enumerate(times))
        below += sum((n - place) ** 2 for n in range(len(times)))
    return below / above * IP_BYTES * 8 if above > 0 else None
