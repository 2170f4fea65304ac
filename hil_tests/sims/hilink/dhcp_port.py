"""The UDP socket of the stick's DHCP server, on one interface, while the stick is up."""

import asyncio
import errno
import socket
import time
from collections.abc import Callable

from hil_tests.sims.hilink.dhcp import DhcpServer
from hil_tests.sims.hilink.log import Lines
from hil_tests.sims.operator_net.namespaces import inside

SERVER_PORT, CLIENT_PORT = 67, 68
READ_BYTES = 2048


class DhcpError(OSError):
    """DHCP cannot be served there; the text says where and why."""


def bound_socket(interface: str, namespace: str | None) -> socket.socket:
    """Return a socket for broadcasts on *interface*, in *namespace* if there is one. Raises: DhcpError."""

    def make() -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
            sock.bind(("0.0.0.0", SERVER_PORT))
        except OSError as exc:
            sock.close()
            words = "no such interface" if exc.errno == errno.ENODEV else exc.strerror
            raise DhcpError(f"--dhcp {interface}: cannot serve DHCP there: {words}") from exc
        return sock

    return inside(namespace, make) if namespace else make()


class DhcpPort:
    """DHCP on one interface; *silent*: it takes nothing and says nothing."""

    def __init__(self, make: Callable[[], socket.socket], log: Lines, *, silent: bool) -> None:
        """Open nothing yet."""
        self._make, self._log, self._silent = make, log, silent
        self._server = DhcpServer()
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Serve from now on, in the running loop. Raises: DhcpError."""
        if self._socket is None and not self._silent:
            self._socket = self._make()
            self._socket.setblocking(False)
            asyncio.get_running_loop().add_reader(self._socket, self._readable, self._socket)

    def _readable(self, sock: socket.socket) -> None:
        reply = self._server.answer(sock.recv(READ_BYTES))
        if reply:
            sock.sendto(reply.data, ("255.255.255.255", CLIENT_PORT))
            line = {"command": f"DHCP {reply.asked}", "reply": [reply.said], "truth": {}}
            self._log.write({"t_ns": time.time_ns(), **line})

    def close(self) -> None:
        """Serve no more; the leases are forgotten, as a restart does."""
        if self._socket:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None
        self._server = DhcpServer()
