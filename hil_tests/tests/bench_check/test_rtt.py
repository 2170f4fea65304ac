"""Round trips before literal journals: errors by the packet, losses by the way, answers overtaken."""

import json

import pytest

from hil_tests.bench_check.journal import sort_out
from hil_tests.bench_check.rtt import overtaken, rtt_scores
from hil_tests.bench_check.rtt_rows import rtt_rows

RUN = "fifo/0/rtt/0"
MS = 1_000_000
# four probes: 40.00 ms; lost up; lost down; 41 ms. Measured 40.02 and 40.99 ms.
TRIPS = [[20 * MS, 20 * MS, 100], [None, None, None], [20 * MS, None, None], [20 * MS, 21 * MS, 200]]
OURS = {
    "outcome": "ok", "sent": 4, "lost_up": 1, "lost_down": 1, "reordered": 0,
    "probes": {"rtt_us": [40_020, None, None, 40_990]},
}  # fmt: skip
IRTT = {"rtt_ns": [40_100_000, None, 41 * MS]}
IRTT_TRUTH = {"rtt_ns": [40 * MS, 40 * MS, 41 * MS]}


def journal(ours=OURS, trips=TRIPS, irtt=IRTT, *, times=1, **more):
    runs = [f"fifo/{k}/rtt/0" for k in range(times)]
    lines: list[dict[str, object]] = [
        {"type": "plan", "seed": 1, "half": "tuning", "method": "capacity", "runs": runs}
    ]
    cell = {"name": "0", "half": "tuning", "kind": "fifo", "shape": "fifo", "direction": "down"}
    for run in runs:
        head = {"run": run, "date": "2026-11-25", "commit": "0"}
        truth = {"ours": {"trips": trips}, "irtt": IRTT_TRUTH}
        raw = {"ours": ours, "irtt": irtt}
        command = {"ours": [], "irtt": "irtt client"}
        end = {"invalid": None, "cell": cell, "raw": raw, "truth": truth, "command": command}
        lines += [{"type": "begin", **head}, {"type": "end", **head, **end, **more}]
    return sort_out([json.dumps(line) for line in lines], name="j")


def score(*args, **more):
    (found,) = rtt_scores(journal(*args, **more))
    return found


def test_each_probe_errs_by_what_was_measured_minus_the_log():
    found = score()
    assert found.ours_us == pytest.approx([20, -10])
    assert found.irtt_us == pytest.approx([100, 0])
    assert found.unlike == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"lost_up": 0}, "lost up 0, log 1"),
        ({"lost_down": None}, "lost down None, log 1"),
        ({"sent": 5}, "sent 5, log 4"),
        ({"reordered": 2}, "reordered 2, log 0"),
        ({"probes": {"rtt_us": [40_020, 40_000, None, 40_990]}}, "gaps at [2], log [1, 2]"),
        ({"outcome": "timeout"}, "no figure: timeout"),
    ],
)
def test_what_differs_from_the_log_is_named(change, why):
    (text,) = score({**OURS, **change}).unlike
    assert text == why


def test_a_result_that_cannot_be_read_is_unlike_the_log_too():
    assert score("dead").unlike[0].startswith("nothing to judge")
    assert score(trips="none").unlike[0].startswith("nothing to judge")
    assert score(irtt={"error": "refused"}).irtt_us == []


def test_an_answer_that_comes_after_a_later_one_was_overtaken():
    assert overtaken([10, 30, 20, None, 40]) == 1
    assert overtaken([40, 30, 20]) == 2
    assert overtaken([]) == 0


def test_rows_hold_with_enough_probes_and_not_with_few():
    rows = {row.name: row for row in rtt_rows(journal(times=300))}
    assert rows["rtt: |median error|"].ours == pytest.approx(10)  # of 300 times +20 and -10, the lower
    assert (rows["rtt: |error|, p99"].ours, rows["rtt: |error|, p99"].peer) == pytest.approx((20, 100))
    assert [row.holds for row in rows.values()] == [True, True, False, True, True, True]
    assert rows["rtt: |error|, p50, beside irtt"].why == "10 misses <= irtt"  # irtt's is 0 half of the time
    few = rtt_rows(journal())
    assert {row.holds for row in few} == {False}
    assert few[0].why == "2 probes, at least 500 are needed"


def test_one_run_unlike_the_log_is_enough_to_miss():
    row = rtt_rows(journal({**OURS, "lost_up": 0}, times=300))[-1]
    assert (row.ours, row.holds, row.n) == (300, False, 300)
