"""Packet series whose rates are known by how they are made: 1400 bytes every so many microseconds."""

import pytest

from edge.measure.capacity import Seen
from edge.measure.capacity_estimate import estimate

DELAY_NS = 20_000_000
QUEUE_NS = 60_000_000


def queued(count, every_us, *, first=0, from_ns=0):
    """Packets that leave a full queue one every so many microseconds."""
    times = [from_ns + n * every_us * 1000 for n in range(count)]
    return [Seen(first + n, t - QUEUE_NS - DELAY_NS, t) for n, t in enumerate(times)]


def idle(count, every_us):
    """Packets at the beginning that found the link idle: they tell the least delay."""
    return [Seen(n, n * every_us * 1000 - DELAY_NS, n * every_us * 1000) for n in range(count)]


def test_a_full_queue_gives_the_rate_of_the_link():
    seen = idle(10, 1000) + queued(3000, 560, first=10, from_ns=200_000_000)
    made = estimate(seen)
    assert made.shape == "fifo"
    assert made.sustained_bps == pytest.approx(20e6, rel=1e-3)  # 1400 x 8 bits every 560 us
    assert made.burst_bps is None


def test_what_a_full_bucket_lets_through_is_a_burst_and_not_sustained():
    early = queued(1500, 280, first=10, from_ns=200_000_000)
    begun_ns = early[-1].received_ns + 560_000
    late = [
        Seen(1510 + 2 * n, begun_ns + n * 1_120_000 - DELAY_NS, begun_ns + n * 1_120_000) for n in range(1800)
    ]  # every other packet is dropped although nothing queues
    made = estimate(idle(10, 1000) + early + late)
    assert made.shape == "policer"
    assert made.sustained_bps == pytest.approx(10e6, rel=0.01)  # 1400 x 8 bits every 1120 us
    assert made.burst_bps == pytest.approx(40e6, rel=0.01)  # 1400 x 8 bits every 280 us


def test_too_few_packets_are_no_estimate():
    made = estimate(queued(20, 560))
    assert made.sustained_bps is None
    assert made.reason == "only 20 packets came: 30 are needed"
