"""The picture and the table: what they must say, on synthetic lines."""

import numpy as np
from rich.console import Console

from tools.demo.picture import sheet
from tools.demo.show import show
from tools.demo.verdict.judge import Verdict
from tools.demo.verdict.model import Figure
from tools.demo.verdict.site_log import LineTruth, Way
from tools.demo.verdict.timeline import Run, Timeline


def line_with(runs, *, rsrp=((0.0, -97.0), (1.0, -96.0)), failures=()):
    title = "1-1.1 · 51010 · $Brand_{x}$"
    return Timeline(
        title=title, runs=runs, rsrp=rsrp, probes=(0.0, 2.0, "RTT 41 ms, 0 lost"), failures=failures
    )


def run(kind, start_s, mbps):
    bins = np.full(50, mbps)
    return Run(
        kind=kind,
        edges_s=start_s + np.arange(51) / 10,
        steady_from_s=start_s + 1.5,
        measured_mbps=bins,
        delivered_mbps=bins,
        capacity_mbps=np.full(50, np.nan),
        sustained_mbps=mbps,
    )


def words_of(figure):
    return [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]


def test_the_picture_says_seed_commit_and_simulated(tmp_path):
    lines = [
        line_with([run("tcp-down", 3.0, 8.25), run("tcp-up", 9.0, 2.5)]),
        line_with([], rsrp=(), failures=[(5.0, "tcp-up: server.refused")]),
    ]
    figure = sheet(
        lines,
        [("22 figures in tolerance", True), ("FAILED: tcp-up", False)],
        "seed 7 · commit abc",
        ("1 of 44", False),
    )
    figure.savefig(tmp_path / "demo.png", dpi=40)
    words = words_of(figure)
    assert "SIMULATED · seed 7 · commit abc" in words
    assert "1-1.1 · 51010 · $Brand_{x}$" in words
    assert {"↓ 8.25 Mbit/s", "↑ 2.5 Mbit/s", "RTT 41 ms, 0 lost", "no RSRP published"} <= set(words)
    assert " tcp-up: server.refused " in words
    assert (tmp_path / "demo.png").stat().st_size > 10_000


def test_the_table_names_line_and_figure():
    ways = {0: Way(rate_bps=1.0), 1: Way(rate_bps=1.0)}
    line = LineTruth(slot="1-1.1", link=0, plmn="51010", brand="[red]B", name_shown="B", ways=ways)
    bad = Figure(
        line="1-1.1",
        name="rtt p50",
        layer="udp",
        unit="ms",
        site=40.0,
        measured=47.0,
        error=7.0,
        limit=5.0,
        error_unit="ms",
        ok=False,
    )
    beside = Figure(line="1-1.1", name="bytes used", layer="payload", unit="MB", measured=3.5)
    console = Console(width=160, record=True, quiet=True)
    console.quiet = False
    with console.capture() as captured:
        show(console, Verdict(figures=[bad, beside]), [line])
    said = captured.get()
    assert "line 1-1.1 · 51010 · [red]B" in said
    assert "FAILED line 1-1.1, rtt p50 (udp): error 7 ms, allowed 5 ms" in said
    assert "3.5 MB" in said
    assert "1 of 1 figures failed" in said
