"""The board's end of the link, by the bytes on the wire."""

import pytest
from probe.logic import limits, pi_watch
from probe.logic.board import UPDATE, Board
from probe.logic.link import OUT_BYTES, BoardLink
from probelink.frame import FrameDecoder, FrameEncoder
from probelink.messages import TABLE_CRC, decode_payload, encode_payload, kind_of

BUILD = 0x0BADCAFE


class Wire:
    """A board on a bench: what it says is taken off at once."""

    def __init__(self):
        self.board = Board(0, bytearray(pi_watch.MEMORY_BYTES))
        self.link = BoardLink(self.board, BUILD, 3, 1)
        self._decoder, self._encoder = FrameDecoder(), FrameEncoder()
        self._now_ms = 0

    def heard(self):
        """Return the messages that wait, decoded."""
        said, data = [], bytes(self.link.out[: self.link.waiting])
        self.link.sent(len(data))
        for byte in data:
            if self._decoder.feed(byte):
                payload = bytes(self._decoder.payload[: self._decoder.length])
                said.append(decode_payload(self._decoder.kind, payload))
        return said

    def say(self, name, *values, damage=False):
        size = self._encoder.encode(kind_of(name), 7, encode_payload(name, values))
        data = bytearray(self._encoder.wire[:size])
        data[4] ^= damage
        for byte in data:
            self.link.receive(byte)

    def let_pass(self, ms, *, step_ms=10):
        for _ in range(ms // step_ms):
            self._now_ms += step_ms
            self.board.step(self._now_ms)
            self.link.tick()


@pytest.fixture
def wire():
    return Wire()


HELLO = ("hello", (1, 1, TABLE_CRC, BUILD, 3, 1))


def test_it_greets_at_the_start_and_when_greeted(wire):
    assert wire.heard() == [HELLO]
    wire.say("hello", 1, 1, 5, 6, 0, 0)
    assert wire.heard() == [HELLO]


def test_a_status_a_second_says_what_the_levels_are(wire):
    wire.heard()
    wire.link.rail_mv, wire.link.temperature_cdegc = 5050, -250
    wire.board.levels.battery_mv = 12_100
    wire.let_pass(3000)
    first, *_, last = said = wire.heard()
    assert [name for name, _ in said] == ["status"] * 3
    assert first == ("status", (1000, 0b11111, 1, 12_100, 5050, -250, 0, 0))
    assert last[1][0] == 3000


def test_a_command_is_done_once_and_acknowledged_each_time(wire):
    wire.heard()
    for _ in range(2):
        wire.say("power_off", 41, 5000, 2, 30)
    assert wire.heard() == [("ack", (7, 41, 0)), ("ack", (7, 41, 1))]
    wire.let_pass(1000)
    assert wire.heard()[0][1][1] == 0b11011
    wire.say("power_on", 42, 5000, 2)
    wire.let_pass(limits.MIN_OFF_MS + 1000)
    assert wire.heard()[-1][1][1] == 0b11111


def test_a_late_command_is_refused_as_late(wire):
    wire.let_pass(1000)
    wire.heard()
    wire.say("mode", 9, 999, UPDATE, 60)
    assert wire.heard() == [("ack", (7, 9, 2))]


def test_a_heartbeat_keeps_the_pi_alive(wire):
    wire.let_pass(limits.ALARM_AFTER_MS, step_ms=100)
    assert wire.board.pi.alarm == 1
    wire.say("heartbeat", 0xFFFF, 0, 0, 0, 0, 0)
    assert wire.board.pi.alarm == 1, "that proves nothing"
    wire.say("heartbeat", 0xFFFF, 0, 0, 5, 0, 0)
    assert wire.board.pi.alarm == 0


def test_lost_mains_are_told_before_the_status_of_that_step(wire):
    wire.let_pass(990)
    wire.heard()
    wire.board.levels.mains, wire.board.levels.battery_mv = 0, 11_900
    wire.let_pass(10)
    assert [name for name, _ in wire.heard()] == ["mains_lost", "status"]


def test_damage_is_counted_and_told(wire):
    wire.heard()
    wire.say("power_on", 3, 5000, 1, damage=True)
    wire.let_pass(1000)
    ((name, values),) = wire.heard()
    assert (name, values[6]) == ("status", 1)


def test_time_is_passed_on(wire):
    wire.heard()
    wire.link.tell_time(1_795_600_000, 12, 800, 1)
    assert wire.heard() == [("pps", (1_795_600_000, 12, 800, 1))]


def test_a_wire_that_nobody_empties_costs_frames_and_nothing_else(wire):
    wire.let_pass(120_000, step_ms=100)
    assert wire.link.waiting <= OUT_BYTES
    assert wire.link.dropped > 50
    assert len(wire.heard()) > 10
    assert wire.link.waiting == 0


def test_what_the_pi_should_not_say_is_answered_so(wire):
    wire.heard()
    wire.say("pps", 1, 2, 3, 4)
    assert wire.heard() == [("ack", (7, 0, 4))]
