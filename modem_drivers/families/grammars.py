"""Which reply rows a family has: its own before the standard's. The names are those of families.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modem_drivers.at.grammar import Row
from modem_drivers.at.replies import Column
from modem_drivers.at.rows import ROWS as STANDARD
from modem_drivers.families import rows_fibocom, rows_huawei, rows_others, rows_quectel, rows_simcom

VENDORS: Mapping[str, Sequence[Row]] = {
    "quectel": rows_quectel.ROWS,
    "simcom": rows_simcom.ROWS,
    "huawei": rows_huawei.ROWS,
    "telit": rows_others.TELIT,
    "sierra": rows_others.SIERRA,
    "fibocom": rows_others.FIBOCOM + rows_fibocom.ROWS,
}
FAMILIES: Mapping[str, str] = {
    "quectel-lte": "quectel",
    "quectel-5g": "quectel",
    "quectel-unisoc": "quectel",
    "simcom-sim7600": "simcom",
    "simcom-a76xx": "simcom",
    "simcom-5g": "simcom",
    "huawei-stick": "huawei",
    "fibocom-xmm": "fibocom",
    "fibocom-qualcomm": "fibocom",
    "fibocom-mediatek": "fibocom",
}
GRIDS: Mapping[str, Mapping[str, Column]] = {"!GSTATUS": rows_others.SIERRA_GRID}
GENERIC = "generic"


def _by_verb(rows: Sequence[Row]) -> dict[str, Row]:
    return {one.verb: one for one in rows}


_STANDARD = _by_verb(STANDARD)
_ANY: dict[str, Row] = {}
for _rows in VENDORS.values():
    for _row in _rows:
        _ANY.setdefault(_row.verb, _row)
"""A vendor's verb names its vendor: an unknown modem that says +QENG is read as a Quectel."""


def rows_for(family: str | None) -> tuple[str, Mapping[str, Row]]:
    """Return (name, {verb: row}) of *family*, a family or a vendor in any case; else of the generic one."""
    name = (family or GENERIC).strip().casefold()
    vendor = FAMILIES.get(name, name)
    if vendor not in VENDORS:
        return GENERIC, {**_ANY, **_STANDARD}
    return name, {**_ANY, **_STANDARD, **_by_verb(VENDORS[vendor])}
