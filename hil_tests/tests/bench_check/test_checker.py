"""The checker before literal journals: honest ones, and such as would flatter if it let them."""

import json

import msgspec
import pytest

from hil_tests.bench_check import __main__ as program
from hil_tests.bench_check.journal import JournalRefused, sort_out
from hil_tests.bench_check.page import page
from hil_tests.bench_check.rows import confusion, rows, scores_of
from hil_tests.bench_check.statistics import percentile

# 4 s from first to last bulk frame; 10 Mbit/s of layer 2 = 5,000,000 bytes; frames of 1514 carry 1500 of IP.
TRUTH = {
    "t0_ns": 1_000_000_000, "t1_ns": 5_000_000_000, "served_bytes": 5_000_000.0, "set_bps": 10_000_000,
    "bulk_frames": 1000, "bulk_bytes": 1_514_000, "bulk_payload_bytes": 1_448_000, "bulk_s": 4.0,
    "wire_ip_bytes": 2_500_000,
}  # fmt: skip
IP_BPS = 9_907_529.7  # 10 Mbit/s x 1500 / 1514
PAYLOAD_BPS = 9_564_068.7  # 10 Mbit/s x 1448 / 1514
RAW = {"kind": "capacity-down", "outcome": "ok", "layer": "ip", "shape": "fifo", "capacity_bps": IP_BPS}


def plan(*runs, half="judged"):
    return {"type": "plan", "seed": 5, "half": half, "method": "capacity", "runs": list(runs)}


def ended(run, shape="fifo", *, raw=RAW, truth=TRUTH, half="judged", **more):
    """Return the two lines of one run."""
    kind = run.split("/")[0]
    cell = {"name": "0123abcd", "half": half, "kind": kind, "shape": shape, "direction": "down"}
    times = {"started_ns": 10, "drawn_ns": 20, "go_ns": 30}
    head = {"run": run, "date": "2026-11-25T10:00:00+00:00", "commit": "0123456789ab"}
    end = {"type": "end", **head, "invalid": None, "cell": cell, "raw": raw, "truth": truth, "cpu_s": 0.5}
    return [{"type": "begin", **head}, {**end, "status": 0, **times, **more}]


def peer(run, shape="fifo", **raw):
    said = {"outcome": "ok", "layer": "tcp-payload", "sustained_bps": PAYLOAD_BPS * 0.9, **raw}
    return ended(run, shape, raw={"iperf3": said}, truth={"iperf3": TRUTH}, command={"iperf3": "iperf3 -c X"})


SESSION = {"type": "session", "date": "2026-11-25", "commit": "0123456789ab", "frozen": {"capacity": "ab12"}}


def journal(*parts, sessions=(SESSION,)):
    lines = [line for part in parts for line in (part if isinstance(part, list) else [part])]
    lines += sessions
    return sort_out([json.dumps(line) for line in lines], name="j")


def ours(found, kind="fifo"):
    return scores_of(found, kind).ours


def one(raw=RAW, shape="fifo", kind="fifo", **more):
    """Return the score of a journal's only run."""
    run = f"{kind}/0/ours/0"
    (score,) = ours(journal(plan(run), ended(run, shape, raw=raw, **more)), kind)
    return score


def test_an_exact_run_errs_by_nothing_and_its_bytes_are_the_wire_s():
    score = one()
    assert score.error_pct == pytest.approx(0, abs=1e-5)
    assert score.seconds == 4.0
    assert score.bytes_pct == pytest.approx(2_500_000 * 8 / (IP_BPS * 10) * 100)  # 20.2 %
    assert (score.named_right, score.why) == (True, "")


def test_errors_are_of_the_layer_that_is_named():
    payload = {"outcome": "ok", "layer": "tcp-payload", "sustained_bps": PAYLOAD_BPS * 1.02}
    assert one(payload).signed_pct == pytest.approx(2.0, abs=1e-4)
    assert one({**payload, "layer": "ip"}).why.startswith("no estimate")  # capacity is what counts there
    assert one({**RAW, "layer": "ethernet"}).error_pct == 100


def test_a_varying_link_is_judged_by_what_it_could_serve_in_those_seconds():
    truth = {**TRUTH, "set_bps": None, "served_bytes": 2_500_000.0}
    raw = {"outcome": "ok", "shape": "scheduler", "sustained_bps": IP_BPS / 2, "interval_bps": [4.9e6, 5.1e6]}
    score = one(raw, "trace", "other", truth=truth)
    assert score.error_pct == pytest.approx(0, abs=1e-4)
    assert (score.covered, score.named_right) == (True, True)  # a trace is a scheduled cell
    assert score.half_width_pct == pytest.approx(0.1e6 / (IP_BPS / 2) * 100)


