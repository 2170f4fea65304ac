"""When the bottleneck was busy for sure, and how fast it served then.

A packet is a busy pair with the one received before it if it had been sent so early that it must have waited
for that one: sent + least delay + margin < arrival of the one before. The margin covers what delay varies
without any queue (jitter), seen on packets that were sent after a pause.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from edge.measure.capacity import IP_BYTES, NS_PER_MS, NS_PER_S, Seen

PAUSE_NS = 30 * NS_PER_MS
_LEAST_MARGIN_NS, _MOST_MARGIN_NS = 3 * NS_PER_MS, 25 * NS_PER_MS


class Stretch(NamedTuple):
    """Packets [first, last] of the record that left a busy bottleneck one behind the other."""

    first: int
    last: int


def least_delay_ns(seen: Sequence[Seen]) -> int:
    """Return the least one-way delay of *seen*, by two clocks that need not agree."""
    return min(one.received_ns - one.sent_ns for one in seen)


def margin_ns(seen: Sequence[Seen], least_ns: int) -> int:
    """Return how much more than the least a packet may take on an empty link: 1.25 times what was seen."""
    after_pause = [
        two.received_ns - two.sent_ns - least_ns
        for one, two in pairwise(seen)
        if two.sent_ns - one.sent_ns > PAUSE_NS
    ]
    first = seen[0].received_ns - seen[0].sent_ns - least_ns
    spread = max([first, *after_pause])
    return min(_MOST_MARGIN_NS, max(_LEAST_MARGIN_NS, spread * 5 // 4 + 2 * NS_PER_MS))


def stretches(seen: Sequence[Seen], least_ns: int, margin: int) -> Iterator[Stretch]:
    """Yield the stretches of busy pairs, longest possible, in order."""
    first = 0
    for index in range(1, len(seen)):
        if seen[index].sent_ns + least_ns + margin >= seen[index - 1].received_ns:
            if index - 1 > first:
                yield Stretch(first, index - 1)
            first = index
    if len(seen) - 1 > first:
        yield Stretch(first, len(seen) - 1)


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
