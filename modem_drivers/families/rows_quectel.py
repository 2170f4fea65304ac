"""Quectel's own replies. +QENG has a layout for each radio technology.

The scale of +QENG's LTE SINR is undecided in public sources (quectel_lte.py): `sinr_raw` is what came, and
sinr_db is there only where one scale fits; +QCSQ gives decibels. Sources: at each row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from modem_drivers.at.convert import absent_if, hidden, plmn, ucs2_text
from modem_drivers.at.grammar import Cells, Layout, Row, row
from modem_drivers.at.replies import (
    Column,
    Fields,
    Value,
    digits,
    hexadecimal,
    integer,
    one_of,
    text_field,
)
from modem_drivers.families.quectel_lte import (
    QCSQ_LTE,
    QCSQ_PROVENANCE,
    QENG_GSM,
    QENG_LTE,
    QENG_NR_SA,
    QENG_PROVENANCE,
    QSPN_PROVENANCE,
    RSRP,
    RSRQ,
    SINR_RAW,
    STATES,
    THREAD_56,
)
from modem_drivers.families.sinr import decide_sinr
from modem_drivers.provenance import COLLECTED, REMEMBERED, Thread

CELL, RAT = Column("cell", text_field), Column("rat", text_field)
STATE = Column("state", one_of(STATES))
SRXLEV = Column("srxlev", integer(-200, 200))
QENG_LTE_20 = (*QENG_LTE, Column("cqi", integer(0, 15)), Column("tx_power", integer(-1000, 1000)), SRXLEV)
QENG_LTE_18 = (*QENG_LTE, SRXLEV)
QENG_NSA = (  # SINR stands before RSRQ here: thread (https://github.com/iamromulan/quectel-rgmii-toolkit/pull/65)
    Column("mcc", digits(3, 3)),
    Column("mnc", digits(1, 3)),
    Column("pci", integer(0, 1007)),
    Column("rsrp_dbm", RSRP),
    Column("sinr_raw", SINR_RAW),
    Column("rsrq_db", RSRQ),
    Column("arfcn", integer(0, 3_279_165)),
    Column("band", integer(1, 1024)),
    Column("downlink_bandwidth_nr", integer(0, 20)),
)
NOT_MEASURED = "-32768"


def _measured(*columns: Column) -> tuple[Column, ...]:
    """Return *columns* that take -32768 for "not measured" (memory)."""
    return tuple(Column(column.name, absent_if(column.convert, NOT_MEASURED)) for column in columns)


QENG_WCDMA = (  # manual forms as remembered; the first four as GSM's
    *QENG_GSM,
    Column("uarfcn", integer(0, 16_383)),
    Column("psc", integer(0, 511)),
    Column("rac", hexadecimal(8)),
    Column("rscp_dbm", integer(-130, -10)),
    Column("ecio_db", integer(-40, 0)),
)
QENG_GSM_LEVELS = (
    *QENG_GSM,
    Column("bsic", integer(0, 255)),
    Column("arfcn", integer(0, 1023)),
    Column("band_text", text_field),
    Column("rxlev_dbm", integer(-120, -10)),
)
QENG_NEIGHBOUR_WCDMA = (
    CELL,
    RAT,
    Column("uarfcn", integer(0, 16_383)),
    Column("priority", integer(0, 7)),
    Column("threshold_high", integer(0, 255)),
    Column("threshold_low", integer(0, 255)),
    Column("psc", integer(0, 511)),
    Column("rscp_dbm", integer(-130, -10)),
    Column("ecno_db", integer(-40, 0)),
)
QENG_NEIGHBOUR_GSM = (CELL, RAT, Column("arfcn", integer(0, 1023)), Column("priority", integer(0, 7)))
QENG_NEIGHBOUR_LTE = (
    CELL,
    RAT,
    Column("earfcn", integer(0, 262_143)),
    Column("pci", integer(0, 503)),
    Column("rsrq_db", RSRQ),
    Column("rsrp_dbm", RSRP),
)
QENG_NEIGHBOUR_NR = (
    CELL,
    RAT,
    Column("arfcn", integer(0, 3_279_165)),
    Column("pci", integer(0, 1007)),
    Column("rsrp_dbm", RSRP),
    Column("rsrq_db", RSRQ),
    Column("sinr_db", SINR_RAW),
)


def has(place: int, *words: str) -> Callable[[Cells], bool]:
    """Make a test of a layout: one of *words* at *place*."""
    wanted = {word.casefold() for word in words}
    return lambda cells: len(cells) > place and cells[place].casefold() in wanted


def join_plmn(fields: Fields) -> Mapping[str, Value | None]:
    """Return the PLMN of fields `mcc` and `mnc`, an MNC of one digit filled up."""
    mcc, mnc = fields.text("mcc"), fields.text("mnc")
    return {} if mcc is None or mnc is None else {"plmn": mcc + mnc.zfill(2)}


def _serving(fields: Fields) -> Mapping[str, Value | None]:
    """Join the PLMN, and give the SINR in dB where its scale is sure (families.sinr)."""
    known = dict(join_plmn(fields))
    raw = fields.integer("sinr_raw")
    if raw is not None:
        nr = (fields.text("rat") or "").upper().startswith("NR")
        known["sinr_db"], known["sinr_scale"], _ = decide_sinr(raw, rat="NR" if nr else "LTE")
    return known


def _qcsq(fields: Fields) -> Mapping[str, Value | None]:
    rssi, raw = fields.integer("rssi_dbm"), fields.integer("sinr_raw")
    known: dict[str, Value | None] = {"rat": (fields.text("mode") or "").upper() or None}
    if rssi is not None:
        known["rssi_dbm"] = -abs(rssi)
    if raw is not None:
        known["sinr_db"] = (raw - 100) / 5
    return known


def _qspn(fields: Fields) -> Mapping[str, Value | None]:
    """Decode the names where the alphabet says UCS2."""
    if fields.integer("alphabet") != 1:
        return {}
    names = {name: fields.text(name) for name in ("name_full", "name_short", "spn")}
    return {name: ucs2_text(text) if text else None for name, text in names.items()}


def _serving_layout(rat: str, columns: tuple[Column, ...], cells: int = 0) -> Layout:
    return Layout((CELL, STATE, RAT, *columns), max(3, cells), has(2, *rat.split("|")))


QENG = Row(
    verb="+QENG",
    source=QENG_PROVENANCE,
    many=True,
    layouts=(
        _serving_layout("LTE|CAT-M|CAT-NB", QENG_LTE_20, 20),
        _serving_layout("LTE|CAT-M|CAT-NB", QENG_LTE_18, 18),
        _serving_layout("LTE|CAT-M|CAT-NB", QENG_LTE),
        _serving_layout("NR5G-SA", _measured(*QENG_NR_SA)),
        _serving_layout("WCDMA", QENG_WCDMA),
        _serving_layout("GSM", QENG_GSM_LEVELS),
        Layout((RAT, *QENG_LTE_18), 16, has(0, "LTE")),
        Layout((RAT, *QENG_LTE), 4, has(0, "LTE")),
        Layout((RAT, *_measured(*QENG_NSA)), 4, has(0, "NR5G-NSA")),
        Layout(QENG_NEIGHBOUR_NR, 4, has(1, "NR", "NR5G")),
        Layout(QENG_NEIGHBOUR_WCDMA, 3, has(1, "WCDMA")),
        Layout(QENG_NEIGHBOUR_GSM, 3, has(1, "GSM")),
        Layout(QENG_NEIGHBOUR_LTE, 4, has(0, "neighbourcell intra", "neighbourcell inter", "neighbourcell")),
        Layout((CELL, STATE), 2, has(0, "servingcell")),
    ),
    derive=_serving,
)
NAMES = (
    Column("name_full", text_field),
    Column("name_short", text_field),
    Column("spn", text_field),
    Column("alphabet", integer(0, 1)),
    Column("plmn", digits(5, 6)),
)
CARRIER_LTE = (
    Column("carrier", text_field),
    Column("arfcn", integer(0, 3_279_165)),
    Column("bandwidth", integer(0, 400)),
    Column("band_text", text_field),
    Column("carrier_state", integer(0, 3)),
    Column("pci", integer(0, 1007)),
    Column("rsrp_dbm", RSRP),
    Column("rsrq_db", RSRQ),
    Column("rssi_dbm", integer(-130, -1)),
    Column("sinr_raw", SINR_RAW),
)
UPLINK = (
    Column("uplink_configured", integer(0, 1)),
    Column("uplink_bandwidth", integer(0, 400)),
    Column("uplink_arfcn", integer(0, 3_279_165)),
)
EXTENDED = tuple(Column(f"level_{n}_raw", integer(-32768, 32767)) for n in (1, 2, 3))
"""Of NR after AT+QCAINFO=1: three levels whose order and scale no source tells (threads below)."""
CARRIER_LTE_SECOND = (*CARRIER_LTE, *UPLINK)
CARRIER_NR = (*CARRIER_LTE[:4], Column("pci", integer(0, 1007)), *EXTENDED)
CARRIER_NR_SECOND = (*CARRIER_LTE[:6], *UPLINK, *EXTENDED)


def _is_nr_carrier(cells: Cells) -> bool:
    """Tell NR's primary carrier, or a secondary one that ends with the PCI."""
    nr = len(cells) >= 5 and cells[3].upper().startswith("NR")
    return nr and (cells[0].upper() == "PCC" or len(cells) == 5)


