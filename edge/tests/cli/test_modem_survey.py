"""`pantau modems`: what is found on a made sysfs tree, who holds a port, and what a technician is told."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge.cli.modem_survey import candidates, is_modem
from edge.config.model import Line
from modem_drivers.discovery import SysfsDirectory, group_slots

PANTAU = Path(sys.executable).with_name("pantau")
BUS = "devices/pci0000:00/0000:00:14.0/usb1"


class Bus:
    """A sysfs tree in the making, as Linux 6.1 shows it."""

    def __init__(self, root):
        self.root = root

    def plug(self, place, vid, pid, ttys=(), product=""):
        folder = self.root / BUS / place
        folder.mkdir(parents=True)
        for name, value in (("idVendor", vid), ("idProduct", pid), ("product", product)):
            (folder / name).write_text(value + "\n")
        devices = self.root / "bus/usb/devices"
        devices.mkdir(parents=True, exist_ok=True)
        (devices / place).symlink_to(folder)
        for number, tty in enumerate(ttys):
            self._tty(folder / f"{place}:1.{number}", number, tty)

    def _tty(self, interface, number, name):
        port = interface / name / "tty" / name
        port.mkdir(parents=True)
        (interface / "bInterfaceNumber").write_text(f"{number:02x}\n")
        for part in ("Class", "SubClass", "Protocol"):
            (interface / f"bInterface{part}").write_text("ff\n")
        entry = self.root / "class/tty" / name
        entry.parent.mkdir(parents=True, exist_ok=True)
        entry.symlink_to(port)


@pytest.fixture
def bus(tmp_path):
    tree = Bus(tmp_path / "sys")
    tree.plug("1-1.1", "2c7c", "0125", ["ttyUSB0", "ttyUSB1", "ttyUSB2", "ttyUSB3"])
    tree.plug("1-1.2", "12d1", "1f01")  # a Huawei stick that is still a disk: it has no port at all
    tree.plug("1-1.3", "0e8d", "7127", ["ttyUSB4", "ttyUSB5"])
    tree.plug("1-1.4", "1234", "5678", ["ttyUSB6", "ttyUSB7"], product="Modem of nobody")
    tree.plug("1-1.5", "10c4", "ea60", ["ttyUSB8"])  # a serial adapter
    return tree


def modems(*words):
    command = [PANTAU, "modems", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_all_modems_are_found_by_their_place_without_a_configuration(bus):
    found = candidates([], [], SysfsDirectory(bus.root))
    assert [(one.slot, one.port, one.configured) for one in found] == [
        ("1-1.1", "/dev/ttyUSB2", False),
        ("1-1.3", "", False),
        ("1-1.4", "", False),
        ("1-1.2", "", False),
    ]


def test_a_configured_line_is_there_once_with_the_port_it_names(bus):
    line = Line(slot="1-1.1", at_port="/dev/ttyUSB3")
    found = candidates([line, Line(slot="1-9", at_port="")], ["/dev/pts/7"], SysfsDirectory(bus.root))
    assert [(one.slot, one.port, one.configured) for one in found[:2]] == [
        ("1-1.1", "/dev/ttyUSB3", True),
        ("1-9", "", True),
    ]
    assert (found[-1].slot, found[-1].port) == ("7", "/dev/pts/7")
    assert [one.slot for one in found].count("1-1.1") == 1


def test_a_serial_adapter_is_no_modem(bus):
    slots = {slot.usb_path: slot for slot in group_slots(SysfsDirectory(bus.root).ports())}
    assert not is_modem(slots["1-1.5"])
    assert is_modem(slots["1-1.4"])


def test_states_and_advice_of_what_cannot_be_asked(bus):
    told = modems("--json", "--sysfs", bus.root)
    rows = {row["slot"]: row for row in json.loads(told.stdout)}
    assert told.returncode == 2
    assert rows["1-1.2"]["state"] == "storage"
    assert "usb_modeswitch" in rows["1-1.2"]["text"]
    assert rows["1-1.2"]["text_id"] == "modem tampil sebagai disk: perlu usb_modeswitch"
    assert rows["1-1.3"]["state"] == "no port"
    assert "FM350" in rows["1-1.3"]["text"]
    assert rows["1-1.4"]["state"] == "no port"
    assert "pantau modems record" in rows["1-1.4"]["advice"]
    assert "Rekam" in rows["1-1.4"]["advice_id"]
    assert rows["1-1.1"]["state"] == "absent", "its port is in the made tree alone"
    roles = [(port["device"], port["role"]) for port in rows["1-1.1"]["ports"]]
    assert roles == [
        ("/dev/ttyUSB0", "diag"),
        ("/dev/ttyUSB1", "nmea"),
        ("/dev/ttyUSB2", "at"),
        ("/dev/ttyUSB3", "at2"),
    ]


def test_the_table_is_in_the_asked_language(bus):
    told = modems("--lang", "id", "--sysfs", bus.root)
    assert "keadaan" in told.stdout
    assert "perlu usb_modeswitch" in told.stdout
    assert "modem ini belum dikenal" in told.stdout


def test_nothing_plugged_in_is_a_sentence(tmp_path):
    told = modems("--sysfs", tmp_path)
    assert told.returncode == 2
    assert told.stdout.startswith("No modem is plugged in")
    assert modems("--lang", "id", "--sysfs", tmp_path).stdout.startswith("Tidak ada modem")


def test_a_held_port_is_not_touched_and_its_holder_is_named(tmp_path):
    master, slave = os.openpty()
    try:
        holder = "import sys; port = open(sys.argv[1], 'rb', 0); print('ok', flush=True); sys.stdin.read()"
        port = os.ttyname(slave)
        command = [sys.executable, "-c", holder, port]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ok\n"
            told = modems("--json", "--port", port, "--sysfs", tmp_path)
            assert process.stdin is not None
            process.stdin.close()
        (row,) = json.loads(told.stdout)
        os.set_blocking(master, False)
        with pytest.raises(BlockingIOError):
            os.read(master, 1)
    finally:
        os.close(slave)
        os.close(master)
    assert row["state"] == "held"
    assert f"(pid {process.pid})" in row["text"]
    assert "hentikan dulu" in row["text_id"]


def test_what_is_lost_without_a_second_at_port_is_said(bus):
    bus.plug("1-1.6", "1199", "9071", ["ttyUSB10", "ttyUSB11", "ttyUSB12", "ttyUSB13"])  # Sierra: one AT port
    told = modems("--json", "--sysfs", bus.root)
    rows = {row["slot"]: row for row in json.loads(told.stdout)}
    assert (rows["1-1.1"]["scan_port"], rows["1-1.1"]["lack"]) == ("/dev/ttyUSB3", "")
    assert (rows["1-1.4"]["scan_port"], rows["1-1.4"]["lack"]) == ("", ""), "no port is known at all"
    assert rows["1-1.6"]["scan_port"] == ""
    assert rows["1-1.6"]["lack"].startswith("it has no second AT port: no samples are taken")
    assert "tidak ada port AT kedua" in modems("--lang", "id", "--sysfs", bus.root).stdout
