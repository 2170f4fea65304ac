"""Replies of Telit, Sierra and Fibocom modems: what is known, each with its source; thin on purpose."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from modem_drivers.at.convert import absent_if, decimal, hidden, leading_hexadecimal, plmn
from modem_drivers.at.grammar import Cells, Layout, Row, row
from modem_drivers.at.replies import Column, Fields, Value, digits, hexadecimal, integer, scaled, text_field
from modem_drivers.families.rows_quectel import has, join_plmn
from modem_drivers.provenance import COLLECTED, REMEMBERED, Memory, Thread
from modem_drivers.radio.bands import LTE

ARFCN = Column("arfcn", integer(0, 3_279_165))
RFSTS_SOURCE = Memory("public scripts, source not kept: LTE layout, the IMSI among its fields")
RFSTS_LTE = (
    Column("plmn", plmn),
    Column("earfcn", integer(0, 262_143)),
    Column("rsrp_dbm", integer(-160, -20)),
    Column("rssi_dbm", integer(-130, -1)),
    Column("rsrq_db", decimal(-45, 20)),
    Column("tac", hexadecimal(16)),
    Column("rac", text_field),
    Column("tx_power", text_field),
    Column("drx", integer(0, 9999)),
    Column("mm", integer(0, 99)),
    Column("rrc", integer(0, 99)),
    Column("cell_id", hexadecimal(28)),
    Column("imsi", hidden),
    Column("operator", text_field),
    Column("service_domain", integer(0, 3)),
    Column("band", integer(1, 256)),
)
RFSTS_GSM = (  # memory
    Column("plmn", plmn),
    Column("arfcn", integer(0, 1023)),
    Column("rssi_dbm", integer(-130, -1)),
    Column("tac", hexadecimal(16)),
    Column("rac", text_field),
    Column("tx_power", text_field),
    Column("mm", integer(0, 99)),
    Column("rr", integer(0, 99)),
    Column("nom", text_field),
    Column("cell_id", hexadecimal(28)),
    Column("imsi", hidden),
    Column("operator", text_field),
)
RFSTS_WCDMA = (  # memory
    Column("plmn", plmn),
    Column("uarfcn", integer(0, 16_383)),
    Column("psc", integer(0, 511)),
    Column("ecio_db", decimal(-40, 0)),
    Column("rscp_dbm", integer(-130, -10)),
    Column("rssi_dbm", integer(-130, -1)),
    Column("tac", hexadecimal(16)),
    Column("rac", text_field),
    Column("tx_power", text_field),
    Column("drx", integer(0, 9999)),
    Column("mm", integer(0, 99)),
    Column("rrc", integer(0, 99)),
    Column("nom", text_field),
    Column("bler", text_field),
    Column("cell_id", hexadecimal(28)),
    Column("imsi", hidden),
    Column("operator", text_field),
)


def _imsi_at(place: int) -> Callable[[Cells], bool]:
    """Make a test of a layout of #RFSTS by where the IMSI stands: 2G, 3G and LTE have each its place."""
    return lambda cells: len(cells) > place and re.fullmatch(r"[0-9]{14,15}", cells[place]) is not None


_MONI = re.compile(
    r"(?P<name>.*?) ?RSRP:(?P<rsrp>\S*) RSRQ:(?P<rsrq>\S*) TAC:(?P<tac>\S*) Id:(?P<id>\S*)"
    r" EARFCN:(?P<earfcn>\S*) PWR:(?P<power>[-0-9]*)(?:dbm)? DRX:(?P<drx>\S*).*"
)
MONI_LTE = (  # memory
    Column("operator", text_field),
    Column("rsrp_dbm", integer(-160, -20)),
    Column("rsrq_db", integer(-45, 20)),
    Column("tac", hexadecimal(16)),
    Column("cell_id", hexadecimal(28)),
    Column("earfcn", integer(0, 262_143)),
    Column("rssi_dbm", integer(-130, -1)),
    Column("drx", integer(0, 9999)),
)


def _moni_cells(tail: str) -> list[str]:
    found = _MONI.fullmatch(tail.strip())
    return [group.strip() for group in found.groups()] if found else []


