"""Sender and reflector wired together through a network that loses, repeats and reorders by order."""

import heapq
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.measure.reflector import Reflector
from edge.measure.stamp import SenderPacket, decode_reflected, encode_sender
from edge.measure.stamp_session import SenderSession

SSID = 4711
KEY = b"a key of sixteen bytes or more"
START_S, START_NS = 1000.0, 1_700_000_000_000_000_000
MS = 1_000_000


@dataclass
class Network:
    """20 ms each way; the reflector takes 3 ms. Its clock is one hour fast: RTT must not care."""

    session: SenderSession
    reflector: Reflector
    lost_up: frozenset[int] = frozenset()
    lost_down: frozenset[int] = frozenset()
    repeated: frozenset[int] = frozenset()
    late: frozenset[int] = frozenset()
    sent_at_s: list[float] = field(default_factory=list)
    _flying: list[tuple[float, int, bytes]] = field(default_factory=list)

    def run(self):
        """Return the monotonic time at which the session was over."""
        now_s = START_S
        while (due_s := self.session.due_s(now_s)) is not None:
            if self._flying and self._flying[0][0] <= due_s:
                now_s, _, packet = heapq.heappop(self._flying)
                self.session.receive(packet, self._ns(now_s), now_s)
                continue
            now_s = max(now_s, due_s)
            asked = self.session.poll(now_s, self._ns(now_s))
            if asked is not None:
                self.sent_at_s.append(now_s)
                self._fly(asked, len(self.sent_at_s) - 1, now_s)
        return now_s

    def _fly(self, packet, seq, now_s):
        if seq in self.lost_up:
            return
        arrived_ns = self._ns(now_s + 0.020) + 3600 * 10**9
        answer = self.reflector.reflect(
            packet, peer=("198.51.100.7", 40000), t2_ns=arrived_ns, t3_ns=lambda: arrived_ns + 3 * MS, ttl=60
        )
        if answer is None or seq in self.lost_down:
            return
        back_s = now_s + 0.043 + (0.1 if seq in self.late else 0)
        for copy in range(2 if seq in self.repeated else 1):
            heapq.heappush(self._flying, (back_s + copy * 0.001, seq, answer))

    def _ns(self, now_s):
        return START_NS + round((now_s - START_S) * 1e9)


def exchange(*, probes=20, key=None, admitted=True, **faults):
    """Run a session of 1 + *probes* packets; return (session, reflector, network)."""
    reflector = Reflector(key)
    if admitted:
        reflector.admit(SSID)
    session = SenderSession(SSID, probes, 0.020, key)
    network = Network(session, reflector)
    for name, seqs in faults.items():
        setattr(network, name, frozenset(seqs))
    network.run()
    return session, reflector, network


@pytest.mark.parametrize("key", [None, KEY])
def test_rtt_leaves_out_the_reflectors_own_delay_and_clock(key):
    session, _, _ = exchange(key=key)
    counts = session.counts()
    assert counts.rtt_ns == [pytest.approx(40 * MS, abs=300)] * 21  # 20 + 20 ms; floats of the test: 0.3 us
    assert (counts.sent, counts.received, counts.lost) == (21, 21, 0)
    assert (counts.lost_up, counts.lost_down, counts.duplicates, counts.reordered) == (0, 0, 0, 0)


def test_the_first_probe_goes_alone_and_the_others_in_step():
    _, _, network = exchange(probes=3)
    gaps = [round(b - a, 6) for a, b in zip(network.sent_at_s, network.sent_at_s[1:], strict=False)]
    assert gaps == [0.063, 0.020, 0.020]  # answered after 43 ms, then one interval


def test_without_an_answer_to_the_first_the_others_wait_two_seconds():
    _, _, network = exchange(probes=2, lost_up={0})
    assert network.sent_at_s[1] - network.sent_at_s[0] == pytest.approx(2.0)


