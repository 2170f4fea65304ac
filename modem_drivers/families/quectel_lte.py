"""Quectel LTE modems: EC25, EG25-G, EC20, EC21, EG21, EG06, EP06, EM06.

Grammar, each with where it was learnt:
- +QENG "servingcell": thread (github.com/4IceG/luci-app-3ginfo-lite issues 43, 56, 57, 108: lines of 17, 18
  and 20 fields, "-" for what is absent, a blank before the MCC, EN-DC in three lines).
- +QCSQ "LTE",rssi,rsrp,sinr,rsrq: thread (forums.quectel.com 54722, quoting the manual of BG96: SINR in
  fifths of a dB, 0..250 for -20..+30 dB). RSSI may come as a magnitude: the vendor's answer there is that
  77 of an EG21-G means -77 dBm.
- +QSPN full,short,SPN,alphabet,PLMN: thread (the same, 56); the alphabet may be quoted, and names are
  hexadecimal UCS2 when it is 1: memory (asterisk-chan-quectel, commit not kept).

The SINR of +QENG has NO one scale in public sources: obsy/modemdata (commit not kept) reads raw * 0.2 - 20
for EC25 and EG06; thread (3ginfo-lite 108, EP06 A22 firmware; 43, EC200T) reads dB; on one more module
+QCSQ 55 (-9 dB) stood beside +QENG -9. So readings take SINR from +QCSQ; where only +QENG answers, SINR is
given only if the number fits one scale alone (negative: dB; above 30: fifths), else it stays in `raw` and a
problem says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from modem_drivers.at.channel import Command
from modem_drivers.at.replies import (
    Column,
    Fields,
    digits,
    find_line,
    hexadecimal,
    integer,
    one_of,
    parse_line,
    read_fields,
    split_line,
    text_field,
)
from modem_drivers.errors import MalformedReply, UnknownBand
from modem_drivers.families.bands_of import MODELS
from modem_drivers.families.facts import Ask, Depth, Firmware
from modem_drivers.families.family import CellQuery, Family, NameQuery, SignalQuery
from modem_drivers.families.generic import STANDARD_CESQ, STANDARD_CSQ
from modem_drivers.families.quectel_procedures import LTE_PROCEDURES
from modem_drivers.families.sinr import cross_check, decide_sinr
from modem_drivers.provenance import REMEMBERED, Memory, Thread
from modem_drivers.radio.bands import BANDWIDTH_HZ, find_band
from modem_drivers.reading import CellReading, NetworkName, SignalReading

THREAD_56 = "https://github.com/4IceG/luci-app-3ginfo-lite/issues/56"
QENG_PROVENANCE = Thread(THREAD_56, "EN-DC; other lines in issues 43, 57 and 108")
QCSQ_PROVENANCE = Thread("https://forums.quectel.com/t/at-qcsq-command-conversion-on-eg21-g/54722")
QSPN_PROVENANCE = Thread(
    THREAD_56, "alphabet 0; UCS2, and a quoted alphabet: asterisk-chan-quectel, commit not kept"
)

STATES = {"SEARCH": "searching", "LIMSRV": "limited", "NOCONN": "idle", "CONNECT": "connected"}
DUPLEX = {"FDD": "FDD", "TDD": "TDD"}
RSRP, RSRQ, RSSI, SINR_RAW = integer(-160, -20), integer(-45, 20), integer(-130, -1), integer(-40, 250)

QENG_LTE = (  # after the RAT; 17 fields end at sinr, 18 add srxlev, 20 add cqi, tx_power and srxlev
    Column("duplex", one_of(DUPLEX)),
    Column("mcc", digits(3, 3)),
    Column("mnc", digits(1, 3)),
    Column("cell_id", hexadecimal(28)),
    Column("pci", integer(0, 503)),
    Column("earfcn", integer(0, 262_143)),
    Column("band", integer(1, 256)),
    Column("uplink_bandwidth", integer(0, 5)),
    Column("downlink_bandwidth", integer(0, 5)),
    Column("tac", hexadecimal(16)),
    Column("rsrp_dbm", RSRP),
    Column("rsrq_db", RSRQ),
    Column("rssi_dbm", RSSI),
    Column("sinr_raw", SINR_RAW),
)
QENG_NR_SA = (
    Column("duplex", one_of(DUPLEX)),
    Column("mcc", digits(3, 3)),
    Column("mnc", digits(1, 3)),
    Column("cell_id", hexadecimal(36)),
    Column("pci", integer(0, 1007)),
    Column("tac", hexadecimal(24)),
    Column("earfcn", integer(0, 3_279_165)),
    Column("band", integer(1, 1024)),
    Column("downlink_bandwidth_nr", integer(0, 20)),
    Column("rsrp_dbm", RSRP),
    Column("rsrq_db", RSRQ),
    Column("sinr_raw", SINR_RAW),
)
QENG_GSM = (
    Column("mcc", digits(3, 3)),
    Column("mnc", digits(1, 3)),
    Column("tac", hexadecimal(16)),
    Column("cell_id", hexadecimal(28)),
)
LAYOUTS = {"LTE": QENG_LTE, "NR5G-SA": QENG_NR_SA, "GSM": QENG_GSM, "WCDMA": QENG_GSM}
RATS = {"LTE": "LTE", "NR5G-SA": "NR", "GSM": "GSM", "WCDMA": "UTRAN"}

QCSQ_LTE = (
    Column("mode", text_field),
    Column("rssi_dbm", integer(-130, 130)),
    Column("rsrp_dbm", RSRP),
    Column("sinr_raw", integer(0, 250)),
    Column("rsrq_db", RSRQ),
)
QCSQ_MODES = {"LTE": "LTE", "CAT-M1": "LTE", "CAT-NB1": "NB-IoT", "GSM": "GSM", "WCDMA": "UTRAN"}
QSPN = (
    Column("full", text_field),
    Column("short", text_field),
    Column("spn", text_field),
    Column("alphabet", integer(0, 1)),
    Column("plmn", digits(5, 6)),
)


def parse_qcsq(lines: Sequence[str]) -> SignalReading:
    """Return the reading of +QCSQ; without service all values are None and state is "no_service".

    Raises: MalformedReply, if there is no such line, its mode is unknown, or nothing in it is sound.
    """
    line = find_line(lines, "+QCSQ")
    mode = split_line(line, "+QCSQ")[0].upper()
    if mode == "NOSERVICE":
        return SignalReading(rat=None, state="no_service", command="+QCSQ", raw={"mode": mode})
    if mode not in QCSQ_MODES:
        raise MalformedReply(line, '+QCSQ: "LTE",rssi,rsrp,sinr,rsrq', "mode")
    is_lte = mode in ("LTE", "CAT-M1", "CAT-NB1")
    fields = parse_line(line, "+QCSQ", QCSQ_LTE if is_lte else QCSQ_LTE[:2], required=2)
    _demand_one(line, "+QCSQ", fields, skip="mode")
    rssi, sinr = fields.number("rssi_dbm"), fields.integer("sinr_raw")
    return SignalReading(
        rat=QCSQ_MODES[mode],
        state="in_service",
        rsrp_dbm=fields.number("rsrp_dbm"),
        rsrq_db=fields.number("rsrq_db"),
        sinr_db=None if sinr is None else (sinr - 100) / 5,
        rssi_dbm=None if rssi is None else -abs(rssi),
        command="+QCSQ",
        raw={**fields.raw, "sinr_scale": "fifths from -20"} if sinr is not None else fields.raw,
        problems=fields.problems + _missing(fields, QCSQ_LTE if is_lte else QCSQ_LTE[:2]),
    )


def parse_qeng_signal(lines: Sequence[str]) -> SignalReading:
    """Return the signal part of AT+QENG="servingcell"; see the module on its SINR.

    Raises: MalformedReply, if no line is of the serving cell or nothing in it is sound.
    """
    state, rat, fields = _read_once(tuple(lines))
    sinr, scale, doubt = scale_sinr(fields.integer("sinr_raw"))
    return SignalReading(
        rat=rat,
        state=state,
        rsrp_dbm=fields.number("rsrp_dbm"),
        rsrq_db=fields.number("rsrq_db"),
        sinr_db=sinr,
        rssi_dbm=fields.number("rssi_dbm"),
        command="+QENG",
        raw={**fields.raw, "sinr_scale": scale} if scale else fields.raw,
        problems=fields.problems + doubt,
    )


def parse_qeng_cell(lines: Sequence[str]) -> CellReading:
    """Return the cell of AT+QENG="servingcell".

    Raises: MalformedReply, if no line is of the serving cell or nothing in it is sound.
    """
    state, rat, fields = _read_once(tuple(lines))
    mcc, mnc = fields.text("mcc"), fields.text("mnc")
    downlink, uplink = fields.integer("downlink_bandwidth"), fields.integer("uplink_bandwidth")
    return CellReading(
        rat=rat,
        state=state,
        plmn=None if mcc is None or mnc is None else mcc + mnc.zfill(2),
        tac=fields.integer("tac"),
        cell_id=fields.integer("cell_id"),
        pci=fields.integer("pci"),
        earfcn=fields.integer("earfcn"),
        band=fields.integer("band"),
        duplex=fields.text("duplex"),
        bandwidth_hz=None if downlink is None else BANDWIDTH_HZ[downlink],
        uplink_bandwidth_hz=None if uplink is None else BANDWIDTH_HZ[uplink],
        command="+QENG",
        raw=fields.raw,
        problems=fields.problems + _band_doubt(rat, fields),
    )


def parse_qspn(lines: Sequence[str]) -> NetworkName:
    """Return the names of AT+QSPN, decoded by its alphabet (0: text, 1: UCS2 in hexadecimal).

    Raises: MalformedReply, if there is no such line or it has no three names.
    """
    fields = parse_line(find_line(lines, "+QSPN"), "+QSPN", QSPN, required=3)
    ucs2 = fields.integer("alphabet") == 1
    problems = list(fields.problems)
    names = {name: _decode_name(fields.text(name), name, ucs2, problems) for name in ("full", "short", "spn")}
    return NetworkName(source="+QSPN", **names, plmn=fields.text("plmn"), problems=tuple(problems))


def scale_sinr(raw: int | None) -> tuple[float | None, str, tuple[str, ...]]:
    """Return (SINR in dB, scale, problems) of the LTE SINR of +QENG: families.sinr, nothing else known."""
    found = decide_sinr(raw)
    return found.sinr_db, found.scale, (found.problem,) if found.problem else ()


@lru_cache(maxsize=1)
def _read_once(lines: tuple[str, ...]) -> tuple[str | None, str | None, Fields]:
    """What signal and cell both need of one answer."""
    return _serving_cell(lines)


def _serving_cell(lines: Sequence[str]) -> tuple[str | None, str | None, Fields]:
    """Return (state, RAT, fields) of the serving cell: one line, or the three lines of EN-DC."""
    line = find_line([entry for entry in lines if "neighbourcell" not in entry], "+QENG")
    cells = split_line(line, "+QENG")
    problems: list[str] = []
    state = None
    if cells[0].casefold() == "servingcell":
        state, cells = _state(cells[1:2], problems), cells[2:]
    if not cells:
        return _serving_lines(lines, line, state)
    rat = cells[0].upper()
    if rat not in LAYOUTS:
        raise MalformedReply(line, "a +QENG serving cell of " + ", ".join(LAYOUTS), "rat")
    fields = _read_layout(cells[1:], LAYOUTS[rat], problems)
    if len(cells) > 1:
        _demand_one(line, "+QENG", fields)
    return state, RATS[rat], fields


def _serving_lines(
    lines: Sequence[str], head: str, state: str | None
) -> tuple[str | None, str | None, Fields]:
    """Read the lines after `"servingcell",state`: EN-DC gives the LTE cell and the NR cell each its own."""
    rest = [line for line in lines if line is not head and line.upper().startswith("+QENG:")]
    anchor = [line for line in rest if split_line(line, "+QENG")[0].upper() == "LTE"]
    if not anchor:
        if state is None:
            raise MalformedReply(head, '+QENG: "servingcell",state,...', "state")
        return state, None, Fields({}, {}, (), 0)
    _, rat, fields = _serving_cell(anchor[:1])
    return state, "EN-DC" if any("NR5G-NSA" in line for line in rest) else rat, fields


def _state(cells: Sequence[str], problems: list[str]) -> str | None:
    fields = read_fields(cells, (Column("state", one_of(STATES)),))
    problems.extend(fields.problems)
    return fields.text("state")


def _read_layout(cells: Sequence[str], columns: Sequence[Column], problems: list[str]) -> Fields:
    """Read *cells*; in a short line nothing after the first damage is believed (it may be shifted)."""
    fields = read_fields(cells, columns)
    problems.extend(fields.problems)
    believed = dict(fields.values)
    if fields.problems and len(cells) < len(columns):
        names = [column.name for column in columns]
        first = names.index(fields.problems[0].partition(":")[0])
        believed = {name: believed.get(name) for name in names[:first]}
        problems.append(
            f"{len(cells)} fields instead of {len(columns)}: none after {names[first]} is believed"
        )
    missing = _missing(fields, columns)
    return Fields(believed, fields.raw, tuple(problems) + missing, fields.count)


def _missing(fields: Fields, columns: Sequence[Column]) -> tuple[str, ...]:
    absent = [column.name for column in columns[fields.count :]]
    return (f"missing: {', '.join(absent)}",) if absent and fields.count > 1 else ()


def _demand_one(line: str, expected: str, fields: Fields, skip: str = "") -> None:
    """Raise MalformedReply if *fields* has damage and not one sound value."""
    sound = any(value is not None for name, value in fields.values.items() if name != skip)
    if fields.problems and not sound:
        raise MalformedReply(line, expected, fields.problems[0].partition(":")[0])


def _band_doubt(rat: str | None, fields: Fields) -> tuple[str, ...]:
    earfcn, band = fields.integer("earfcn"), fields.integer("band")
    if rat not in ("LTE", "EN-DC") or earfcn is None or band is None:
        return ()
    try:
        known = find_band(earfcn).band
    except UnknownBand:
        return ()
    return () if known == band else (f"band: {band} does not hold EARFCN {earfcn}, which is in band {known}",)


def _decode_name(text: str | None, name: str, ucs2: bool, problems: list[str]) -> str | None:
    if text is None or not ucs2:
        return text
    if not re.fullmatch(r"([0-9A-Fa-f]{4})+", text):
        problems.append(f"{name}: not UCS2 in hexadecimal, kept as it came")
        return text
    decoded = bytes.fromhex(text).decode("utf-16-be", "replace").rstrip("\0\uffff")
    return decoded or None


_SERVING_CELL = Command('AT+QENG="servingcell"', ("+QENG:",))

QUECTEL_LTE = Family(
    name="quectel-lte",
    title="Quectel EC25, EG25-G, EC20, EC21, EG06, EP06, EM12 (Qualcomm, LTE)",
    manufacturer=r"quectel",
    model=r"\b(E[CG]2[015]|E[GMP]06|E[GM]1[28]|EM05)",
    depth=Depth.DEEP,
    signal=(
        SignalQuery(
            Command("AT+QCSQ", ("+QCSQ:",)),
            parse_qcsq,
            QCSQ_PROVENANCE,
        ),
        SignalQuery(_SERVING_CELL, parse_qeng_signal, QENG_PROVENANCE),
        STANDARD_CESQ,
        STANDARD_CSQ,
    ),
    connection=SignalQuery(_SERVING_CELL, parse_qeng_signal, QENG_PROVENANCE),
    cross_check=cross_check,
    cell=(CellQuery(_SERVING_CELL, parse_qeng_cell, QENG_PROVENANCE),),
    names=(NameQuery(Command("AT+QSPN", ("+QSPN:",)), parse_qspn, QSPN_PROVENANCE),),
    procedures=LTE_PROCEDURES,
    models=MODELS["quectel-lte"],
    iccid=Ask(text="AT+QCCID", source=REMEMBERED),
    firmware=(
        Firmware(
            revision=r"^QDC507",
            what="answers as an EC25 and is none (QDC507): SINR of +QENG in whole dB",
            source=Memory("a public note on QDC507GLEFM21 with 2c7c:0125, its address not kept"),
        ),
    ),
)
