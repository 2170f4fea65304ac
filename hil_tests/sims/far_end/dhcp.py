"""The words of DHCP, without I/O: a request's bytes in, the reply's out.

Source: RFC 2131 section 2 (fixed fields), 4.3.1 (OFFER, ACK); RFC 2132 (options). Offers one address, as a
HiLink or ECM modem does.
"""

import ipaddress
import struct
from dataclasses import dataclass

COOKIE = b"\x63\x82\x53\x63"
FIXED = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s")
BOOTREQUEST, BOOTREPLY = 1, 2
DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5
OPTION_MASK, OPTION_ROUTER, OPTION_DNS, OPTION_LEASE, OPTION_TYPE, OPTION_SERVER, OPTION_END = (
    1, 3, 6, 51, 53, 54, 255,
)  # fmt: skip
ANSWERS = {DISCOVER: OFFER, REQUEST: ACK}


@dataclass(frozen=True, slots=True)
class Lease:
    """What is given out: addresses in dotted form, lease_s seconds."""

    address: str = "192.168.8.100"
    mask: str = "255.255.255.0"
    router: str = "192.168.8.1"
    lease_s: int = 86400


def message_type(message: bytes) -> int | None:
    """Return option 53 of a request, None for what is none."""
    if len(message) < FIXED.size + 4 or message[0] != BOOTREQUEST:
        return None
    if message[FIXED.size : FIXED.size + 4] != COOKIE:
        return None
    at = FIXED.size + 4
    while at + 1 < len(message) and message[at] != OPTION_END:
        if message[at] == 0:  # padding
            at += 1
            continue
        length = message[at + 1]
        if message[at] == OPTION_TYPE and length == 1 and at + 2 < len(message):
            return message[at + 2]
        at += 2 + length
    return None


def answer(message: bytes, lease: Lease) -> bytes | None:
    """Return the OFFER or ACK to *message*, None where nothing is to be said."""
    kind = ANSWERS.get(message_type(message) or 0)
    if kind is None:
        return None
    fields = FIXED.unpack_from(message)
    address, router = (ipaddress.IPv4Address(text).packed for text in (lease.address, lease.router))
    fixed = FIXED.pack(
        *(BOOTREPLY, fields[1], fields[2], 0, fields[4], 0, fields[6]),
        *(bytes(4), address, router, bytes(4), fields[11], bytes(64), bytes(128)),
    )
    options = (
        (OPTION_TYPE, bytes([kind])),
        (OPTION_SERVER, router),
        (OPTION_LEASE, struct.pack("!I", lease.lease_s)),
        (OPTION_MASK, ipaddress.IPv4Address(lease.mask).packed),
        (OPTION_ROUTER, router),
        (OPTION_DNS, router),
    )
    words = b"".join(bytes([code, len(value)]) + value for code, value in options)
    return fixed + COOKIE + words + bytes([OPTION_END])
