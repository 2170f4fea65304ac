"""A timing test is alone: nobody else is in the room, and those who come later wait behind it."""

import fcntl
import subprocess
import sys
import threading
import time

from hil_tests.bench.plugin.room import room

STAY = """
import sys
from pathlib import Path
from hil_tests.bench.plugin.room import room
with room(Path(sys.argv[1]), alone=sys.argv[2] == "alone"):
    print("in", flush=True)
    sys.stdin.readline()
"""
SOON_S = 0.3


class Guest:
    """A process in the room until it is told to leave."""

    def __init__(self, folder, how):
        command = [sys.executable, "-c", STAY, str(folder), how]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.entered = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        assert self.process.stdout is not None
        if self.process.stdout.readline() == "in\n":
            self.entered.set()

    def leave(self):
        self.process.communicate("\n", timeout=20)


def await_gate_kept(folder):
    """Wait until somebody stays at the gate: a timing test that waits for the room to empty."""
    until_s = time.monotonic() + 20
    kept = 0
    while kept < 20:
        assert time.monotonic() < until_s, "nobody waits at the gate"
        try:
            with (folder / "test-gate.lock").open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            kept = 0
        except BlockingIOError:
            kept += 1
        time.sleep(0.01)


def test_timing_waits_for_the_others_and_the_others_for_timing(tmp_path):
    first, second = Guest(tmp_path, "shared"), Guest(tmp_path, "shared")
    assert first.entered.wait(20)
    assert second.entered.wait(20)
    alone = Guest(tmp_path, "alone")
    await_gate_kept(tmp_path)
    assert not alone.entered.is_set()
    late = Guest(tmp_path, "shared")
    assert not late.entered.wait(SOON_S)
    first.leave()
    assert not alone.entered.wait(SOON_S)
    second.leave()
    assert alone.entered.wait(20)
    assert not late.entered.is_set()
    alone.leave()
    assert late.entered.wait(20)
    late.leave()


def test_the_room_is_left_also_after_an_error(tmp_path):
    try:
        with room(tmp_path, alone=True):
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    with room(tmp_path, alone=True):
        assert (tmp_path / "test-room.lock").exists()
