"""The stick's DHCP server (RFC 2131, RFC 2132), without I/O: one datagram in, one out or none.

Range and lease time: DOCUMENT (dhcp/settings). Every answer is broadcast: the client has no address yet.
"""

import ipaddress
import struct
from dataclasses import dataclass, field

SERVER, FIRST, LAST, MASK = "192.168.8.1", "192.168.8.100", "192.168.8.200", "255.255.255.0"
LEASE_S = 86_400
MAGIC = b"\x63\x82\x53\x63"
FIXED = struct.Struct("!4B I 2H 4s4s4s4s 16s 64s 128s 4s")
REQUEST_OP, REPLY_OP, ETHERNET = 1, 2, 1
BROADCAST_FLAG = 0x8000
DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6
NAMES = {DISCOVER: "DISCOVER", OFFER: "OFFER", REQUEST: "REQUEST", ACK: "ACK", NAK: "NAK"}
PAD, SUBNET, ROUTER, DNS, WANTED, LEASE, KIND, SERVER_ID, END = 0, 1, 3, 6, 50, 51, 53, 54, 255


@dataclass(frozen=True, slots=True)
class Message:
    """What of a client's message counts here."""

    kind: int
    transaction: int
    flags: int
    hardware: bytes
    own: bytes
    options: dict[int, bytes]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its octets, and both kinds and the address in words, for the log."""

    data: bytes
    asked: str
    said: str


def packed(address: str) -> bytes:
    """Return an IPv4 address as four octets."""
    return ipaddress.IPv4Address(address).packed


def parse(data: bytes) -> Message | None:
    """Return the message in *data*, None if it is none of a client on Ethernet."""
    if len(data) < FIXED.size:
        return None
    op, kind, length, _, transaction, _, flags, own, _, _, _, hardware, _, _, magic = FIXED.unpack_from(data)
    if (op, kind, length, magic) != (REQUEST_OP, ETHERNET, 6, MAGIC):
        return None
    options = _options(data[FIXED.size :])
    if options is None or len(options.get(KIND, b"")) != 1:
        return None
    return Message(options[KIND][0], transaction, flags, hardware[:6], own, options)


def _options(data: bytes) -> dict[int, bytes] | None:
    found, at = {}, 0
    while at < len(data) and data[at] != END:
        if data[at] == PAD:
            at += 1
            continue
        if at + 1 >= len(data) or at + 2 + data[at + 1] > len(data):
            return None
        found[data[at]] = data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
    return found


@dataclass
class DhcpServer:
    """Leases of one stick: the first address for the first client, and so on."""

    leases: dict[bytes, bytes] = field(default_factory=dict)

    def answer(self, data: bytes) -> Reply | None:
        """Return the answer to a client's datagram, None where the server is silent."""
        message = parse(data)
        if message is None or message.kind not in {DISCOVER, REQUEST}:
            return None
        if message.options.get(SERVER_ID, packed(SERVER)) != packed(SERVER):
            return None  # another server's offer was taken
        address = self._lease(message.hardware)
        if address is None:
            return None
        if message.kind == DISCOVER:
            return _reply(message, OFFER, address)
        wanted = message.options.get(WANTED) or message.own
        return _reply(message, ACK if wanted == address else NAK, address)

    def _lease(self, hardware: bytes) -> bytes | None:
        if hardware not in self.leases:
            free = int(ipaddress.IPv4Address(FIRST)) + len(self.leases)
            if free > int(ipaddress.IPv4Address(LAST)):
                return None
            self.leases[hardware] = free.to_bytes(4, "big")
        return self.leases[hardware]


def _reply(message: Message, kind: int, address: bytes) -> Reply:
    given = bytes(4) if kind == NAK else address
    fixed = FIXED.pack(
        *(REPLY_OP, ETHERNET, 6, 0, message.transaction, 0, message.flags | BROADCAST_FLAG),
        *(bytes(4), given, packed(SERVER), bytes(4), message.hardware, b"", b"", MAGIC),
    )
    options = [(KIND, bytes((kind,))), (SERVER_ID, packed(SERVER))]
    if kind != NAK:
        options += [(LEASE, LEASE_S.to_bytes(4, "big")), (SUBNET, packed(MASK))]
        options += [(ROUTER, packed(SERVER)), (DNS, packed(SERVER))]
    body = b"".join(bytes((code, len(value))) + value for code, value in options) + bytes((END,))
    shown = NAMES[kind] if kind == NAK else f"{NAMES[kind]} {ipaddress.IPv4Address(address)}"
    return Reply(fixed + body, NAMES[message.kind], shown)