def _is_second_nr_carrier(cells: Cells) -> bool:
    return len(cells) >= 6 and cells[3].upper().startswith("NR")


QCSQ_NR = (  # memory
    Column("mode", text_field),
    Column("rsrp_dbm", absent_if(RSRP, NOT_MEASURED)),
    Column("sinr_nr_db", integer(-40, 60, unknown=-32768)),
    Column("rsrq_db", absent_if(RSRQ, NOT_MEASURED)),
)
QCSQ_WCDMA = (  # memory
    Column("mode", text_field),
    Column("rssi_dbm", integer(-130, 130)),
    Column("rscp_dbm", integer(-130, -10)),
    Column("ecio_db", integer(-40, 0)),
)


def _is_second_carrier(cells: Cells) -> bool:
    return len(cells) > 3 and cells[0].upper() == "SCC"


def _levels(name: str, unit: str, low: int, high: int) -> tuple[Column, ...]:
    """Return the columns of a reading per antenna; -32768 is an antenna that is not there."""
    each = (Column(f"{name}_{n}_{unit}", integer(low, high, unknown=-32768)) for n in range(4))
    return (*each, Column("access", text_field))


ROWS: tuple[Row, ...] = (
    QENG,
    Row(
        verb="+QCSQ",
        source=QCSQ_PROVENANCE,
        layouts=(
            Layout(QCSQ_LTE, 5, has(0, "LTE", "CAT-M1", "CAT-NB1", "eMTC", "NBIoT")),
            Layout(QCSQ_NR, 3, has(0, "NR5G", "NR5G-SA", "NR5G-NSA")),
            Layout(QCSQ_WCDMA, 3, has(0, "WCDMA")),
            Layout(QCSQ_LTE[:2], 1),
        ),
        derive=_qcsq,
    ),
    row("+QSPN", NAMES, QSPN_PROVENANCE, required=3, derive=_qspn),
    Row(
        verb="+QNWINFO",
        source=Thread(THREAD_56, "the form of NR5G-SA, and No Service: memory"),
        many=True,
        layouts=(
            Layout(
                (
                    Column("access", text_field),
                    Column("plmn", plmn),
                    Column("band_text", text_field),
                    Column("arfcn", integer(0, 3_279_165)),
                ),
                4,
            ),
            Layout((Column("access", text_field),)),
        ),
    ),
    Row(
        verb="+QCAINFO",
        source=Thread(THREAD_56, "PCC there; SCC, and NR carriers that end with the PCI: memory"),
        many=True,
        layouts=(
            Layout(CARRIER_NR, 5, _is_nr_carrier),
            Layout(CARRIER_NR_SECOND, fits=_is_second_nr_carrier),
            Layout(CARRIER_LTE_SECOND, fits=_is_second_carrier),
            Layout(CARRIER_LTE, 4),
        ),
    ),
    row("+QRSRP", _levels("rsrp", "dbm", -160, -20), REMEMBERED, many=True),
    row("+QRSRQ", _levels("rsrq", "db", -45, 20), REMEMBERED, many=True),
    row("+QSINR", _levels("sinr", "db", -40, 60), REMEMBERED, many=True),
    row("+QCCID", (Column("iccid", hidden),), REMEMBERED),
    row("+QINISTAT", (Column("init_bits", integer(0, 7)),), REMEMBERED),
    row("+QIND", (Column("event", text_field), Column("value", text_field)), REMEMBERED),
    row("+QUSIM", (Column("sim_type", integer(0, 1)),), REMEMBERED),
    row("+QSIMSTAT", (Column("enabled", integer(0, 1)), Column("inserted", integer(0, 2))), REMEMBERED),
    row(
        "+QPINC",
        (
            Column("facility", text_field),
            Column("pin_tries", integer(0, 10)),
            Column("puk_tries", integer(0, 10)),
        ),
        REMEMBERED,
        many=True,
    ),
    row(
        "+QNETDEVCTL",
        (
            Column("op", integer(0, 3)),
            Column("cid", integer(0, 16)),
            Column("urc", integer(0, 1)),
            Column("state", integer(0, 1)),
        ),
        COLLECTED,
    ),
    row(
        "+QCFG",
        (Column("name", text_field), Column("value", text_field), Column("value_2", text_field)),
        COLLECTED,
    ),
    Row(
        verb="+QTEMP",
        source=REMEMBERED,
        many=True,
        layouts=(
            Layout(tuple(Column(f"temperature_{n}_c", integer(-60, 150)) for n in (1, 2, 3)), 3),
            Layout(
                (Column("sensor", text_field), Column("temperature_c", integer(-60, 150, unknown=-273))), 2
            ),
        ),
    ),
    row("+QLTS", (Column("network_time", text_field), Column("daylight_h", integer(0, 2))), REMEMBERED),
    row(
        "+QENDC",
        tuple(Column(name, integer(0, 1)) for name in ("endc", "plmn_info", "endc_restricted", "nr_basic")),
        REMEMBERED,
    ),
    row("+QNWPREFCFG", (Column("name", text_field), Column("value", text_field)), REMEMBERED, required=2),
    row("+QUIMSLOT", (Column("slot", integer(1, 2)),), REMEMBERED),
    row("+QGMR", (Column("revision", text_field),), REMEMBERED, prefixes=("", "+QGMR")),
    row("+QNETDEVSTATUS", (Column("address_hex", hexadecimal(32)),), REMEMBERED),
)
