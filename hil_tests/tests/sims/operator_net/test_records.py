"""The log's record, and headers read from frames that scapy built (scapy 2.8 is the independent encoder)."""

import numpy as np
import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Raw

from hil_tests.sims.operator_net.records import FIELDS, NOT_IPV4, RECORD, read_headers

CLIENT, SERVER = 0xC0A80864, 0xC633640A  # 192.168.8.100, 198.51.100.10


def ip(**fields):
    packet = IP(src="192.168.8.100", dst="198.51.100.10")
    for name, value in fields.items():
        setattr(packet, name, value)
    return packet


def frame(*layers):
    packet = Ether(src="0c:5b:8f:27:9a:64", dst="02:00:00:00:00:01")
    for layer in layers:
        packet /= layer
    return bytes(packet)


def test_record_and_dtype_are_the_same_48_bytes():
    assert RECORD.size == np.dtype(list(FIELDS)).itemsize == 48
    values = (1, 2, 3, 4, 1, 2, 17, 1514, CLIENT, SERVER, 5, 6, 7, 8)
    assert np.frombuffer(RECORD.pack(*values), np.dtype(list(FIELDS)))[0].item() == values


def test_tcp_with_options():
    segment = TCP(sport=40112, dport=8620, seq=0xFFFFFFFE, options=[("Timestamp", (1, 2)), ("NOP", None)] * 2)
    got = read_headers(frame(ip(), segment, Raw(b"x" * 1000)))
    assert got == (6, CLIENT, SERVER, 40112, 8620, 1000, 0xFFFFFFFE)


def test_udp_gives_the_first_four_payload_bytes():
    got = read_headers(frame(ip(), UDP(sport=40000, dport=8620), Raw(b"\x00\x00\x01\x02" + bytes(40))))
    assert got == (17, CLIENT, SERVER, 40000, 8620, 44, 0x102)


def test_short_udp_has_no_sequence_and_padding_is_no_payload():
    short = frame(ip(), UDP(sport=40000, dport=8620), Raw(b"ab"))
    assert read_headers(short + bytes(18)) == (17, CLIENT, SERVER, 40000, 8620, 2, 0)


def test_ip_options_move_the_ports():
    got = read_headers(frame(ip(options=b"\x94\x04\x00\x00"), UDP(sport=7, dport=9), Raw(b"1234")))
    assert got == (17, CLIENT, SERVER, 7, 9, 4, 0x31323334)


def test_icmp_echo():
    assert read_headers(frame(ip(), ICMP(id=3, seq=4), Raw(b"x" * 56))) == (
        *(1, CLIENT, SERVER, 0, 0, 56),
        0x30004,
    )


def test_a_later_fragment_has_no_ports():
    got = read_headers(frame(ip(frag=10, proto=17), Raw(b"\xff" * 100)))
    assert got == (17, CLIENT, SERVER, 0, 0, 0, 0)


@pytest.mark.parametrize(
    "data", [frame(ARP(pdst="192.168.8.1")), frame(IPv6(dst="fe80::1"), UDP()), b"", b"\x00" * 20]
)
def test_what_is_not_ipv4_is_all_zero(data):
    assert read_headers(data) is NOT_IPV4
