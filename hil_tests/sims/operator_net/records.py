"""The emulator's log record (docs/interfaces.md section 5) and what it takes from a frame's headers.

Sources: RFC 791 3.1 (IPv4), RFC 8200 3 (IPv6), RFC 9293 3.1 (TCP), RFC 768 (UDP), RFC 792 (ICMP),
RFC 4861 4 (neighbour discovery), RFC 8762 4.2 (STAMP).
"""

import struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hil_tests.sims.operator_net.compiled import compiled

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
SHAPE_FIELDS = (("row", "<u2"), ("users", "u1"), ("state", "u1"), ("queue_us", "<u4"))
ALL_FIELDS = (*FIELDS, *SHAPE_FIELDS)  # what the emulator writes; FIELDS alone is what it wrote before
DTYPE = np.dtype(list(ALL_FIELDS))
CAPACITY_FIELDS = (
    ("t_ns", "<i8"),
    ("value", "<f8"),
    ("link", "u1"),
    ("dir", "u1"),
    ("kind", "u1"),
    ("cause", "u1"),
)
CAPACITY = struct.Struct("<qdBBBB")
CAPACITY_DTYPE = np.dtype(list(CAPACITY_FIELDS))
UP, DOWN = 0, 1

ETHERTYPE_IPV4, ETHERTYPE_IPV6 = 0x0800, 0x86DD
ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
ETHERNET_BYTES = 14
IP_MIN_BYTES, IPV6_BYTES = 20, 40
UDP_BYTES = 8
FRAGMENT_OFFSET = 0x1FFF
NEIGHBOUR_TYPES = (133, 137)  # router and neighbour discovery, redirect: first and last ICMPv6 type
AT_ONCE, IPV4, IPV6 = 0, 4, 6  # what a frame is; ARP, neighbour discovery and the like are not the link's


Bytes = NDArray[np.uint8]


@compiled
def _u16(frame: Bytes, at: int) -> int:
    return int(np.int64(frame[at]) << 8 | np.int64(frame[at + 1]))


@compiled
def _u32(frame: Bytes, at: int) -> int:
    return _u16(frame, at) << 16 | _u16(frame, at + 2)


@compiled
def parse(frame: Bytes, record: np.record) -> int:
    """Fill proto to seq of *record* from an Ethernet *frame*; return AT_ONCE, IPV4 or IPV6.

    Of a cut or later fragment only protocol and addresses; of IPv6 the addresses' last 32 bits, and ports
    only behind a plain header. seq of ICMP: its second four bytes.
    """
    _clear(record)
    if len(frame) < ETHERNET_BYTES + IP_MIN_BYTES:
        return AT_ONCE
    ethertype = _u16(frame, 12)
    if ethertype == ETHERTYPE_IPV4:
        _parse_ipv4(frame, record)
        return IPV4
    if ethertype == ETHERTYPE_IPV6 and len(frame) >= ETHERNET_BYTES + IPV6_BYTES:
        return _parse_ipv6(frame, record)
    return AT_ONCE


@compiled
def _clear(record: np.record) -> None:
    record.proto = 0
    record.src = 0
    record.dst = 0
    record.sport = 0
    record.dport = 0
    record.payload = 0
    record.seq = 0


@compiled
def _parse_ipv4(frame: Bytes, record: np.record) -> None:
    header_bytes = (frame[ETHERNET_BYTES] & 15) * 4
    start = ETHERNET_BYTES + header_bytes
    record.proto = frame[ETHERNET_BYTES + 9]
    record.src = _u32(frame, ETHERNET_BYTES + 12)
    record.dst = _u32(frame, ETHERNET_BYTES + 16)
    l4_bytes = min(_u16(frame, ETHERNET_BYTES + 2) - header_bytes, len(frame) - start)
    if not _u16(frame, ETHERNET_BYTES + 6) & FRAGMENT_OFFSET and l4_bytes >= UDP_BYTES:
        _parse_transport(frame, start, l4_bytes, record)


@compiled
def _parse_ipv6(frame: Bytes, record: np.record) -> int:
    start = ETHERNET_BYTES + IPV6_BYTES
    record.proto = frame[ETHERNET_BYTES + 6]
    if _stays_on_link(frame, start):
        record.proto = 0
        return AT_ONCE
    record.src = _u32(frame, ETHERNET_BYTES + 20)
    record.dst = _u32(frame, ETHERNET_BYTES + 36)
    l4_bytes = min(_u16(frame, ETHERNET_BYTES + 4), len(frame) - start)
    if l4_bytes >= UDP_BYTES:
        _parse_transport(frame, start, l4_bytes, record)
    return IPV6


@compiled
def _stays_on_link(frame: Bytes, start: int) -> bool:
    """Return whether an IPv6 frame is the wire's alone: to fe80::/10 or ff00::/8, or neighbour discovery."""
    to = ETHERNET_BYTES + 24
    if frame[to] == 0xFF or (frame[to] == 0xFE and frame[to + 1] & 0xC0 == 0x80):
        return True
    if frame[ETHERNET_BYTES + 6] != ICMPV6 or len(frame) <= start:
        return False
    return bool(NEIGHBOUR_TYPES[0] <= frame[start] <= NEIGHBOUR_TYPES[1])


@compiled
def _parse_transport(frame: Bytes, start: int, l4_bytes: int, record: np.record) -> None:
    proto = record.proto
    if proto == TCP and l4_bytes >= 20:
        record.payload = max(0, l4_bytes - (frame[start + 12] >> 4) * 4)
        record.seq = _u32(frame, start + 4)
    elif proto == UDP:
        record.payload = l4_bytes - UDP_BYTES
        if l4_bytes >= UDP_BYTES + 4:
            record.seq = _u32(frame, start + UDP_BYTES)
    elif proto in (ICMP, ICMPV6):
        record.payload = l4_bytes - UDP_BYTES
        record.seq = _u32(frame, start + 4)
        return
    else:
        return
    record.sport = _u16(frame, start)
    record.dport = _u16(frame, start + 2)


class Headers(NamedTuple):
    """What the log keeps of a frame; all 0 for what is no IP."""

    proto: int = 0
    src: int = 0
    dst: int = 0
    sport: int = 0
    dport: int = 0
    payload: int = 0
    seq: int = 0


NOT_IPV4 = Headers()


def read_headers(frame: bytes) -> Headers:
    """Return what parse() takes from *frame*."""
    record = np.zeros(1, DTYPE).view(np.recarray)[0]
    if parse(np.frombuffer(frame, np.uint8), record) == AT_ONCE:
        return NOT_IPV4
    return Headers(*(int(record[name]) for name in Headers._fields))
