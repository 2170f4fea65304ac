"""Servers as programs: one that gives out addresses, and a measurement server that misbehaves as told.

Source of the measurement server's words: docs/interfaces.md section 2.
"""

import json
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hil_tests.sims.far_end.dhcp import Lease, answer

DHCP_SERVER, DHCP_CLIENT = 67, 68
RECEIVE_BYTES = 65536
LIE = 2  # a lying server says so many times the bytes it got
TRICKLE_S = 0.2  # a slow server's pause between two bytes


class Mode(NamedTuple):
    """One way to behave."""

    name: str
    sentence: str


MODES = (
    Mode("honest", "Greets, takes an upload, and says how many bytes came."),
    Mode("slow", f"Greets with one byte every {TRICKLE_S:g} s."),
    Mode("silent", "Takes the connection and says nothing."),
    Mode("lying", f"Says that {LIE} times the bytes came."),
)


def serve_dhcp(interface: str) -> None:
    """Answer DISCOVER and REQUEST on *interface* for ever. Raises: OSError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        sock.bind(("", DHCP_SERVER))
        print(f"READY dhcp on {interface}", flush=True)
        while True:
            reply = answer(sock.recv(RECEIVE_BYTES), Lease())
            if reply is not None:
                sock.sendto(reply, ("255.255.255.255", DHCP_CLIENT))


def serve_measurements(host: str, port: int, mode: str) -> None:
    """Serve one connection after the other for ever, as *mode* tells. Raises: OSError."""
    with socket.create_server((host, port)) as listener:
        print(f"READY {host}:{listener.getsockname()[1]}", flush=True)
        while True:
            connection, _ = listener.accept()
            with connection:
                BEHAVIOURS[mode](connection)


def _greeting() -> bytes:
    hello = {"v": 1, "server": "odd", "challenge": secrets.token_hex(16), "auth": "open"}
    return json.dumps(hello).encode() + b"\n"


def _honest(connection: socket.socket) -> None:
    _count(connection, 1)


def _lying(connection: socket.socket) -> None:
    _count(connection, LIE)


def _count(connection: socket.socket, times: int) -> None:
    """Take one request and an upload until the client shuts down writing; report its bytes *times* over."""
    connection.sendall(_greeting())
    stream = _lines(connection)
    if next(stream, None) is None:
        return
    connection.sendall(b'{"v":1,"ok":true,"you":"","ssid":1,"cc":"cubic"}\n')
    received = sum(len(part) for part in stream)
    report = {"v": 1, "bytes": received * times, "seconds": 1.0, "counted_at": "socket"}
    connection.sendall(json.dumps(report).encode() + b"\n")


def _lines(connection: socket.socket) -> Iterator[bytes]:
    """Yield the first line, then whatever comes."""
    first = b""
    while b"\n" not in first:
        part = connection.recv(RECEIVE_BYTES)
        if not part:
            return
        first += part
    line, _, rest = first.partition(b"\n")
    yield line
    if rest:
        yield rest
    while part := connection.recv(RECEIVE_BYTES):
        yield part


def _slow(connection: socket.socket) -> None:
    try:
        for octet in _greeting():
            connection.sendall(bytes([octet]))
            time.sleep(TRICKLE_S)
    except OSError:  # the client has lost patience
        return


def _silent(connection: socket.socket) -> None:
    while connection.recv(RECEIVE_BYTES):
        pass


BEHAVIOURS: dict[str, Callable[[socket.socket], None]] = {
    "honest": _honest,
    "slow": _slow,
    "silent": _silent,
    "lying": _lying,
}
