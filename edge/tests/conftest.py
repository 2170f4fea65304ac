"""Namespaces of a test's own, made by ip(8) as anybody would, and a way to run something inside one."""

import ctypes
import itertools
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pytest

CLONE_NEWNET = 0x40000000
LEFT_IP, RIGHT_IP = "10.78.0.1", "10.78.0.2"
_names = itertools.count()
Got = TypeVar("Got")


def command(*words: str, check: bool = True) -> str:
    """Run a program and return what it prints; its failure is the test's."""
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=20)
    assert not check or done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
    return done.stdout


def in_netns(name: str, function: Callable[[], Got]) -> Got:
    """Return function(), called by a thread that lives in namespace *name* (setns is per thread)."""
    answer: Future[Got] = Future()

    def run() -> None:
        descriptor = os.open(f"/run/netns/{name}", os.O_RDONLY)
        try:
            assert ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET) == 0
            answer.set_result(function())
        except (AssertionError, OSError, ValueError) as exc:
            answer.set_exception(exc)
        finally:
            os.close(descriptor)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answer.result()


class Pair(NamedTuple):
    """Two namespaces, each with one end "v0" of a veth, addresses of its own, and lo up."""

    left: str
    right: str
    left_ip: str = LEFT_IP
    right_ip: str = RIGHT_IP


@pytest.fixture(name="command")
def _command():
    """Return the function that runs a program."""
    return command


@pytest.fixture(name="in_netns")
def _in_netns():
    """Return the function that runs a function in a namespace."""
    return in_netns


@pytest.fixture
def netns_named() -> Iterator[Callable[[str], str]]:
    """Return a function that makes a namespace with a name of its own; all are removed after the test."""
    with ExitStack() as stack:

        def make(word: str) -> str:
            name = f"pe{os.getpid()}-{next(_names)}-{word}"
            stack.callback(command, "ip", "netns", "del", name, check=False)
            command("ip", "netns", "add", name)
            command("ip", "-n", name, "link", "set", "lo", "up")
            return name

        yield make


@pytest.fixture
def pair(netns_named: Callable[[str], str]) -> Pair:
    """Return a pair of namespaces with a veth between them; nothing but the test sends on it."""
    made = Pair(netns_named("l"), netns_named("r"))
    for name in made[:2]:
        quiet = "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6"
        command("ip", "netns", "exec", name, "sh", "-c", quiet)
    command(*f"ip -n {made.left} link add v0 type veth peer name v0 netns {made.right}".split())
    for name, address in ((made.left, made.left_ip), (made.right, made.right_ip)):
        command(*f"ip -n {name} addr add {address}/24 dev v0".split())
        command(*f"ip -n {name} link set v0 up".split())
    return made


class Witness:
    """What tshark saw of TCP on an interface: the outside truth of what arrived there, and when."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def median_bps(self, t0_ns: int, width_ms: int, skip: int, count: int, receiver_port: int) -> float:
        """Return the median rate of payload to *receiver_port* in the bins *skip* to *count* from t0_ns on.

        What had arrived by an edge is interpolated between packets, as published bins are.
        """
        words = ["tshark", "-r", str(self._path), "-Y", f"tcp.dstport == {receiver_port} && tcp.len > 0"]
        rows = command(*words, "-T", "fields", "-e", "frame.time_epoch", "-e", "tcp.len").split("\n")[:-1]
        times = [int(row.split()[0].replace(".", "")) for row in rows]
        total = np.cumsum([int(row.split()[1]) for row in rows])
        edges = t0_ns + np.arange(skip, count + 1) * width_ms * 1_000_000
        arrived = np.interp(edges - t0_ns, np.array(times) - t0_ns, total)
        return float(np.median(np.diff(arrived)) * 8000 / width_ms)


@pytest.fixture
def witness(tmp_path: Path) -> Callable[..., object]:
    """Return a context manager: witness(netns, interface) yields a Witness, readable after the block."""

    @contextmanager
    def watch(netns: str, interface: str) -> Iterator[Witness]:
        path = tmp_path / f"witness-{next(_names)}.pcapng"
        words = ["ip", "netns", "exec", netns, "tshark", "-n", "-q", "-s", "96", "-f", "tcp", "-i", interface]
        with subprocess.Popen([*words, "-w", str(path)], stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            try:
                assert any("Capturing on" in line for line in process.stderr), "tshark did not start"
                yield Witness(path)
            finally:
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=20)

    return watch
