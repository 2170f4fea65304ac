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
    """The ports of one composition. roles: by interface number (bInterfaceNumber); family: a name of
    modem_drivers.families, tried first where a modem does not say who it is.
    """

    vid: int
    pid: int
    family: str
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
    """A product id under which a modem has no AT port (yet): needs `needs`.

    switch: the program that makes it leave this state, as words; empty where it is meant to stay.
    """

    vid: int
    pid: int
    family: str
    what: str
    needs: str
    switch: tuple[str, ...] = ()
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


def _row(
    vid: int, pid: int, family: str, modems: str, roles: Mapping[int, PortRole], provenance: Source
) -> UsbLayout:
    return UsbLayout(vid=vid, pid=pid, family=family, modems=modems, roles=roles, provenance=provenance)


_ACM_NCM = {0: _AT, 2: _IGNORE, 4: _AT2}
_MBIM_1040 = {0: _DIAG, 3: _IGNORE, 4: _AT, 5: _AT2, 6: _IGNORE}
_MBIM_1041 = {0: _DIAG, 4: _IGNORE, 5: _AT, 6: _AT2, 7: _IGNORE}
_TELIT_60 = {0: _DIAG, 3: _NMEA, 4: _AT, 5: _AT2, 6: _IGNORE}
_TELIT_61 = {0: _DIAG, 4: _NMEA, 5: _AT, 6: _AT2, 7: _IGNORE}
_SIM7070_2 = {0: _DIAG, 1: _NMEA, 2: _AT, 3: _IGNORE, 4: _IGNORE, 5: _PPP}
LAYOUTS: tuple[UsbLayout, ...] = (
    _row(0x2C7C, 0x0125, "quectel-lte", "EC25, EG25-G, EC20", _QUALCOMM, _QUECTEL),
    _row(0x2C7C, 0x0121, "quectel-lte", "EC21, EG21", _QUALCOMM, _QUECTEL),
    _row(0x2C7C, 0x0306, "quectel-lte", "EG06, EP06, EM06", _QUALCOMM, _QUECTEL),
    _row(0x2C7C, 0x0512, "quectel-lte", "EG12, EM12, EG18", _QUALCOMM, _QUECTEL),
    _row(0x2C7C, 0x0800, "quectel-5g", "RM500Q, RM502Q, RM520N", _QUALCOMM, _QUECTEL),
    _row(0x2C7C, 0x0801, "quectel-5g", "RM520N (other id)", _QUALCOMM, _QUECTEL),
    _row(0x1E0E, 0x9001, "simcom-sim7600", "SIM7000, SIM7100, SIM7600", {**_QUALCOMM, 4: _AUDIO}, _SIMCOM),
    _row(
        0x1E0E, 0x9205, "simcom-sim7600", "SIM7070, SIM7080", {0: _DIAG, 1: _NMEA, 2: _AT, 3: _PPP}, _SIMCOM
    ),
    _row(0x1E0E, 0x9206, "simcom-sim7600", "SIM7070, SIM7080 (second layout)", _SIM7070_2, _SIMCOM),
    _row(0x1E0E, 0x9011, "simcom-a76xx", "A7600, A7602, A7605", {2: _IGNORE, 4: _AT, 5: _PPP}, _SIMCOM),
    _row(0x1199, 0x9071, "sierra", "MC7455, MC7430", _SIERRA_ROLES, _SIERRA),
    _row(0x1199, 0x9079, "sierra", "EM7455", _SIERRA_ROLES, _SIERRA),
    _row(0x1199, 0x9091, "sierra", "EM7565", _SIERRA_ROLES, _SIERRA),
    _row(0x1BC7, 0x1201, "telit", "LE910", _TELIT_60, _TELIT),
    _row(0x1BC7, 0x1031, "telit", "LE910C1", {0: _DIAG, 1: _AT, 2: _AT2}, _TELIT),
    _row(0x1BC7, 0x1033, "telit", "LE910C1 (ECM)", {0: _DIAG, 1: _AT, 2: _AT2}, _TELIT),
    _row(0x1BC7, 0x1040, "telit", "LE922, LM960", _MBIM_1040, _TELIT),
    _row(0x1BC7, 0x1041, "telit", "LE922, LM960 (MBIM)", _MBIM_1041, _TELIT),
    _row(0x1BC7, 0x1060, "telit", "LN920", _TELIT_60, _TELIT),
    _row(0x1BC7, 0x1061, "telit", "LN920 (MBIM)", _TELIT_61, _TELIT),
    _row(0x1BC7, 0x1070, "telit", "FN990", _TELIT_60, _TELIT),
    _row(0x1BC7, 0x1071, "telit", "FN990 (MBIM)", _TELIT_61, _TELIT),
    _row(0x2CB7, 0x0007, "fibocom-xmm", "L850-GL", {2: _AT, 4: _IGNORE, 6: _AT2}, _FIBOCOM),
    _row(0x8087, 0x095A, "fibocom-xmm", "L850-GL, L860-GL (NCM)", _ACM_NCM, _FIBOCOM),
    _row(0x2CB7, 0x01A0, "fibocom-qualcomm", "NL668", {2: _AT, 3: _AT2, 4: _IGNORE}, _FIBOCOM),
    _row(
        0x2CB7,
        0x0104,
        "fibocom-qualcomm",
        "FM150, FM160",
        {0: _DIAG, 1: _AT, 2: _AT2, 3: _IGNORE},
        _FIBOCOM,
    ),
    _row(0x2CB7, 0x01A2, "fibocom-qualcomm", "FM101", {2: _AT, 3: _IGNORE, 4: _IGNORE, 5: _IGNORE}, _FIBOCOM),
    _row(
        0x2CB7,
        0x01A4,
        "fibocom-qualcomm",
        "FM101 (other)",
        {2: _IGNORE, 3: _AT, 4: _IGNORE, 5: _IGNORE, 6: _IGNORE},
        _FIBOCOM,
    ),
    _row(0x2CB7, 0x0115, "fibocom-qualcomm", "FM135", {2: _IGNORE, 3: _AT, 4: _IGNORE, 5: _IGNORE}, _FIBOCOM),
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

_BALENA = "https://github.com/balena-os/balena-os/issues/446"


def _modeswitch(vid: int, pid: int, *how: str) -> tuple[str, ...]:
    return ("usb_modeswitch", "-v", f"{vid:04x}", "-p", f"{pid:04x}", *how)


OTHER_STATES: tuple[OtherState, ...] = (
    OtherState(
        vid=0x12D1,
        pid=0x1F01,
        family="huawei-hilink",
        what="Huawei E3372h as a disk",
        needs="usb_modeswitch",
        switch=_modeswitch(0x12D1, 0x1F01, "-J"),
        provenance=Thread("https://github.com/raspberrypi/linux/issues/1690", "-J, its message: memory"),
    ),
    OtherState(
        vid=0x12D1,
        pid=0x14DC,
        family="huawei-hilink",
        what="Huawei E3372h HiLink: a network card with a web page, no AT port",
        needs="HTTP to 192.168.8.1",
        provenance=Thread(_BALENA),
    ),
    OtherState(
        vid=0x12D1,
        pid=0x14DB,
        family="huawei-hilink",
        what="Huawei E3372h-320 HiLink: a network card with a web page, no AT port",
        needs="HTTP to 192.168.8.1",
        provenance=Thread("https://forum.openwrt.org/t/huawei-e3372h-320-in-ncm-mode/126018"),
    ),
    OtherState(
        vid=0x19D2,
        pid=0x1405,
        family="zte-goform",
        what="ZTE MF79, MF833: a network card with a web page, no AT port",
        needs="HTTP to 192.168.0.1",
    ),
    OtherState(
        vid=0x19D2,
        pid=0x1225,
        family="zte-goform",
        what="ZTE stick as a disk",
        needs="usb_modeswitch",
        switch=_modeswitch(0x19D2, 0x1225, "-K"),
    ),
    OtherState(
        vid=0x0E8D,
        pid=0x7127,
        family="fibocom-mediatek",
        what="Fibocom FM350-GL: RNDIS, which port speaks AT is not known",
        needs="ATI on each of its ports",
        provenance=Thread("https://github.com/4IceG/luci-app-modemband/pull/21", "+GTUSBMODE 41"),
    ),
    OtherState(
        vid=0x0E8D,
        pid=0x7126,
        family="fibocom-mediatek",
        what="Fibocom FM350-GL: RNDIS, which port speaks AT is not known",
        needs="ATI on each of its ports",
        provenance=Thread("https://github.com/4IceG/luci-app-modemband/pull/21", "+GTUSBMODE 40"),
    ),
    *(
        OtherState(
            vid=0x2C7C,
            pid=pid,
            family="quectel-unisoc",
            what="Quectel RM500U, EC200T, EC200A, EC200U: which port speaks AT is not known",
            needs="ATI on each of its ports",
        )
        for pid in (0x0900, 0x6026, 0x6005, 0x0901)
    ),
)


def layouts_of(family: str) -> tuple[UsbLayout, ...]:
    """Return the compositions known of *family*."""
    return tuple(row for row in LAYOUTS if row.family == family)


def states_of(family: str) -> tuple[OtherState, ...]:
    """Return the product ids of *family* that have no known AT port."""
    return tuple(row for row in OTHER_STATES if row.family == family)


def usb_ids_of(family: str) -> tuple[tuple[int, int], ...]:
    """Return every (vendor, product) known of *family*, with or without ports."""
    known = [(row.vid, row.pid) for row in layouts_of(family)]
    return (*known, *((row.vid, row.pid) for row in states_of(family)))


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
