"""Which USB interface of a modem is which port: rows by vendor, product and interface number.

Names like ttyUSB2 say nothing (they move when a port is held open over a replug); the interface number of a
composition does. The layout moves with the composition (product id), so a modem has a row for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from modem_drivers.provenance import REMEMBERED, PublicDriver, Source, Thread


class PortRole(Enum):
    """What a port is good for."""

    AT = "at"  # the first to speak AT on
    AT_SECOND = "at2"
    PPP = "ppp"  # AT too, kept free for dialling
    NMEA = "nmea"
    DIAGNOSTIC = "diag"
    AUDIO = "audio"
    IGNORE = "ignore"  # somebody's debug port: hands off
    NETWORK = "net"
    CONTROL = "control"  # QMI or MBIM
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsbLayout:
    """The ports of one composition. roles: by interface number (bInterfaceNumber)."""

    vid: int
    pid: int
    modems: str
    roles: Mapping[int, PortRole]
    provenance: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRule:
    """The role of every interface of one vendor that has this class, subclass and protocol."""

    vid: int
    interface_class: tuple[int, int, int]
    role: PortRole
    provenance: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherState:
    """A product id under which a modem is no modem yet: needs `needs` before it has ports."""

    vid: int
    pid: int
    what: str
    needs: str
    provenance: Source = REMEMBERED


def _mm(path: str, commit: str) -> PublicDriver:
    return PublicDriver("linux-mobile-broadband/ModemManager", f"src/plugins/{path}", commit)


_QUECTEL = _mm("quectel/77-mm-quectel-port-types.rules", "00f305465262ddd83965da88a1b1fc9581ce7ac7")
_SIMCOM = _mm("simtech/77-mm-simtech-port-types.rules", "1050e7a49eadffe06fbf742300f6ecfeb2a326b7")
_SIERRA = _mm("sierra/77-mm-sierra.rules", "5406abc1875280f881de5cd396d369b6c459855a")
_HUAWEI = _mm("huawei/77-mm-huawei-net-port-types.rules", "4ef5ab6db7f506ef69388bf44acbf01c25b4c5d4")
_TELIT = _mm("telit/77-mm-telit-port-types.rules", "4d013cd1309003c3b82457ad9300102fb9966d89")
_FIBOCOM = _mm("fibocom/77-mm-fibocom-port-types.rules", "06ccd09befe611cd184a2e1060bbe193453fe743")

_AT, _AT2, _PPP, _NMEA = PortRole.AT, PortRole.AT_SECOND, PortRole.PPP, PortRole.NMEA
_DIAG, _AUDIO, _IGNORE = PortRole.DIAGNOSTIC, PortRole.AUDIO, PortRole.IGNORE
_QUALCOMM = {0: _DIAG, 1: _NMEA, 2: _AT, 3: _AT2}
_SIERRA_ROLES = {0: _DIAG, 2: _NMEA, 3: _AT}


def _row(vid: int, pid: int, modems: str, roles: Mapping[int, PortRole], provenance: Source) -> UsbLayout:
    return UsbLayout(vid=vid, pid=pid, modems=modems, roles=roles, provenance=provenance)


LAYOUTS: tuple[UsbLayout, ...] = (
    _row(0x2C7C, 0x0125, "Quectel EC25, EG25-G, EC20", _QUALCOMM, _QUECTEL),
    _row(0x2C7C, 0x0121, "Quectel EC21, EG21", _QUALCOMM, _QUECTEL),
    _row(0x2C7C, 0x0306, "Quectel EG06, EP06, EM06", _QUALCOMM, _QUECTEL),
    _row(0x2C7C, 0x0512, "Quectel EG12, EM12", _QUALCOMM, _QUECTEL),
    _row(0x2C7C, 0x0800, "Quectel RM500Q, RM502Q, RM520N", _QUALCOMM, _QUECTEL),
    _row(0x2C7C, 0x0801, "Quectel RM520N (other id)", _QUALCOMM, REMEMBERED),
    _row(0x1E0E, 0x9001, "SIMCom SIM7000, SIM7100, SIM7600", {**_QUALCOMM, 4: _AUDIO}, _SIMCOM),
    _row(0x1E0E, 0x9205, "SIMCom SIM7070, SIM7080", {0: _DIAG, 1: _NMEA, 2: _AT, 3: _PPP}, _SIMCOM),
    _row(
        0x1E0E,
        0x9206,
        "SIMCom SIM7070, SIM7080 (second layout)",
        {0: _DIAG, 1: _NMEA, 2: _AT, 3: _IGNORE, 4: _IGNORE, 5: _PPP},
        _SIMCOM,
    ),
    _row(0x1E0E, 0x9011, "SIMCom A7600, A7602", {2: _IGNORE, 4: _AT, 5: _PPP}, _SIMCOM),
    _row(0x1199, 0x9071, "Sierra MC7455, MC7430", _SIERRA_ROLES, _SIERRA),
    _row(0x1199, 0x9079, "Sierra EM7455", _SIERRA_ROLES, _SIERRA),
    _row(0x1199, 0x9091, "Sierra EM7565", _SIERRA_ROLES, _SIERRA),
    _row(0x1BC7, 0x1201, "Telit LE910", {0: _DIAG, 3: _NMEA, 4: _AT, 5: _AT2, 6: _IGNORE}, _TELIT),
    _row(0x1BC7, 0x1031, "Telit LE910C1", {0: _DIAG, 1: _AT, 2: _AT2}, _TELIT),
    _row(0x1BC7, 0x1033, "Telit LE910C1 (ECM)", {0: _DIAG, 1: _AT, 2: _AT2}, _TELIT),
    _row(
        0x1BC7,
        0x1040,
        "Telit LE922, LM960",
        {0: _DIAG, 3: _IGNORE, 4: _AT, 5: _AT2, 6: _IGNORE},
        _TELIT,
    ),
    _row(
        0x1BC7,
        0x1041,
        "Telit LE922, LM960 (MBIM)",
        {0: _DIAG, 4: _IGNORE, 5: _AT, 6: _AT2, 7: _IGNORE},
        _TELIT,
    ),
    _row(0x2CB7, 0x0007, "Fibocom L850-GL", {2: _AT, 4: _IGNORE, 6: _AT2}, _FIBOCOM),
    _row(0x2CB7, 0x01A0, "Fibocom NL668", {2: _AT, 3: _AT2, 4: _IGNORE}, _FIBOCOM),
    _row(0x2CB7, 0x0104, "Fibocom FM150, FM160", {0: _DIAG, 1: _AT, 2: _AT2, 3: _IGNORE}, _FIBOCOM),
)

CLASS_RULES: tuple[ClassRule, ...] = tuple(
    ClassRule(vid=0x12D1, interface_class=(0xFF, subclass, protocol), role=role, provenance=_HUAWEI)
    for subclass, protocol, role in (
        (0x01, 0x01, _PPP),
        (0x01, 0x02, _AT),
        (0x02, 0x01, _PPP),
        (0x02, 0x02, _AT),
        (0x01, 0x05, _NMEA),
        (0x01, 0x14, _NMEA),
        (0x06, 0x14, _NMEA),
    )
)
"""Huawei numbers its interfaces anew in each composition and tells them apart by class."""

OTHER_STATES: tuple[OtherState, ...] = (
    OtherState(
        vid=0x12D1,
        pid=0x1F01,
        what="Huawei E3372h as a disk",
        needs="usb_modeswitch",
        provenance=Thread("https://github.com/raspberrypi/linux/issues/1690"),
    ),
    OtherState(
        vid=0x12D1,
        pid=0x14DC,
        what="Huawei E3372h HiLink: a network card with a web page, no AT port",
        needs="HTTP to 192.168.8.1",
        provenance=REMEMBERED,
    ),
)


def find_role(vid: int, pid: int, interface: int, interface_class: tuple[int, int, int]) -> PortRole:
    """Return the role of a tty of that interface; UNKNOWN if no row tells."""
    for layout in LAYOUTS:
        if (layout.vid, layout.pid) == (vid, pid):
            return layout.roles.get(interface, PortRole.UNKNOWN)
    for rule in CLASS_RULES:
        if (rule.vid, rule.interface_class) == (vid, interface_class):
            return rule.role
    return PortRole.UNKNOWN


def find_state(vid: int, pid: int) -> OtherState | None:
    """Return the row of a device that is no modem (yet), or None."""
    return next((row for row in OTHER_STATES if (row.vid, row.pid) == (vid, pid)), None)
