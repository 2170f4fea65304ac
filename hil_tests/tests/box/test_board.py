"""The box with a probe board: what happens at the site is told, and a failed test is laid to it. That a hung
modem is cured through the board is hil_tests.holds.board_cure.
"""

import asyncio
import json
import time

import pytest

from hil_tests.bench.box import FAST, BoxBench, clean_link, interrupt
from hil_tests.bench.hosted_board import HostedBoard
from hil_tests.bench.observer import Observer

pytestmark = [pytest.mark.netns, pytest.mark.mqtt, pytest.mark.xdist_group("alone"), pytest.mark.slow]
DEADLINE_S = 30
SCHEDULE = FAST.replace("every_s = 0.2", "every_s = 0.1") + 'kinds = ["rtt"]\n'
AHEAD_S = 5


async def until(what, condition):
    until_s = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < until_s, what
        await asyncio.sleep(0.05)


def outcomes(observer):
    return {result["outcome"] for result in observer.results()}


async def play(bench, observer):
    """Mains and a hand at the box while its interface is away, one after the other."""
    board = HostedBoard(bench.folder / "uart", lambda word: None)
    await board.start()
    bench.config.write_text(bench.toml() + f'[board]\nport = "{board.uart}"\n')
    box = bench.start("pantau", "run", "--config", str(bench.config))
    try:
        await until("tests", lambda: "ok" in outcomes(observer))
        board.order(utc_s=int(time.time()) - AHEAD_S, age_ms=0, uncertainty_us=900)
        await asyncio.to_thread(bench.lab.delete_client_interface, 0)
        await until("a test without its interface", lambda: "box" in outcomes(observer))
        board.order(mains=0, battery_mv=12000)
        await until("a test without mains", lambda: "site" in outcomes(observer))
        board.order(sign=1)
        await until("a test beside somebody", lambda: "maintenance" in outcomes(observer))
    finally:
        interrupt(box)
        said, _ = await asyncio.to_thread(lambda: box.communicate(timeout=20))
        await board.stop()
    return said


def test_what_happens_at_the_site_is_told_and_failures_are_laid_to_it(tmp_path):
    with (
        BoxBench(folder=tmp_path, links=[clean_link("a")], schedule=SCHEDULE) as bench,
        Observer(bench.broker, bench.box) as observer,
    ):
        said = asyncio.run(play(bench, observer))
        records = [json.loads(raw) for raw in bench.outbox()]
    events = [r["values"]["event"] for r in records if r["kind"] == "event" and r["line"] == "box"]
    assert events == ["mains.lost", "maintenance.begun"], said
    results = [r for r in records if r["kind"] == "result"]
    good, bad = [r for r in results if r["ok"]], [r for r in results if not r["ok"]]
    assert {r["err"]["code"] for r in bad} == {"line.away"}
    assert list(dict.fromkeys(r["outcome"] for r in bad)) == ["box", "site", "maintenance"]
    assert all(r["values"]["mains_lost"] for r in bad if r["outcome"] == "site")
    assert all(r["values"]["maintenance"] for r in bad if r["outcome"] == "maintenance")
    assert good
    assert {r["outcome"] for r in good} == {"ok"}
    judge_clock(bad[-1]["clk"])


def judge_clock(clk):
    """The board's time is AHEAD_S behind ours: the clock's error, where nothing else disciplines it."""
    assert clk["src"] in ("ntp", "gnss")
    if clk["src"] == "gnss":
        assert AHEAD_S * 1000 <= clk["err_ms"] <= (AHEAD_S + 1) * 1000 + 100
