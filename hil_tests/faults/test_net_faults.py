"""Faults of the modem's network and of servers, seen by sockets and programs that are not ours."""

import errno
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hil_tests.bench.errors import DeadlineMissed
from hil_tests.bench.waiting import await_that
from hil_tests.bench.wire import CLIENT_ADDRESS, CLIENT_INTERFACE, DHCP, SERVER_ADDRESS, Wire, seen_by
from hil_tests.faults.dhcp_client import offered_address
from hil_tests.faults.trial import SOON_S, Trial, see
from hil_tests.sims.operator_net import namespaces

pytestmark = pytest.mark.netns

WAIT_S = 20.0
UPLOAD = bytes(5000)
REQUEST = b'{"v":1,"nonce":"00","kind":"tcp-up","seconds":1.0,"cc":"cubic","mac":null}\n'


@contextmanager
def connected(wire: Wire, address: tuple[str, int]) -> Iterator[socket.socket]:
    """Yield a TCP connection from the client's namespace."""
    sock = namespaces.inside(wire.client, lambda: socket.create_connection(address, timeout=10))
    with sock:
        yield sock


def hear(sock: socket.socket, until: bytes, deadline_s: float) -> bytes:
    """Return what comes until *until*, the end, or the deadline."""
    data, until_s = b"", time.monotonic() + deadline_s
    while until not in data and (left_s := until_s - time.monotonic()) > 0:
        sock.settimeout(left_s)
        try:
            part = sock.recv(65536)
        except TimeoutError:
            break
        if not part:
            break
        data += part
    return data


def send_errno(sock: socket.socket) -> int:
    """Return the error of sending one datagram to the server, 0 if there is none."""
    try:
        sock.sendto(b"x", (SERVER_ADDRESS, 9))
    except OSError as exc:
        return exc.errno or -1
    return 0


@pytest.mark.needs("inject:interface-deleted")
def test_interface_deleted(wire: Wire, trial: Trial) -> None:
    """Sending fails with ENETUNREACH, and ip knows no such link."""
    with namespaces.udp_socket(wire.client) as sock:
        assert send_errno(sock) == 0
        with trial.injected(wire.without_interface()), trial.effect():
            see(send_errno(sock) == errno.ENETUNREACH, "ENETUNREACH")
            said = seen_by(wire.client, "ip", "link", "show", CLIENT_INTERFACE)
            see("does not exist" in said, f"ip link has no {CLIENT_INTERFACE}")


@pytest.mark.needs("inject:interface-replugged")
def test_interface_replugged(wire: Wire, trial: Trial) -> None:
    """Another interface has the name, with nothing of what was set on the first; sending fails."""

    def look() -> tuple[int, str, list[object]]:
        (link,) = json.loads(seen_by(wire.client, "ip", "-j", "address", "show", "dev", CLIENT_INTERFACE))
        return link["ifindex"], link["operstate"], [row["local"] for row in link["addr_info"]]

    index, _, addresses = look()
    assert CLIENT_ADDRESS in addresses
    with namespaces.udp_socket(wire.client) as sock:
        assert send_errno(sock) == 0
        with trial.injected(wire.other_interface()), trial.effect():
            now, state, addresses = look()
            see(now != index, "another interface")
            see((state, addresses) == ("DOWN", []), "down, without address")
            see(send_errno(sock) == errno.ENETUNREACH, "ENETUNREACH")


@pytest.mark.needs("inject:dhcp-lost")
def test_dhcp_lost(wire: Wire, trial: Trial) -> None:
    """DISCOVER leaves, no OFFER comes back; without the fault the modem's address is offered."""
    with wire.dhcp():
        with trial.injected(wire.black_hole(DHCP)):
            offer = offered_address(wire.client, CLIENT_INTERFACE, deadline_s=trial.patience_s(WAIT_S))
            with trial.effect():
                see(offer is None, "no OFFER")
        if not trial.on:
            assert offer == "192.168.8.100"


@pytest.mark.needs("inject:half-open")
def test_half_open(wire: Wire, trial: Trial) -> None:
    """ss goes on showing ESTAB, with bytes nobody acknowledges; neither reset nor end comes."""
    with wire.server("honest") as address, connected(wire, address) as sock:
        assert hear(sock, b"\n", 10)
        with trial.injected(wire.black_hole()):
            sock.sendall(UPLOAD)
            with trial.effect():
                see(not acknowledged(wire, trial.patience_s(WAIT_S)), "bytes stay unacknowledged")
                see((unacknowledged(wire) or 0) > 0, "ss shows ESTAB with bytes in Send-Q")
                see(hear(sock, b"\n", SOON_S / 2) == b"", "neither answer nor reset")


def acknowledged(wire: Wire, deadline_s: float) -> bool:
    """Tell whether every byte is acknowledged within *deadline_s*."""
    try:
        await_that("acknowledgements", lambda: unacknowledged(wire) == 0, deadline_s=deadline_s)
    except DeadlineMissed:
        return False
    return True


def unacknowledged(wire: Wire) -> int | None:
    """Return ss's Send-Q of the one established connection, None if there is none."""
    rows = [line.split() for line in seen_by(wire.client, "ss", "-tnH", "dst", SERVER_ADDRESS).splitlines()]
    queues = [int(row[2]) for row in rows if row[0] == "ESTAB"]
    return queues[0] if queues else None


@pytest.mark.needs("inject:server-slow")
def test_server_slow(wire: Wire, trial: Trial) -> None:
    """After the observer's patience a part of the greeting is there, not its end."""
    with wire.server("slow" if trial.on else "honest") as address, connected(wire, address) as sock:
        greeting = hear(sock, b"\n", trial.patience_s(WAIT_S))
        with trial.effect():
            see(b"\n" not in greeting, "the greeting is not whole")
            see(greeting != b"", "it has begun")


@pytest.mark.needs("inject:server-silent")
def test_server_silent(wire: Wire, trial: Trial) -> None:
    """The connection is there, and not one byte."""
    with wire.server("silent" if trial.on else "honest") as address, connected(wire, address) as sock:
        greeting = hear(sock, b"\n", trial.patience_s(WAIT_S))
        with trial.effect():
            see(greeting == b"", "not one byte")


@pytest.mark.needs("inject:server-lying")
def test_server_lying(wire: Wire, trial: Trial) -> None:
    """The server's count is above what left this socket."""
    with wire.server("lying" if trial.on else "honest") as address, connected(wire, address) as sock:
        assert hear(sock, b"\n", 10)
        sock.sendall(REQUEST)
        assert b'"ok":true' in hear(sock, b"\n", 10)
        sock.sendall(UPLOAD)
        sock.shutdown(socket.SHUT_WR)
        counted = json.loads(hear(sock, b"\n", 10))["bytes"]
        with trial.effect():
            see(counted > len(UPLOAD), f"{counted} bytes are said to have come")
        if not trial.on:
            assert counted == len(UPLOAD)