def test_the_session_ends_with_the_last_answer_or_two_seconds_after_the_last_probe():
    whole, lossy = SenderSession(SSID, 2, 0.02), SenderSession(SSID, 2, 0.02)
    for session, lost, ends_after_s in ((whole, (), 0.126), (lossy, (2,), 2.083)):
        reflector = Reflector()
        reflector.admit(SSID)
        over_s = Network(session, reflector, lost_down=frozenset(lost)).run()
        assert over_s - START_S == pytest.approx(ends_after_s, abs=1e-6)


def test_loss_is_split_by_the_servers_count():
    session, reflector, _ = exchange(lost_up={3, 7, 20}, lost_down={5})
    received, replied = reflector.counts(SSID)
    assert (received, replied) == (18, 18)
    counts = session.counts(received)
    assert (counts.lost, counts.lost_up, counts.lost_down) == (4, 3, 1)


def test_loss_is_split_by_the_reflectors_numbers_when_the_last_probe_came_back():
    counts = exchange(lost_up={3, 7}, lost_down={5, 6, 9})[0].counts()
    assert (counts.lost_up, counts.lost_down) == (2, 3)


def test_loss_at_the_end_cannot_be_split_without_the_servers_count():
    counts = exchange(lost_up={20})[0].counts()
    assert (counts.lost, counts.lost_up, counts.lost_down) == (1, None, None)


def test_an_impossible_server_count_is_not_believed():
    counts = exchange(lost_up={3})[0].counts(server_received=5)
    assert (counts.lost_up, counts.lost_down) == (1, 0)


def test_repeated_and_late_answers_are_counted_and_not_lost():
    counts = exchange(repeated={4, 6}, late={8})[0].counts()
    assert (counts.lost, counts.duplicates, counts.reordered) == (0, 2, 1)
    assert counts.rtt_ns[8] == pytest.approx(140 * MS, abs=300)


@given(st.sets(st.integers(0, 20)), st.sets(st.integers(0, 20)))
def test_every_loss_is_counted_once(up, down):
    session, reflector, _ = exchange(lost_up=up, lost_down=down)
    counts = session.counts(reflector.counts(SSID)[0])
    assert counts.lost_up == len(up)
    assert counts.lost_down == len(down - up)
    assert [i for i, rtt_ns in enumerate(counts.rtt_ns) if rtt_ns is None] == sorted(up | down)


def test_a_late_caller_shifts_the_plan_instead_of_sending_a_burst():
    session = SenderSession(SSID, 3, 0.020)
    assert session.poll(START_S, START_NS) is not None
    assert session.poll(START_S + 2.0, START_NS) is not None
    assert session.poll(START_S + 2.5, START_NS) is not None  # 480 ms late
    assert session.poll(START_S + 2.5, START_NS) is None
    assert session.due_s(START_S + 2.5) == pytest.approx(START_S + 2.520)


def test_the_kernels_stamp_replaces_the_programs():
    session, reflector = SenderSession(SSID, 1, 0.02), Reflector()
    packet = session.poll(START_S, START_NS) or b""
    session.stamped(0, START_NS + 1 * MS)
    session.stamped(99, START_NS)
    answer = reflector.reflect(packet, peer="x", t2_ns=0, t3_ns=lambda: 0) or b""
    session.receive(answer, START_NS + 31 * MS, START_S + 0.031)
    counts = session.counts()
    assert (counts.rtt_ns, counts.t1_ns, counts.kernel_stamps) == ([30 * MS], [START_NS + MS], 1)


def answer_to(reflector, packet):
    return reflector.reflect(packet, peer="x", t2_ns=START_NS, t3_ns=lambda: START_NS + MS) or b""


