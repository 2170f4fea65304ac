"""SIMCom's own replies. The levels of +CPSI have three scales in public sources (CPSI_SOURCE): tenths of a dB
(SIM7600), whole dB (SIM7000) and an index (A76xx); where the number itself decides, it is converted, and
`levels_scale` says how; else only the raw number stands.
"""

from __future__ import annotations

from collections.abc import Mapping

from modem_drivers.at.convert import hidden, plmn
from modem_drivers.at.grammar import Layout, Row, row
from modem_drivers.at.replies import Column, Fields, Value, hexadecimal, integer, text_field
from modem_drivers.families.rows_quectel import has
from modem_drivers.provenance import COLLECTED, REMEMBERED, Thread

CPSI_SOURCE = Thread(
    "https://github.com/4IceG/luci-app-3ginfo-lite/issues/61",
    "tenths, on SIM7906; whole dB on SIM7000, index on A76xx: memory",
)
MODE, STATUS = Column("mode", text_field), Column("status", text_field)
LTE = (
    MODE,
    STATUS,
    Column("plmn", plmn),
    Column("tac", hexadecimal(16)),
    Column("cell_id", integer(0, 268_435_455)),
    Column("pci", integer(0, 503)),
    Column("band_text", text_field),
    Column("earfcn", integer(0, 262_143)),
    Column("dl_bandwidth", integer(0, 5)),
    Column("ul_bandwidth", integer(0, 5)),
    Column("rsrq_raw", integer(-400, 255)),
    Column("rsrp_raw", integer(-1600, 255)),
    Column("rssi_raw", integer(-1300, 999)),
    Column("rssnr_raw", integer(-400, 400)),
)
NR = (
    MODE,
    STATUS,
    Column("plmn", plmn),
    Column("tac", hexadecimal(24)),
    Column("cell_id", integer(0, 68_719_476_735)),
    Column("pci", integer(0, 1007)),
    Column("band_text", text_field),
    Column("arfcn", integer(0, 3_279_165)),
    Column("rsrp_raw", integer(-1600, 255)),
    Column("rsrq_raw", integer(-400, 255)),
    Column("sinr_raw", integer(-400, 400)),
)
NSA = (
    MODE,
    Column("pci", integer(0, 1007)),
    Column("band_text", text_field),
    Column("arfcn", integer(0, 3_279_165)),
    *NR[-3:],
)
GSM = (
    MODE,
    STATUS,
    Column("plmn", plmn),
    Column("tac", hexadecimal(16)),
    Column("cell_id", integer(0, 268_435_455)),
    Column("arfcn_text", text_field),
)
WCDMA = (
    *GSM[:5],
    Column("band_text", text_field),
    Column("psc", integer(0, 511)),
    Column("uarfcn", integer(0, 16_383)),
    Column("ssc", text_field),
    Column("ecio_raw", text_field),
    Column("rscp_raw", text_field),
)
LTE_MODES = ("LTE", "LTE CAT-M1", "LTE NB-IOT", "CAT-M1", "CAT-NB", "CAT-M", "NB-IOT")


def scale_of(rsrp_raw: int) -> tuple[str, int] | None:
    """Return ("tenths", 10) or ("dB", 1) where an RSRP number can be of one scale only; None: an index."""
    if rsrp_raw >= 0:
        return None
    return ("tenths", 10) if rsrp_raw < -200 else ("dB", 1)


def _levels(fields: Fields) -> Mapping[str, Value | None]:
    rsrp = fields.integer("rsrp_raw")
    scale = None if rsrp is None else scale_of(rsrp)
    if scale is None:
        return {"levels_scale": "undecided"} if rsrp is not None else {}
    name, divisor = scale
    known: dict[str, Value | None] = {"levels_scale": name}
    for key, unit in (("rsrp", "dbm"), ("rsrq", "db"), ("rssi", "dbm")):
        raw = fields.integer(f"{key}_raw")
        known[f"{key}_{unit}"] = None if raw is None else raw / divisor
    return known


ROWS: tuple[Row, ...] = (
    Row(
        verb="+CPSI",
        source=CPSI_SOURCE,
        many=True,
        layouts=(
            Layout(LTE, 5, has(0, *LTE_MODES)),
            Layout(NSA, 4, has(0, "NR5G_NSA")),
            Layout(NR, 5, has(0, "NR5G_SA", "NR5G")),
            Layout(WCDMA, 3, has(0, "WCDMA")),
            Layout(GSM, 3, has(0, "GSM", "CDMA", "EVDO")),
            Layout((MODE, STATUS), 1, has(0, "NO SERVICE")),
        ),
        derive=_levels,
    ),
    row("+CICCID", (Column("iccid", hidden),), REMEMBERED, prefixes=("+ICCID", "+CICCID")),
    row("+ICCID", (Column("iccid", hidden),), REMEMBERED),
    row("+CNSMOD", (Column("n", integer(0, 1)), Column("access", integer(0, 25))), REMEMBERED),
    row("+CNMP", (Column("mode", integer(0, 255)),), COLLECTED),
    row("+CNWINFO", (Column("enabled", integer(0, 1)), Column("text", text_field)), REMEMBERED),
    row("+CUSBPIDSWITCH", (Column("pid", integer(0, 9999)),), REMEMBERED),
    row("+SIMEI", (Column("imei", text_field),), REMEMBERED),
    row("$QCRMCALL", (Column("state", integer(0, 1)), Column("family", text_field)), COLLECTED),
)
