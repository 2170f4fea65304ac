"""The USB tables against a listing from elsewhere.

usb_ports.jsonl: USB ids and port roles of the makers here, read off the udev rules of ModemManager at commit
9a2d586 (facts: vendor, product, interface number, role; role names as there). FAMILIES: by hand, after the
makers' names of the modules with these ids. The first column of STATES is what the threads in the table show.
"""

import json
from pathlib import Path

import pytest

from modem_drivers.families.usb_ports import (
    CLASS_RULES,
    LAYOUTS,
    OTHER_STATES,
    PortRole,
    find_role,
    find_state,
    layouts_of,
    states_of,
    usb_ids_of,
)

WORDS = {
    "QCDM": "diag",
    "GPS": "nmea",
    "AT_PRIMARY": "at",
    "AT_SECONDARY": "at2",
    "AT_PPP": "ppp",
    "AUDIO": "audio",
    "IGNORE": "ignore",
}
LISTED = {
    (row["vid"], row["pid"]): {int(number, 16): WORDS[role] for number, role in row["ports"].items()}
    for row in map(json.loads, (Path(__file__).parent / "usb_ports.jsonl").read_text().splitlines())
}
FAMILIES = {  # the ids that this project knows, by family
    "quectel-lte": "2c7c:0125 2c7c:0121 2c7c:0306 2c7c:0512",
    "quectel-5g": "2c7c:0800 2c7c:0801",
    "quectel-unisoc": "2c7c:0900 2c7c:6026 2c7c:6005 2c7c:0901",
    "simcom-sim7600": "1e0e:9001 1e0e:9205 1e0e:9206",
    "simcom-a76xx": "1e0e:9011",
    "huawei-hilink": "12d1:1f01 12d1:14dc 12d1:14db",
    "zte-goform": "19d2:1405 19d2:1225",
    "sierra": "1199:9071 1199:9079 1199:9091",
    "telit": "1bc7:1201 1bc7:1031 1bc7:1033 1bc7:1040 1bc7:1041 1bc7:1060 1bc7:1061 1bc7:1070 1bc7:1071",
    "fibocom-xmm": "2cb7:0007 8087:095a",
    "fibocom-qualcomm": "2cb7:01a0 2cb7:0104 2cb7:01a2 2cb7:01a4 2cb7:0115",
    "fibocom-mediatek": "0e8d:7127 0e8d:7126",
}
STATES = {  # what a device without a known AT port needs
    "12d1:1f01": ("usb_modeswitch", "usb_modeswitch -v 12d1 -p 1f01 -J"),
    "12d1:14dc": ("HTTP to 192.168.8.1", ""),
    "12d1:14db": ("HTTP to 192.168.8.1", ""),
    "19d2:1405": ("HTTP to 192.168.0.1", ""),
    "19d2:1225": ("usb_modeswitch", "usb_modeswitch -v 19d2 -p 1225 -K"),
    **dict.fromkeys(
        ["0e8d:7127", "0e8d:7126", "2c7c:0900", "2c7c:6026", "2c7c:6005", "2c7c:0901"],
        ("ATI on each of its ports", ""),
    ),
}


def name(vid: int, pid: int) -> str:
    return f"{vid:04x}:{pid:04x}"


def test_every_layout_has_the_roles_of_the_listing():
    for row in LAYOUTS:
        ours = {number: role.value for number, role in row.roles.items()}
        assert ours == LISTED[f"{row.vid:04x}", f"{row.pid:04x}"], name(row.vid, row.pid)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_ids_of_a_family(family):
    ids = [name(vid, pid) for vid, pid in usb_ids_of(family)]
    assert sorted(ids) == sorted(FAMILIES[family].split())
    assert {row.family for row in layouts_of(family)} | {row.family for row in states_of(family)} == {family}


def test_no_row_is_of_another_family():
    assert {row.family for row in LAYOUTS} | {row.family for row in OTHER_STATES} == set(FAMILIES)
    assert len(LAYOUTS) + len(OTHER_STATES) == sum(len(ids.split()) for ids in FAMILIES.values())


def test_what_a_device_without_a_port_needs():
    assert {name(row.vid, row.pid) for row in OTHER_STATES} == set(STATES)
    for row in OTHER_STATES:
        assert (row.needs, " ".join(row.switch)) == STATES[name(row.vid, row.pid)]
        assert find_state(row.vid, row.pid) is row
    assert find_state(0x2C7C, 0x0125) is None


@pytest.mark.parametrize(
    ("subclass", "protocol", "role"),
    [  # 77-mm-huawei-net-port-types.rules: 01 modem, 02 AT, 05 and 14 GPS; subclass 1 and 2, and 6
        (0x01, 0x01, "ppp"),
        (0x02, 0x01, "ppp"),
        (0x01, 0x02, "at"),
        (0x02, 0x02, "at"),
        (0x01, 0x05, "nmea"),
        (0x01, 0x14, "nmea"),
        (0x06, 0x14, "nmea"),
        (0x03, 0x02, "unknown"),
        (0x01, 0x03, "unknown"),
    ],
)
def test_huawei_s_ports_by_class(subclass, protocol, role):
    assert find_role(0x12D1, 0x1506, 0, (0xFF, subclass, protocol)).value == role
    assert find_role(0x2C7C, 0x1506, 0, (0xFF, subclass, protocol)) is PortRole.UNKNOWN
    assert find_role(0x12D1, 0x1506, 0, (0xFE, subclass, protocol)) is PortRole.UNKNOWN
    assert len(CLASS_RULES) == 7


def test_words_of_roles():
    assert {role.name: role.value for role in PortRole} == {
        "AT": "at",
        "AT_SECOND": "at2",
        "PPP": "ppp",
        "NMEA": "nmea",
        "DIAGNOSTIC": "diag",
        "AUDIO": "audio",
        "IGNORE": "ignore",
        "NETWORK": "net",
        "CONTROL": "control",
        "UNKNOWN": "unknown",
    }
