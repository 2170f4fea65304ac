"""The bench as it is run: one run of ours over one drawn link, journaled, then judged by the checker."""

import json
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.netns, pytest.mark.slow, pytest.mark.xdist_group("alone")]


def test_one_run_is_blind_journaled_and_judged_and_the_same_command_goes_on(tmp_path):
    journal, out = tmp_path / "j.jsonl", tmp_path / "bench.json"
    words = ["--cells", "2", "--runs", "1", "--seed", "5", "--half", "tuning", "--only", "fifo/0/ours"]
    command = [
        sys.executable,
        "-m",
        "hil_tests.bench_measure",
        *words,
        "--journal",
        str(journal),
        "--out",
        str(out),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 1, done.stderr  # one run proves nothing: 40 are needed
    plan, session, *runs = [json.loads(line) for line in journal.read_text().splitlines()]
    assert (plan["type"], plan["runs"]) == ("plan", ["fifo/0/ours/0"])
    assert {"commit", "date", "machine", "versions"} <= set(session)
    end = [line for line in runs if line["type"] == "end"][-1]  # on a busy machine the emulator may spoil it
    assert end["started_ns"] < end["drawn_ns"] < end["go_ns"] < end["truth"]["t0_ns"]
    assert end["cell"]["half"] == "tuning"
    assert not [word for word in end["command"] if "rate" in word]
    assert end["raw"]["kind"] == f"capacity-{end['cell']['direction']}"
    assert end["truth"]["bulk_frames"] > 100
    spoiled = end["invalid"] is not None
    assert ("1 planned runs are missing" if spoiled else "1 runs, at least 40 are needed") in done.stdout
    rows = json.loads(out.read_text())
    assert [name for name, _ in rows[0]["raw"]["ours"]] == ([] if spoiled else ["fifo/0/ours/0"])
    lines = len(journal.read_text().splitlines())
    again = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert "0 runs left" not in again.stderr  # nothing was left to do: a session more, no run
    assert len(journal.read_text().splitlines()) == lines + 1
