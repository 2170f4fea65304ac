"""The kernel's ring on a veth of the test's own: every packet is counted, and what is lost is said."""

import socket
import time

import pytest

from edge.capture.file import CaptureFile, FileOrder, settle
from edge.capture.filters import own_flows
from edge.capture.packets import Packet
from edge.capture.ring import PacketRing, RingSetting, open_packet_socket
from edge.capture.tap import LineTap
from edge.ports import Flow

pytestmark = pytest.mark.netns
PORT = 8620
SO_DETACH_FILTER = 27
SENT_UP, SENT_DOWN, PAYLOAD = 300, 200, 500
HEADERS = 14 + 20 + 8  # Ethernet, IPv4, UDP
USUAL, TINY = RingSetting(), RingSetting(blocks=2, block_bytes=4096)


@pytest.fixture
def ends(pair, in_netns):
    """Return connected UDP sockets: the box's in the left namespace, the server's in the right."""

    def bound(ip, port):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        sock.bind((ip, port))
        return sock

    box = in_netns(pair.left, lambda: bound(pair.left_ip, 0))
    server = in_netns(pair.right, lambda: bound(pair.right_ip, PORT))
    with box, server:
        box.connect(server.getsockname())
        server.connect(box.getsockname())
        yield box, server


@pytest.fixture
def ring_on(pair, in_netns):
    """Return a function that opens a ring in the left namespace; it is closed after the test."""
    opened = []

    def make(interface="v0", setting=USUAL, servers=((pair.right_ip, PORT),)):
        program = own_flows(servers, setting.snap_bytes)
        opened.append(
            in_netns(pair.left, lambda: PacketRing(interface, setting, open_packet_socket(program)))
        )
        return opened[-1]

    yield make
    for ring in opened:
        ring.close()


def exchange(ends, *, up=SENT_UP, down=SENT_DOWN):
    box, server = ends
    for _ in range(up):
        box.send(b"u" * PAYLOAD)
    for _ in range(down):
        server.send(b"d" * PAYLOAD)


def taken(ring, count):
    """Return the packets of *ring*: at least *count* within 5 s, and whatever follows in the next block."""
    packets: list[Packet] = []
    until_s = time.monotonic() + 5
    while len(packets) < count and time.monotonic() < until_s:
        ring.wait(100)
        packets.extend(ring.take())
    while ring.wait(2 * ring.setting.timeout_ms):
        packets.extend(ring.take())
    return packets


@pytest.mark.parametrize("interface", ["v0", ""], ids=["one interface", "every interface"])
def test_every_packet_of_both_directions_is_seen_once_cut_and_stamped(ring_on, ends, interface):
    ring = ring_on(interface)
    before_ns = time.time_ns()
    exchange(ends)
    after_ns = time.time_ns()
    packets = taken(ring, SENT_UP + SENT_DOWN)
    assert len(packets) == SENT_UP + SENT_DOWN
    assert sum(packet.outgoing for packet in packets) == SENT_UP
    assert {packet.wire_bytes for packet in packets} == {PAYLOAD + HEADERS}
    assert {len(packet.data) for packet in packets} == {96}
    assert {packet.data[HEADERS:] for packet in packets if packet.outgoing} == {b"u" * (96 - HEADERS)}
    stamps = [packet.t_ns for packet in packets]
    assert stamps == sorted(stamps)
    assert before_ns <= stamps[0]
    assert stamps[-1] <= after_ns
    assert ring.statistics() == (SENT_UP + SENT_DOWN, 0)


