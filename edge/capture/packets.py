"""One captured packet, and what its headers say.

Sources: RFC 791 3.1 (IPv4), RFC 9293 3.1 (TCP), RFC 768 (UDP).
"""

import ipaddress
import struct
from typing import NamedTuple

from edge.ports import Flow

ETHERNET_BYTES = 14
IPV4 = 0x0800
PROTOCOLS = {6: "tcp", 17: "udp"}
UDP_HEADER_BYTES = 8

_ETHERTYPE = struct.Struct("!12xH")
_IPV4 = struct.Struct("!BxHxxHxBxxII")  # version and header length, total length, fragment, protocol, ends
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


def dissect(packet: Packet) -> Segment | None:
    """Return flow and payload of an Ethernet + IPv4 + TCP/UDP packet; None for anything else, a cut header,
    or a later fragment, which has no ports.
    """
    data = packet.data
    if len(data) < ETHERNET_BYTES + 20 or _ETHERTYPE.unpack_from(data)[0] != IPV4:
        return None
    version_ihl, total_bytes, fragment, protocol, source, destination = _IPV4.unpack_from(
        data, ETHERNET_BYTES
    )
    if fragment & FRAGMENT_OFFSET:
        return None
    layer4 = ETHERNET_BYTES + (version_ihl & 0x0F) * 4
    name = PROTOCOLS.get(protocol)
    if name is None or len(data) < layer4 + (14 if name == "tcp" else UDP_HEADER_BYTES):
        return None
    header_bytes = (data[layer4 + 12] >> 4) * 4 if name == "tcp" else UDP_HEADER_BYTES
    source_port, destination_port = _PORTS.unpack_from(data, layer4)
    local, remote_ip, remote = (
        (source_port, destination, destination_port)
        if packet.outgoing
        else (destination_port, source, source_port)
    )
    flow = Flow(name, local, _dotted(remote_ip), remote)
    return Segment(flow, max(0, total_bytes - (layer4 - ETHERNET_BYTES) - header_bytes))


_NAMES: dict[int, str] = {}


def _dotted(address: int) -> str:
    """Return 198.51.100.10 for its number; remembered, since a capture sees a handful of servers."""
    name = _NAMES.get(address)
    if name is None:
        name = _NAMES[address] = str(ipaddress.IPv4Address(address))
    return name
