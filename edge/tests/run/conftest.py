"""Two namespaces with a shaped veth between them, made by ip(8) and tc(8) as anybody would, and a server."""

import asyncio
import ctypes
import itertools
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge.run.job import Job

CLONE_NEWNET = 0x40000000
SERVER_IP, CLIENT_IP = "10.77.0.1", "10.77.0.2"
_names = itertools.count()


class RealClock:
    """The machine's clocks."""

    def unix_ns(self):
        return time.time_ns()

    def mono_s(self):
        return time.monotonic()


def command(*words, check=True):
    """Run a program; its errors are the test's."""
    return subprocess.run(words, check=check, capture_output=True, text=True, timeout=20)


def socket_factory_in(netns):
    """Return a socket factory that makes its sockets in *netns* (setns is per thread)."""
    libc = ctypes.CDLL(None, use_errno=True)

    def factory(family, kind):
        made: Future[socket.socket] = Future()

        def run():
            fd = os.open(f"/run/netns/{netns}", os.O_RDONLY)
            try:
                if libc.setns(fd, CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
                made.set_result(socket.socket(family, kind))
            except OSError as exc:
                made.set_exception(exc)
            finally:
                os.close(fd)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        return made.result()

    return factory


@dataclass
class Server:
    """A running pantau-server."""

    process: subprocess.Popen[str]
    host: str
    port: int
    log: Path

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=10)


def start_server(folder, *, listen="127.0.0.1:0", netns="", key=None, options=()):
    """Start pantau-server as a program and wait for its "listening" line."""
    log = folder / f"server-{next(_names)}.jsonl"
    words = ["ip", "netns", "exec", netns] if netns else []
    words += [str(Path(sys.executable).with_name("pantau-server")), "--listen", listen, "--log", str(log)]
    if key is None:
        words.append("--open")
    elif isinstance(key, Path):
        words += ["--keys", str(key)]
    else:
        key_file = folder / f"key-{next(_names)}"
        key_file.write_bytes(key)
        words += ["--key", str(key_file)]
    process = subprocess.Popen([*words, *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("listening on "), line
    host, _, port = line.split()[2].rpartition(":")
    return Server(process, host, int(port), log)


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    """An open server on the loopback."""
    running = start_server(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def start():
    """Return `start_server`, whose servers end with the test."""
    running = []

    def begin(*words, **settings):
        running.append(start_server(*words, **settings))
        return running[-1]

    yield begin
    for server in running:
        server.stop()


@pytest.fixture
def job_for():
    """Return a function that makes the job for a server."""

    def make(host, port, *, clock=None, **changes):
        return Job(host=host, port=port, clock=clock or RealClock(), nonce=secrets.token_hex(16), **changes)

    return make


@dataclass
class Link:
    """Namespaces "client" and "server" with a veth between them; each end's sending rate may be shaped."""

    client: str
    server: str
    folder: Path
    servers: list[Server] = field(default_factory=list)

    def shape(self, end, rate_mbit):
        """Shape what *end* sends by the kernel's tbf."""
        name = self.client if end == "client" else self.server
        words = f"-n {name} qdisc replace dev v0 root tbf rate {rate_mbit}mbit burst 15k latency 200ms"
        command("tc", *words.split())

    def serve(self, **settings):
        """Start a server in its namespace."""
        running = start_server(self.folder, listen=f"{SERVER_IP}:0", netns=self.server, **settings)
        self.servers.append(running)
        return running

    def make_up(self):
        """Make the namespaces and the veth."""
        for name in (self.client, self.server):
            command("ip", "netns", "add", name)
        command(*f"ip -n {self.server} link add v0 type veth peer name v0 netns {self.client}".split())
        for name, address in ((self.server, SERVER_IP), (self.client, CLIENT_IP)):
            command(*f"ip -n {name} addr add {address}/24 dev v0".split())
            command(*f"ip -n {name} link set v0 up".split())
            command(*f"ip -n {name} link set lo up".split())

    def take_down(self):
        """Remove what was made, however far it got."""
        for running in self.servers:
            running.stop()
        for name in (self.client, self.server):
            command("ip", "netns", "del", name, check=False)


@pytest.fixture
def link(tmp_path) -> Iterator[Link]:
    """A link of its own for the test."""
    mark = f"pt{os.getpid()}-{next(_names)}"
    made = Link(f"{mark}-c", f"{mark}-s", tmp_path)
    try:
        made.make_up()
        yield made
    finally:
        made.take_down()


@pytest.fixture
def run():
    """Return asyncio.run: one loop a measurement."""
    return asyncio.run


@pytest.fixture
def real_clock():
    """Return the machine's clocks."""
    return RealClock()


@pytest.fixture(name="socket_in")
def _socket_in():
    """Return the maker of socket factories for a namespace."""
    return socket_factory_in


@pytest.fixture(name="command")
def _command():
    """Return the function that runs a program."""
    return command
