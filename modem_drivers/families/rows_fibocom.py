"""Fibocom's further replies: carriers, temperatures, levels of the XMM chips. Sources: at each row.

Lines of +GTCAINFO have heads of their own ("PCC:", "SCC 1:"), which no other command has.
"""

from __future__ import annotations

from collections.abc import Mapping

from modem_drivers.at.convert import decimal
from modem_drivers.at.grammar import Layout, Row, row
from modem_drivers.at.replies import Column, Fields, Value, digits, hexadecimal, integer, text_field
from modem_drivers.families.rows_quectel import has, join_plmn
from modem_drivers.provenance import Thread

FM350 = Thread("https://github.com/4IceG/luci-app-3ginfo-lite/pull/70")
FM150 = Thread("https://github.com/4IceG/luci-app-3ginfo-lite/pull/32")
L860 = Thread("https://github.com/4IceG/luci-app-3ginfo-lite/issues/39")
L850 = Thread(
    "https://github.com/4IceG/luci-app-modemdata/issues/18", "of +XCCINFO the names of the fields: memory"
)
ARFCN, PCI = Column("arfcn", integer(0, 3_279_165)), Column("pci", integer(0, 1007))
CARRIER, BAND = Column("carrier", text_field), Column("band_code", integer(1, 9999))
WIDTH = Column("bandwidth", integer(0, 9999))
PRIMARY = (CARRIER, BAND, PCI, ARFCN, WIDTH)
SECONDARY = (
    CARRIER,
    Column("carrier_state", integer(0, 9)),
    Column("uplink", integer(0, 1)),
    BAND,
    PCI,
    ARFCN,
    WIDTH,
)
LEVELS = ("", "_2", "_3", "_4", "_5")


def _carrier_cells(tail: str) -> list[str]:
    """Split "SCC 1:2,0,138,..." into its head and its cells."""
    head, colon, cells = tail.partition(":")
    kind = head.split()[:1] if colon else []
    return [kind[0].upper(), *(cell.strip() for cell in cells.split(","))] if kind else [tail.strip()]


def _band(fields: Fields) -> Mapping[str, Value | None]:
    code = fields.integer("band_code")
    if code is None:
        return {}
    if 100 < code < 200:
        return {"band": code - 100, "rat": "LTE"}
    return {"band": int(str(code)[2:] or 0), "rat": "NR"} if str(code).startswith("50") else {}


def _level(text: str) -> float:
    """Convert a level; "-7.-50" is -7.50 (as printed by an L860)."""
    value = decimal(-200, 60)(text.replace(".-", "."))
    return float(value or 0)


def _level_columns(name: str) -> tuple[Column, ...]:
    return tuple(
        column
        for suffix in LEVELS
        for column in (
            Column(f"pci{suffix}", integer(0, 1007)),
            Column(f"earfcn{suffix}", integer(0, 262_143)),
            Column(f"{name}{suffix}", _level),
        )
    )


def _xlec_cells(tail: str) -> list[str]:
    """Gather the widths, then the bands: of each carrier one, in a line without brackets."""
    cells = [cell.strip() for cell in tail.split(",")]
    bands = [cell for cell in cells if cell.upper().startswith("BAND")]
    first = cells.index(bands[0]) if bands else len(cells)
    return [*cells[:2], ",".join(cells[2:first]), ",".join(bands)]


ROWS: tuple[Row, ...] = (
    Row(
        verb="+GTCAINFO",
        source=FM350,
        prefixes=("", "+GTCAINFO"),
        many=True,
        split=_carrier_cells,
        layouts=(
            Layout(PRIMARY, 4, has(0, "PCC")),
            Layout(SECONDARY, 4, has(0, "SCC")),
            Layout((Column("title", text_field),)),
        ),
        derive=_band,
    ),
    row(
        "+GTSENRDTEMP",
        (Column("sensor", integer(0, 99)), Column("temperature_c", decimal(-60, 150, scale=0.001))),
        FM350,
        required=2,
    ),
    row("+GTRAT", tuple(Column(name, integer(0, 99)) for name in ("mode", "first", "second")), FM150),
    Row(
        verb="+XLEC",
        source=L860,
        split=_xlec_cells,
        layouts=(
            Layout(
                (
                    Column("n", integer(0, 1)),
                    Column("carriers", integer(0, 9)),
                    Column("bandwidths_raw", text_field),
                    Column("band_text", text_field),
                ),
                4,  # the split makes four where both numbers came
            ),
        ),
    ),
    row("+RSRP", _level_columns("rsrp_dbm"), L860, required=3),
    row("+RSRQ", _level_columns("rsrq_db"), L860, required=3),
    row(
        "+XCCINFO",
        (
            Column("n", integer(0, 9)),
            Column("mcc", digits(3, 3)),
            Column("mnc", digits(2, 3)),
            Column("cell_id", hexadecimal(28)),
            Column("registration_raw", text_field),
            Column("band_code", integer(0, 999)),
            Column("lac", hexadecimal(16)),
            Column("cell_type_raw", text_field),
            Column("rac", hexadecimal(8)),
            Column("tac", hexadecimal(16)),
        ),
        L850,
        required=5,
        derive=join_plmn,
    ),
    row(
        "+MTSM",
        (Column("temperature_c", integer(-60, 150)),),
        Thread("https://github.com/koshev-msk/luci-app-modeminfo/issues/16"),
    ),
)
