"""What a modem family is: a row of questions and readers. A procedure of steps is modem_drivers.modem."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from modem_drivers.at.channel import Command
from modem_drivers.families.facts import Ask, Depth, Firmware, ModelFacts, Speech
from modem_drivers.families.procedures import STANDARD, Procedures
from modem_drivers.families.usb_ports import UsbLayout, layouts_of, usb_ids_of
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


CrossCheck = Callable[[SignalReading, SignalReading, str], SignalReading]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One modem family.

    manufacturer, model: patterns of AT+CGMI and AT+CGMM (or of ATI's first lines), in any case. speaks: by
    what it is spoken to; a stick of HTTP has no questions here. signal: tried in order until one is known to
    the modem; connection: a second question, asked with each signal reading, for the radio's state;
    cross_check: (signal, connection, firmware) to the signal with both beside each other. init: said at each
    start. procedures: what it does in several steps. models, iccid, firmware: what is known of it.
    """

    name: str
    title: str
    manufacturer: str = ""
    model: str = ""
    depth: Depth = Depth.ROWS
    speaks: Speech = Speech.AT
    signal: tuple[SignalQuery, ...] = ()
    connection: SignalQuery | None = None
    cross_check: CrossCheck | None = None
    cell: tuple[CellQuery, ...] = ()
    names: tuple[NameQuery, ...] = ()
    init: tuple[str, ...] = field(default=())
    procedures: Procedures = STANDARD
    models: tuple[ModelFacts, ...] = ()
    iccid: Ask | None = None
    firmware: tuple[Firmware, ...] = ()

    @property
    def layouts(self) -> tuple[UsbLayout, ...]:
        """The USB compositions with known ports, of families.usb_ports."""
        return layouts_of(self.name)

    @property
    def usb_ids(self) -> tuple[tuple[int, int], ...]:
        """Every (vendor, product) known of the family, also those without a known AT port."""
        return usb_ids_of(self.name)

    def matches(self, manufacturer: str, model: str) -> bool:
        """Tell if a modem that calls itself so belongs to the family."""
        return self.speaks is Speech.AT and bool(
            re.search(self.manufacturer, manufacturer, re.IGNORECASE)
            and re.search(self.model, model, re.IGNORECASE)
        )
