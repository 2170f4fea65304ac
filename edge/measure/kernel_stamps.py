"""How Linux hands over packet times: option numbers and the layout of its control messages (64-bit Linux).

# Ref: Documentation/networking/timestamping.rst; include/uapi/asm-generic/socket.h; linux/net_tstamp.h;
# linux/errqueue.h (struct sock_extended_err); linux/udp.h
"""

from collections.abc import Iterable
from struct import Struct, error

SO_RCVBUFFORCE = 33
SO_TIMESTAMPNS = 35
SO_TIMESTAMPING = 37
SO_NETNS_COOKIE = 71
TX_SOFTWARE = 1 << 1
SOFTWARE = 1 << 4
OPT_ID = 1 << 7
OPT_TSONLY = 1 << 11
SENDING_STAMPS = TX_SOFTWARE | SOFTWARE | OPT_ID | OPT_TSONLY
"""Flags of SO_TIMESTAMPING: when each datagram left, on the error queue, with the number of the send call."""
TCP_NOTSENT_LOWAT = 25
UDP_SEGMENT = 103

_SOL_SOCKET = 1
_TIMESPEC = Struct("@qq")
_EXTENDED_ERR = Struct("@IBBBBII")
_ORIGIN_TIMESTAMPING = 4

ControlMessage = tuple[int, int, bytes]
"""(level, type, data) as socket.recvmsg gives it."""


def timespec_to_ns(data: bytes) -> int:
    """Return the nanoseconds of the first struct timespec in *data*. Raises: ValueError, if too short."""
    try:
        seconds, nanoseconds = _TIMESPEC.unpack_from(data)
    except error as exc:
        raise ValueError(f"a timespec of {len(data)} bytes: 16 expected") from exc
    return int(seconds) * 1_000_000_000 + int(nanoseconds)


def receive_stamp_ns(messages: Iterable[ControlMessage]) -> int | None:
    """Return the kernel's receive time, CLOCK_REALTIME ns; None where it gave none."""
    for level, kind, data in messages:
        if level == _SOL_SOCKET and kind == SO_TIMESTAMPNS:
            return timespec_to_ns(data)
    return None


def transmit_stamp(messages: Iterable[ControlMessage]) -> tuple[int, int] | None:
    """Return (running number of the send call, t_ns) of one error-queue message; None if no send stamp."""
    t_ns, number = None, None
    for level, kind, data in messages:
        if level == _SOL_SOCKET and kind == SO_TIMESTAMPING:
            t_ns = timespec_to_ns(data)
        elif level != _SOL_SOCKET and len(data) >= _EXTENDED_ERR.size:
            fields = _EXTENDED_ERR.unpack_from(data)
            number = fields[6] if fields[1] == _ORIGIN_TIMESTAMPING else None
    if not t_ns or number is None:
        return None
    return number, t_ns
