"""The sources of every table of the drivers, and how many rows each kind of source has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from modem_drivers.at.rows import ROWS as STANDARD
from modem_drivers.families import huawei_hilink, rows_others, usb_ports
from modem_drivers.families.catalogue import CATALOGUE
from modem_drivers.families.family import Family
from modem_drivers.families.grammars import VENDORS
from modem_drivers.provenance import Source, count_kinds


def _questions(family: Family) -> Iterator[Source]:
    yield from (query.provenance for query in family.signal)
    yield from (query.provenance for query in family.cell)
    yield from (query.provenance for query in family.names)
    if family.connection is not None:
        yield family.connection.provenance


def _usb() -> Iterator[Source]:
    yield from (row.provenance for row in usb_ports.LAYOUTS)
    yield from (row.provenance for row in usb_ports.CLASS_RULES)
    yield from (row.provenance for row in usb_ports.OTHER_STATES)


def find_sources() -> Mapping[str, Sequence[Source]]:
    """Return {table: the source of each of its rows}."""
    return {
        "replies of the standard": [row.source for row in STANDARD],
        **{f"replies of {name}": [row.source for row in rows] for name, rows in VENDORS.items()},
        "grid of sierra": [rows_others.SIERRA_SOURCE] * len(rows_others.SIERRA_GRID),
        **{f"questions of {family.name}": list(_questions(family)) for family in CATALOGUE},
        "questions of huawei-hilink": [query.provenance for query in huawei_hilink.QUERIES],
        "usb ports": list(_usb()),
    }


def count_sources() -> Mapping[str, Mapping[str, int]]:
    """Return {table: {kind of source: rows}}."""
    return {table: count_kinds(sources) for table, sources in find_sources().items()}
