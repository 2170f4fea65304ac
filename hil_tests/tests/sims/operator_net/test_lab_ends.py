"""How a lab ends: by signals at any moment, killed, refused; nothing may be left of it."""

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hil_tests.sims.operator_net import namespaces
from hil_tests.sims.operator_net.lab import Lab
from hil_tests.sims.operator_net.namespaces import NetworkError
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting

pytestmark = pytest.mark.netns
_numbers = itertools.count()
DEADLINE_S = 20.0


def lab_id():
    return f"e{os.getpid()}{'abcdefghijklmnopqrstuvwxyz'[next(_numbers) % 26]}"


def link():
    return LinkSetting("1-1.1", DirectionSetting(), DirectionSetting())


def until(condition, what):
    deadline_s = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline_s, f"waited in vain: {what}"
        time.sleep(0.02)


RUN_A_LAB = """
import sys, time
from pathlib import Path
from hil_tests.sims.operator_net.lab import Lab
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting
print("BEGIN", flush=True)
links = [LinkSetting("a", DirectionSetting(), DirectionSetting())] * 2
with Lab(sys.argv[1], links, Path(sys.argv[2])):
    print("UP", flush=True)
    time.sleep(60)
"""


def start_lab(name, folder):
    command = [sys.executable, "-c", RUN_A_LAB, name, str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def left_of(name):
    interfaces = [line for line in namespaces.run(["ip", "-o", "link"]).splitlines() if f"m{name}x" in line]
    here = [path for path in Path("/proc").glob("[0-9]*/cmdline") if name.encode() in _words(path)]
    return [*namespaces.existing(name), *interfaces, *here]


def _words(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("after_s", [0.0, 0.07, 0.2, 0.33, 2.0])
def test_nothing_is_left_after_a_signal_at_any_moment(tmp_path, number, after_s):
    name = lab_id()
    child = start_lab(name, tmp_path)
    assert child.stdout.readline() == b"BEGIN\n"
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(after_s)
    child.send_signal(number)
    child.communicate(timeout=DEADLINE_S)
    assert child.returncode != 0
    until(lambda: not left_of(name), f"nothing of {name} is left; there is {left_of(name)}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_impatient_signals_do_not_stop_the_clearing_up(tmp_path, number):
    name = lab_id()
    child = start_lab(name, tmp_path)
    assert [child.stdout.readline(), child.stdout.readline()] == [b"BEGIN\n", b"UP\n"]
    while child.poll() is None:
        child.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(0.03)
    child.communicate(timeout=DEADLINE_S)
    until(lambda: not left_of(name), f"nothing of {name} is left; there is {left_of(name)}")


def test_what_a_killed_lab_left_can_be_removed(tmp_path):
    name = lab_id()
    child = start_lab(name, tmp_path)
    assert [child.stdout.readline(), child.stdout.readline()] == [b"BEGIN\n", b"UP\n"]
    child.kill()
    child.communicate(timeout=DEADLINE_S)
    assert len(namespaces.existing(f"{name}-")) == 4
    assert sorted(Lab.reap(name)) == [f"{name}-emu", f"{name}-r0", f"{name}-r1", f"{name}-srv"]
    until(lambda: not left_of(name), f"nothing of {name} is left; there is {left_of(name)}")
    assert Lab.reap(name) == []


def test_a_lab_that_cannot_start_leaves_nothing_and_says_why(tmp_path):
    name = lab_id()
    bad = tmp_path / "missing"
    with pytest.raises(FileNotFoundError, match="emulator-config"), Lab(name, [link()], bad):
        pass
    assert left_of(name) == []


def test_bad_requests_are_named(tmp_path):
    with pytest.raises(NetworkError, match="lab id 'Too Long A Name'"):
        Lab("Too Long A Name", [link()], tmp_path)
    with pytest.raises(NetworkError, match="0 links"):
        Lab("a", [], tmp_path)
    with pytest.raises(NetworkError, match="program nosuchprogram is missing; apt-get install nosuchprogram"):
        namespaces.need("nosuchprogram")
    with pytest.raises(NetworkError, match="no namespace nosuch"):
        namespaces.udp_socket("nosuch")
