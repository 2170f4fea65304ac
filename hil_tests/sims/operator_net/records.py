"""The emulator's log record (docs/interfaces.md section 5) and what it takes from a frame's headers.

Sources: RFC 791 3.1 (IPv4), RFC 9293 3.1 (TCP), RFC 768 (UDP), RFC 792 (ICMP), RFC 8762 4.2 (STAMP).
"""

import struct
from typing import NamedTuple

FIELDS = (  # name, numpy format; little-endian, packed
    ("t_in_ns", "<i8"),
    ("t_due_ns", "<i8"),
    ("t_out_ns", "<i8"),
    ("link", "u1"),
    ("dir", "u1"),
    ("fate", "u1"),
    ("proto", "u1"),
    ("len", "<u2"),
    ("src", "<u4"),
    ("dst", "<u4"),
    ("sport", "<u2"),
    ("dport", "<u2"),
    ("payload", "<u2"),
    ("seq", "<u4"),
)
RECORD = struct.Struct("<qqqBBBBHIIHHHI")
UP, DOWN = 0, 1

ETHERTYPE_IPV4 = 0x0800
ICMP, TCP, UDP = 1, 6, 17
ETHERNET_BYTES = 14
IP_MIN_BYTES = 20
UDP_BYTES = 8
FRAGMENT_OFFSET = 0x1FFF
_ETHERTYPE = struct.Struct(">12xH")
_IPV4 = struct.Struct(
    ">BxH2xHxB2xII"
)  # version+IHL, total length, flags+offset, protocol, source, destination
_PORTS_SEQ = struct.Struct(">HHI")
_PORTS = struct.Struct(">HH")
_U32 = struct.Struct(">I")


class Headers(NamedTuple):
    """What the log keeps of a frame; all 0 for what is not IPv4. seq of ICMP: its second four bytes."""

    proto: int = 0
    src: int = 0
    dst: int = 0
    sport: int = 0
    dport: int = 0
    payload: int = 0
    seq: int = 0


NOT_IPV4 = Headers()


def read_headers(frame: bytes) -> Headers:
    """Return the log's fields of an Ethernet *frame*; of a cut or later fragment only the addresses."""
    if len(frame) < ETHERNET_BYTES + IP_MIN_BYTES or _ETHERTYPE.unpack_from(frame)[0] != ETHERTYPE_IPV4:
        return NOT_IPV4
    version_ihl, total_bytes, fragment, proto, src, dst = _IPV4.unpack_from(frame, ETHERNET_BYTES)
    start = ETHERNET_BYTES + (version_ihl & 15) * 4
    l4_bytes = min(total_bytes - (version_ihl & 15) * 4, len(frame) - start)
    if fragment & FRAGMENT_OFFSET or l4_bytes < UDP_BYTES:
        return Headers(proto, src, dst)
    return Headers(proto, src, dst, *_transport(frame, start, l4_bytes, proto))


def _transport(frame: bytes, start: int, l4_bytes: int, proto: int) -> tuple[int, int, int, int]:
    if proto == TCP and l4_bytes >= 20:
        sport, dport, seq = _PORTS_SEQ.unpack_from(frame, start)
        return sport, dport, max(0, l4_bytes - (frame[start + 12] >> 4) * 4), seq
    if proto == UDP:
        sport, dport = _PORTS.unpack_from(frame, start)
        seq = _U32.unpack_from(frame, start + UDP_BYTES)[0] if l4_bytes >= UDP_BYTES + 4 else 0
        return sport, dport, l4_bytes - UDP_BYTES, seq
    if proto == ICMP:
        return 0, 0, l4_bytes - 8, _U32.unpack_from(frame, start + 4)[0]
    return 0, 0, 0, 0