@pytest.mark.parametrize(
    ("raw", "more", "why", "no_estimate"),
    [
        (None, {"status": 1}, "printed nothing to judge (status 1)", False),
        ("12 Mbit/s", {}, "printed nothing to judge", False),
        ({"outcome": "ok", "capacity_bps": "much"}, {}, "printed nothing to judge", False),
        ({"outcome": "no_estimate", "capacity_bps": IP_BPS}, {}, "no estimate: no_estimate", True),
        ({"outcome": "ok"}, {}, "no estimate: ok", True),
        ({**RAW, "capacity_bps": 0}, {}, "no estimate: ok", True),
        ({**RAW, "capacity_bps": -5.0}, {}, "no estimate: ok", True),
        (RAW, {"truth": {**TRUTH, "t0_ns": None}}, "nothing came through the link", False),
        (RAW, {"truth": {}}, "nothing came through the link", False),
        (RAW, {"started_ns": 25}, "not started before the link was drawn", False),
        (RAW, {"drawn_ns": None}, "the journal does not say when it was started", False),
    ],
)
def test_what_failed_is_an_error_of_100_percent_and_never_left_out(raw, more, why, no_estimate):
    score = one(raw, **more)
    assert (score.error_pct, score.covered, score.no_estimate) == (100, False, no_estimate)
    assert score.why.startswith(why)


def test_a_run_that_began_and_vanished_counts_as_failed():
    run = "fifo/0/ours/0"
    gone = journal(plan(run), ended(run)[:1], ended(run))
    assert [score.error_pct for score in ours(gone)] == pytest.approx([0, 100], abs=1e-4)
    assert ours(gone)[1].why == "it began and never ended"


def test_missing_runs_keep_every_goal_of_their_kind_from_holding():
    names = [f"fifo/0/ours/{k}" for k in range(41)]
    whole = journal(plan(*names[:40]), *(ended(name) for name in names[:40]))
    assert goal(whole, "fifo: error, median").holds
    short = journal(plan(*names), *(ended(name) for name in names[:40]))
    row = goal(short, "fifo: error, median")
    assert (row.ours, row.holds, row.why) == (pytest.approx(0, abs=1e-4), False, "1 planned runs are missing")


@pytest.mark.parametrize(
    ("sessions", "half", "holds"),
    [
        ([SESSION, SESSION], "judged", True),
        ([], "judged", False),
        ([SESSION, {**SESSION, "frozen": {}}], "judged", False),
        ([SESSION, {**SESSION, "frozen": {"capacity": "ab13"}}], "judged", False),
        ([], "tuning", True),
    ],
)
def test_no_goal_holds_by_a_method_that_was_not_frozen(sessions, half, holds):
    names = [f"fifo/0/ours/{k}" for k in range(40)]
    runs = [ended(name, half=half) for name in names]
    row = goal(journal(plan(*names, half=half), *runs, sessions=sessions), "fifo: error, median")
    assert row.holds is holds
    assert ("not frozen" in row.why) is not holds


def test_fewer_than_40_runs_prove_nothing():
    row = goal(journal(plan("fifo/0/ours/0"), ended("fifo/0/ours/0")), "fifo: error, p95")
    assert (row.holds, row.n, row.why) == (False, 1, "1 runs, at least 40 are needed")


def test_runs_the_emulator_spoiled_are_counted_apart_and_few_may_be():
    names = [f"fifo/0/ours/{k}" for k in range(40)]
    spoiled = [
        line for k in range(5) for line in ended(names[k], invalid="emulator late", raw={"outcome": "ok"})
    ]
    row = goal(journal(plan(*names), spoiled, *(ended(name) for name in names)), "fifo: error, median")
    assert (row.n, row.invalid, row.holds) == (40, 5, False)
    assert row.why == "5 of 45 runs invalid, 10% may be"
    by_hand = journal(plan(names[0]), ended(names[0], invalid="interrupted by hand"), ended(names[0]))
    assert (len(by_hand.invalid), by_hand.by_hand) == (0, 1)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "must begin with a plan"),
        (ended("a/0/ours/0"), "must begin with a plan"),
        ([plan("a/0/ours/0"), plan("a/0/ours/0")], "have one"),
        ([plan("fifo/0/ours/0"), *ended("fifo/0/ours/0"), *ended("fifo/0/ours/0")], "has two valid ends"),
        ([plan("fifo/0/ours/0"), *ended("fifo/9/ours/0")], "not planned: fifo/9/ours/0"),
        ([plan("fifo/0/ours/0"), ended("fifo/0/ours/0")[1]], "line 2: the end of a run that was not begun"),
        ([plan("fifo/0/ours/0"), *ended("fifo/0/ours/0", half="tuning")], "is not of a judged cell"),
        ([plan("fifo/0/ours/0"), {"type": "end", "run": 5}], "Expected `str`, got `int`"),
        ([plan("fifo/0/ours/0"), {"no": "type"}], "line 2: no object with a type"),
    ],
)
def test_a_journal_that_contradicts_itself_is_refused(lines, why):
    with pytest.raises(JournalRefused, match=why):
        sort_out([json.dumps(line) for line in lines], name="j")


