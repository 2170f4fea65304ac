"""The datagrams of a capacity test: measuring packets one way, grants the other.

Measuring packet: "PkD1", token (8 bytes), sequence number (4), cookie (4), sending time in ns (8), padding.
Grant: "PkG1", token (8), number (4), limit (4), rate in bit/s (8), cookie (4). All big-endian.
A token is the test's secret, told over its control connection. The cookie comes back in each grant, so that
who asks for packets is known to receive them.
"""

from struct import Struct, error

from edge.measure.capacity import IP_BYTES, Grant, Seen

TOKEN_BYTES = 8
CAPACITY_MAGIC = b"Pk"
"""How every datagram here begins. As a STAMP sequence number it would be the 1.3 thousand millionth."""
UDP_HEADER_BYTES = 8
IP_HEADER_BYTES = {4: 20, 6: 40}
GRANT_BYTES = 32
MOST_AT_ONCE = 40
"""Packets handed to the kernel in one call: their bytes stay below 64 KiB."""

_DATA = Struct("!4s8sIIQ")
_GRANT = Struct("!4s8sIIQI")
_DATA_MAGIC, _GRANT_MAGIC = b"PkD1", b"PkG1"


def payload_bytes(ip_version: int) -> int:
    """Return the UDP payload of a measuring packet, so that it has IP_BYTES with its headers."""
    return IP_BYTES - IP_HEADER_BYTES[ip_version] - UDP_HEADER_BYTES


class Packets:
    """Room for MOST_AT_ONCE measuring packets, one behind the other, with their padding in place."""

    def __init__(self, token: bytes, size: int, padding: bytes) -> None:
        self.size = size
        self._token = token
        self._room = bytearray((padding * (size * MOST_AT_ONCE // len(padding) + 1))[: size * MOST_AT_ONCE])

    def fill(self, first: int, count: int, cookie: int, t_ns: int) -> memoryview:
        """Return *count* packets from sequence number *first* on, all of the time t_ns."""
        for index in range(count):
            _DATA.pack_into(
                self._room, index * self.size, _DATA_MAGIC, self._token, first + index, cookie, t_ns
            )
        return memoryview(self._room)[: count * self.size]


def read_packet(
    data: bytes | bytearray | memoryview, token: bytes, received_ns: int
) -> tuple[Seen, int] | None:
    """Return (packet, cookie) of a datagram of this test; None if it is none."""
    try:
        magic, its, seq, cookie, sent_ns = _DATA.unpack_from(data)
    except error:
        return None
    if magic != _DATA_MAGIC or its != token:
        return None
    return Seen(seq, sent_ns, received_ns), cookie


def write_grant(grant: Grant, token: bytes, cookie: int) -> bytes:
    """Return *grant* as a datagram."""
    return _GRANT.pack(_GRANT_MAGIC, token, grant.number, grant.limit, round(grant.rate_bps), cookie)


def read_grant(data: bytes, token: bytes) -> tuple[Grant, int] | None:
    """Return (grant, cookie) of a datagram of this test; None if it is none."""
    if len(data) != GRANT_BYTES or data[:4] != _GRANT_MAGIC or data[4:12] != token:
        return None
    _, _, number, limit, rate_bps, cookie = _GRANT.unpack(data)
    return Grant(number, float(rate_bps), limit), cookie
