"""The site as a program: its files, its end in every way, and what it says when a part of it dies."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hil_tests.sims.operator_net import namespaces

pytestmark = pytest.mark.netns
DEADLINE_S = 30.0


@contextlib.contextmanager
def started(folder, *words, seed=7, lines=2):
    arguments = ["--seed", str(seed), "--dir", str(folder), "--lines", str(lines), *words]
    process = subprocess.Popen(
        [sys.executable, "-m", "hil_tests.sims.site", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=DEADLINE_S)
        until(lambda: not left_of(process.pid, folder), f"nothing is left: {left_of(process.pid, folder)}")


def until(condition, what):
    deadline_s = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline_s, f"waited in vain: {what}"
        time.sleep(0.02)


def left_of(pid, folder):
    """Namespaces, interfaces, processes and serial ports of the site of process *pid*."""
    links = namespaces.run(["ip", "-o", "link"]).splitlines()
    ours = [
        path for path in Path("/proc").glob("[0-9]*/cmdline") if os.fsencode(folder) + b"/" in words_of(path)
    ]
    ports = list(folder.glob("ttyM*"))
    return [*namespaces.existing(f"p{pid}-"), *(line for line in links if f"mp{pid}x" in line), *ours, *ports]


def words_of(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def ready(process):
    word, _, facts = process.stdout.readline().partition(" ")
    assert word == "READY", process.stderr.read()
    return json.loads(facts)


def test_a_ready_site_has_its_files_and_ends_with_its_input(tmp_path):
    with started(tmp_path, lines=5) as process:
        facts = ready(process)
        truth = json.loads((tmp_path / "truth.json").read_text())
        known = json.loads((tmp_path / "site.json").read_text())
        assert facts["namespaces"] == namespaces_of(facts)
        assert [line["slot"] for line in truth["lines"]] == ["1-1.1", "1-1.2", "1-1.3", "1-1.4", "1-1.5"]
        assert set(known["lines"][0]) == {"slot", "at_port", "interface", "address", "gateway"}
        assert known["server"] == "198.51.100.10:8620"
        for line in known["lines"]:
            assert Path(line["at_port"]).stat().st_rdev  # a terminal
            assert line["interface"] in namespaces.run(["ip", "-o", "link", "show", line["interface"]])
        written_ns = (tmp_path / "truth.json").stat().st_mtime_ns
        assert written_ns < json.loads((tmp_path / "emulator.json").read_text())["started_ns"]
        process.stdin.close()
        process.stdin = None
        assert process.wait(DEADLINE_S) == 0
    assert json.loads((tmp_path / "emulator.json").read_text())["stopped_ns"]


def namespaces_of(facts):
    lab = facts["lab"]
    return [*(f"{lab}-r{k}" for k in range(5)), f"{lab}-srv", f"{lab}-emu"]


def test_what_a_box_may_know_holds_nothing_of_the_truth(tmp_path):
    with started(tmp_path) as process:
        ready(process)
    truth = json.loads((tmp_path / "truth.json").read_text())
    known = (tmp_path / "site.json").read_text()
    for line in truth["lines"]:
        for secret in ("imei", "plmn", "name_shown", "brand", "operator"):
            assert f'"{line[secret]}"' not in known
        assert str(line["link"]["down"]["rate_bps"]) not in known


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("after_s", [0.25, 0.45, 0.8, 1.3, None])
def test_nothing_is_left_after_a_signal_at_any_moment(tmp_path, number, after_s):
    with started(tmp_path) as process:
        if after_s is None:
            ready(process)
        else:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(after_s)
        process.send_signal(number)
        status = process.wait(DEADLINE_S)
        # before Python has set its handlers a signal simply ends the program, with nothing made yet
        assert status in ((0,) if after_s is None else (0, -number, 1))
        assert "Traceback" not in process.stderr.read() or after_s == 0.25


@pytest.mark.parametrize("victim", ["server", "modem-1-1.2", "emulator"])
def test_the_death_of_a_part_is_named(tmp_path, victim):
    with started(tmp_path) as process:
        ready(process)
        [child] = [pid for pid, words in children_of(process.pid) if MARKS[victim] in words]
        os.kill(child, signal.SIGKILL)
        assert process.wait(DEADLINE_S) == 1
        assert process.stderr.read().startswith(f"site: {victim} ended with status -9: ")


MARKS = {"server": b"pantau-server", "modem-1-1.2": b"ttyM1", "emulator": b"operator_net.emulator"}


def children_of(pid):
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [(int(child), words_of(Path(f"/proc/{child}/cmdline"))) for child in listed]


def test_a_killed_sites_rest_is_removed_by_the_next_one(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    with started(first) as killed:
        ready(killed)
        killed.kill()
        killed.wait(DEADLINE_S)
        assert len(namespaces.existing(f"p{killed.pid}-")) == 4
        for port in first.glob("ttyM*"):
            until(lambda port=port: not port.is_symlink(), "the modems end with their site")
        with started(second) as process:
            ready(process)
            assert namespaces.existing(f"p{killed.pid}-") == []


def test_a_folder_that_cannot_be_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with started(tmp_path / "file" / "x") as process:
        assert process.wait(DEADLINE_S) == 1
        assert "site: [Errno 20] Not a directory" in process.stderr.read()
