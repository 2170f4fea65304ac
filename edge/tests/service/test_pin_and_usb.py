"""Marks of failed PINs on disk, and the worker's way to a USB place."""

import asyncio
import stat

import msgspec
import pytest

from edge.net import usb
from edge.service.messages import DataSeen, SessionSeen, UsbDone, UsbWanted
from edge.service.pin_marks import PinMarks
from edge.service.records import session_values
from edge.service.usb_by_helper import UsbByHelper
from modem_drivers.errors import PortLost
from modem_drivers.session import may_enter_pin, pin_mark


def test_a_failed_pin_is_known_after_a_restart_and_cannot_be_read(tmp_path):
    marks = PinMarks(tmp_path, "1-1.2")
    marks.add(pin_mark("4711", marks.key))
    again = PinMarks(tmp_path, "1-1.2")
    assert not may_enter_pin("4711", tries_left=3, failed=again.failed(), key=again.key)
    assert may_enter_pin("4712", tries_left=3, failed=again.failed(), key=again.key)
    assert PinMarks(tmp_path, "1-1.3").failed() == frozenset()
    assert not any("4711" in path.read_text() for path in tmp_path.iterdir() if path.name != "pin.key")
    assert stat.S_IMODE((tmp_path / "pin.key").stat().st_mode) == 0o600
    again.remove(pin_mark("4711", again.key))
    assert PinMarks(tmp_path, "1-1.2").failed() == frozenset()


def test_a_device_is_taken_from_its_drivers_and_given_back(tmp_path):
    device = tmp_path / "1-1.2"
    device.mkdir()
    (device / "authorized").write_text("1")
    assert usb.rebind("1-1.2", devices=tmp_path, off_s=0) == ""
    assert (device / "authorized").read_text() == "1"


@pytest.mark.parametrize("slot", ["../../etc", "1-1.2/../..", "usb1", "", "1-1.2\n"])
def test_only_usb_places_are_touched(slot, tmp_path):
    for verb in (usb.rebind, usb.switch_mode):
        assert "is no USB place" in verb(slot, devices=tmp_path)


def test_an_empty_place_is_told(tmp_path):
    assert "No such file or directory" in usb.rebind("1-1.7", devices=tmp_path, off_s=0)
    assert "No such file or directory" in usb.switch_mode("1-1.7", devices=tmp_path)


def test_the_worker_asks_and_waits_for_the_answer():
    async def main():
        asked: list[msgspec.Struct] = []
        place = UsbByHelper(asked.append, "1-1.2")
        first = asyncio.ensure_future(place.rebind())
        second = asyncio.ensure_future(place.switch_mode())
        await asyncio.sleep(0)
        assert asked == [UsbWanted(1, "usb-rebind"), UsbWanted(2, "usb-modeswitch")]
        place.done(UsbDone(2, False, "no right to"))
        place.done(UsbDone(1, True))
        place.done(UsbDone(9, True))
        await first
        with pytest.raises(PortLost, match="no right to"):
            await second

    asyncio.run(main())


def test_what_a_subscriber_sees_of_a_session():
    seen = SessionSeen("sim pin", "box", False, "the SIM card asks for its PIN", "kartu SIM meminta PIN")
    told = {
        "session": "sim pin",
        "session_outcome": "box",
        "session_text": "the SIM card asks for its PIN",
        "session_text_id": "kartu SIM meminta PIN",
    }
    assert session_values(seen, None) == told
    granted = {"apn": "internet", "qci": 9, "ambr_down_kbps": 150000, "ambr_up_kbps": 50000}
    assert session_values(seen, DataSeen("internet", 9, None, 150000, 50000)) == told | granted
