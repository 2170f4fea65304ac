"""Delay variation, runs of loss and one-way delay, on numbers small enough to do by hand."""

import pytest
from scapy.contrib.stamp import STAMPSessionSenderTestUnauthenticated

from edge.measure.delay import (
    LossRuns,
    OneWay,
    Variation,
    ipdv_ns,
    loss_runs,
    one_way,
    pdv_ns,
    variation,
    why_no_one_way,
)
from edge.measure.stamp import SenderPacket, encode_sender, error_estimate, error_of_estimate_ms

MS = 1_000_000
# delays of RFC 5481's kind: one lost, one late
DELAYS = [20 * MS, 23 * MS, None, 21 * MS, 30 * MS, 20 * MS]


def test_ipdv_is_of_consecutive_packets_that_both_arrived():
    assert ipdv_ns(DELAYS) == [3 * MS, 9 * MS, -10 * MS]  # RFC 3393 4.2: undefined beside a loss


def test_pdv_is_above_the_least_delay():
    assert pdv_ns(DELAYS) == [0, 3 * MS, MS, 10 * MS, 0]  # RFC 5481 4.2


def test_a_clock_that_is_an_hour_off_changes_neither():
    far = [None if delay is None else delay + 3600 * 10**9 for delay in DELAYS]
    assert (ipdv_ns(far), pdv_ns(far)) == (ipdv_ns(DELAYS), pdv_ns(DELAYS))


def test_percentiles_are_of_the_sizes():
    assert variation([3 * MS, 9 * MS, -10 * MS]) == Variation(n=3, p50=9.0, p95=9.9, p99=9.98, max=10.0)
    assert variation([5]) is None
    assert pdv_ns([None, None]) == []


@pytest.mark.parametrize(
    ("lost", "runs"),
    [
        ("......", LossRuns(count=0, longest=0, mean=0.0)),
        ("xx..x.", LossRuns(count=2, longest=2, mean=1.5)),
        ("xxxxxx", LossRuns(count=1, longest=6, mean=6.0)),
        (".x.x.x", LossRuns(count=3, longest=1, mean=1.0)),
    ],
)
def test_runs_of_loss(lost, runs):
    assert loss_runs([None if letter == "x" else 1 for letter in lost]) == runs


def test_one_way_delay_comes_with_the_bound_of_both_clocks():
    assert one_way(DELAYS, [5 * MS, 7 * MS, None], 1.5, 0.25) == OneWay(up=21.0, down=6.0, error=1.75)


@pytest.mark.parametrize(
    ("own_ms", "far_ms", "why"),
    [
        (None, 1.0, "not known how far from UTC: the clock of the box"),
        (None, None, "not known how far from UTC: the clock of the box and the server"),
        (1.0, None, "not known how far from UTC: the clock of the server"),
        (60.0, 60.0, "the clocks may be 120 ms apart"),
    ],
)
def test_without_clocks_that_know_utc_there_is_no_one_way_delay(own_ms, far_ms, why):
    assert one_way(DELAYS, DELAYS, own_ms, far_ms) is None
    assert why_no_one_way(own_ms, far_ms).startswith(why)


@pytest.mark.parametrize(
    ("error_ms", "estimate", "read_ms"),
    [
        (None, 0x2001, None),  # RFC 4656 4.1.2: S is 0; scale 32, multiplier 1 are 1 s
        (1000.0, 0x8000 | 25 << 8 | 128, 1000.0),  # 128 x 2^(25-32) s
        (0.0, 0x8001, 2.0**-32 * 1000),
        (0.5, 0x8000 | 14 << 8 | 132, 132 * 2.0**-18 * 1000),  # never below what was said
    ],
)
def test_the_error_estimate_says_what_the_clock_knows(error_ms, estimate, read_ms):
    assert error_estimate(error_ms) == estimate
    assert error_of_estimate_ms(estimate) == read_ms


def test_scapy_reads_the_error_estimate():
    packet = encode_sender(SenderPacket(seq=0, t1_ns=0, error_estimate=error_estimate(0.5)))
    seen = STAMPSessionSenderTestUnauthenticated(packet).err_estimate
    assert (seen.S, seen.Z, seen.scale, seen.multiplier) == (1, 0, 14, 132)
