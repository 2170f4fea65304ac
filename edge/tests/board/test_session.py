"""The Pi's end of the link against octets put together here, and against the board's own logic."""

import binascii
import struct

import pytest
from probe.logic import pi_watch
from probe.logic.board import Board
from probe.logic.link import BoardLink
from probelink.messages import TABLE_CRC

from edge.board.session import (
    BoardSession,
    BoardTime,
    Done,
    Greeted,
    MainsLost,
    Status,
    Trouble,
)

BUILD = 0x0BADCAFE


def cobs(body):
    """Consistent overhead byte stuffing of less than 254 octets (Cheshire and Baker, 1999)."""
    out = b""
    for block in (body + b"\0").split(b"\0")[:-1]:
        out += bytes([len(block) + 1]) + block
    return b"\0" + out + b"\0"


def frame(kind, payload, seq=0, version=1):
    body = struct.pack("<BBBBB", version, kind, 0, seq, len(payload)) + payload
    return cobs(body + struct.pack("<I", binascii.crc32(body)))


def hello(low=1, high=1, crc=TABLE_CRC, build=BUILD, reason=2, slot=1):
    return frame(0x01, struct.pack("<BBIIBB", low, high, crc, build, reason, slot))


def status(uptime_ms, seq=0, mains=1, window=0):
    return frame(0x20, struct.pack("<IBBHHhHB", uptime_ms, 0b10111, mains, 12100, 5050, -250, 3, window), seq)


GREETED = Greeted(1, BUILD, "watchdog", 1, same_table=True, again=False)


def session(*heard):
    made = BoardSession(100.0, 7)
    made.tick(100.0)
    for data in heard:
        made.receive(data, 100.1)
    made.take_output()
    return made


def test_it_greets_and_is_greeted_whatever_the_cut_of_the_bytes():
    for step in (1, 2, 7, 99):
        talk = BoardSession(100.0, 7)
        assert talk.tick(100.0) == []
        assert talk.take_output() == frame(0x01, struct.pack("<BBIIBB", 1, 1, TABLE_CRC, 0x50414E54, 0, 0))
        data = b">>> noise\r\n" + hello() + status(5000)
        events = [
            event for at in range(0, len(data), step) for event in talk.receive(data[at : at + step], 101)
        ]
        powered = (True, True, True, False, True)
        assert events == [GREETED, Status(5000, powered, True, 12100, 5050, -250, 3, False)]
        assert talk.bad_frames == 1


@pytest.mark.parametrize(
    ("heard", "code"),
    [
        (b"", "silent"),
        (b"MicroPython v1.29.0 on 2026-06-01; Raspberry Pi Pico\r\n>>> ", "wrong_firmware"),
        (hello(build=0x50414E54), "wrong_firmware"),  # our own words come back: a loop or an echo
        (hello(low=2, high=9), "newer"),
        (frame(0x01, struct.pack("<BBIIBB", 3, 3, TABLE_CRC, BUILD, 0, 0), version=3), "newer"),
    ],
)
def test_what_is_no_session_is_told_once(heard, code):
    talk = session()
    told = talk.receive(heard, 101.0)
    for now_s in (102.0, 105.1, 106.0, 120.0):
        told += talk.tick(now_s)
    assert told == [Trouble(code)]
    assert talk.command("power_on", (1,), 120.0) is None


def test_a_board_flashed_meanwhile_is_greeted():
    talk = session(hello(low=2, high=9))
    assert not talk.greeted
    assert talk.receive(hello(), 130.0) == [GREETED]


def test_another_table_is_told_and_used():
    talk = session()
    (greeted,) = talk.receive(hello(crc=5), 101.0)
    assert not greeted.same_table
    assert talk.greeted


def test_a_command_goes_again_until_it_is_acknowledged():
    talk = session(hello())
    assert talk.command("power_off", (2, 30), 100.2) is None, "it has not said how long it is up"
    talk.receive(status(5000), 100.5)
    assert talk.command("power_off", (2, 30), 101.0) == 7
    first = talk.take_output()
    assert first == frame(0x11, struct.pack("<IIBH", 7, 5000 + 500 + 4000, 2, 30), seq=2)
    talk.tick(101.2)
    assert talk.take_output() == b""
    talk.tick(101.6)
    assert talk.take_output() == frame(0x11, struct.pack("<IIBH", 7, 9500, 2, 30), seq=3)
    assert talk.receive(frame(0x02, struct.pack("<BIB", 1, 7, 0)), 101.7) == [Done(7, "ok")]
    talk.tick(103.0)
    assert talk.take_output() == b""


