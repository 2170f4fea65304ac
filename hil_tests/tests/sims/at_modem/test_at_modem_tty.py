"""The simulator on a terminal that is there already: here the slave of a pty whose master the test holds."""

import os
import select
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

DEADLINE_S = 20.0
ROOT = Path(__file__).resolve().parents[4]


def command_line(*words):
    return [sys.executable, "-m", "hil_tests.sims.at_modem", "--seed", "11", *map(str, words)]


@contextmanager
def modem_at_a_cable():
    """Start the simulator on a pty's slave; yield it and the other end of the cable."""
    master, slave = os.openpty()
    path = os.ttyname(slave)
    process = subprocess.Popen(command_line("--tty", path), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == f"READY {path}\n"
        os.close(slave)
        yield process, master, path
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def ask(descriptor, line):
    """Write *line* and return what is heard up to OK, or to nothing for DEADLINE_S."""
    os.write(descriptor, line + b"\r")
    heard = b""
    while b"OK\r\n" not in heard and select.select([descriptor], [], [], DEADLINE_S)[0]:
        heard += os.read(descriptor, 4096)
    return heard


def test_it_answers_and_ends_at_a_signal():
    with modem_at_a_cable() as (process, master, _):
        assert ask(master, b"AT+CGMM") == b"AT+CGMM\r\r\nEC25\r\n\r\nOK\r\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE_S) == 0
        os.close(master)


def test_a_pulled_cable_ends_it():
    with modem_at_a_cable() as (process, master, path):
        assert ask(master, b"AT").endswith(b"OK\r\n")
        os.close(master)
        assert process.stdout.readline() == f"DROPPED {path}\n"
        assert process.wait(DEADLINE_S) == 0


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--tty", "/dev/null"], "/dev/null is no terminal; name the modem's end of a cable as --tty"),
        (["--tty", "/dev/ttyNONE"], "/dev/ttyNONE: No such file or directory; name the modem's end"),
        ([], "name one of --link PATH (the symlink a client shall open) and --tty PATH (a terminal)"),
        (["--tty", "/dev/ttyGS0", "--link", "/tmp/x"], "name one of --link PATH"),
    ],
)
def test_what_cannot_be_served_is_refused(words, text):
    ended = subprocess.run(
        command_line(*words), cwd=ROOT, capture_output=True, text=True, check=False, timeout=DEADLINE_S
    )
    assert ended.returncode == 2
    assert text in ended.stderr
