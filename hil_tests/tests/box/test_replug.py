"""A modem's interface that goes and comes again while the box runs: no silence, and a good figure first."""

import json
import subprocess

import pytest

from hil_tests.bench.box import FAST, BoxBench, await_true, clean_link, interrupt
from hil_tests.bench.observer import Observer

pytestmark = [pytest.mark.netns, pytest.mark.mqtt, pytest.mark.xdist_group("alone")]
KINDS = ["rtt", "tcp-up"]
SHORT = FAST + 'kinds = ["rtt", "tcp-up"]\n'


class Plug:
    """The interface of line 0 as a macvlan over the lab's: it can go and come, and the link stays."""

    def __init__(self, bench):
        self.below, self.name = bench.interfaces[0], f"u{bench.lab_id}"
        self.box = bench.box
        ip("link", "set", self.below, "up")
        bench.config.write_text(bench.toml().replace(f'"{self.below}"', f'"{self.name}"'))

    def put_in(self):
        ip("link", "add", self.name, "link", self.below, "type", "macvlan", "mode", "private")

    def pull(self):
        ip("-n", f"pantau-{self.box}-1-1-1", "link", "del", self.name)


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=20)


def of_slot(records, slot):
    return [record for record in records if record["values"]["slot"] == slot]


def await_results(observer, bench, count, *, beside):
    """Wait for *count* more results of line 0 than *beside*; return them."""
    await_true(
        f"{count} more results", lambda: len(of_slot(observer.results(), "1-1.1")) >= len(beside) + count
    )
    return of_slot(observer.results(), "1-1.1")[len(beside) :]


def test_a_replugged_modem_measures_again_and_no_test_was_silent(tmp_path):
    with (
        BoxBench(folder=tmp_path, links=[clean_link("a"), clean_link("b")], schedule=SHORT) as bench,
        Observer(bench.broker, bench.box) as observer,
    ):
        plug = Plug(bench)
        box = bench.start("pantau", "run", "--config", str(bench.config))
        absent = await_results(observer, bench, len(KINDS), beside=[])
        plug.put_in()
        first = await_results(observer, bench, 2 * len(KINDS), beside=absent)
        plug.pull()
        gone = await_results(observer, bench, 2 * len(KINDS), beside=absent + first)
        plug.put_in()
        back = await_results(observer, bench, 2 * len(KINDS), beside=absent + first + gone)
        interrupt(box)
        box.communicate(timeout=20)
        records = [json.loads(raw) for raw in bench.outbox()]
        others = of_slot(observer.results(), "1-1.2")
    for away, there in ((absent, first), (gone, back)):
        judge(away, there)
    assert [r["values"]["measurement"] for r in absent + first + gone + back][:6] == KINDS * 3
    assert all(record["ok"] for record in others), "the other line is measured as if nothing were"
    told = [r["values"]["event"] for r in records if r["kind"] == "event" and r["line"] != "51011"]
    assert [name for name in told if name.startswith("line.")] == [
        "line.away",
        "line.back",
        "line.away",
        "line.back",
    ]


def judge(away, there):
    """Away: each due test has its cause. There: from the first figure on only figures, proven on the line."""
    assert {record["err"]["code"] for record in away if not record["ok"]} == {"line.away"}
    assert all(record["outcome"] == "box" and record["err"]["text_id"] for record in away if not record["ok"])
    good = [record["ok"] for record in there]
    first = good.index(True)
    assert all(good[first:])
    assert all(record["err"]["code"] == "line.away" for record in there[:first])
    assert first <= len(KINDS)
    assert all(record["values"]["isolation_own_bytes"] > 0 for record in there[first:])
