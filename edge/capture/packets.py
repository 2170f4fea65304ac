"""One captured packet, and what its headers say.

Sources: RFC 791 3.1 (IPv4), RFC 8200 3 (IPv6), RFC 9293 3.1 (TCP), RFC 768 (UDP).
"""

import ipaddress
import struct
from typing import NamedTuple

from edge.ports import Flow

ETHERNET_BYTES = 14
IPV4, IPV6 = 0x0800, 0x86DD
IPV6_BYTES = 40
PROTOCOLS = {6: "tcp", 17: "udp"}
UDP_HEADER_BYTES = 8

_ETHERTYPE = struct.Struct("!12xH")
_IPV4 = struct.Struct("!BxHxxHxBxx4s4s")  # version and header length, length, fragment, protocol, ends
_IPV6 = struct.Struct("!4xHBx16s16s")  # payload length, next header, ends
IPV4_LEAST_BYTES = 20
FRAGMENT_OFFSET = 0x1FFF
_PORTS = struct.Struct("!HH")


class Packet(NamedTuple):
    """t_ns: the kernel's stamp, Unix ns; wire_bytes: the frame without FCS; data: its first bytes."""

    t_ns: int
    wire_bytes: int
    outgoing: bool
    data: bytes


class Segment(NamedTuple):
    """A packet's flow as seen from the box, and the bytes above layer 4."""

    flow: Flow
    payload_bytes: int


class _Ip(NamedTuple):
    """What an IP header says: where the next header starts, and how many bytes follow from there."""

    protocol: int
    layer4: int
    payload_bytes: int
    source: bytes
    destination: bytes


def dissect(packet: Packet) -> Segment | None:
    """Return flow and payload of an Ethernet + IP + TCP/UDP packet; None for anything else, a cut header,
    extension headers of IPv6, or a later fragment, which has no ports.
    """
    data = packet.data
    head = _ip(data)
    name = PROTOCOLS.get(head.protocol) if head is not None else None
    if head is None or name is None:
        return None
    layer4 = head.layer4
    if len(data) < layer4 + (14 if name == "tcp" else UDP_HEADER_BYTES):
        return None
    header_bytes = (data[layer4 + 12] >> 4) * 4 if name == "tcp" else UDP_HEADER_BYTES
    source_port, destination_port = _PORTS.unpack_from(data, layer4)
    local, remote_ip, remote = (
        (source_port, head.destination, destination_port)
        if packet.outgoing
        else (destination_port, head.source, source_port)
    )
    flow = Flow(name, local, _named(remote_ip), remote)
    return Segment(flow, max(0, head.payload_bytes - header_bytes))


def _ip(data: bytes) -> _Ip | None:
    """Return the IP header of a frame; None where it has none, a cut one, or no ports behind it."""
    if len(data) < ETHERNET_BYTES + IPV4_LEAST_BYTES:
        return None
    ethertype = _ETHERTYPE.unpack_from(data)[0]
    if ethertype == IPV4:
        version_ihl, total_bytes, fragment, protocol, source, destination = _IPV4.unpack_from(
            data, ETHERNET_BYTES
        )
        header_bytes = (version_ihl & 0x0F) * 4
        rest = _Ip(protocol, ETHERNET_BYTES + header_bytes, total_bytes - header_bytes, source, destination)
        return None if fragment & FRAGMENT_OFFSET else rest
    if ethertype == IPV6 and len(data) >= ETHERNET_BYTES + IPV6_BYTES:
        payload_bytes, protocol, source, destination = _IPV6.unpack_from(data, ETHERNET_BYTES)
        return _Ip(protocol, ETHERNET_BYTES + IPV6_BYTES, payload_bytes, source, destination)
    return None


_NAMES: dict[bytes, str] = {}


def _named(address: bytes) -> str:
    """Return 198.51.100.10 for its octets; remembered, since a capture sees a handful of servers."""
    name = _NAMES.get(address)
    if name is None:
        name = _NAMES[address] = str(ipaddress.ip_address(address))
    return name
