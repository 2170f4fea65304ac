"""The observer's own senses: what it hears on a pseudo-terminal that the test itself drives."""

import os
import threading
import tty
from pathlib import Path

import pytest

from hil_tests.bench.errors import DeadlineMissed
from hil_tests.bench.raw_port import RawPort
from hil_tests.bench.truth import truth_between
from hil_tests.bench.waiting import await_that


@pytest.fixture
def ends():
    master, slave = os.openpty()
    tty.setraw(slave)
    with RawPort(Path(os.ttyname(slave))) as port:
        os.close(slave)
        yield master, port


def test_it_hears_what_is_said_and_stops_there(ends):
    master, port = ends
    os.write(master, b"\r\nOK\r\n")
    heard = port.hear(b"OK\r\n", deadline_s=5)
    assert (heard.data, heard.ended) == (b"\r\nOK\r\n", "found")
    port.say(b"AT")
    assert os.read(master, 10) == b"AT\r"


def test_a_deadline_ends_with_what_came(ends):
    master, port = ends
    os.write(master, b"half a li")
    heard = port.hear(b"OK", deadline_s=0.1)
    assert (heard.data, heard.ended) == (b"half a li", "deadline")
    assert 0.1 <= heard.seconds < 5
    assert not port.hung_up()
    os.close(master)


def test_a_hang_up_is_told_from_silence(ends):
    master, port = ends
    threading.Timer(0.05, os.close, [master]).start()
    heard = port.hear(b"OK", deadline_s=5)
    assert heard.ended == "hangup"
    assert port.hung_up()


def test_waiting_names_what_did_not_happen():
    with pytest.raises(DeadlineMissed, match=r"the sun rises: not within 0\.05 s"):
        await_that("the sun rises", lambda: False, deadline_s=0.05)


def test_the_truth_is_of_that_reply_only(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text(
        '{"t_ns":10,"command":"AT+CSQ","reply":["+CSQ: 20,99","OK"],"truth":{"rssi_dbm":-73}}\n'
        '{"t_ns":20,"command":"AT+CSQ","reply":["+CSQ: 21,99","OK"],"truth":{"rssi_dbm":-71},"n":1}\n'
        '{"t_ns":20,"command":"AT","reply":["OK"],"truth":{}}\n{"t_ns":'
    )
    assert truth_between(log, "AT+CSQ", 15, 25) == {"rssi_dbm": -71}
    assert truth_between(log, "at+csq", 0, 15) == {"rssi_dbm": -73}
    assert truth_between(log, "AT+CSQ", 30, 40) == {}
