"""The far end as a program: what it says, and how it refuses."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hil_tests.sims.far_end.behaviours import BEHAVIOURS
from hil_tests.sims.far_end.servers import MODES

ROOT = Path(__file__).resolve().parents[4]
COMMAND = [sys.executable, "-m", "hil_tests.sims.far_end"]
REQUEST = b'{"v":1,"nonce":"00","kind":"tcp-up","seconds":1.0,"cc":"cubic","mac":null}\n'


def test_every_mode_has_a_behaviour_and_a_sentence():
    assert [mode.name for mode in MODES] == list(BEHAVIOURS)
    assert all(mode.sentence.endswith(".") for mode in MODES)


@pytest.mark.parametrize(("mode", "counted"), [("honest", 700), ("lying", 1400)])
def test_what_it_says_of_an_upload(mode, counted):
    words = [*COMMAND, "server", "--listen", "127.0.0.1:0", "--mode", mode]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline().rpartition(":")[2])
            with (
                socket.create_connection(("127.0.0.1", port), timeout=20) as sock,
                sock.makefile("rb") as said,
            ):
                assert json.loads(said.readline())["auth"] == "open"
                sock.sendall(REQUEST + bytes(700))
                sock.shutdown(socket.SHUT_WR)
                assert json.loads(said.readline())["ok"] is True
                assert json.loads(said.readline())["bytes"] == counted
        finally:
            process.terminate()


@pytest.mark.parametrize(
    "words", [["server", "--listen", "127.0.0.1:nine"], ["dhcp", "--interface", "nothere0"]]
)
def test_what_cannot_be_served_is_said(words):
    done = subprocess.run(
        [*COMMAND, *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 2
    assert done.stderr.startswith("far_end: ")
    assert "name another interface or HOST:PORT" in done.stderr
