"""From options to settings: what each shape's rate means, what is drawn, how a trace is read."""

import pytest

from hil_tests.link import options, shapes
from hil_tests.link.errors import OptionError
from hil_tests.sims.operator_net.settings import check_link

MBIT = 1_000_000


def link(*words):
    read = options.read(words)
    setting = shapes.link_of(read)
    check_link(setting)
    return setting, shapes.known(read)


def test_everything_acts_on_the_measured_direction_and_half_the_round_trip_on_each():
    words = [
        "--rate-mbit",
        "37",
        "--rtt-ms",
        "66",
        "--loss-pct",
        "0.5",
        "--jitter-ms",
        "8",
        "--queue-ms",
        "150",
    ]
    setting, _ = link(*words, "--direction", "up", "--other-rate-mbit", "80")
    up, down = setting.up, setting.down
    assert (up.rate_bps, up.delay_ms, up.loss, up.jitter_ms, up.queue_ms) == (37 * MBIT, 33, 0.005, 8, 150)
    assert (down.rate_bps, down.delay_ms, down.loss, down.jitter_ms, down.queue_ms) == (
        80 * MBIT,
        33,
        0,
        0,
        150,
    )


def test_a_policer_s_rate_is_its_tokens_and_the_line_behind_is_faster():
    setting, known = link(
        "--shape", "policer", "--rate-mbit", "10", "--peak-mbit", "30", "--burst-kbyte", "400"
    )
    policer = setting.down.policer
    assert policer is not None
    assert (policer.rate_bps, policer.burst_bytes, setting.down.rate_bps) == (10 * MBIT, 400_000, 30 * MBIT)
    assert (known.sustained_bps, known.burst_bps) == (10 * MBIT, 30 * MBIT)


def test_a_ramp_s_rate_is_its_last():
    setting, known = link(
        "--shape", "ramp", "--rate-mbit", "40", "--first-rate-mbit", "15", "--ramp-s", "0.7"
    )
    ramp = setting.down.ramp
    assert ramp is not None
    assert (setting.down.rate_bps, ramp.first_rate_bps, ramp.after_s) == (40 * MBIT, 15 * MBIT, 0.7)
    assert known.sustained_bps == 40 * MBIT


def test_a_scheduler_s_rate_is_the_whole_cell_and_only_the_log_knows_the_share():
    setting, known = link("--shape", "scheduler", "--rate-mbit", "60", "--users", "3", "--grant", "turns")
    scheduler = setting.down.scheduler
    assert scheduler is not None
    assert (setting.down.rate_bps, scheduler.users, scheduler.grant) == (60 * MBIT, 3, "turns")
    assert (known.sustained_bps, known.burst_bps) == (None, 60 * MBIT)


@pytest.mark.parametrize("shape", ["scheduler", "policer", "batching", "ramp"])
def test_what_is_not_given_is_drawn_from_the_seed(shape):
    drawn = [link("--shape", shape, "--seed", str(seed))[0] for seed in (*range(1, 9), 1)]
    assert drawn[0] == drawn[-1]
    assert len({repr(setting.down) for setting in drawn}) > 1


def test_loss_in_bursts_loses_the_same_share():
    # enter / (enter + leave) = 2 %, 1 / leave = 4 packets -> leave 0.25, enter 0.25 * 0.02 / 0.98
    setting, _ = link("--loss-pct", "2", "--loss-burst-packets", "4")
    bursts = setting.down.loss_bursts
    assert bursts is not None
    assert (bursts.leave, bursts.enter) == (0.25, pytest.approx(0.005102, abs=1e-6))
    assert setting.down.loss == 0


def test_further_options_reach_the_setting():
    words = [
        "--aqm",
        "codel",
        "--reorder-pct",
        "3",
        "--reorder-ms",
        "4",
        "--promotion-ms",
        "120",
        "--idle-ms",
        "500",
    ]
    down = link(*words)[0].down
    assert down.codel is not None
    assert down.reorder is not None
    assert down.promotion is not None
    assert (down.reorder.share, down.reorder.by_ms) == (0.03, 4)
    assert (down.promotion.promotion_ms, down.promotion.idle_ms) == (120, 500)


def test_a_rate_trace_is_the_cell_s_rate_and_its_other_columns_are_ignored(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("rsrp_dbm,t_s,rate_mbit\n-90,0,12.5\n-95,1.5,4\n")
    setting, _ = link("--shape", "scheduler", "--rate-trace", str(path), "--users", "0")
    assert [(row.t_s, row.rate_bps) for row in setting.down.rate_trace] == [(0, 12_500_000), (1.5, 4_000_000)]
    assert setting.down.rate_bps is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("t_s,rate\n0,5\n", "line 2: no column rate_mbit"),
        ("t_s,rate_mbit\n0,5\n1,fast\n", "line 3: could not convert"),
        ("t_s,rate_mbit\n", "no row below the header"),
        (None, "No such file"),
    ],
)
def test_a_trace_that_cannot_be_read_names_file_and_line(tmp_path, text, said):
    path = tmp_path / "t.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(OptionError, match=said):
        shapes.read_trace(path, "down")


def test_a_trace_s_own_rate_of_the_direction_is_read(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("t_s,rate_down_mbit,rate_up_mbit\n0,20,5\n")
    assert [row.rate_bps for row in shapes.read_trace(path, "down")] == [20_000_000]
    assert [row.rate_bps for row in shapes.read_trace(path, "up")] == [5_000_000]
