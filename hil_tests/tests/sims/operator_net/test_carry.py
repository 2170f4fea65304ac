"""The compiled loop over rings in plain memory and a socket pair: what goes in, comes out and is logged."""

import random
import socket
import time

import numpy as np
import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Raw

from hil_tests.sims.operator_net.carry import ALL_DONE, carry
from hil_tests.sims.operator_net.links import Links
from hil_tests.sims.operator_net.rings import FRAME_BYTES, make_rings
from hil_tests.sims.operator_net.settings import DirectionSetting, Reorder
from hil_tests.sims.operator_net.store import COUNT, FREE, LOG, NO_SLOT, make_store
from hil_tests.sims.operator_net.tables import USES
from hil_tests.sims.operator_net.warm import lay

PLACES = 8
DEADLINE_S = 10.0
DELIVERED, LOSS, FAILURE, BLACKHOLE = 0, 1, 3, 6  # docs/interfaces.md section 5


def udp(seq):
    return bytes(Ether() / IP() / UDP(sport=7, dport=9) / Raw(seq.to_bytes(4, "big") + bytes(26)))  # 72 bytes


class World:
    """One link whose way up comes out of `far`."""

    def __init__(self, slots=16, **up):
        rngs = [{use: random.Random(k) for use in (*USES, "users")} for k in range(2)]
        self.links = Links([DirectionSetting(**up), DirectionSetting()], rngs, start_ns=0, begin_ns=0)
        self.near, self.far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.rings = make_rings(np.zeros((2, PLACES, FRAME_BYTES), np.uint8), [-1, self.near.fileno()])
        self.store = make_store(2, slots)
        self.laid = 0

    def lay(self, frame, t_ns=None):
        lay(self.rings, 0, self.laid % PLACES, frame, time.time_ns() if t_ns is None else t_ns)
        self.laid += 1

    def carry(self):
        return carry(self.links.tables, self.rings, self.store, 0)

    def carry_all(self):
        deadline_s = time.monotonic() + DEADLINE_S
        while self.store.bounds[:, COUNT].any() or self.rings.received[0] < self.laid:
            assert time.monotonic() < deadline_s
            assert self.carry() == ALL_DONE

    def came_out(self):
        self.far.setblocking(False)
        came = []
        while True:
            try:
                came.append(self.far.recv(2000))
            except BlockingIOError:
                return came

    @property
    def log(self):
        return self.store.log[: self.store.counts[LOG]]


@pytest.fixture
def world():
    made = []

    def make(**settings):
        made.append(World(**settings))
        return made[-1]

    yield make
    for one in made:
        one.near.close()
        one.far.close()


def test_frames_come_out_whole_in_order_and_later_than_their_delay(world):
    link = world(delay_ms=3)
    frames = [udp(seq) for seq in range(3)]
    for frame in frames:
        link.lay(frame)
    link.carry_all()
    assert link.came_out() == frames
    assert link.log["seq"].tolist() == [0, 1, 2]
    assert link.log["fate"].tolist() == [DELIVERED] * 3
    assert (link.log["t_due_ns"] - link.log["t_in_ns"]).tolist() == [3_000_000] * 3
    assert (link.log["t_out_ns"] >= link.log["t_due_ns"]).all()
    assert set(link.log["len"].tolist()) == {72}
    assert link.store.counts[FREE] == 16


def test_the_ring_goes_round_and_gives_its_places_back(world):
    link = world()
    for seq in range(3 * PLACES):
        link.lay(udp(seq))
        link.carry_all()
    assert len(link.came_out()) == 24
    assert not link.rings.words[0, :, 0].any()  # all TP_STATUS_KERNEL
    assert link.rings.heads[0] == 0


def test_what_is_lost_is_logged_and_does_not_come_out(world):
    link = world(loss=1.0)
    link.lay(udp(5))
    link.carry_all()
    assert link.came_out() == []
    assert [(row["fate"], row["seq"], row["t_out_ns"]) for row in link.log] == [(LOSS, 5, 0)]


def test_arp_passes_at_once_and_ahead_of_what_waits(world):
    link = world(delay_ms=20)
    now_ns = time.time_ns()
    link.lay(udp(1), now_ns)
    link.lay(bytes(Ether() / ARP()), now_ns)
    link.carry_all()
    assert [frame[12:14] for frame in link.came_out()] == [b"\x08\x06", b"\x08\x00"]
    assert link.store.late[:-1].sum() == 1  # ARP has no lateness


def test_a_reordered_frame_is_overtaken(world):
    link = world(delay_ms=1, reorder=Reorder(share=0.5, by_ms=30))
    now_ns = time.time_ns()
    for seq in range(6):
        link.lay(udp(seq), now_ns)
    link.carry_all()
    reordered = [row["state"] & 8 != 0 for row in link.log]
    assert reordered == sorted(reordered)  # all of them behind the others
    assert 0 < sum(reordered) < 6
    assert sorted(link.log["seq"].tolist()) == list(range(6))


def test_a_switched_blackhole_swallows_what_is_on_its_way(world):
    link = world()
    link.lay(udp(1), time.time_ns() + 100_000_000_000)  # not due before anything below
    link.carry()
    link.links.tables.states[0].is_black = 1
    link.store.due[0, 0] = 0  # now it is
    link.carry_all()
    assert link.came_out() == []
    assert link.log["fate"].tolist() == [BLACKHOLE]


def test_a_frame_too_long_for_the_wire_is_the_emulators_failure(world):
    link = world()
    link.lay(udp(1) + bytes(1600))
    link.carry_all()
    assert link.log["fate"].tolist() == [FAILURE]
    assert link.came_out() == []


def test_without_room_it_counts_what_it_cannot_take(world):
    link = world(slots=4, delay_ms=1000)
    for seq in range(6):
        link.lay(udp(seq))
    link.carry()
    assert link.store.counts[NO_SLOT] == 2
    assert link.store.bounds[0, COUNT] == 4


def test_what_cannot_be_sent_is_named_by_its_direction(world):
    link = world()
    link.far.close()
    link.lay(udp(1))
    assert link.carry() == -2  # direction 0
    assert link.store.bounds[0, COUNT] == 1  # it is still there for whoever asks why
