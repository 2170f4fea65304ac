"""Bins and rates on arrivals whose true rate is plain arithmetic."""

import pytest

from edge.measure.bins import bin_arrivals, skip_payload, sustained_bps, why_not_sustained
from edge.measure.result import Bins

MS = 1_000_000


def test_payload_falls_into_its_bin_and_the_last_started_bin_is_left_out():
    arrivals = [(0, 1000), (100 * MS, 1000), (200 * MS, 1000), (250 * MS, 1000)]
    assert bin_arrivals(arrivals) == Bins(t0_ns=0, bytes=[2000, 1000], width_ms=100, skip=15)


def test_what_arrives_over_an_edge_is_shared_by_time():
    # 3000 bytes between 80 and 140 ms: a third of that time lies before the edge at 100 ms
    assert bin_arrivals([(0, 500), (80 * MS, 100), (140 * MS, 3000), (200 * MS, 0)]).bytes == [1600, 2000]


@pytest.mark.parametrize(
    ("rate_mbit", "packets"), [(0.1, 1), (0.1, 2), (0.5, 1), (1, 2), (5, 2), (20, 1), (20, 10), (200, 40)]
)
def test_a_steady_flow_has_its_rate_however_slow_and_however_it_is_batched(rate_mbit, packets):
    gap_ns = packets * 1514 * 8 / rate_mbit * 1000
    arrivals = [(round(i * gap_ns), packets * 1448) for i in range(int(5e9 / gap_ns) + 1)]
    expected = rate_mbit * 1e6 * 1448 / 1514
    assert sustained_bps(bin_arrivals(arrivals)) == pytest.approx(expected, rel=1e-3)


def test_the_median_takes_no_notice_of_slow_start_and_of_a_few_stalls():
    steady = [125_000] * 35
    steady[3] = steady[9] = 0
    bins = Bins(t0_ns=0, bytes=[10] * 15 + steady)
    assert sustained_bps(bins) == 10e6


def test_no_time_left_after_slow_start_is_no_rate_but_a_reason():
    bins = Bins(t0_ns=0, bytes=[125_000] * 15)
    assert sustained_bps(bins) is None
    assert why_not_sustained(bins).startswith("the data ended within the 1.5 s")


def test_a_silent_half_is_never_zero_bits():
    bins = Bins(t0_ns=0, bytes=[125_000] * 20 + [0] * 15)
    assert sustained_bps(bins) is None
    assert "empty" in why_not_sustained(bins)


def test_stamps_out_of_order_lose_no_byte():
    assert bin_arrivals([(50 * MS, 10), (40 * MS, 10), (90 * MS, 10), (150 * MS, 0)]).bytes == [30]


def test_nothing_is_not_binned():
    with pytest.raises(ValueError, match="no_data"):
        bin_arrivals([])


def test_the_protocols_own_bytes_are_not_payload():
    arrivals = [(1, 120), (5, 0), (6, 1448), (7, 1448)]
    assert skip_payload(arrivals, 200, since_ns=5) == [(6, 1248), (7, 1448)]
    assert skip_payload(arrivals, 0) == [(1, 120), (6, 1448), (7, 1448)]