TELIT: tuple[Row, ...] = (
    Row(
        verb="#RFSTS",
        source=RFSTS_SOURCE,
        layouts=(
            Layout(RFSTS_GSM, 11, _imsi_at(10)),
            Layout(RFSTS_WCDMA, 16, _imsi_at(15)),
            Layout(RFSTS_LTE, 16),
            Layout((Column("plmn", plmn),)),
        ),
    ),
    Row(verb="#MONI", source=REMEMBERED, layouts=(Layout(MONI_LTE, 8),), split=_moni_cells),
    row("#CCID", (Column("iccid", hidden),), REMEMBERED),
    row("#QSS", (Column("enabled", integer(0, 2)), Column("sim_state", integer(0, 3))), REMEMBERED),
    row(
        "#SERVINFO",
        (ARFCN, Column("level_dbm", integer(-160, -1)), Column("operator", text_field), Column("plmn", plmn)),
        REMEMBERED,
        required=4,
    ),
    row(
        "#ICMAUTOCONN",
        (Column("enabled", integer(0, 1)), Column("cid", integer(0, 16))),
        COLLECTED,
    ),
    row("#NCM", (Column("cid", integer(0, 16)), Column("state", integer(0, 9))), COLLECTED),
)


def _count(text: str) -> int | None:
    """Convert a decimal number, or a hexadecimal one with 0x; what no counter holds is not said."""
    value = hexadecimal(32)(text) if text[:2].casefold() == "0x" else integer(0, 0xFFFFFFFF)(text)
    return value if isinstance(value, int) and value < NEVER else None


NEVER = 0x7FFFFFFF
XMCI_LTE = (
    Column("kind", int),  # 4 serving, 5 neighbour
    Column("mcc", digits(3, 3)),
    Column("mnc", digits(2, 3)),
    Column("tac", absent_if(hexadecimal(16), "0xFFFE")),
    Column("cell_id", absent_if(hexadecimal(28), "0xFFFFFFFF")),
    Column("pci", hexadecimal(9)),
    Column("earfcn", hexadecimal(18)),
    Column("ul_earfcn", hexadecimal(32)),
    Column("pathloss", text_field),
    Column("rsrp_dbm", scaled(1, -141, high=97, unknown=255)),
    Column("rsrq_db", scaled(0.5, -20, high=34, unknown=255)),
    Column("rssnr_db", scaled(0.5, 0, low=-100, high=100, unknown=255)),
    Column("timing_advance", _count),
    Column("cqi", _count),
)
XCESQ = (
    Column("n", integer(0, 2)),
    Column("rxlev_dbm", scaled(1, -111, high=63, unknown=99)),
    Column("ber", integer(0, 7, unknown=99)),
    Column("rscp_dbm", scaled(1, -121, high=96, unknown=255)),
    Column("ecno_db", scaled(0.5, -24.5, high=49, unknown=255)),
    Column("rsrq_db", scaled(0.5, -20, high=34, unknown=255)),
    Column("rsrp_dbm", scaled(1, -141, high=97, unknown=255)),
    Column("rssnr_db", scaled(0.5, 0, low=-100, high=100, unknown=255)),
)
GTCC_RAT = {2: "UTRAN", 4: "LTE", 9: "NR"}
GTCC = (
    Column("kind", int),  # 1 serving, 2 neighbour
    Column("rat_code", integer(0, 9)),
    Column("mcc", digits(3, 3)),
    Column("mnc", digits(1, 3)),
    Column("tac", absent_if(hexadecimal(24), "FFFF", "FFFFFFF")),
    Column("cell_id", absent_if(hexadecimal(36), "FFFFFFF", "00FFFFFFF")),
    ARFCN,
    Column("pci", integer(0, 1007)),
    Column("band_code", integer(0, 9999)),
    Column("bandwidth", integer(0, 999)),
    Column("sinr_raw", integer(-999, 999)),
    Column("rxlev_raw", integer(-999, 999)),
    Column("rsrp_raw", integer(-999, 999)),
    Column("rsrq_raw", integer(-999, 999)),
)


GTCC_HEXADECIMAL = (  # FM150: channel and PCI are hexadecimal, as its AT+GTCAINFO? shows (pull 32)
    *GTCC[:6],
    Column("arfcn", hexadecimal(22)),
    Column("pci", hexadecimal(10)),
    *GTCC[8:],
)
GTCC_NEIGHBOUR = (Column("rxlev_raw", integer(-999, 999)), *GTCC[-2:])


def _is_hexadecimal(cells: Cells) -> bool:
    """Tell whether channel and PCI are hexadecimal: a letter says so, or the band that the channel is of."""
    if not _gtcc_row(cells) or len(cells) < 8:
        return False
    channel, pci = cells[6], cells[7]
    if any(re.search("[A-Fa-f]", cell) for cell in (channel, pci)):
        return True
    band = next((row for row in LTE if len(cells) > 8 and cells[8] == str(100 + row.band)), None)
    if band is None or not re.fullmatch(r"[0-9]{1,6}", channel):
        return False
    decimal_fits, fits = (
        band.downlink_first <= n <= band.downlink_last for n in (int(channel), int(channel, 16))
    )
    return fits and not decimal_fits


