"""What packets add up to, with a ring played by the test."""

from collections import deque

import pytest
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import ARP, Ether

from edge.capture.packets import Packet
from edge.capture.ring import RingSetting
from edge.capture.tap import LineTap
from edge.ports import Flow

BOX, SERVER = "192.168.8.100", "198.51.100.10"
FLOW = Flow("tcp", 40000, SERVER, 8620)
OTHER = Flow("udp", 40001, SERVER, 8620)


class PlayedRing:
    """Hands out what the test put in; `late` is handed over only when somebody waits for it."""

    def __init__(self):
        self.setting = RingSetting()
        self.ready: deque[Packet] = deque()
        self.late: deque[list[Packet]] = deque()
        self.totals = (0, 0)
        self.closed = False

    def fileno(self):
        return 42

    def take(self):
        while self.ready:
            yield self.ready.popleft()

    def wait(self, timeout_ms):
        assert timeout_ms >= self.setting.timeout_ms
        if self.late:
            self.ready.extend(self.late.popleft())
            return True
        return False

    def statistics(self):
        return self.totals

    def close(self):
        self.closed = True


def tcp(t_ns, payload_bytes, *, outgoing):
    up = IP(src=BOX, dst=SERVER) / TCP(sport=40000, dport=8620)
    down = IP(src=SERVER, dst=BOX) / TCP(sport=8620, dport=40000)
    return packet(t_ns, (up if outgoing else down) / bytes(payload_bytes), outgoing)


def udp(t_ns, payload_bytes):
    layers = IP(src=BOX, dst=SERVER) / UDP(sport=40001, dport=8620) / bytes(payload_bytes)
    return packet(t_ns, layers, outgoing=True)


def packet(t_ns, layers, outgoing):
    data = bytes(Ether() / layers)
    return Packet(t_ns, len(data), outgoing, data[:96])


@pytest.fixture
def ring():
    return PlayedRing()


@pytest.fixture
def tap(ring):
    return LineTap(ring)


def test_bytes_of_a_flow_count_payload_of_both_directions_and_no_other_flow_s(ring, tap):
    ring.ready.extend([tcp(1, 100, outgoing=True), tcp(2, 1000, outgoing=False), udp(3, 44)])
    assert (tap.bytes_of(FLOW), tap.bytes_of(OTHER)) == (1100, 44)
    assert tap.bytes_of(Flow("tcp", 40001, SERVER, 8620)) == 0


def test_bytes_of_waits_for_the_block_the_kernel_still_holds(ring, tap):
    ring.ready.append(udp(1, 10))
    ring.late.append([udp(2, 20)])
    ring.late.append([udp(3, 30)])
    assert tap.bytes_of(OTHER) == 60


def test_arrivals_are_the_inbound_payload_packets_of_a_watched_flow(ring, tap):
    ring.ready.append(tcp(1, 500, outgoing=False))
    tap.pump()
    tap.watch(FLOW)
    ring.ready.extend(
        [
            tcp(2, 100, outgoing=True),
            tcp(3, 1448, outgoing=False),
            tcp(4, 0, outgoing=False),  # an acknowledgement brings no payload
            udp(5, 44),
            packet(6, ARP(), outgoing=False),
        ]
    )
    ring.late.append([tcp(7, 52, outgoing=False)])
    assert tap.arrivals(FLOW) == [(3, 1448), (7, 52)]
    assert tap.arrivals(FLOW) == []
    assert tap.arrivals(OTHER) == []


def test_watching_twice_keeps_what_has_arrived(ring, tap):
    tap.watch(FLOW)
    ring.ready.append(tcp(1, 9, outgoing=False))
    tap.pump()
    tap.watch(FLOW)
    assert tap.arrivals(FLOW) == [(1, 9)]


def test_a_forgotten_flow_starts_from_nothing(ring, tap):
    tap.watch(FLOW)
    ring.ready.append(tcp(1, 9, outgoing=False))
    tap.pump()
    tap.forget(FLOW)
    assert tap.bytes_of(FLOW) == 0
    assert tap.arrivals(FLOW) == []


def test_drops_are_the_ring_s(ring, tap):
    ring.totals = (100, 3)
    assert tap.drops() == 3


def test_descriptor_and_end_are_the_ring_s(ring, tap):
    assert tap.fileno() == 42
    tap.close()
    assert ring.closed
