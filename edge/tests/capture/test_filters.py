"""The filter's program, run by the kernel itself: frames are sent as datagrams over a filtered socketpair.

Frames are built by scapy; what must pass is said beside each.
"""

import ctypes
import socket
import struct

import pytest
from scapy.layers.inet import IP, TCP, UDP, IPOption_Timestamp
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import ARP, Dot1Q, Ether

from edge.capture.filters import Instruction, own_flows, pack

SO_ATTACH_FILTER = 26
SERVER, OTHER, BOX = "198.51.100.10", "198.51.100.11", "192.168.8.100"
PORT, SNAP = 8620, 96
ETHER = Ether(dst="02:00:00:00:00:01", src="02:00:00:00:00:02")
OPTIONS = [IPOption_Timestamp(flg=0, timestamp=1)]


def through(program: list[Instruction], frame: bytes) -> bytes | None:
    """Return what the kernel lets through of *frame*; None when nothing."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        code = ctypes.create_string_buffer(pack(program))
        fprog = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
        theirs.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, fprog)
        ours.send(frame)
        theirs.setblocking(False)
        try:
            return theirs.recv(65536)
        except BlockingIOError:
            return None


UDP_TO = UDP(sport=40000, dport=PORT)
TCP_FROM = TCP(sport=PORT, dport=40000)


@pytest.mark.parametrize(
    "packet",
    [
        IP(src=BOX, dst=SERVER) / UDP_TO,
        IP(src=SERVER, dst=BOX) / UDP(sport=PORT, dport=40000),
        IP(src=BOX, dst=SERVER) / TCP(sport=40000, dport=PORT),
        IP(src=SERVER, dst=BOX) / TCP_FROM,
        IP(src=SERVER, dst=BOX, options=OPTIONS) / TCP_FROM,
        IP(src=BOX, dst=SERVER, options=OPTIONS) / UDP_TO,
        IP(src=SERVER, dst=BOX, flags="MF") / TCP_FROM / (b"x" * 1000),
        IP(src="203.0.113.7", dst=BOX) / TCP(sport=443, dport=5),
    ],
    ids=["udp up", "udp down", "tcp up", "tcp down", "options", "options up", "1st fragment", "2nd server"],
)
def test_packets_to_and_from_the_servers_pass(packet):
    frame = bytes(ETHER / packet)
    assert through(own_flows([(SERVER, PORT), ("203.0.113.7", 443)], SNAP), frame) == frame[:SNAP]


@pytest.mark.parametrize(
    "packet",
    [
        IP(src=BOX, dst=OTHER) / UDP_TO,
        IP(src=BOX, dst=SERVER) / UDP(sport=PORT, dport=53),
        IP(src=SERVER, dst=BOX) / TCP(sport=22, dport=PORT),
        IP(src=BOX, dst=SERVER, proto=1) / (b"\x08\x00" + struct.pack("!H", PORT) * 20),
        IP(src=SERVER, dst=BOX, frag=5, proto=6) / bytes(TCP_FROM),
        IPv6(src="2001:db8::1", dst="2001:db8::2") / UDP_TO,
        ARP(psrc=BOX, pdst=SERVER),
        Dot1Q(vlan=7) / IP(src=BOX, dst=SERVER) / UDP_TO,
    ],
    ids=["host", "port up", "port down", "icmp", "later fragment", "ipv6", "arp", "tag in the frame"],
)
def test_everything_else_is_nobody_s_business(packet):
    assert through(own_flows([(SERVER, PORT)], SNAP), bytes(ETHER / packet)) is None


SERVER6, BOX6, OTHER6 = "2001:db8:1::10", "2001:db8:2::7", "2001:db8:1::11"
BOTH = [(SERVER, PORT), (SERVER6, PORT), ("203.0.113.7", 443), ("2001:db8::7", 9)]


@pytest.mark.parametrize(
    "packet",
    [
        IPv6(src=BOX6, dst=SERVER6) / UDP_TO,
        IPv6(src=SERVER6, dst=BOX6) / TCP_FROM,
        IPv6(src="2001:db8::7", dst=BOX6) / TCP(sport=9, dport=5),
        IP(src="203.0.113.7", dst=BOX) / TCP(sport=443, dport=5),
    ],
    ids=["up", "down", "2nd server", "ipv4 beside it"],
)
def test_ipv6_passes_beside_ipv4(packet):
    frame = bytes(ETHER / packet)
    assert through(own_flows(BOTH, SNAP), frame) == frame[:SNAP]


@pytest.mark.parametrize(
    "packet",
    [
        IPv6(src=BOX6, dst=OTHER6) / UDP_TO,
        IPv6(src=BOX6, dst=SERVER6) / UDP(sport=PORT, dport=53),
        IPv6(src=SERVER6, dst=BOX6, nh=58) / (b"\x80\x00" + struct.pack("!H", PORT) * 20),
        IP(src=BOX, dst=OTHER) / UDP_TO,
    ],
    ids=["host", "port", "icmp", "ipv4 host"],
)
def test_other_ipv6_is_nobody_s_business(packet):
    assert through(own_flows(BOTH, SNAP), bytes(ETHER / packet)) is None


def test_a_cut_frame_and_no_servers_let_nothing_through():
    frame = bytes(ETHER / IP(src=BOX, dst=SERVER) / UDP_TO)
    assert through(own_flows([(SERVER, PORT)], SNAP), frame[:30]) is None
    assert through(own_flows([], SNAP), frame) is None


def test_the_snap_length_cuts_what_is_stored():
    frame = bytes(ETHER / IP(src=BOX, dst=SERVER) / UDP_TO / (b"secret" * 100))
    assert through(own_flows([(SERVER, PORT)], 42), frame) == frame[:42]
