"""The UDP port: every datagram goes through the STAMP reflector, with the kernel's receive stamp as T2.

The kernel tells afterwards when each answer left; the reflector keeps it for the end of the session.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from socket import IPPROTO_IP, IPPROTO_IPV6, MSG_ERRQUEUE, SO_RCVBUF, SO_REUSEADDR, SOL_SOCKET, socket
from struct import unpack

from edge.measure.capacity_wire import CAPACITY_MAGIC
from edge.measure.kernel_stamps import (
    SENDING_STAMPS,
    SO_TIMESTAMPING,
    SO_TIMESTAMPNS,
    ControlMessage,
    receive_stamp_ns,
    transmit_stamp,
)
from edge.measure.reflector import Reflector

_IP_PKTINFO = 8
_IP_RECVTTL = 12
_IP_TTL = 2
_IPV6_RECVPKTINFO = 49
_IPV6_PKTINFO = 50
_IPV6_RECVHOPLIMIT = 51
_IPV6_HOPLIMIT = 52
_ASKED = (
    (SOL_SOCKET, SO_TIMESTAMPNS, 1),
    (SOL_SOCKET, SO_TIMESTAMPING, SENDING_STAMPS),
    (SOL_SOCKET, SO_RCVBUF, 1 << 20),
    (SOL_SOCKET, SO_REUSEADDR, 1),  # a capacity test has a socket of its own on this port
    (IPPROTO_IP, _IP_PKTINFO, 1),
    (IPPROTO_IP, _IP_RECVTTL, 1),
    (IPPROTO_IPV6, _IPV6_RECVPKTINFO, 1),
    (IPPROTO_IPV6, _IPV6_RECVHOPLIMIT, 1),
)
_DATAGRAM_BYTES = 2048
_CONTROL_BYTES = 512
_A_TURN = 64
_ANSWERS_KEPT = 1024


class EchoPort:
    """A bound UDP socket that answers from the address it was asked at."""

    def __init__(
        self,
        sock: socket,
        reflector: Reflector,
        unix_ns: Callable[[], int],
        others: Callable[[bytes, int, tuple[str, int]], None] | None = None,
    ) -> None:
        self._sock = sock
        self._reflector = reflector
        self._unix_ns = unix_ns
        self._others = others
        self._sent = 0
        self._leaving: dict[int, bytes] = {}
        sock.setblocking(False)
        for level, option, value in _ASKED:
            with suppress(OSError):
                sock.setsockopt(level, option, value)

    def start(self) -> None:
        """Answer from now on, within the running loop."""
        asyncio.get_running_loop().add_reader(self._sock, self._on_ready)

    def stop(self) -> None:
        """Answer no more, and close."""
        asyncio.get_running_loop().remove_reader(self._sock)
        self._sock.close()

    def _on_ready(self) -> None:
        """Answer what waits, a limited number at a time so that TCP tests have their turn."""
        while self._read_stamp():
            pass
        for _ in range(_A_TURN):
            try:
                data, control, _, peer = self._sock.recvmsg(_DATAGRAM_BYTES, _CONTROL_BYTES)
            except OSError:
                return
            self._answer(data, control, peer)

    def _answer(self, data: bytes, control: list[ControlMessage], peer: tuple[str, int]) -> None:
        """Send the reflector's answer to one datagram, if any; those of capacity tests go to others."""
        t2_ns = receive_stamp_ns(control) or self._unix_ns()
        if self._others is not None and data[:2] == CAPACITY_MAGIC:
            self._others(data, t2_ns, peer)
            return
        answer = self._reflector.reflect(
            data,
            peer=peer[:2],
            t2_ns=t2_ns,
            t3_ns=self._unix_ns,
            ttl=received_ttl(control),
        )
        if answer is not None:
            with suppress(OSError):
                self._sock.sendmsg([answer], source_of(control), 0, peer)
                self._leaving[self._sent & 0xFFFFFFFF] = answer
                self._sent += 1
        if len(self._leaving) > _ANSWERS_KEPT:
            self._leaving.clear()  # the kernel gives no stamps here

    def _read_stamp(self) -> bool:
        """Take one stamp of sending off the error queue; return whether there was something."""
        try:
            _, control, _, _ = self._sock.recvmsg(_DATAGRAM_BYTES, _CONTROL_BYTES, MSG_ERRQUEUE)
        except OSError:
            return False
        stamp = transmit_stamp(control)
        answer = None if stamp is None else self._leaving.pop(stamp[0], None)
        if stamp is not None and answer is not None:
            self._reflector.departed(answer, stamp[1])
        return True


def received_ttl(control: list[ControlMessage]) -> int:
    """Return the TTL or hop limit a datagram arrived with; 0 if not told."""
    for level, kind, data in control:
        if (level, kind) in ((IPPROTO_IP, _IP_TTL), (IPPROTO_IPV6, _IPV6_HOPLIMIT)):
            return int(unpack("@i", data[:4])[0]) & 0xFF
    return 0


def source_of(control: list[ControlMessage]) -> list[ControlMessage]:
    """Return the control message that makes an answer leave from the address the question came to.

    # Ref: ip(7) IP_PKTINFO (interface index, local address, destination); RFC 3542 6.1
    """
    for level, kind, data in control:
        if (level, kind) == (IPPROTO_IPV6, _IPV6_PKTINFO):
            return [(level, kind, data[:16] + bytes(4))]
    for level, kind, data in control:
        if (level, kind) == (IPPROTO_IP, _IP_PKTINFO):
            return [(level, kind, bytes(4) + data[4:8] + bytes(4))]
    return []
