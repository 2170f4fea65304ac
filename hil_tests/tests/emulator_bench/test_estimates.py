"""Figures from captures, on packets written by hand."""

import math

import numpy as np
import pytest

from hil_tests.emulator_bench import estimates
from hil_tests.emulator_bench.estimates import Window
from hil_tests.emulator_bench.reconcile import NEVER, Joined

T0_NS = 1_800_000_000_000_000_000


def joined(near_ms, far_ms, length=1000):
    """Make a flow of packets that entered and arrived so many ms after T0; None: did not arrive."""
    near = np.array([T0_NS + round(t * 1e6) for t in near_ms], np.int64)
    far = np.array([NEVER if t is None else T0_NS + round(t * 1e6) for t in far_ms], np.int64)
    sizes = np.full(len(near), length, np.int64)
    return Joined(np.arange(len(near)), near, near, near, near, far, np.zeros(len(near), np.int64), sizes)


def test_a_rate_is_bits_over_time_without_the_first_packet():
    flow = joined(range(5), [10, 12, 14, 16, 18])
    assert estimates.rate_bps(flow, Window(0, 1)) == 4 * 8000 / 0.008
    assert estimates.rate_bps(flow, Window(0, 0.0145)) == 2 * 8000 / 0.004
    assert math.isnan(estimates.rate_bps(flow, Window(1, 2)))


def test_transit_and_loss():
    flow = joined([0, 1, 2, 3, 4], [10, None, None, 14, None])
    assert estimates.transit_ms(flow).tolist() == [10, 11]
    assert estimates.bursts_of_loss(estimates.lost(flow)).tolist() == [2, 1]


def test_what_came_beyond_a_rate_is_the_bucket():
    # 8 Mbit/s = 1000 bytes a ms; three packets at once after 10 ms of delay, then one a ms
    flow = joined([0, 0, 0, 1, 2], [10, 10, 10, 11, 12])
    assert estimates.bucket_excess_bytes(flow, 8e6, 10.0).tolist() == pytest.approx(
        [1000, 2000, 3000, 3000, 3000]
    )


def test_batches_and_their_moments():
    flow = joined([0, 1, 2, 3, 4], [8, 8.01, 16, 16.02, 24])
    assert estimates.clusters_ms(flow, 4).tolist() == pytest.approx([8, 8])
    late = estimates.after_multiple_ms(np.array([T0_NS + 1_500_000]), 1.0)
    assert late.tolist() == [0.5]  # T0 is a whole millisecond


def test_overtaken_packets_are_counted_where_they_arrive():
    assert estimates.overtaken(joined([0, 1, 2, 3], [10, 30, 12, 13])) == 1
    assert estimates.overtaken(joined([0, 1, 2, 3], [10, 11, 12, 13])) == 0


def test_sigmas_of_a_share():
    assert estimates.sigmas(130, 10_000, 0.01) == pytest.approx(3.015, abs=0.001)  # 30 / sqrt(99)
    assert estimates.sigmas(130, 10_000, 0.01, spread=4) == pytest.approx(1.508, abs=0.001)
    assert estimates.sigmas(0, 10_000, 0.0) == 0
    assert estimates.sigmas(1, 10_000, 0.0) == math.inf
