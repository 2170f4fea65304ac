"""Published bins against the log: expected rates worked out by hand from packet counts."""

import pytest

from tools.demo.verdict.messages import Bins, Result, Series
from tools.demo.verdict.packets import delivered_bins
from tools.demo.verdict.throughput import RateStep, capacity_bps, judge, rate_at, sustained_bps
from tools.tests.demo.demo_data import DOWN, MS, TCP, UP, log, packet

PORT = 40112


def stream(count, every_ms, *, port=PORT, direction=DOWN, start_ms=0.0):
    return [
        packet(start_ms + i * every_ms - 20, start_ms + i * every_ms, direction, TCP, port)
        for i in range(count)
    ]


def result(bins, published_bps, *, local="192.168.8.100:40112"):
    values = {"measurement": "tcp-down", "sustained_bps": published_bps, "flow_local": local}
    return Result(
        id="b/e/1", box="b", line="51010", ok=True, outcome="ok", values=values, series=Series(bins=bins)
    )


def test_median_leaves_slow_start_out():
    # 15 bins of slow start, then 11 bins; the middle one is 125000 B in 100 ms = 10 Mbit/s
    steady = [100_000] * 5 + [125_000] + [130_000] * 5
    assert sustained_bps([0] * 15 + steady, skip=15, width_ms=100) == 10_000_000


def test_too_few_steady_bins_are_no_figure():
    assert sustained_bps([1000] * 24, skip=15, width_ms=100) is None


def test_bins_count_only_what_left_and_only_whole_time():
    packets = log(
        packet(0, 0, DOWN, TCP, PORT, length=1000),
        packet(1, 50, DOWN, TCP, PORT, length=1000),
        packet(2, None, DOWN, TCP, PORT, length=1000, fate=2),
        packet(3, 150, DOWN, TCP, PORT, length=1000),
        packet(4, 200, DOWN, TCP, PORT, length=600),
    )
    # by 0 ms 1000 B, by 100 ms 2000 B + half of the 1000 B that are complete at 150 ms, by 200 ms 3600 B
    assert list(delivered_bins(packets, t0_ns=0, width_ns=100 * MS, count=2)) == [1500, 1100]


def test_measured_equals_the_log():
    # a packet of 1514 B each millisecond: 100 a bin, 100 * 1448 B payload = 11.584 Mbit/s
    bins = Bins(t0_ns=0, bytes=[144_800] * 30, width_ms=100, skip=15)
    figures = judge(
        "1-1.1", "tcp-down", result(bins, 11_584_000.0), log(*stream(3100, 1.0)), [RateStep(0, 14e6)]
    )
    assert [figure.ok for figure in figures] == [True, True, None]
    assert figures[0].site == pytest.approx(11.584)
    assert figures[2].site == pytest.approx(14 * 1448 / 1514)


@pytest.mark.parametrize(("payload", "ok"), [(151_000, True), (153_000, False), (137_000, False)])
def test_five_per_cent_and_no_more(payload, ok):
    # the log has 144800 B a bin: +4.3 %, +5.7 %, -5.4 %
    bins = Bins(t0_ns=0, bytes=[payload] * 30, width_ms=100, skip=15)
    figure = judge("1-1.1", "tcp-down", result(bins, payload * 80.0), log(*stream(3100, 1.0)), [])[0]
    assert figure.ok is ok
    assert figure.name == "tcp-down sustained"


def test_published_figure_that_is_not_its_bins_median_fails():
    bins = Bins(t0_ns=0, bytes=[144_800] * 30, width_ms=100, skip=15)
    figures = judge("1-1.1", "tcp-down", result(bins, 11_700_000.0), log(*stream(3100, 1.0)), [])
    assert [(f.name, f.ok) for f in figures[:2]] == [
        ("tcp-down sustained", True),
        ("tcp-down published figure", False),
    ]


def test_other_flows_and_the_other_direction_do_not_count():
    bins = Bins(t0_ns=0, bytes=[144_800] * 30, width_ms=100, skip=15)
    packets = log(*stream(3100, 1.0, port=40113), *stream(3100, 1.0, direction=UP))
    figure = judge("1-1.1", "tcp-down", result(bins, 11_584_000.0), packets, [])[0]
    assert figure.ok is False
    assert "nothing" in figure.reason


@pytest.mark.parametrize(
    ("bins", "published", "local", "lacks"),
    [
        (None, 1.0, "a:1", "bins"),
        (Bins(t0_ns=0, bytes=[1] * 40, width_ms=100, skip=15), None, "a:1", "sustained_bps"),
        (Bins(t0_ns=0, bytes=[1] * 40, width_ms=100, skip=15), 80.0, "", "port"),
        (Bins(t0_ns=0, bytes=[1] * 4, width_ms=100, skip=15), 80.0, "a:1", "4 bins"),
        (Bins(t0_ns=0, bytes=[1] * 40, width_ms=0, skip=15), 80.0, "a:1", "40 bins"),
    ],
)
def test_what_is_missing_is_a_failed_figure(bins, published, local, lacks):
    [figure] = judge("1-1.1", "tcp-down", result(bins, published, local=local), log(), [])
    assert figure.ok is False
    assert lacks in figure.reason


def test_rate_in_force():
    steps = [RateStep(100, 8e6), RateStep(200, 4e6)]
    assert [rate_at(steps, t) for t in (99, 100, 199, 200, 10**9)] == [None, 8e6, 8e6, 4e6, 4e6]


def test_capacity_is_the_median_over_the_steady_bins():
    bins = Bins(t0_ns=0, bytes=[0] * 30, width_ms=100, skip=15)
    steps = [RateStep(0, 8e6), RateStep(2000 * MS, 4e6)]  # 5 of the 15 steady bins before the step
    assert capacity_bps(bins, steps) == pytest.approx(4e6 * 1448 / 1514)
