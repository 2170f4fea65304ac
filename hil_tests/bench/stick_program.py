"""Simulated HiLink sticks as programs, and the cables that lead to them: pairs of namespaces."""

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from hil_tests.sims.operator_net.namespaces import ip_batch, remove

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 20.0
ADDRESS, HOST_ADDRESS, PORT = "192.168.8.1", "192.168.8.100", 80
MAC = "0c:5b:8f:27:9a:64"  # the host's end of every stick has the same
_numbers = itertools.count()


class Cable(NamedTuple):
    """The two namespaces of one USB cable: the host's, with interface usb0, and the stick's, with br0."""

    host: str
    far: str


@contextmanager
def cable(*, addressed: bool = True) -> Iterator[Cable]:
    """Make a cable; all have the same addresses. *addressed*: the host's end too.

    Raises: NetworkError.
    """
    word = f"hl{os.getpid()}-{next(_numbers)}"
    ends = Cable(f"{word}h", f"{word}s")
    try:
        ip_batch(None, [f"netns add {name}" for name in ends])
        ip_batch(ends.host, [f"link add usb0 address {MAC} type veth peer name br0 netns {ends.far}"])
        own = [f"address add {HOST_ADDRESS}/24 dev usb0"] if addressed else []
        ip_batch(ends.host, [*own, "link set usb0 up", "link set lo up"])
        ip_batch(ends.far, [f"address add {ADDRESS}/24 dev br0", "link set br0 up", "link set lo up"])
        yield ends
    finally:
        remove(ends)


def command_line(*words: object) -> list[str]:
    """Return the command of a simulated stick."""
    return [sys.executable, "-m", "hil_tests.sims.hilink", *map(str, words)]


@contextmanager
def stick(
    *words: object, listen: str = "127.0.0.1:0", stop: signal.Signals = signal.SIGTERM
) -> Iterator["subprocess.Popen[str]"]:
    """Run a stick; *stop* ends it, with status 0."""
    with subprocess.Popen(
        command_line("--listen", listen, *words), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
            process.send_signal(stop)
            status = process.wait(DEADLINE_S)
        finally:
            process.kill()
        assert status == 0, f"the simulated stick ended with {status}"


def stick_at(ends: Cable, *words: object) -> AbstractContextManager["subprocess.Popen[str]"]:
    """Return a stick at the far end of a cable."""
    return stick("--netns", ends.far, *words, listen=f"{ADDRESS}:{PORT}")


def next_line(process: "subprocess.Popen[str]") -> str:
    """Return the next line a stick prints, "" after its end."""
    assert process.stdout is not None
    return process.stdout.readline()


def ready(process: "subprocess.Popen[str]") -> tuple[str, int]:
    """Wait until the stick can be used; return its address. Raises: AssertionError, if it ends before."""
    while line := next_line(process):
        if line.startswith("READY "):
            host, _, port = line.split()[1].rpartition(":")
            return host, int(port)
    raise AssertionError("the simulated stick ended before it was ready")
