"""What the kernel knows of a socket of ours: TCP_INFO and what it has not sent yet.

# Ref: linux/sockios.h, SIOCOUTQNSD: bytes in the send queue that were never sent; tcp(7), TCP_WINDOW_CLAMP
"""

from array import array
from contextlib import suppress
from fcntl import ioctl
from socket import IPPROTO_TCP, socket

from edge.measure.tcp_info import TCP_INFO, TCP_INFO_BYTES, TcpInfo, tcp_info_of

SIOCOUTQNSD = 0x894B
TCP_WINDOW_CLAMP = 10
LEAST_WINDOW_BYTES = 1152
WINDOW_SHARE = 0.9
"""Payload of a packet's bytes with its headers, and of the acknowledgements it brings about."""


def read_tcp_info(sock: socket) -> TcpInfo | None:
    """Return what the kernel knows of the connection *sock*; None where it does not tell."""
    try:
        return tcp_info_of(sock.getsockopt(IPPROTO_TCP, TCP_INFO, TCP_INFO_BYTES))
    except (OSError, ValueError):
        return None


def rtt_s_of(sock: socket) -> float | None:
    """Return the flow's round trip under load, s: the sender's or the receiver's estimate, the longer one."""
    info = read_tcp_info(sock)
    rtt_us = max(info.rtt_us, info.rcv_rtt_us) if info else 0
    return rtt_us / 1e6 if rtt_us else None


def clamp_window(sock: socket, left_bytes: int) -> None:
    """Let the other end have no more under way than fits into *left_bytes* of packets, whatever it was told.

    A window that was offered is not taken back: what the flow carries between two calls may come on top.
    """
    with suppress(OSError):
        sock.setsockopt(
            IPPROTO_TCP, TCP_WINDOW_CLAMP, max(LEAST_WINDOW_BYTES, round(WINDOW_SHARE * left_bytes))
        )


def unsent_bytes(sock: socket) -> int:
    """Return how many bytes the kernel holds and has not sent once; 0 of a closed socket."""
    held = array("i", [0])
    with suppress(OSError, ValueError):
        ioctl(sock.fileno(), SIOCOUTQNSD, held)
    return held[0]