@pytest.mark.parametrize("key", [None, KEY])
def test_an_answer_that_left_later_than_it_says_is_mended(key):
    session, reflector = SenderSession(SSID, 1, 0.02, key), Reflector(key)
    reflector.admit(SSID)
    answer = answer_to(reflector, session.poll(START_S, START_NS) or b"")
    reflector.departed(answer, START_NS + 3 * MS)
    session.receive(answer, START_NS + 40 * MS, START_S + 0.040)
    assert reflector.lateness_ns(SSID) == [2 * MS]
    assert session.counts(1, [2 * MS]).rtt_ns == [37 * MS]  # 40 away, 1 inside, 2 more
    assert session.counts(1, [None]).rtt_ns == session.counts().rtt_ns == [39 * MS]


def test_of_an_answer_without_a_stamp_no_lateness_is_told():
    reflector = Reflector()
    reflector.admit(SSID)
    answers = [answer_to(reflector, encode_sender(SenderPacket(n, START_NS, SSID))) for n in range(3)]
    reflector.departed(answers[1], START_NS + MS + 7)
    reflector.departed(answer_to(reflector, encode_sender(SenderPacket(0, START_NS, 9))), START_NS)
    assert reflector.lateness_ns(SSID) == [None, 7, None]


@pytest.mark.parametrize("strange", ["session", "echo", "number", "garbage", "key"])
def test_an_answer_that_is_not_ours_is_ignored(strange):
    session = SenderSession(SSID, 1, 0.02, KEY)
    session.poll(START_S, START_NS)
    asked = {
        "session": SenderPacket(0, START_NS, 1),
        "echo": SenderPacket(0, START_NS + 1, SSID),
        "number": SenderPacket(1, START_NS, SSID),
    }.get(strange, SenderPacket(0, START_NS, SSID))
    key = b"another key, not ours at all" if strange == "key" else KEY
    answer = Reflector(key).reflect(encode_sender(asked, key), peer="x", t2_ns=0, t3_ns=lambda: 0)
    assert answer is not None
    assert session.receive(b"\xff" * 112 if strange == "garbage" else answer, START_NS, START_S) is False
    assert session.counts().received == 0


def numbers(reflector, *packets):
    """Return the reflector's sequence numbers of its answers to (ssid, peer) in turn."""
    answers = [
        reflector.reflect(encode_sender(SenderPacket(0, START_NS, ssid)), peer=peer, t2_ns=0, t3_ns=lambda: 0)
        for ssid, peer in packets
    ]
    return [decode_reflected(answer).seq for answer in answers]


def test_an_admitted_session_goes_on_when_the_nat_changes_its_address():
    reflector = Reflector()
    reflector.admit(SSID)
    assert numbers(reflector, (SSID, "a:1"), (SSID, "a:2"), (SSID, "b:9")) == [0, 1, 2]


def test_strangers_are_numbered_by_session_and_peer_and_the_oldest_is_forgotten():
    reflector = Reflector(strangers=2)
    assert numbers(reflector, (7, "a"), (7, "b"), (7, "a"), (7, "c"), (7, "b"), (7, "a")) == [
        0,
        0,
        1,
        0,
        0,
        0,
    ]


@given(st.binary(max_size=1500), st.sampled_from([None, KEY]))
def test_an_answer_is_never_longer_than_the_question(data, key):
    answer = Reflector(key).reflect(data, peer="x", t2_ns=0, t3_ns=lambda: 0)
    assert answer is None or len(answer) == len(data)
    assert key is None or answer is None


def test_octets_after_the_base_packet_come_back_as_they_were():
    tlv = bytes.fromhex("80010004deadbeef")  # U flag set, extra padding (RFC 8972 4.1)
    asked = encode_sender(SenderPacket(0, START_NS, SSID)) + tlv
    answer = Reflector().reflect(asked, peer="x", t2_ns=0, t3_ns=lambda: 0)
    assert answer is not None
    assert answer[44:] == tlv


def test_a_session_number_cannot_be_admitted_twice():
    reflector = Reflector()
    reflector.admit(SSID)
    with pytest.raises(ValueError, match="open already"):
        reflector.admit(SSID)
    reflector.dismiss(SSID)
    assert not reflector.is_admitted(SSID)