def test_without_an_answer_a_command_ends():
    talk = session(hello(), status(5000))
    talk.command("power_on", (1,), 100.2)
    assert talk.tick(104.1) == []
    talk.receive(status(9000, 1), 104.1)
    assert talk.tick(104.4) == [Done(7, "no answer")]


@pytest.mark.parametrize("sign", [hello(reason=1), status(200, 1)], ids=["greeting", "uptime"])
def test_a_reset_board_is_a_new_one_and_what_was_under_way_is_lost(sign):
    talk = session(hello(), status(5000))
    talk.command("power_off", (0, 30), 103.0)
    talk.take_output()
    done, greeted, *_ = talk.receive(sign, 103.1)
    assert done == Done(7, "reset")
    assert greeted.again
    ours = struct.pack("<BBIIBB", 1, 1, TABLE_CRC, 0x50414E54, 0, 0)
    assert talk.take_output() == frame(0x01, ours, seq=3), "it obeys nobody before it is greeted"


def test_a_board_reset_soon_after_the_greeting_is_told_by_its_uptime():
    """Its greeting may be a late answer: the next uptime decides."""
    talk = session(hello(), status(5000))
    assert talk.receive(hello(), 100.9) == []
    (kept,) = talk.receive(status(5900, 1), 101.0)
    assert isinstance(kept, Status)
    assert talk.receive(hello(reason=1), 101.2) == []
    greeted, _ = talk.receive(status(5950, 2), 102.2)
    assert greeted.again


def test_a_board_that_falls_silent_is_told_and_greeted_again():
    talk = session(hello(), status(5000))
    talk.command("power_on", (0,), 102.0)
    assert talk.tick(105.5) == [Done(7, "no answer"), Trouble("silent")]
    talk.take_output()
    talk.tick(105.6)
    assert talk.take_output() != b""
    assert talk.receive(hello(), 106.0) == [GREETED]


def test_heartbeats_carry_the_proof():
    talk = session()
    talk.heartbeat(3.0, (1, 2))
    assert talk.take_output() == b"", "nobody is there"
    talk = session(hello())
    talk.heartbeat(None, (1, 70000))
    payload = struct.pack("<H5H", 0xFFFF, 1, 0xFFFF, 0, 0, 0)
    assert talk.take_output() == frame(0x10, payload, seq=2)


def test_mains_time_and_lost_frames():
    talk = session(hello())
    gone = frame(0x22, struct.pack("<IH", 7000, 11900), 4)
    utc = frame(0x23, struct.pack("<IIIB", 1_795_600_000, 20, 900, 1), 7)
    assert talk.receive(gone + utc, 101.0) == [MainsLost(7000, 11900), BoardTime(1_795_600_000, 20, 900, 1)]
    assert talk.lost_frames == 2


def test_against_the_board_s_own_logic_with_every_frame_damaged_once():
    """A command is carried out once, whatever is lost of it or of its acknowledgement."""
    for lost in range(6):
        board = Board(0, bytearray(pi_watch.MEMORY_BYTES))
        link, talk = BoardLink(board, BUILD, 2, 1), BoardSession(0.0, 50)
        frames, done, asked = 0, [], None
        for turn in range(1, 120):
            now_s = turn / 20
            board.step(int(now_s * 1000))
            link.tick()
            said = bytes(link.out[: link.waiting])
            link.sent(len(said))
            frames += said != b""
            events = talk.receive(said if frames != lost + 3 else b"", now_s)
            events += talk.tick(now_s)
            done += [event for event in events if isinstance(event, Done)]
            if asked is None and talk.greeted:
                asked = talk.command("power_off", (2, 20), now_s)
            for byte in talk.take_output():
                link.receive(byte)
        assert done == [Done(50, "ok")], lost
        assert list(board.modems.levels) == [1, 1, 0, 1, 1]