def test_a_ring_follows_an_interface_that_went_and_came(pair, ring_on, in_netns, command):
    ring = ring_on()
    command(*f"ip -n {pair.left} link del v0".split())
    assert ring.wait(1000), "a descriptor with an error is readable"
    ring.clear_error()
    assert not ring.wait(0), "and would stay so"
    assert not in_netns(pair.left, ring.follow)
    command(*f"ip -n {pair.left} link add v0 type veth peer name v0 netns {pair.right}".split())
    assert in_netns(pair.left, ring.follow)
    for name, address in ((pair.left, pair.left_ip), (pair.right, pair.right_ip)):
        command(*f"ip -n {name} addr add {address}/24 dev v0".split())
        command(*f"ip -n {name} link set v0 up".split())
    send = in_netns(pair.left, lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    with send:
        send.sendto(b"u" * PAYLOAD, (pair.right_ip, PORT))
    assert {packet.wire_bytes for packet in taken(ring, 1)} == {PAYLOAD + HEADERS}


def test_the_tap_adds_up_what_the_sockets_sent(ring_on, ends):
    box, server = ends
    tap = LineTap(ring_on())
    flow = Flow("udp", box.getsockname()[1], *server.getsockname())
    tap.watch(flow)
    exchange(ends)
    assert tap.bytes_of(flow) == (SENT_UP + SENT_DOWN) * PAYLOAD
    arrivals = tap.arrivals(flow)
    assert [size for _, size in arrivals] == [PAYLOAD] * SENT_DOWN
    assert tap.drops() == 0


def test_flows_of_others_never_reach_the_ring(ring_on, ends):
    ring = ring_on(servers=(("203.0.113.1", PORT),))
    exchange(ends, up=20, down=20)
    assert not ring.wait(100)
    assert ring.statistics() == (0, 0)


def test_a_tiny_ring_that_nobody_empties_says_how_much_it_lost(ring_on, ends, tmp_path):
    ring, path = ring_on(setting=TINY), tmp_path / "a.pcapng"
    file = CaptureFile(ring, FileOrder(path, "", 1 << 20))
    exchange(ends)
    settle(ring, file)
    told = file.end(time.time_ns())
    assert told.drops > 0
    assert told.packets + told.drops == SENT_UP + SENT_DOWN
    # the last block's isb_ifrecv and isb_ifdrop stand 24 and 12 bytes before opt_endofopt and length
    tail = path.read_bytes()[-32:]
    assert tail[:4] == b"\x04\x00\x08\x00"
    assert int.from_bytes(tail[4:12], "little") == SENT_UP + SENT_DOWN
    assert tail[12:16] == b"\x05\x00\x08\x00"
    assert int.from_bytes(tail[16:24], "little") == told.drops
    del file  # it holds the ring's memory
    assert LineTap(ring).drops() == told.drops


def test_a_socket_serves_one_ring_after_another_and_nothing_in_between(pair, in_netns, ends):
    program = own_flows([(pair.right_ip, PORT)], 96)
    sock = in_netns(pair.left, lambda: open_packet_socket(program))
    for _ in range(2):
        ring = in_netns(pair.left, lambda: PacketRing("v0", USUAL, sock))
        exchange(ends, up=7, down=5)
        assert len(taken(ring, 12)) == 12
        assert ring.statistics() == (12, 0)
        in_netns(pair.left, ring.release)
        exchange(ends, up=3, down=0)
    sock.setblocking(False)
    with sock, pytest.raises(BlockingIOError):
        sock.recv(100)


def test_the_filter_of_a_packet_socket_cannot_be_taken_off(pair, in_netns):
    sock = in_netns(pair.left, lambda: open_packet_socket(own_flows([(pair.right_ip, PORT)], 96)))
    with sock, pytest.raises(PermissionError):
        sock.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)


def test_after_an_overrun_the_ring_counts_again(ring_on, ends):
    ring = ring_on(setting=TINY)
    exchange(ends)
    first = len(taken(ring, 1))
    seen, dropped = ring.statistics()
    assert first + dropped == seen == SENT_UP + SENT_DOWN
    exchange(ends, up=5, down=5)
    assert len(taken(ring, 10)) == 10
    assert ring.statistics() == (seen + 10, dropped)


def test_an_interface_that_is_not_there_is_an_os_error_and_leaves_no_socket(pair, ring_on):
    with pytest.raises(OSError, match="No such device"):
        ring_on("wwan9")
