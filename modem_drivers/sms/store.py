"""The words about a modem's message stores: +CPMS, +CMGL, +CMGR, +CMTI, +CDSI. Pure.

# Ref: 3GPP TS 27.005 3.2.2 (+CPMS), 3.4.1 (+CMTI, +CDSI, +CMT, +CDS, +CBM), 3.4.2 (+CMGL), 3.4.3 (+CMGR)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

PREFERRED = ("ME", "MT", "SM")  # the modem's own store holds more and wears no card
HEX = re.compile(r"[0-9A-Fa-f]{8,700}")
_NAME = re.compile(r'"([A-Z]{2})"')
_USED = re.compile(r'(?:"([A-Z]{2})",)?(\d{1,5}),(\d{1,5})')
_PLACE = re.compile(r'\+(CMTI|CDSI):\s*"?([A-Z]{2})"?\s*,\s*(\d{1,5})')


class Usage(NamedTuple):
    """How full one store is."""

    memory: str
    used: int
    total: int

    @property
    def full(self) -> bool:
        """True if nothing more fits: the modem says nothing of what comes then."""
        return self.total > 0 and self.used >= self.total


class Place(NamedTuple):
    """Where a new message lies. code: "CMTI" or "CDSI"; number: its index in that store."""

    code: str
    memory: str
    number: int


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored message: its place (None: +CMGR does not say) and its PDU, None where it was cut off."""

    index: int | None
    pdu: str | None = field(repr=False)


def parse_memories(lines: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the stores that +CPMS=? offers for reading, writing and receiving; () for each not said."""
    text = next((line.partition(":")[2] for line in lines if line.startswith("+CPMS:")), "")
    groups = re.findall(r"\(([^)]*)\)", text) or [text]
    found = [tuple(_NAME.findall(group)) for group in groups][:3]
    return tuple(found + [()] * (3 - len(found)))


def choose_memories(offered: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the stores to try for all three uses, best first; the standard's SM last if nothing is said."""
    everywhere = [name for name in PREFERRED if all(name in group for group in offered)]
    return tuple(everywhere) or ("ME", "SM")


def parse_usage(lines: Sequence[str]) -> tuple[Usage, ...]:
    """Return what +CPMS? says of each use, in order; names are "" where it gives figures alone."""
    text = next((line.partition(":")[2] for line in lines if line.startswith("+CPMS:")), "")
    return tuple(Usage(name, int(used), int(total)) for name, used, total in _USED.findall(text))


def parse_place(line: str) -> Place | None:
    """Return the place that +CMTI or +CDSI names, None for another line."""
    found = _PLACE.match(line)
    return Place(found[1], found[2], int(found[3])) if found else None


def parse_listing(lines: Sequence[str]) -> list[Stored]:
    """Return the messages of a +CMGL or +CMGR reply in PDU mode; a head without a PDU keeps its place."""
    found: list[Stored] = []
    for line in lines:
        if line.startswith("+CMGL:"):
            index = line.partition(":")[2].partition(",")[0].strip()
            found.append(Stored(int(index) if index.isdecimal() else None, None))
        elif line.startswith("+CMGR:"):
            found.append(Stored(None, None))
        elif found and HEX.fullmatch(line.strip()):
            found[-1] = Stored(found[-1].index, line.strip())
    return found


def is_listed(line: str) -> bool:
    """Tell whether *line* may belong to a +CMGL or +CMGR reply in PDU mode: a head, or hexadecimal digits."""
    return line.startswith(("+CMGL:", "+CMGR:")) or HEX.fullmatch(line.strip()) is not None


def parse_reference(lines: Sequence[str]) -> int | None:
    """Return TP-MR from a +CMGS reply, None if it is not said."""
    text = next((line.partition(":")[2] for line in lines if line.startswith("+CMGS:")), "")
    number = text.partition(",")[0].strip()
    return int(number) if number.isdecimal() and int(number) <= 255 else None
