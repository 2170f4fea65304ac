"""The simulated modem as a program, and its ports opened with nothing but os.open; for tests from outside."""

import os
import select
import signal
import subprocess
import sys
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEADLINE_S = 20.0
ROOT = Path(__file__).resolve().parents[2]


def command_line(*words: object) -> list[str]:
    """Return the command that starts the simulator with *words*."""
    return [sys.executable, "-m", "hil_tests.sims.at_modem", *map(str, words)]


def run_to_its_end(*words: object) -> subprocess.CompletedProcess[str]:
    """Return what became of the simulator with *words*, which end it at once."""
    line = command_line(*words)
    return subprocess.run(line, cwd=ROOT, check=False, capture_output=True, text=True, timeout=DEADLINE_S)


@contextmanager
def modem(
    link: Path, *words: object, stop: signal.Signals = signal.SIGTERM
) -> Iterator[subprocess.Popen[str]]:
    """Start the simulator at *link*; yield its process; it must end with 0 and take the symlink away."""
    process = subprocess.Popen(
        command_line("--link", link, "--seed", 11, *words), cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == f"READY {link}\n"
        yield process
        process.send_signal(stop)
        assert process.wait(DEADLINE_S) == 0
        assert not link.is_symlink()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def client(link: Path) -> Iterator[int]:
    """Open the port at *link*, raw; yield its descriptor."""
    descriptor = os.open(link, os.O_RDWR | os.O_NOCTTY)
    try:
        tty.setraw(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def hear(descriptor: int, until: bytes, deadline_s: float = DEADLINE_S) -> bytes:
    """Read until *until* is among the bytes, or the deadline; return the bytes."""
    heard, end_s = b"", time.monotonic() + deadline_s
    while until not in heard and (left_s := end_s - time.monotonic()) > 0:
        if select.select([descriptor], [], [], left_s)[0]:
            if not (data := os.read(descriptor, 4096)):
                break
            heard += data
    return heard


def ask(descriptor: int, line: bytes, until: bytes = b"OK\r\n") -> bytes:
    """Write *line* and return what is heard up to *until*, or the deadline."""
    os.write(descriptor, line + b"\r")
    return hear(descriptor, until)
