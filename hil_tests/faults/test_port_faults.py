"""Faults of the port and of the dialogue, seen by a raw terminal that knows no driver."""

import os

import pytest

from hil_tests.bench.raw_port import OK, RawPort
from hil_tests.bench.session import BenchModem
from hil_tests.bench.waiting import await_that
from hil_tests.faults.trial import Trial, see

STORM_S = 0.5
MODEL = b"AT+CGMM"
UNASKED = (b"+CREG:", b"+CMTI:", b"+QIND:", b"RING")
READY = b"RDY"


def lines(data: bytes) -> list[bytes]:
    """Return the lines that are not empty."""
    return [line for line in data.replace(b"\r", b"\n").split(b"\n") if line]


@pytest.mark.needs("inject:unplug")
def test_unplug(modem: BenchModem, trial: Trial) -> None:
    """An open port hangs up, and its path is gone."""
    modem.release()
    with RawPort(modem.port) as port:
        assert port.ask(b"AT").ended == "found"
        with trial.injected(modem.suffering("unplug")), trial.effect():
            trial.see_soon("POLLHUP, and EIO on writing", port.hung_up, deadline_s=modem.wait_s)
            see(not modem.is_there(), "the path is gone")


@pytest.mark.needs("inject:replug-renamed")
def test_replug_renamed(modem: BenchModem, trial: Trial) -> None:
    """The place leads to another device; the old descriptor is dead; the new one answers."""
    modem.release()
    with RawPort(modem.port) as old:
        assert old.ask(b"AT").ended == "found"
        with trial.injected(modem.suffering("replug-renamed")), trial.effect():
            see(os.path.realpath(modem.port) != old.device, "another device name at the same place")
            see(old.hung_up(), "the old descriptor is dead")
            with RawPort(modem.port) as new:
                see(new.ask(b"AT").ended == "found", "the new device answers")


@pytest.mark.needs("inject:hang")
def test_hang(modem: BenchModem, trial: Trial) -> None:
    """Bytes are taken, nothing is said."""
    modem.release()
    with trial.injected(modem.suffering("hang")), RawPort(modem.port) as port, trial.effect():
        heard = port.ask(b"AT", b"\n", deadline_s=trial.patience_s(modem.wait_s))
        see((heard.data, heard.ended) == (b"", "deadline"), "not one byte")


@pytest.mark.needs("inject:late-reply")
def test_late_reply(modem: BenchModem, trial: Trial) -> None:
    """The whole reply comes after the asker's patience."""
    modem.release()
    with trial.injected(modem.suffering("late-reply")), RawPort(modem.port) as port, trial.effect():
        early = port.ask(MODEL, deadline_s=trial.patience_s(modem.wait_s))
        see(early.ended == "deadline", "no reply in time")
        late = port.hear(OK, deadline_s=modem.wait_s)
        see(modem.row.model.encode() in late.data, "the reply comes after all")


@pytest.mark.needs("inject:echo")
def test_echo(modem: BenchModem, trial: Trial) -> None:
    """ATE0 is answered OK, and commands are echoed all the same."""
    modem.release()
    with trial.injected(modem.suffering("echo")), RawPort(modem.port) as port:
        assert port.ask(b"ATE0").ended == "found"
        with trial.effect():
            see(port.ask(b"AT").data.startswith(b"AT\r"), "the command comes back")


@pytest.mark.needs("inject:half-line")
def test_half_line(modem: BenchModem, trial: Trial) -> None:
    """A reply stops within a line; the rest comes later, and both together are whole."""
    modem.release()
    with trial.injected(modem.suffering("half-line")), RawPort(modem.port) as port, trial.effect():
        first = port.ask(MODEL, deadline_s=trial.patience_s(modem.wait_s))
        see(first.ended == "deadline", "no whole reply")
        see(len(first.data) > len(MODEL + b"\r"), "a part of it, after the echo")
        rest = port.hear(OK, deadline_s=modem.wait_s)
        whole = [MODEL, modem.row.model.encode(), b"OK"]
        see(lines(first.data + rest.data) == whole, "both parts are echo and reply")


@pytest.mark.needs("inject:garbage")
def test_garbage(modem: BenchModem, trial: Trial) -> None:
    """Random bytes, 0x00 and 0xff among them, in place of the reply."""
    modem.release()
    with trial.injected(modem.suffering("garbage")), RawPort(modem.port) as port, trial.effect():
        heard = port.ask(b"AT", deadline_s=trial.patience_s(modem.wait_s))
        see({0x00, 0xFF} <= set(heard.data), "bytes that no reply has")
        see(b"OK" not in heard.data, "no final result")


@pytest.mark.needs("inject:urc-storm")
def test_urc_storm(modem: BenchModem, trial: Trial) -> None:
    """Unsolicited lines stand between a reply's line and its OK, and go on between commands."""
    modem.release()
    with trial.injected(modem.suffering("urc-storm")), RawPort(modem.port) as port:
        port.ask(b"ATE0")
        with trial.effect():
            heard = port.ask(MODEL)
            inside = heard.data.partition(modem.row.model.encode())[2].rpartition(OK)[0]
            see(any(line.startswith(UNASKED) for line in lines(inside)), "a line between reply and OK")
            between = port.hear(b"\x00", deadline_s=STORM_S)
            see(
                sum(line.startswith(UNASKED) for line in lines(between.data)) >= 5, "a storm when nobody asks"
            )


@pytest.mark.needs("inject:reset")
def test_reset(modem: BenchModem, trial: Trial) -> None:
    """The command is never answered: the modem boots instead, and has forgotten ATE0."""
    modem.release()
    with trial.injected(modem.suffering("reset")), RawPort(modem.port) as port:
        assert port.ask(b"ATE0").ended == "found"
        with trial.effect():
            heard = port.ask(MODEL, READY, OK, deadline_s=modem.wait_s)
            see(READY in heard.data, "boot lines in place of the reply")
            see(modem.row.model.encode() not in heard.data, "the command is not answered")
            see(b"AT\r" in port.ask(b"AT").data, "the echo is back")


@pytest.mark.needs("inject:brown-out")
def test_brown_out(modem: BenchModem, trial: Trial) -> None:
    """A reply breaks off, the line hangs up, the path is gone; then the modem boots by itself."""
    modem.release()
    with trial.injected(modem.suffering("brown-out")), RawPort(modem.port) as port:
        assert port.ask(b"ATE0").ended == "found"
        with trial.effect():
            heard = port.ask(MODEL, deadline_s=modem.wait_s)
            see(heard.ended == "hangup" and heard.data != b"", "a part of the reply, then a hang-up")
            see(not modem.is_there(), "the path is gone")
            await_that("the port is back", modem.is_there, deadline_s=modem.wait_s)
            with RawPort(modem.port) as again:
                booted = again.hear(READY, deadline_s=modem.wait_s)
                see(booted.ended == "found", "it boots by itself")
