"""Replies of Telit, Sierra and Fibocom modems: what is known, each with its source; thin on purpose."""

from __future__ import annotations

from collections.abc import Mapping

from modem_drivers.at.convert import decimal, hidden, plmn
from modem_drivers.at.grammar import Cells, Layout, Row, row
from modem_drivers.at.replies import Column, Fields, Value, digits, hexadecimal, integer, scaled, text_field
from modem_drivers.families.rows_quectel import has, join_plmn
from modem_drivers.provenance import COLLECTED, REMEMBERED, Memory, Thread

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
TELIT: tuple[Row, ...] = (
    Row(verb="#RFSTS", source=RFSTS_SOURCE, layouts=(Layout(RFSTS_LTE, 16), Layout((Column("plmn", plmn),)))),
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

XMCI_LTE = (
    Column("kind", int),  # 4 serving, 5 neighbour
    Column("mcc", digits(3, 3)),
    Column("mnc", digits(2, 3)),
    Column("tac", hexadecimal(16)),
    Column("cell_id", hexadecimal(28)),
    Column("pci", hexadecimal(9)),
    Column("earfcn", hexadecimal(18)),
    Column("ul_earfcn", hexadecimal(32)),
    Column("pathloss", text_field),
    Column("rsrp_dbm", scaled(1, -141, high=97, unknown=255)),
    Column("rsrq_db", scaled(0.5, -20, high=34, unknown=255)),
    Column("rssnr_db", scaled(0.5, 0, low=-100, high=100, unknown=255)),
    Column("timing_advance", integer(0, 1282)),
    Column("cqi", integer(0, 15)),
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
    Column("mnc", digits(2, 3)),
    Column("tac", hexadecimal(24)),
    Column("cell_id", hexadecimal(36)),
    ARFCN,
    Column("pci", integer(0, 1007)),
    Column("band_code", integer(0, 9999)),
    Column("bandwidth", integer(0, 999)),
    Column("sinr_raw", integer(-999, 999)),
    Column("rxlev_raw", integer(-999, 999)),
    Column("rsrp_raw", integer(-999, 999)),
    Column("rsrq_raw", integer(-999, 999)),
)


def _gtcc_row(cells: Cells) -> bool:
    return cells[0] in ("1", "2")


def _gtcc(fields: Fields) -> Mapping[str, Value | None]:
    """Name the technology, and the band: 100+n of LTE, 50nn of NR."""
    rat, code = fields.integer("rat_code"), fields.integer("band_code")
    known: dict[str, Value | None] = {
        "rat": GTCC_RAT.get(rat) if rat is not None else None,
        **join_plmn(fields),
    }
    if code is not None and 100 < code < 200:
        known["band"] = code - 100
    elif code is not None and 5000 < code < 6000:
        known["band"] = code - 5000
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
            Layout(GTCC, 12, _gtcc_row),
            Layout(GTCC[:8], 8, _gtcc_row),
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
    "tac": Column("tac_text", text_field),
    "cell id": Column("cell_id_text", text_field),
    "tx power": Column("tx_power_dbm", decimal(-60, 40)),
}
SIERRA: tuple[Row, ...] = (row("!ICCID", (Column("iccid", hidden),), REMEMBERED),)
