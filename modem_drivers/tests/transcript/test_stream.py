"""The redactor: lengths, order and times stay, whatever the borders of reads; private content does not."""

import random

import pytest

from modem_drivers.errors import MalformedReply
from modem_drivers.transcript.form import decode_transcript, encode_entry, encode_head
from modem_drivers.transcript.replay import Part, Replay
from modem_drivers.transcript.stream import Direction, Entry, Redactor

DIALOGUE: tuple[tuple[Direction, bytes], ...] = (
    ("tx", b"AT+CIMI\r"),
    ("rx", b"AT+CIMI\r\r\n510101234567890\r\n\r\nOK\r\n"),
    ("tx", b'AT+CPIN="4321"\r'),
    ("rx", b"\r\n+CME ERROR: 16\r\n"),
    ("tx", b"AT+CSQ\r"),
    ("rx", b"\r\n+CSQ: 20,99\r\n\r\nOK\r\n"),
    ("tx", b"AT+CMGR=1\r"),
    ("rx", b'\r\n+CMGR: "REC READ","+6281234567890","","26/11/25,11:40:50+28"\r\nsampai besok\r\nOK\r\n'),
    ("rx", b"\r\n+CMT: ,23\r\n07912618010000F0040C912618113254760000621152110405820AE8329BFD4697D9EC37\r\n"),
    ("rx", b"\r\n^RSSI: 20\r\n"),
)  # fmt: skip


def told(size=None, rng=None):
    redactor = Redactor(b"key")
    entries, t_s = [], 0.0
    for direction, data in DIALOGUE:
        place = 0
        while place < len(data):
            step = size or (rng.randrange(1, 9) if rng else len(data))
            entries += redactor.take(direction, data[place : place + step], t_s)
            place += step
            t_s += 0.001
    return entries + redactor.close()


def joined(entries, direction):
    return b"".join(entry.data for entry in entries if entry.direction == direction)


@pytest.mark.parametrize("size", [1, 2, 7, None])
def test_the_result_is_the_same_at_every_step(size):
    whole, cut = told(), told(size)
    for direction in ("tx", "rx"):
        assert joined(cut, direction) == joined(whole, direction)
        assert len(joined(whole, direction)) == sum(len(data) for way, data in DIALOGUE if way == direction)


def test_reads_keep_their_times_and_their_order():
    seed = 20261125
    entries = told(rng=random.Random(seed))
    assert [entry.t_s for entry in entries] == sorted(entry.t_s for entry in entries), f"seed {seed}"


def test_what_is_private_is_not_there_and_the_rest_is():
    entries = told()
    said, asked = joined(entries, "rx"), joined(entries, "tx")
    for secret in (b"510101234567890", b"1234567890", b"sampai", b"besok", b"E8329BFD", b"21436587", b"4321"):
        assert secret not in said + asked
    assert b"\r\n51010" in said, "the IMSI's network stays"
    assert b"+CSQ: 20,99\r\n\r\nOK\r\n" in said
    assert b"+CME ERROR: 16" in said
    assert b'"REC READ"' in said
    assert b"26/11/25,11:40:50+28" in said
    assert b"^RSSI: 20" in said
    assert b'AT+CPIN="0000"\r' in asked


def test_nothing_leaves_before_its_line_is_complete():
    redactor = Redactor(b"key")
    assert redactor.take("rx", b"\r\n5101012", 0.0) == []
    assert redactor.take("tx", b"AT\r", 0.1) == [], "order is kept: the write waits for the read before it"
    entries = redactor.take("rx", b"34567890\r\n", 0.2)
    assert [entry.direction for entry in entries] == ["rx", "tx", "rx"]


def test_what_never_ends_leaves_its_shape():
    redactor = Redactor(b"key")
    entries = redactor.take("rx", b"halo sayang 0812", 0.0) + redactor.close()
    assert entries == [Entry(0.0, "rx", b"xxxx xxxxxx 0000")]
    long = Redactor(b"key").take("rx", b"rahasia " * 1000 + b"\r\n+CSQ: 1,99\r\n", 0.0)
    assert b"rahasia" not in long[0].data
    assert long[0].data.endswith(b"\r\n+CSQ: 1,99\r\n")


