"""Flow and payload of packets that scapy built: the oracle says how many bytes it put above layer 4."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import IP, TCP, UDP, IPOption_Timestamp
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment
from scapy.layers.l2 import ARP, Dot1Q, Ether

from edge.capture.packets import Packet, Segment, dissect
from edge.ports import Flow

ETHER = Ether(dst="02:00:00:00:00:01", src="02:00:00:00:00:02")
BOX, SERVER = "192.168.8.100", "198.51.100.10"
UP, DOWN = IP(src=BOX, dst=SERVER), IP(src=SERVER, dst=BOX)
OPTIONS = [IPOption_Timestamp(flg=0, timestamp=1)]
STAMPS = [("NOP", None), ("NOP", None), ("Timestamp", (1, 2))]
UDP_FLOW, TCP_FLOW = Flow("udp", 40112, SERVER, 8620), Flow("tcp", 40112, SERVER, 8620)


def seen(packet: object, *, outgoing: bool, snap: int = 96, pad: int = 0) -> Segment | None:
    frame = bytes(ETHER / packet) + bytes(pad)
    return dissect(Packet(1, len(frame), outgoing, frame[:snap]))


@pytest.mark.parametrize("payload_bytes", [0, 1, 44, 1400])
def test_udp_of_either_direction_is_the_box_s_flow(payload_bytes):
    load = b"p" * payload_bytes
    up = seen(UP / UDP(sport=40112, dport=8620) / load, outgoing=True)
    down = seen(DOWN / UDP(sport=8620, dport=40112) / load, outgoing=False)
    assert up == down == Segment(UDP_FLOW, payload_bytes)


@pytest.mark.parametrize(
    ("ip_options", "tcp_options"), [([], []), (OPTIONS, []), ([], STAMPS), (OPTIONS, STAMPS)]
)
def test_tcp_payload_is_what_is_behind_both_headers_options(ip_options, tcp_options):
    up, down = UP.copy(), DOWN.copy()
    up.options = down.options = ip_options
    sent = seen(up / TCP(sport=40112, dport=8620, options=tcp_options) / (b"q" * 700), outgoing=True)
    came = seen(down / TCP(sport=8620, dport=40112, options=tcp_options) / (b"q" * 700), outgoing=False)
    assert sent == came == Segment(TCP_FLOW, 700)


BOX6, SERVER6 = "2001:db8:2::7", "2001:db8:1::10"


@pytest.mark.parametrize("payload_bytes", [0, 112, 1400])
def test_ipv6_of_either_direction_is_the_box_s_flow(payload_bytes):
    up = IPv6(src=BOX6, dst=SERVER6) / UDP(sport=40112, dport=8620) / (b"p" * payload_bytes)
    down = IPv6(src=SERVER6, dst=BOX6) / TCP(sport=8620, dport=40112, options=STAMPS) / (b"p" * payload_bytes)
    assert seen(up, outgoing=True) == Segment(Flow("udp", 40112, SERVER6, 8620), payload_bytes)
    assert seen(down, outgoing=False) == Segment(Flow("tcp", 40112, SERVER6, 8620), payload_bytes)
    assert all(seen(up, outgoing=True, snap=snap) is None for snap in range(62))


def test_the_padding_of_a_short_frame_is_no_payload():
    assert seen(DOWN / TCP(sport=8620, dport=40112), outgoing=False, pad=6) == Segment(TCP_FLOW, 0)


def test_of_a_fragmented_packet_the_first_one_counts_with_its_own_bytes_the_others_have_no_ports():
    whole = UP / UDP(sport=40112, dport=8620) / (b"f" * 2000)
    first, second, _ = whole.fragment(fragsize=1000)
    assert seen(first, outgoing=True) == Segment(UDP_FLOW, 992)  # 1000 bytes of IP payload, 8 of UDP header
    assert seen(second, outgoing=True) is None


@pytest.mark.parametrize(
    "packet",
    [
        ARP(psrc=BOX, pdst=SERVER),
        IPv6(src="2001:db8::1", dst="2001:db8::2") / IPv6ExtHdrFragment() / UDP(sport=1, dport=2),
        Dot1Q(vlan=7) / UP / UDP(sport=40112, dport=8620),
        IP(src=BOX, dst=SERVER, proto=47) / (b"g" * 60),
    ],
    ids=["arp", "ipv6 fragment", "tagged", "gre"],
)
def test_what_is_no_flow_of_ours_is_none(packet):
    assert seen(packet, outgoing=True) is None


def test_headers_cut_by_the_snap_length_are_none():
    frame = UP / UDP(sport=40112, dport=8620) / (b"p" * 50)
    assert seen(frame, outgoing=True, snap=42) == Segment(UDP_FLOW, 50)
    assert all(seen(frame, outgoing=True, snap=snap) is None for snap in range(42))
    tcp = UP / TCP(sport=40112, dport=8620)
    assert seen(tcp, outgoing=True, snap=48) == Segment(TCP_FLOW, 0)
    assert all(seen(tcp, outgoing=True, snap=snap) is None for snap in range(48))


@given(st.binary(max_size=120), st.booleans())
def test_no_bytes_of_any_kind_break_it(data, outgoing):
    ipv4 = data[:12] + b"\x08\x00\x45" + data[15:]
    ipv6 = data[:12] + b"\x86\xdd\x60" + data[15:]
    for frame in (data, ipv4, ipv6):
        segment = dissect(Packet(1, len(frame), outgoing, frame))
        assert segment is None or segment.payload_bytes >= 0
