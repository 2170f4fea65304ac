"""The sources of every table of the drivers, and how many rows each kind of source has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from modem_drivers.at.rows import ROWS as STANDARD
from modem_drivers.families import huawei_hilink, rows_others, sinr, usb_ports
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


def facts_of(family: Family) -> list[Source]:
    """Return the sources of what is known of the modems of *family* themselves."""
    found = [source for row in family.models for source in (row.source, row.rate_source) if source]
    found += [row.source for row in family.firmware]
    return [*found, family.iccid.source] if family.iccid else found


def procedures_of(family: Family) -> list[Source]:
    """Return the sources of the procedures of *family*: data, ladder, boot, PIN, set-up."""
    rows = family.procedures
    found = [row.source for row in rows.data]
    found += [step.source for step in rows.ladder]
    found += [row.source for row in rows.set_up]
    return [*found, rows.boot_source, rows.pin_tries.source]


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
        "SINR scales": [row.source for row in (*sinr.SCALES, *sinr.FIRMWARE_SCALES)],
        **{f"questions of {one.name}": list(_questions(one)) for one in CATALOGUE if one.signal},
        **{f"facts of {one.name}": found for one in CATALOGUE if (found := facts_of(one))},
        **{f"procedures of {one.name}": procedures_of(one) for one in CATALOGUE},
        "questions of huawei-hilink": [query.provenance for query in huawei_hilink.QUERIES],
        "usb ports": list(_usb()),
    }


def count_sources() -> Mapping[str, Mapping[str, int]]:
    """Return {table: {kind of source: rows}}."""
    return {table: count_kinds(sources) for table, sources in find_sources().items()}
