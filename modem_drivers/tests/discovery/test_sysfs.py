"""Discovery on a made sysfs tree, shaped as Linux 6.1 shows an EC25, a HiLink stick and a Huawei E3372s."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from modem_drivers.discovery import SysfsDirectory, find_at_port, find_scan_port, group_slots
from modem_drivers.discovery.directory import PortKind
from modem_drivers.discovery.holders import find_holders
from modem_drivers.families import CATALOGUE
from modem_drivers.families.catalogue import family_of_usb
from modem_drivers.families.usb_ports import LAYOUTS, OTHER_STATES, PortRole, find_role

BUS = "devices/pci0000:00/0000:00:14.0/usb1"


class Tree:
    """A sysfs tree in the making."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def device(self, path: str, vid: str, pid: str, serial: str = "") -> Path:
        folder = self.root / BUS / "1-1" / path if path != "1-1" else self.root / BUS / path
        folder.mkdir(parents=True, exist_ok=True)
        for name, value in (("idVendor", vid), ("idProduct", pid), ("serial", serial)):
            if value:
                (folder / name).write_text(value + "\n")
        return folder

    def interface(self, device: Path, number: int, triple=("ff", "00", "00"), driver="option") -> Path:
        folder = device / f"{device.name}:1.{number}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "bInterfaceNumber").write_text(f"{number:02x}\n")
        names = ("bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol")
        for name, value in zip(names, triple, strict=True):
            (folder / name).write_text(value + "\n")
        drivers = self.root / "bus/usb/drivers" / driver
        drivers.mkdir(parents=True, exist_ok=True)
        (folder / "driver").symlink_to(drivers)
        return folder

    def tty(self, interface: Path, name: str) -> None:
        folder = interface / name / "tty" / name  # as usbserial makes it
        folder.mkdir(parents=True)
        self._class("tty", folder)

    def net(self, interface: Path, name: str) -> None:
        folder = interface / "net" / name
        folder.mkdir(parents=True)
        self._class("net", folder)

    def virtual_tty(self, name: str) -> None:
        folder = self.root / "devices/virtual/tty" / name
        folder.mkdir(parents=True)
        self._class("tty", folder)

    def _class(self, kind: str, folder: Path) -> None:
        entry = self.root / "class" / kind / folder.name
        entry.parent.mkdir(parents=True, exist_ok=True)
        entry.symlink_to(folder)


def plug_ec25(tree: Tree, place: str, names, serial: str = "") -> Path:
    device = tree.device(place, "2c7c", "0125", serial)
    for number, name in enumerate(names):
        tree.tty(tree.interface(device, number), name)
    tree.net(tree.interface(device, 4, driver="qmi_wwan"), "wwan0")
    return device


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path)


def test_an_ec25_is_read_whole(tree):
    plug_ec25(tree, "1-1.2", ("ttyUSB0", "ttyUSB1", "ttyUSB2", "ttyUSB3"), serial="0123456789")
    tree.virtual_tty("tty0")
    ports = SysfsDirectory(tree.root).ports()
    assert [(port.name, port.interface, port.role) for port in ports] == [
        ("ttyUSB0", 0, PortRole.DIAGNOSTIC),
        ("ttyUSB1", 1, PortRole.NMEA),
        ("ttyUSB2", 2, PortRole.AT),
        ("ttyUSB3", 3, PortRole.AT_SECOND),
        ("wwan0", 4, PortRole.NETWORK),
    ]
    third = ports[2]
    assert (third.vid, third.pid, third.usb_path, third.serial) == (0x2C7C, 0x0125, "1-1.2", "0123456789")
    assert (third.driver, third.controller, third.device) == ("option", "0000:00:14.0", "/dev/ttyUSB2")
    assert ports[4].kind is PortKind.NETWORK
    assert ports[4].device == "wwan0"


def test_renumbering_changes_nothing_but_the_name(tree):
    """Linux 6.1 with ttyUSB1 held open over a replug: the new set is ttyUSB0, 2, 3, 4."""
    plug_ec25(tree, "1-1.2", ("ttyUSB0", "ttyUSB2", "ttyUSB3", "ttyUSB4"))
    port = find_at_port(SysfsDirectory(tree.root).ports(), "1-1.2")
    assert port is not None
    assert port.device == "/dev/ttyUSB3"


def test_two_of_a_kind_are_told_apart_by_their_place(tree):
    plug_ec25(tree, "1-1.2", ("ttyUSB4", "ttyUSB5", "ttyUSB6", "ttyUSB7"), serial="same")
    device = tree.device("1-1.3", "2c7c", "0125", "same")
    for number in range(4):
        tree.tty(tree.interface(device, number), f"ttyUSB{number}")
    ports = SysfsDirectory(tree.root).ports()
    assert [slot.usb_path for slot in group_slots(ports)] == ["1-1.2", "1-1.3"]
    found = [find_at_port(ports, place) for place in ("1-1.2", "1-1.3", "1-1.4")]
    assert [port and port.name for port in found] == ["ttyUSB6", "ttyUSB2", None]
    assert find_at_port(ports, "1-1.2", serial="another") is None


