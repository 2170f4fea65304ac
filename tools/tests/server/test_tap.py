"""The upload's packet counter: its filter on the kernel itself, its arithmetic on packets scapy built."""

import socket
import time

import pytest
from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6

from tools.server.bulk import plain_ip
from tools.server.tap import UploadTap, payload_bytes

pytestmark = pytest.mark.netns  # needs CAP_NET_RAW, as namespaces do


@pytest.mark.parametrize(
    ("packet", "size"),
    [
        (IP() / TCP() / (b"x" * 1000), 1000),
        (IP() / TCP(options=[("Timestamp", (1, 2)), ("NOP", None), ("NOP", None)]) / (b"x" * 1448), 1448),
        (IP(options=b"\x01" * 4) / TCP() / b"x", 1),
        (IP() / TCP(flags="A"), 0),
        (IPv6() / TCP() / (b"x" * 77), 77),
    ],
)
def test_payload_of_a_packet(packet, size):
    whole = bytes(packet)
    assert payload_bytes(whole) == size
    assert payload_bytes(whole[:128]) == size  # headers are enough
    assert payload_bytes(whole + bytes(6)) == size  # Ethernet's padding is none


def test_a_cut_packet_is_no_payload():
    assert payload_bytes(bytes(IP() / TCP())[:10]) == 0
    assert payload_bytes(b"") == 0


@pytest.fixture(params=["127.0.0.1", "::1"])
def pair(request):
    """Return (client, server side, another client) connected over the loopback."""
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    made = [socket.socket(family) for _ in range(3)]
    listening, client, other = made
    listening.bind((request.param, 0))
    listening.listen()
    client.connect(listening.getsockname()[:2])
    made.append(listening.accept()[0])
    other.connect(listening.getsockname()[:2])
    made.append(listening.accept()[0])
    yield client, made[3], other
    for sock in made:
        sock.close()


def test_only_the_flow_towards_us_is_counted(pair):
    client, server, other = pair
    peer = client.getsockname()
    tap = UploadTap(peer[0], peer[1], server.getsockname()[1])
    before_ns = time.time_ns()
    other.sendall(b"o" * 5000)
    client.sendall(b"c" * 3000)
    server.sendall(b"s" * 7000)
    assert len(server.recv(3000, socket.MSG_WAITALL)) == 3000
    tap.drain()
    after_ns = time.time_ns()
    assert sum(size for _, size in tap.arrivals) == 3000
    assert all(before_ns <= t_ns <= after_ns for t_ns, _ in tap.arrivals)
    assert tap.drops() == 0
    tap.close()


@pytest.mark.parametrize(
    ("text", "plain"),
    [("::ffff:192.0.2.7", "192.0.2.7"), ("fe80::1%eth0", "fe80::1"), ("2001:db8::1", "2001:db8::1")],
)
def test_addresses_are_written_one_way(text, plain):
    assert plain_ip(text) == plain


def test_the_same_port_of_another_address_is_another_flow():
    with socket.socket() as listening, socket.socket() as ours, socket.socket() as theirs:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        ours.bind(("127.0.0.1", 0))
        theirs.bind(("127.0.0.2", ours.getsockname()[1]))
        tap = UploadTap("127.0.0.1", ours.getsockname()[1], listening.getsockname()[1])
        for client, size in ((ours, 300), (theirs, 500)):
            client.connect(listening.getsockname())
            client.sendall(bytes(size))
            server, _ = listening.accept()
            assert len(server.recv(size, socket.MSG_WAITALL)) == size
            server.close()
        tap.drain()
        tap.close()
    assert sum(size for _, size in tap.arrivals) == 300
