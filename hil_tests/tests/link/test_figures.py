"""Summaries and the report's JSON."""

import json

import pytest

from hil_tests.link.figures import Figures, mean_interval, report_json, rtt_summary


def test_percentiles_of_round_trips():
    summary = rtt_summary([float(k) for k in range(1, 102)])
    assert summary == {"min": 1, "p10": 11, "p50": 51, "p90": 91, "p99": 100, "max": 101, "mean": 51}
    assert rtt_summary([]) is None


def test_interval_of_a_mean_is_students():
    # 1..10: mean 5.5, s 3.0277, t(9; 0.975) = 2.262 (table) -> 5.5 +- 2.166
    assert mean_interval([float(k) for k in range(1, 11)]) == pytest.approx((3.334, 7.666), abs=0.005)
    assert mean_interval([1.0, 2.0, 3.0, 4.0]) is None


def test_only_what_applies_is_in_the_report():
    parts = {"iperf3": Figures(outcome="ok", sustained_bps=5.0, interval_bps=(4.0, 6.0), layer="tcp-payload")}
    read = json.loads(report_json(parts, {"capacity_bps": 7}))
    assert list(read) == ["truth", "iperf3"]
    assert read["iperf3"] == {
        "outcome": "ok", "layer": "tcp-payload", "sustained_bps": 5.0, "interval_bps": [4.0, 6.0]
    }  # fmt: skip