def _gtcc_row(cells: Cells) -> bool:
    return cells[0] in ("1", "2")


def _gtcc(fields: Fields) -> Mapping[str, Value | None]:
    """Name the technology, and the band: 100+n of LTE, 50nn of NR."""
    rat, code = fields.integer("rat_code"), fields.integer("band_code")
    known: dict[str, Value | None] = dict(join_plmn(fields))
    if rat is not None:
        known["rat"] = GTCC_RAT.get(rat)
    if code is not None and rat == 4 and 100 < code < 200:
        known["band"] = code - 100
    elif code is not None and rat == 9 and str(code).startswith("50"):
        known["band"] = int(str(code)[2:] or 0) or None
    return known | _gtcc_levels(fields, nr=rat == 9)


def _gtcc_levels(fields: Fields, *, nr: bool) -> dict[str, Value | None]:
    """Return the levels, whose indices are those of +CESQ: the LOWER edge of each bin (27.007 8.69)."""
    rsrp, rsrq = fields.integer("rsrp_raw"), fields.integer("rsrq_raw")
    known: dict[str, Value | None] = {}
    if rsrp is not None and 0 <= rsrp <= (127 if nr else 97):
        known["rsrp_dbm"] = rsrp - (157 if nr else 141)
    if rsrq is not None and 0 <= rsrq <= (127 if nr else 34):
        known["rsrq_db"] = rsrq / 2 - (43.5 if nr else 20)
    return known


FIBOCOM: tuple[Row, ...] = (
    Row(
        verb="+XMCI",
        source=Thread("https://github.com/4IceG/luci-app-3ginfo-lite/issues/82"),
        many=True,
        layouts=(Layout(XMCI_LTE, 12, has(0, "4", "5")),),
        derive=join_plmn,
    ),
    row("+XCESQ", XCESQ, COLLECTED, required=7),
    Row(
        verb="+GTCCINFO",
        source=Memory("public scripts, source not kept: a head, then rows without one"),
        prefixes=("", "+GTCCINFO"),
        many=True,
        layouts=(
            Layout(GTCC_HEXADECIMAL, 13, _is_hexadecimal),
            Layout((*GTCC_HEXADECIMAL[:9], *GTCC_NEIGHBOUR), 8, _is_hexadecimal),
            Layout(GTCC, 13, _gtcc_row),
            Layout((*GTCC[:9], *GTCC_NEIGHBOUR), 8, _gtcc_row),
            Layout((Column("title", text_field),)),
        ),
        derive=_gtcc,
    ),
    row(
        "+GTRNDIS",
        (Column("active", integer(0, 1)), Column("cid", integer(0, 16)), Column("address", text_field)),
        COLLECTED,
    ),
)

SIERRA_SOURCE = Memory("public scripts, source not kept: labels of !GSTATUS? differ by generation")
SIERRA_GRID = {  # converters as the units say
    "current time": Column("uptime_s", integer(0, 999_999_999)),
    "temperature": Column("temperature_c", integer(-60, 150)),
    "mode": Column("mode", text_field),
    "system mode": Column("rat", text_field),
    "ps state": Column("ps_state", text_field),
    "lte band": Column("band_text", text_field),
    "wcdma band": Column("band_text", text_field),
    "lte bw": Column("bandwidth_text", text_field),
    "lte rx chan": Column("earfcn", integer(0, 262_143)),
    "emm state": Column("emm_state", text_field),
    "rrc state": Column("rrc_state", text_field),
    "pcc rxm rssi": Column("rssi_dbm", integer(-140, -1)),
    "pcc rxm rsrp": Column("rsrp_dbm", integer(-160, -20)),
    "rssi (dbm)": Column("rssi_dbm", integer(-140, -1)),
    "rsrp (dbm)": Column("rsrp_dbm", integer(-160, -20)),
    "rsrq (db)": Column("rsrq_db", decimal(-45, 20)),
    "sinr (db)": Column("sinr_db", decimal(-40, 60)),
    "nr5g rsrp (dbm)": Column("nr_rsrp_dbm", integer(-160, -20)),
    "nr5g rsrq (db)": Column("nr_rsrq_db", decimal(-45, 20)),
    "nr5g sinr (db)": Column("nr_sinr_db", decimal(-40, 60)),
    "tac": Column("tac", leading_hexadecimal),
    "cell id": Column("cell_id", leading_hexadecimal),
    "tx power": Column("tx_power_dbm", decimal(-60, 40)),
}
SIERRA: tuple[Row, ...] = (
    row("!SELRAT", (Column("index", text_field), Column("access", text_field)), REMEMBERED),
    row("!ICCID", (Column("iccid", hidden),), REMEMBERED),
)