@pytest.mark.parametrize(
    ("usb_id", "count", "first", "scan"),
    [
        (("2c7c", "0125"), 4, "ttyUSB2", "ttyUSB3"),  # EC25: AT and a second
        (("1e0e", "9205"), 4, "ttyUSB2", "ttyUSB3"),  # SIM7070: AT and a port for dialling
        (("1199", "9071"), 4, "ttyUSB3", None),  # MC7455: one AT port
        (("0403", "6001"), 2, None, None),
    ],
)
def test_a_scan_has_a_port_of_its_own_where_there_is_one(tree, usb_id, count, first, scan):
    device = tree.device("1-1.2", *usb_id, "one")
    for number in range(count):
        tree.tty(tree.interface(device, number), f"ttyUSB{number}")
    ports = SysfsDirectory(tree.root).ports()
    found = (find_at_port(ports, "1-1.2"), find_scan_port(ports, "1-1.2", serial="one"))
    assert tuple(port and port.name for port in found) == (first, scan)
    assert find_scan_port(ports, "1-1.2", serial="another") is None
    assert find_scan_port(ports, "1-1.3") is None


def test_the_only_at_port_is_no_scan_port_though_it_is_the_second(tree):
    device = tree.device("1-1.2", "2c7c", "0125")
    tree.tty(tree.interface(device, 3), "ttyUSB3")
    ports = SysfsDirectory(tree.root).ports()
    assert find_at_port(ports, "1-1.2") is not None
    assert find_scan_port(ports, "1-1.2") is None


def test_huawei_is_known_by_class_not_by_number(tree):
    device = tree.device("1-1.1", "12d1", "1506")
    tree.tty(tree.interface(device, 0, ("ff", "02", "01")), "ttyUSB0")
    tree.tty(tree.interface(device, 1, ("ff", "02", "02")), "ttyUSB1")
    ports = SysfsDirectory(tree.root).ports()
    assert [port.role for port in ports] == [PortRole.PPP, PortRole.AT]
    found = find_at_port(ports, "1-1.1")
    assert found is not None
    assert found.name == "ttyUSB1"


def test_a_hilink_stick_has_no_at_port_and_says_what_it_is(tree):
    device = tree.device("1-1", "12d1", "14dc")
    tree.net(tree.interface(device, 0, ("02", "06", "00"), driver="cdc_ether"), "eth1")
    (slot,) = group_slots(SysfsDirectory(tree.root).ports())
    assert slot.other_state is not None
    assert "HiLink" in slot.other_state.what
    assert slot.port_with(PortRole.AT) is None
    assert find_at_port(slot.ports, "1-1") is None


def test_an_unknown_device_is_not_guessed_at(tree):
    device = tree.device("1-1", "0403", "6001")  # an FTDI cable
    tree.tty(tree.interface(device, 0), "ttyUSB0")
    (port,) = SysfsDirectory(tree.root).ports()
    assert port.role is PortRole.UNKNOWN
    assert find_at_port([port], "1-1") is None


def test_a_device_that_goes_while_it_is_read_is_left_out(tree):
    device = plug_ec25(tree, "1-1", ("ttyUSB0", "ttyUSB1", "ttyUSB2", "ttyUSB3"))
    (device / "idVendor").unlink()
    assert SysfsDirectory(tree.root).ports() == []


def test_no_sysfs_at_all(tmp_path):
    assert SysfsDirectory(tmp_path / "none").ports() == []


def test_this_machine_can_be_read():
    assert all(port.usb_path for port in SysfsDirectory().ports())


def test_no_two_rows_are_of_one_device():
    keys = [(row.vid, row.pid) for row in LAYOUTS] + [(row.vid, row.pid) for row in OTHER_STATES]
    assert len(set(keys)) == len(keys)
    for layout in LAYOUTS:
        assert list(layout.roles.values()).count(PortRole.AT) == 1


@pytest.mark.parametrize(
    ("vid", "pid", "interface", "role"),
    [  # ModemManager's udev rules, read 2026-11; ME the AT port of each family
        (0x2C7C, 0x0800, 2, PortRole.AT),
        (0x1E0E, 0x9001, 2, PortRole.AT),
        (0x1E0E, 0x9011, 4, PortRole.AT),
        (0x1199, 0x9071, 3, PortRole.AT),
        (0x1BC7, 0x1201, 4, PortRole.AT),
        (0x1BC7, 0x1031, 1, PortRole.AT),
        (0x2CB7, 0x0007, 4, PortRole.IGNORE),
        (0x2C7C, 0x0125, 9, PortRole.UNKNOWN),
    ],
)
def test_roles(vid, pid, interface, role):
    assert find_role(vid, pid, interface, (0xFF, 0, 0)) is role


HOLD = "import os, sys; os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY); print('held', flush=True); input()"


def test_families_and_port_tables_agree_on_the_at_port():
    seen = 0
    for family in CATALOGUE:
        for layout in family.layouts:
            (at,) = (number for number, role in layout.roles.items() if role is PortRole.AT)
            assert find_role(layout.vid, layout.pid, at, (0xFF, 0, 0)) is PortRole.AT
            assert family_of_usb(layout.vid, layout.pid) is family
            seen += 1
    assert seen == len(LAYOUTS)


def test_who_holds_a_port_and_who_is_its_other_end():
    master, slave = os.openpty()
    port = Path(os.ttyname(slave))
    try:
        assert find_holders(port) == ()  # this process has it open, and is its other end
        with subprocess.Popen(
            [sys.executable, "-c", HOLD, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"held\n"
            (holder,) = find_holders(port)
            assert holder.pid == child.pid
            assert holder.command.startswith("python")
            child.communicate(b"\n", timeout=20)
        assert find_holders(port) == ()
    finally:
        os.close(slave)
        os.close(master)


def test_what_is_no_device_is_held_by_nobody(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    assert find_holders(file) == ()
    with pytest.raises(FileNotFoundError):
        find_holders(tmp_path / "none")
