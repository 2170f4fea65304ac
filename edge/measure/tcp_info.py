"""What the kernel knows of a TCP connection: getsockopt(IPPROTO_TCP, TCP_INFO), as far as we use it.

# Ref: linux/tcp.h struct tcp_info (uapi; fields up to tcpi_bytes_retrans exist since Linux 4.19); RFC 4898
"""

from dataclasses import dataclass
from struct import unpack_from

TCP_INFO = 11
"""The socket option."""
TCP_INFO_BYTES = 256
"""Room for the whole structure of any kernel so far; an older kernel fills less of it."""

_RTT_US = (68, "@I")
_RCV_RTT_US = (92, "@I")
_MIN_RTT_US = (148, "@I")
_ACKED = (120, "@Q")
_RECEIVED = (128, "@Q")
_SENT = (200, "@Q")
_RETRANSMITTED = (208, "@Q")


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpInfo:
    """One reading. Bytes are payload since the connection began (SYN and FIN count one each in `acked`).

    `acked`: acknowledged by the other end; `received`: received in order; `sent`: with those sent again.
    `rtt_us` is smoothed, of what we send; `rcv_rtt_us` the receiver's estimate (0: none yet);
    `min_rtt_us` the least of the last five minutes, the handshake's included (0: none yet).
    """

    rtt_us: int
    rcv_rtt_us: int
    acked: int
    received: int
    sent: int | None
    retransmitted: int | None
    min_rtt_us: int = 0


def tcp_info_of(data: bytes) -> TcpInfo:
    """Return the reading in *data*. Raises: ValueError, if the kernel is older than Linux 4.1."""
    if len(data) < _RECEIVED[0] + 8:
        raise ValueError(f"TCP_INFO of {len(data)} bytes: the kernel is too old for byte counts")
    return TcpInfo(
        rtt_us=_at(data, _RTT_US) or 0,
        rcv_rtt_us=_at(data, _RCV_RTT_US) or 0,
        acked=_at(data, _ACKED) or 0,
        received=_at(data, _RECEIVED) or 0,
        sent=_at(data, _SENT),
        retransmitted=_at(data, _RETRANSMITTED),
        min_rtt_us=_at(data, _MIN_RTT_US) or 0,
    )


def _at(data: bytes, place: tuple[int, str]) -> int | None:
    """Return the number at *place*; None where the kernel's structure ends before it."""
    offset, layout = place
    if len(data) < offset + (8 if layout == "@Q" else 4):
        return None
    return int(unpack_from(layout, data, offset)[0])
