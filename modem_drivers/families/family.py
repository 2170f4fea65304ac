"""What a modem family is: a row of questions and readers. A procedure of steps is modem_drivers.modem."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from modem_drivers.at.channel import Command
from modem_drivers.families.procedures import STANDARD, Procedures
from modem_drivers.provenance import Source
from modem_drivers.reading import CellReading, NetworkName, SignalReading

Lines = Sequence[str]
T = TypeVar("T")


@dataclass(frozen=True)  # no slots: a generic alias cannot make one with them (CPython 3.11)
class Query(Generic[T]):
    """A question and how its answer is read. provenance: where its grammar was learnt."""

    command: Command
    read: Callable[[Lines], T]
    provenance: Source


SignalQuery = Query[SignalReading]
CellQuery = Query[CellReading]
NameQuery = Query[NetworkName]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One modem family.

    manufacturer, model: patterns of AT+CGMI and AT+CGMM (or of ATI's first lines), in any case.
    usb_ids, at_interface: which USB interface is the AT port. signal: tried in order until one is known to
    the modem; connection: a second question, asked with each signal reading, for the radio's state.
    procedures: what it does in several steps.
    """

    name: str
    manufacturer: str
    model: str
    usb_ids: tuple[tuple[int, int], ...] = ()
    at_interface: int | None = None
    signal: tuple[SignalQuery, ...]
    connection: SignalQuery | None = None
    cell: tuple[CellQuery, ...] = ()
    names: tuple[NameQuery, ...] = ()
    init: tuple[str, ...] = field(default=())
    procedures: Procedures = STANDARD

    def matches(self, manufacturer: str, model: str) -> bool:
        """Tell if a modem that calls itself so belongs to the family."""
        return bool(
            re.search(self.manufacturer, manufacturer, re.IGNORECASE)
            and re.search(self.model, model, re.IGNORECASE)
        )
