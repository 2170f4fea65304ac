"""Servers as programs: one that gives out addresses, and a measurement server that misbehaves as told.

Source of the measurement server's words: docs/interfaces.md section 2.
"""

import socket
from contextlib import suppress
from typing import NamedTuple

from hil_tests.sims.far_end.behaviours import BEHAVIOURS, LIE, RECEIVE_BYTES, TRICKLE_S
from hil_tests.sims.far_end.dhcp import Lease, answer

DHCP_SERVER, DHCP_CLIENT = 67, 68
PATIENCE_S = 30.0  # without a byte from the client, or taken by it


class Mode(NamedTuple):
    """One way to behave."""

    name: str
    sentence: str


MODES = (
    Mode("honest", "Greets, takes an upload and says how many bytes came, or sends for the time asked."),
    Mode("slow", f"Greets with one byte every {TRICKLE_S:g} s."),
    Mode("silent", "Takes the connection and says nothing."),
    Mode("lying", f"Says that {LIE} times the bytes came."),
    Mode("deaf", "As honest, and sends for the time asked whatever the most bytes are that it was told."),
    Mode("full", "Greets, and says that it is busy and when to come again."),
    Mode("babbling", "Greets with what is no line of the protocol."),
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
            with connection, suppress(ConnectionError, TimeoutError):  # the client is gone: the next one
                connection.settimeout(PATIENCE_S)
                BEHAVIOURS[mode](connection)
