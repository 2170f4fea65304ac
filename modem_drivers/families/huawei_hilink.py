"""Huawei HiLink sticks (E3372h and relatives), which are spoken to by HTTP: what to ask, how to read it.

Answers, each with where it was learnt:
- device/signal: names of an E8372 and a branded E3372 (firmware 22): thread (github.com/Salamek/
  huawei-lte-api issues 87 and 50); of an E3372h-320: thread (github.com/home-assistant/core issues 126984).
  Units stand inside the text ("-97dBm", "-8dB", "-8.0dB"): memory (public answers of other models). At the
  ends of the scale there is a bound, "<=-113dBm": thread (github.com/4IceG/luci-app-3ginfo-lite pull 63). A
  bound is no value: the field is None, and a problem says so.
- cell_id and tac are decimal here: in one public answer cell_id 7267507 stands beside enodeb_id 0028388,
  and 28388 x 256 + 179 is that number; another has tac 57332: memory (repositories not named).
- device/signal may be empty but for `mode` while the stick is connected: thread (github.com/Salamek/
  huawei-lte-api issues 50 and 87).
- monitoring/status: thread (github.com/trick77/huawei-hilink-status pull 4). ServiceStatus 2 is service, and
  RoamingStatus 1 roaming; the numbers of CurrentNetworkType: memory (a public client).

IMSI, ICCID and MSISDN stand in device/information too; they are not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from modem_drivers.at.replies import (
    Column,
    Convert,
    Fields,
    Value,
    digits,
    integer,
    one_of,
    read_fields,
    text_field,
)
from modem_drivers.errors import MalformedReply, UnknownBand
from modem_drivers.families.hilink_xml import Element
from modem_drivers.provenance import Memory, Source, Thread
from modem_drivers.radio.bands import find_band
from modem_drivers.reading import CellReading, Identity, NetworkName, Registration, SignalReading

FAMILY = "huawei-hilink"
ADDRESS = "192.168.8.1"
SIGNAL, STATUS = "device/signal", "monitoring/status"
INFORMATION, PLMN = "device/information", "net/current-plmn"

_LEVEL = re.compile(r"([<>]=?)?\s*(-?[0-9]{1,4}(?:\.[0-9]{1,3})?)\s*(dBm|dB)?")
_CHANNELS = re.compile(r"DL:([0-9]{1,6})\s+UL:[0-9]{1,6}")
_BANDWIDTH = re.compile(r"([0-9]{1,2}(?:\.[0-9])?)M(?:Hz)?")


def level(unit: str, low: float, high: float) -> Convert:
    """Make a converter of levels with their *unit* inside the text; a bound is a ValueError."""

    def convert(text: str) -> Value:
        match = _LEVEL.fullmatch(text)
        if match is None or match[3] not in {None, unit}:
            raise ValueError(f"is not a level in {unit}")
        if match[1]:
            raise ValueError("is a bound of the scale, not a value")
        value = float(match[2])
        if not low <= value <= high:
            raise ValueError(f"is not in {low:g}..{high:g}")
        return value

    return convert


def downlink_channel(text: str) -> Value:
    """Convert "DL:1850 UL:19850" to the downlink channel number."""
    match = _CHANNELS.fullmatch(text)
    if match is None:
        raise ValueError("is not DL:.. UL:..")
    return int(match[1])


def bandwidth(text: str) -> Value:
    """Convert "20M" or "20MHz" to hertz."""
    match = _BANDWIDTH.fullmatch(text)
    if match is None:
        raise ValueError("is not a bandwidth in MHz")
    return round(float(match[1]) * 1_000_000)


class Item(NamedTuple):
    """An element of an answer and the field it becomes; firmwares may name one field differently."""

    element: str
    column: Column


MODES = {"0": "GSM", "2": "UTRAN", "7": "LTE"}  # 2 and 7: in the transcripts above; 0: memory
SIGNAL_ITEMS = (
    Item("mode", Column("rat", one_of(MODES))),
    Item("rsrp", Column("rsrp_dbm", level("dBm", -160, -20))),
    Item("rsrq", Column("rsrq_db", level("dB", -45, 20))),
    Item("sinr", Column("sinr_db", level("dB", -40, 60))),
    Item("rssi", Column("rssi_dbm", level("dBm", -130, -1))),
)
CELL_ITEMS = (
    Item("mode", Column("rat", one_of(MODES))),
    Item("plmn", Column("plmn", digits(5, 6))),
    Item("tac", Column("tac", integer(0, 0xFFFF))),
    Item("cell_id", Column("cell_id", integer(0, (1 << 28) - 1))),
    Item("pci", Column("pci", integer(0, 503))),
    Item("earfcn", Column("earfcn", downlink_channel)),
    Item("band", Column("band", integer(1, 256))),
    Item("lte_bandinfo", Column("band", integer(1, 256))),
    Item("dlbandwidth", Column("bandwidth_hz", bandwidth)),
    Item("lte_bandwidth", Column("bandwidth_hz", bandwidth)),
    Item("ulbandwidth", Column("uplink_bandwidth_hz", bandwidth)),
)
INFORMATION_ITEMS = (
    Item("DeviceName", Column("model", text_field)),
    Item("SoftwareVersion", Column("revision", text_field)),
    Item("Imei", Column("imei", digits(15, 15))),
)
PLMN_ITEMS = (
    Item("FullName", Column("full", text_field)),
    Item("ShortName", Column("short", text_field)),
    Item("Spn", Column("spn", text_field)),
    Item("Numeric", Column("plmn", digits(5, 6))),
)
STATUS_ITEMS = (
    Item("ServiceStatus", Column("service", integer(0, 255))),
    Item("RoamingStatus", Column("roaming", integer(0, 1))),
    Item("CurrentNetworkType", Column("network", integer(0, 9999))),
)
SERVICE = 2
HOME, ROAMING, NOT_REGISTERED = 1, 5, 0  # 3GPP TS 27.007 7.2 <stat>
GSM_TYPES, LTE_TYPES = frozenset({1, 2, 3}), frozenset({19, 101, 1011})
UTRAN_TYPES = frozenset({4, 5, 6, 7, 8, 9, 17, 18, *range(41, 47), 64, 65})


def read_items(answer: Element, items: Sequence[Item], command: str) -> Fields:
    """Return the fields of *answer*; an element that is absent or empty was not said.

    Raises: MalformedReply, if none of the elements is there: it is the answer to something else.
    """
    texts = answer.texts()
    present = [item for item in items if item.element in texts]
    if not present:
        names = ", ".join(sorted({child.name for child in answer.children})[:5])
        raise MalformedReply(names, f"{command} with {items[0].element}")
    return read_fields([texts[item.element] for item in present], [item.column for item in present])


def parse_signal(answers: Sequence[Element]) -> SignalReading:
    """Return the reading of device/signal; all values None and a problem where the stick says none.

    Raises: MalformedReply, if it is another answer.
    """
    fields = read_items(answers[0], SIGNAL_ITEMS, SIGNAL)
    names = ("rsrp_dbm", "rsrq_db", "sinr_db", "rssi_dbm")
    silent = all(not fields.raw.get(name) for name in names)
    return SignalReading(
        rat=fields.text("rat"),
        rsrp_dbm=fields.number("rsrp_dbm"),
        rsrq_db=fields.number("rsrq_db"),
        sinr_db=fields.number("sinr_db"),
        rssi_dbm=fields.number("rssi_dbm"),
        command=SIGNAL,
        raw=fields.raw,
        problems=fields.problems + ((f"{SIGNAL}: the stick gives no level",) if silent else ()),
    )


def parse_cell(answers: Sequence[Element]) -> CellReading:
    """Return the serving cell of device/signal. Firmware 22 gives no channel, tracking area or network.

    Raises: MalformedReply, if it is another answer.
    """
    fields = read_items(answers[0], CELL_ITEMS, SIGNAL)
    return CellReading(
        rat=fields.text("rat"),
        plmn=fields.text("plmn"),
        tac=fields.integer("tac"),
        cell_id=fields.integer("cell_id"),
        pci=fields.integer("pci"),
        earfcn=fields.integer("earfcn"),
        band=fields.integer("band"),
        bandwidth_hz=fields.integer("bandwidth_hz"),
        uplink_bandwidth_hz=fields.integer("uplink_bandwidth_hz"),
        command=SIGNAL,
        raw=fields.raw,
        problems=fields.problems + _band_doubt(fields),
    )


def _band_doubt(fields: Fields) -> tuple[str, ...]:
    earfcn, band = fields.integer("earfcn"), fields.integer("band")
    if earfcn is None or band is None:
        return ()
    try:
        expected = find_band(earfcn).band
    except UnknownBand:
        return (f"earfcn: {earfcn} is in no LTE band known here",)
    return () if expected == band else (f"band: {band} does not hold EARFCN {earfcn}",)


def parse_registration(answers: Sequence[Element]) -> Registration:
    """Return the registration by monitoring/status and net/current-plmn.

    The stick says "no service" and no more: not registered is stat 0, whether it seeks or was denied.
    Raises: MalformedReply, if one is another answer, or the first does not tell the service.
    """
    status = read_items(answers[0], STATUS_ITEMS, STATUS)
    plmn = read_items(answers[1], PLMN_ITEMS, PLMN)
    service = status.integer("service")
    if service is None:
        raise MalformedReply(status.raw.get("service", ""), f"{STATUS} with ServiceStatus", "service")
    away = status.integer("roaming") == 1
    stat = (ROAMING if away else HOME) if service == SERVICE else NOT_REGISTERED
    return Registration(
        stat=stat,
        plmn=plmn.text("plmn"),
        rat=_technology(status.integer("network")),
        command=STATUS,
        problems=status.problems + tuple(one for one in plmn.problems if one.startswith("plmn")),
    )


def _technology(network: int | None) -> str | None:
    groups = {"GSM": GSM_TYPES, "UTRAN": UTRAN_TYPES, "LTE": LTE_TYPES}
    return next((name for name, types in groups.items() if network in types), None)


def parse_name(answers: Sequence[Element]) -> NetworkName:
    """Return the names of net/current-plmn.

    Raises: MalformedReply, if it is another answer.
    """
    fields = read_items(answers[0], PLMN_ITEMS, PLMN)
    return NetworkName(
        source=PLMN,
        full=fields.text("full"),
        short=fields.text("short"),
        spn=fields.text("spn"),
        plmn=fields.text("plmn"),
        problems=fields.problems,
    )


def parse_identity(answers: Sequence[Element]) -> Identity:
    """Return the stick's model, firmware and IMEI of device/information; it names no manufacturer.

    Raises: MalformedReply, if it is another answer.
    """
    fields = read_items(answers[0], INFORMATION_ITEMS, INFORMATION)
    return Identity(
        model=fields.text("model"),
        revision=fields.text("revision"),
        imei=fields.text("imei"),
        family=FAMILY,
    )


T = TypeVar("T")


@dataclass(frozen=True)  # no slots: a generic alias cannot make one with them (CPython 3.11)
class ApiQuery(Generic[T]):
    """Paths below /api/ to get, in this order, and how the answers are read together."""

    paths: tuple[str, ...]
    read: Callable[[Sequence[Element]], T]
    provenance: Source


_SIGNAL_SOURCE = Thread("https://github.com/Salamek/huawei-lte-api/issues/87", "and issue 50")
IDENTITY = ApiQuery(
    (INFORMATION,), parse_identity, Thread("https://github.com/trackIT-Systems/tsOS-vhf/issues/3")
)
SIGNAL_NOW = ApiQuery((SIGNAL,), parse_signal, _SIGNAL_SOURCE)
SERVING_CELL = ApiQuery((SIGNAL,), parse_cell, Thread("https://github.com/home-assistant/core/issues/126984"))
REGISTERED = ApiQuery(
    (STATUS, PLMN), parse_registration, Thread("https://github.com/trick77/huawei-hilink-status/pull/4")
)
NAME = ApiQuery((PLMN,), parse_name, Memory("transcript of an E3372, repository not kept"))
QUERIES = (IDENTITY, SIGNAL_NOW, SERVING_CELL, REGISTERED, NAME)
