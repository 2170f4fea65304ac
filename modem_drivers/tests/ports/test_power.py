"""Where a modem is, whatever its port is called today."""

import pytest

from modem_drivers.discovery import UsbPort
from modem_drivers.discovery.directory import PortKind, UsbDevice
from modem_drivers.ports.power import Found, NumberedPlace, PathPlace, UsbPlace


def tty(name, place, *, vid=0x2C7C, pid=0x0125, interface=2, serial=""):
    return UsbPort(
        name=name,
        kind=PortKind.TTY,
        vid=vid,
        pid=pid,
        interface=interface,
        interface_class=(0xFF, 0, 0),
        usb_path=place,
        serial=serial,
    )


class Bus:
    def __init__(self, *ports, devices=()):
        self._ports, self._devices = ports, devices

    def ports(self):
        return self._ports

    def devices(self):
        return self._devices


DISK = UsbDevice(usb_path="1-1.2", vid=0x12D1, pid=0x1F01)  # balena-os issues 445 and 446: no port at all
PENDRIVE = UsbDevice(usb_path="1-1.2", vid=0x0781, pid=0x5567)  # SanDisk Cruzer Blade: memory
EC25 = (tty("ttyUSB4", "1-1.2"), tty("ttyUSB5", "1-1.2", interface=3))
STRANGE = tty("ttyUSB2", "1-1.2", vid=0x1234, pid=0x5678, interface=0)
ELSEWHERE = tty("ttyUSB2", "1-1.3")


@pytest.mark.parametrize(
    ("bus", "found"),
    [
        (Bus(*EC25), Found("modem", "/dev/ttyUSB4")),
        (Bus(), Found("absent")),
        (Bus(ELSEWHERE), Found("absent")),
        (Bus(devices=(DISK,)), Found("storage")),
        (Bus(tty("sda", "1-1.2", vid=0x12D1, pid=0x1F01, interface=0)), Found("storage")),
        (Bus(ELSEWHERE, devices=(PENDRIVE,)), Found("absent")),
        (Bus(STRANGE), Found("modem")),
    ],
)
def test_what_is_at_a_place_on_the_bus(bus, found):
    assert UsbPlace(bus, "1-1.2").find() == found


def test_another_device_than_the_one_with_that_serial_is_not_taken():
    place = UsbPlace(Bus(tty("ttyUSB4", "1-1.2", serial="b")), "1-1.2", serial="a")
    assert place.find() == Found("modem")


@pytest.mark.parametrize(
    ("bus", "found"),
    [
        (Bus(*EC25, ELSEWHERE), Found("modem", "/dev/ttyUSB4")),  # renumbered: ttyUSB2 is another's now
        (Bus(ELSEWHERE), Found("absent")),
        (Bus(STRANGE), Found("modem", "/dev/ttyUSB2")),  # no row tells its AT port: the configuration does
        (Bus(tty("ttyUSB7", "1-1.2", vid=0x1234, pid=0x5678), ELSEWHERE), Found("modem")),
    ],
)
def test_a_ports_number_is_believed_of_its_own_place_alone(bus, found):
    assert NumberedPlace(bus, "1-1.2", "/dev/ttyUSB2").find() == found


def test_a_path_is_there_or_not(tmp_path):
    link = tmp_path / "modem"
    assert PathPlace(str(link)).find() == Found("absent")
    link.touch()
    assert PathPlace(str(link)).find() == Found("modem", str(link))