def test_a_burst_rate_sold_as_sustained_is_seen():
    truth = {**TRUTH, "set_burst_bps": 25_000_000}
    raw = {"outcome": "ok", "shape": "policer"}
    burst = one({**raw, "sustained_bps": 24e6}, "policer", "other", truth=truth)
    tokens = one({**raw, "sustained_bps": 9.7e6}, "policer", "other", truth=truth)
    between = one({**raw, "sustained_bps": 15e6}, "policer", "other", truth=truth)
    assert [s.burst_as_sustained for s in (burst, tokens, between)] == [True, False, False]


def test_a_row_has_both_figures_their_ratio_and_the_raw_lists():
    names = [f"fifo/0/ours/{k}" for k in range(40)]
    raw = {**RAW, "capacity_bps": IP_BPS * 1.005}
    row = goal(
        journal(plan("fifo/0/peers/0", *names), peer("fifo/0/peers/0"), *(ended(n, raw=raw) for n in names)),
        "fifo: error, median",
    )
    assert (row.ours, row.peer, row.ratio) == pytest.approx((0.5, 10.0, 0.05), abs=1e-4)
    assert (row.goal, row.holds, row.n, row.peer_name) == ("<= 1", True, 40, "iperf3 -P4")
    assert row.peer_command == "iperf3 -c X"
    assert row.raw["ours"][39] == ("fifo/0/ours/39", pytest.approx(0.5, abs=1e-4))
    assert row.raw["peer"] == [("fifo/0/peers/0", pytest.approx(10.0, abs=1e-4))]


def test_a_peer_that_failed_errs_by_100_percent_too():
    found = journal(
        plan("fifo/0/peers/0"), peer("fifo/0/peers/0", outcome="failed: reset", sustained_bps=None)
    )
    assert [score.error_pct for score in scores_of(found, "fifo").peer] == [100]


def test_confusion_counts_what_was_named_what():
    names = [f"other/{k}/ours/0" for k in range(3)]
    said = ({"outcome": "ok", "shape": "fifo"}, {"outcome": "ok", "shape": "policer"}, {"outcome": "none"})
    parts = [ended(name, "policer", raw=raw) for name, raw in zip(names, said, strict=True)]
    found = journal(plan(*names), *parts)
    assert confusion(ours(found, "other")) == {"policer": {"fifo": 1, "none": 1, "policer": 1}}


@pytest.mark.parametrize(("share", "value"), [(50, 2), (95, 4), (100, 4), (25, 1), (26, 2)])
def test_a_percentile_is_a_value_that_was_seen(share, value):
    assert percentile([3, 1, 4, 2], share) == value


def test_no_values_meet_no_goal():
    assert not percentile([], 50) <= 1e9


def test_the_program_writes_the_rows_and_its_status_says_whether_all_holds(tmp_path, capsys):
    path, out = tmp_path / "j.jsonl", tmp_path / "bench.json"
    lines = [plan("fifo/0/ours/0"), *ended("fifo/0/ours/0")]
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n")
    assert program.main([str(path), "--out", str(out)]) == 1
    written = msgspec.json.decode(out.read_bytes())
    keys = {"name", "ours", "peer", "peer_name", "peer_command", "ratio", "goal", "holds", "n", "raw"}
    assert keys <= set(written[0])
    assert "at least 40 are needed" in capsys.readouterr().out
    path.write_text("{")
    assert program.main([str(path), "--out", str(out)]) == 2


def goal(found, name):
    (row,) = [row for row in rows(found) if row.name == name]
    return row


def test_the_page_says_what_was_run_what_missed_and_by_how_much():
    names = [f"fifo/0/ours/{k}" for k in range(40)]
    raw = {**RAW, "capacity_bps": IP_BPS * 1.02}
    found = journal(plan(*names), *(ended(name, raw=raw) for name in names), sessions=(SESSION, SESSION))
    text = page(found, rows(found))
    assert "judged half of the cells, seed 5" in text
    assert "the last of 2 sittings 2026-11-25; commit 0123456789ab" in text
    assert "| fifo: error, median, % | 2 |  |  | <= 1 | **misses** | 40 | 0 |" in text
    assert "- fifo: error, median: 2 misses <= 1" in text
    assert "| ours | 40 | +2.00 | +2.00 | +2.00 | +2.00 | +2.00 |" in text