def test_the_file_is_read_back():
    lines = [encode_head("quectel-lte"), *(encode_entry(entry) for entry in told())]
    family, entries = decode_transcript(lines)
    assert family == "quectel-lte"
    assert joined(entries, "rx") == joined(told(), "rx")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("", "line 1"),
        ("[]", "line 1"),
        ('{"format":"other"}', "line 1"),
        (encode_head("x") + "\n{}", "line 2"),
        (encode_head("x") + '\n{"t_s":true,"dir":"rx","data":""}', "line 2"),
        (encode_head("x") + '\n{"t_s":0,"dir":"up","data":""}', "line 2"),
        (encode_head("x") + '\n{"t_s":0,"dir":"rx","data":"\\u0100"}', "line 2"),
        (encode_head("x") + "\n" + "[" * 5000, "line 2"),
    ],
)
def test_what_is_no_transcript_is_refused_with_its_line(line, wanted):
    with pytest.raises(MalformedReply) as refusal:
        decode_transcript(line.splitlines())
    assert refusal.value.field == wanted


def replayed(*entries):
    return Replay([Entry(t_s, way, data) for t_s, way, data in entries])


def test_answers_come_in_their_order_and_the_last_one_stays():
    modem = replayed(
        (0.0, "rx", b"RDY\r\n"),
        (1.0, "tx", b"AT+CSQ\r"),
        (1.25, "rx", b"\r\n+CSQ: 1,99\r\n\r\nOK\r\n"),
        (2.0, "tx", b"AT+CSQ\r"),
        (2.5, "rx", b"\r\n+CSQ: 2,99\r\n"),
        (2.75, "rx", b"\r\nOK\r\n"),
    )
    assert modem.unsolicited_first == [Part(0.0, b"RDY\r\n")]
    assert modem.receive(b"at+csq\r") == [Part(0.25, b"\r\n+CSQ: 1,99\r\n\r\nOK\r\n")]
    second = [Part(0.5, b"\r\n+CSQ: 2,99\r\n"), Part(0.75, b"\r\nOK\r\n")]
    assert modem.receive(b"AT+C") == []
    assert modem.receive(b"SQ\r") == second
    assert modem.receive(b"AT+CSQ\r\n") == second
    assert modem.receive(b"AT+NEVER\r") == [Part(0.0, b"\r\nERROR\r\n")]


def test_a_question_is_answered_by_its_setting():
    modem = replayed(
        (0.0, "tx", b"AT+COPS=3,0\r"),
        (0.0, "rx", b"OK\r\n"),
        (1.0, "tx", b"AT+COPS?\r"),
        (1.0, "rx", b'+COPS: 0,0,"A"\r\nOK\r\n'),
        (2.0, "tx", b"AT+COPS=3,2\r"),
        (2.0, "rx", b"OK\r\n"),
        (3.0, "tx", b"AT+COPS?\r"),
        (3.0, "rx", b'+COPS: 0,2,"51010"\r\nOK\r\n'),
    )
    assert modem.receive(b"AT+COPS=3,2\rAT+COPS?\r")[1].data == b'+COPS: 0,2,"51010"\r\nOK\r\n'
    assert modem.receive(b"AT+COPS=3,0\rAT+COPS?\r")[1].data == b'+COPS: 0,0,"A"\r\nOK\r\n'
    assert modem.commands == 3


def test_a_pin_is_known_again_without_being_in_the_file():
    modem = replayed((0.0, "tx", b'AT+CPIN="0000"\r'), (0.5, "rx", b"\r\nOK\r\n"))
    assert modem.receive(b'AT+CPIN="7391"\r') == [Part(0.5, b"\r\nOK\r\n")]


def test_a_message_is_sent_again():
    modem = replayed(
        (0.0, "tx", b"AT+CMGS=23\r"),
        (0.5, "rx", b"\r\n> "),
        (1.0, "tx", b"0011000B910000\x1a"),
        (2.0, "rx", b"\r\n+CMGS: 7\r\n\r\nOK\r\n"),
    )
    assert modem.receive(b"AT+CMGS=23\r") == [Part(0.5, b"\r\n> ")]
    assert modem.receive(b"another body\r of two lines\x1a") == [Part(1.0, b"\r\n+CMGS: 7\r\n\r\nOK\r\n")]
