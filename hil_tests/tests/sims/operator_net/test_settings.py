"""Settings that no link can have are refused with link, direction and key."""

import json
import re

import pytest

from hil_tests.sims.operator_net.settings import SettingsError, read_config

GOOD = {"rate_bps": 1_000_000, "delay_ms": 10.0, "rate_steps": [[2.0, 500_000]]}


def write(path, up):
    wire = {
        "link": {"name": "1-1.1", "up": up, "down": {}},
        "client_interface": "c0",
        "router_interface": "r0",
    }
    path.write_text(json.dumps({"seed": 1, "wires": [wire]}))
    return path


def test_a_good_file(tmp_path):
    link = read_config(write(tmp_path / "c.json", GOOD)).wires[0].link
    assert (link.up.rate_bps, link.up.rate_steps[0].t_s, link.down.rate_bps) == (1_000_000, 2.0, None)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"rate_bps": 0}, "link 1-1.1, up: rate_bps must be above 0 or absent"),
        ({"loss": 1.5}, "link 1-1.1, up: loss must be a share from 0 to 1"),
        ({"delay_ms": -1}, "link 1-1.1, up: delay_ms must be 0 to 60000"),
        ({"queue_ms": 0}, "link 1-1.1, up: queue_ms must be above 0 or absent"),
        ({"rate_steps": [[2, 5], [1, 5]]}, "link 1-1.1, up: rate_steps must be in order of time"),
        ({"rate_bps": None}, "link 1-1.1, up: rate_steps must be absent where rate_bps is absent"),
        ({"dalay_ms": 5}, "unknown field `dalay_ms`"),
        ({"batching_ms": 17}, "up: batching_ms must be 1 to 16 or absent"),
        ({"reorder": {"share": 2, "by_ms": 1}}, "up: reorder.share must be a share from 0 to 1"),
        ({"reorder": {"share": 0.1, "by_ms": 0}}, "up: reorder.by_ms must be above 0, at most 60000"),
        ({"loss_bursts": {"enter": 0.1, "leave": 0}}, "up: loss_bursts.leave must be above 0, at most 1"),
        (
            {"loss": 0.1, "loss_bursts": {"enter": 0.1, "leave": 1}},
            "loss_bursts must be absent where loss is",
        ),
        ({"codel": {"target_ms": 5, "interval_ms": 5}}, "codel.interval_ms must be above target_ms"),
        ({"scheduler": {"users": 65}}, "scheduler.users must be 0 to 64"),
        (
            {"scheduler": {"users": 1, "on_ms": [10, 50]}},
            "scheduler.on_ms must be [least, most] within 20 to 500",
        ),
        ({"scheduler": {"users": 1, "off_ms": [60, 50]}}, "scheduler.off_ms must be [least, most]"),
        ({"scheduler": {"users": 1, "grant": "fair"}}, 'scheduler.grant must be "share" or "turns"'),
        ({"policer": {"rate_bps": 8, "burst_bytes": 1513}}, "policer.burst_bytes must be at least 1514"),
        (
            {"policer": {"rate_bps": 8, "burst_bytes": 1514, "peak_bps": 7}},
            "policer.peak_bps must be at least policer.rate_bps, or absent",
        ),
        ({"ramp": {"first_rate_bps": 5, "after_s": 1}}, "ramp must be absent where rate_steps is given"),
        ({"rate_steps": [], "ramp": {"first_rate_bps": 5, "after_s": 3}}, "ramp.after_s must be 0.2 to 2"),
        ({"promotion": {"promotion_ms": 40, "idle_ms": 5}}, "promotion.promotion_ms must be 50 to 300"),
        ({"promotion": {"promotion_ms": 50, "idle_ms": 0}}, "promotion.idle_ms must be 1 to 600000"),
        ({"rate_trace": [[0, 5]]}, "rate_trace must be absent where rate_bps is given"),
        ({"blackholes": [[2, 1]]}, "blackholes must be [from_s, until_s] from 0 on, in order"),
        ({"blackholes": [[0, 2], [1, 3]]}, "blackholes must be [from_s, until_s] from 0 on, in order"),
    ],
)
def test_bad_values_are_named(tmp_path, change, text):
    with pytest.raises(SettingsError, match=re.escape(text)):
        read_config(write(tmp_path / "c.json", {**GOOD, **change}))


@pytest.mark.parametrize(
    ("up", "text"),
    [
        ({"rate_trace": [[1, 5], [0, 5]]}, "rate_trace must be in order of time"),
        ({"rate_trace": [[0, -5], [1, 5]]}, "rate_trace must be of rates from 0 on"),
        ({"rate_trace": [[0, 5], [1, 0]]}, "rate_trace must be ended by a rate above 0"),
        ({"scheduler": {"users": 1}}, "scheduler must be absent where neither rate_bps nor rate_trace is"),
        ({"codel": {}}, "codel must be absent where neither rate_bps nor rate_trace is given"),
    ],
)
def test_bad_values_of_a_link_without_rate_are_named(tmp_path, up, text):
    with pytest.raises(SettingsError, match=re.escape(text)):
        read_config(write(tmp_path / "c.json", up))


def test_every_shape_at_once_is_a_good_file(tmp_path):
    up = {
        "loss_bursts": {"enter": 0.01, "leave": 0.25},
        "reorder": {"share": 0.01, "by_ms": 3.5},
        "codel": {},
        "scheduler": {"users": 4, "on_ms": [20, 100], "grant": "turns"},
        "policer": {"rate_bps": 20_000_000, "burst_bytes": 1_000_000},
        "batching_ms": 4,
        "ramp": {"first_rate_bps": 5_000_000, "after_s": 0.5},
        "promotion": {"promotion_ms": 50, "idle_ms": 5000},
        "rate_trace": [[0, 30_000_000, -90.5, -11, 12], [2.5, 20_000_000]],
        "blackholes": [[5, 6.5]],
    }
    got = read_config(write(tmp_path / "c.json", up)).wires[0].link.up
    assert got.codel is not None
    assert (got.codel.target_ms, got.codel.interval_ms) == (5.0, 100.0)  # RFC 8289 4.3, 4.4
    assert (got.rate_trace[0].rsrp_dbm, got.rate_trace[1].sinr_db) == (-90.5, None)
    assert got.blackholes[0].until_s == 6.5


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.json"):
        read_config(tmp_path / "nowhere.json")
