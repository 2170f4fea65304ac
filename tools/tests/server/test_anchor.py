"""The anchor: what it prints, what it calls unwell, and one round of the real programs."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.server.anchor import AnchorPlan, Figures, run_anchor, why_unwell

PROGRAM = str(Path(sys.executable).with_name("pantau-server"))


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        (Figures("tcp-down", True, sustained_bps=95e6), ""),
        (Figures("tcp-down", True, sustained_bps=89e6), "tcp-down: 89.0 Mbit/s, below 90"),
        (Figures("rtt", True, rtt_ms={"p50": 0.4}, lost=0, sent=101), ""),
        (Figures("rtt", True, rtt_ms={"p50": 2.5}, lost=0, sent=101), "rtt: 2.5 ms, above 1"),
        (Figures("rtt", True, rtt_ms={"p50": 0.4}, lost=3, sent=101), "rtt: 3 of 101 probes lost"),
        (Figures("tcp-up", False, err={"code": "server.busy"}), "tcp-up: server.busy"),
    ],
)
def test_what_is_unwell(figures, why):
    assert why_unwell(AnchorPlan(name="a", server="s", least_bps=90e6, most_rtt_ms=1.0), figures) == why


def test_rounds_begin_a_minute_apart_and_say_their_health():
    slept: list[float] = []
    out, now = io.StringIO(), iter((0.0, 7.0, 60.0))
    answers = iter((('{"kind": "rtt"}', ""), ("null", "rtt: server.refused")))
    healthy = run_anchor(
        AnchorPlan(name="jkt", server="s", kinds=("rtt",), rounds=2),
        out,
        measure=lambda plan, kind: next(answers),
        sleep=slept.append,
        mono_s=lambda: next(now),
    )
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert (healthy, slept) == (False, [53.0])
    assert [line.get("result", line.get("healthy")) for line in lines] == [{"kind": "rtt"}, True, None, False]
    assert lines[3]["faults"] == ["rtt: server.refused"]


def test_a_round_against_a_real_server(serve):
    server = serve()
    words = ["anchor", "--server", f"127.0.0.1:{server.port}", "--kind", "rtt", "--rounds", "1"]
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=60, check=False)
    result, verdict = (json.loads(line) for line in done.stdout.splitlines())
    assert (done.returncode, verdict["healthy"], verdict["faults"]) == (0, True, [])
    assert (result["result"]["kind"], result["result"]["lost"]) == ("rtt", 0)
