"""The udev rules against ModemManager, read by a small reading of udev(7) of our own: no udevd runs here."""

import re
from pathlib import Path

import pytest

from modem_drivers import discovery
from modem_drivers.families.usb_ports import LAYOUTS, OTHER_STATES

RULES = Path(discovery.__file__).parent / "77-pantau-modems.rules"
_TOKEN = re.compile(r'\s*([A-Z]+)(?:\{(\w+)\})?(==|!=|=)"([^"\\]*)"\s*(?:,|$)')
MATCHES = {"ACTION", "SUBSYSTEM", "ENV", "ATTR"}  # udev(7), "match keys" used here


def parse_line(line: str) -> list[tuple[str, str, str, str]]:
    """Return (key, attribute, operator, value) of each token of a rule; all of the line must be tokens."""
    tokens, position = [], 0
    while position < len(line):
        match = _TOKEN.match(line, position)
        assert match, f"no token of udev(7) at {position}: {line}"
        tokens.append((match[1], match[2] or "", match[3], match[4]))
        position = match.end()
    return tokens


def properties(action: str, subsystem: str, kind: str, vid: str, pid: str) -> dict[str, str]:
    """Return the properties that the rules give a device; GOTO and LABEL as udev(7) says."""
    env = {"DEVTYPE": kind}
    attributes = {"idVendor": vid, "idProduct": pid}
    goal = ""
    for line in RULES.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        tokens = parse_line(line)
        labels = [value for key, _, _, value in tokens if key == "LABEL"]
        if goal:
            goal = "" if goal in labels else goal
            continue
        seen = {"ACTION": action, "SUBSYSTEM": subsystem}
        said = [
            (operator, value, seen.get(key) or env.get(name) or attributes.get(name, ""))
            for key, name, operator, value in tokens
            if key in MATCHES and operator != "="
        ]
        if all((real in value.split("|")) is (operator == "==") for operator, value, real in said):
            goal = next((value for key, _, _, value in tokens if key == "GOTO"), "")
            env |= {name: value for key, name, operator, value in tokens if (key, operator) == ("ENV", "=")}
    assert not goal, f"no label {goal}"
    return env


@pytest.mark.parametrize(
    ("vid", "pid"),
    [  # written out here: a modem of each maker, and the sticks before and after the mode switch
        ("2c7c", "0125"),
        ("2c7c", "0801"),
        ("1e0e", "9001"),
        ("1e0e", "9011"),
        ("12d1", "1506"),
        ("12d1", "155e"),
        ("12d1", "1f01"),
        ("12d1", "14dc"),
        ("19d2", "1405"),
        ("1199", "9071"),
        ("1bc7", "1201"),
        ("2cb7", "0104"),
        ("8087", "095a"),
        ("0e8d", "7127"),
    ],
)
@pytest.mark.parametrize("action", ["add", "change", "bind"])
def test_modemmanager_leaves_a_modem_alone(vid, pid, action):
    assert properties(action, "usb", "usb_device", vid, pid)["ID_MM_DEVICE_IGNORE"] == "1"


@pytest.mark.parametrize(
    ("action", "subsystem", "kind", "vid", "pid"),
    [
        ("add", "usb", "usb_device", "1d6b", "0002"),
        ("add", "usb", "usb_device", "2c7c", "9999"),
        ("add", "usb", "usb_device", "0125", "2c7c"),
        ("add", "usb", "usb_interface", "2c7c", "0125"),
        ("add", "tty", "usb_device", "2c7c", "0125"),
        ("remove", "usb", "usb_device", "2c7c", "0125"),
    ],
)
def test_other_devices_are_none_of_ours(action, subsystem, kind, vid, pid):
    assert "ID_MM_DEVICE_IGNORE" not in properties(action, subsystem, kind, vid, pid)


def test_every_id_of_the_tables_is_covered():
    ids = [(row.vid, row.pid) for row in LAYOUTS] + [(row.vid, row.pid) for row in OTHER_STATES]
    for vid, pid in ids:
        found = properties("add", "usb", "usb_device", f"{vid:04x}", f"{pid:04x}")
        assert found.get("ID_MM_DEVICE_IGNORE") == "1", f"{vid:04x}:{pid:04x}"
