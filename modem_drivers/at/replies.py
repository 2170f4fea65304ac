"""Information lines into values: one tokenizer, and a table of columns a reply.

Damage stays where it is: a field that does not convert is None and named in `problems`, and the others stand.
Only a line of another shape is refused whole (MalformedReply). "-" and "" mean "not said".
Ref: 3GPP TS 27.007 (clauses at each table).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from modem_drivers.errors import MalformedReply, shown

Value = int | float | str
Convert = Callable[[str], Value | None]
ABSENT = frozenset({"", "-"})
_CELL = r'(?:\s*+"[^",(]*+"\s*+|[^",(]*+)'
_PLAIN = re.compile(f"(?:{_CELL},)*+{_CELL}")  # nearly every line: no comma within quotes, no parenthesis
_DECIMAL, _HEXADECIMAL = re.compile(r"[+-]?[0-9]{1,12}"), re.compile(r"[0-9A-Fa-f]{1,16}")
_CLOSING = re.compile(r'"\s*(?=,|$)')


class Column(NamedTuple):
    """One field of a reply: `name` (its suffix is the unit) and how its text becomes a value."""

    name: str
    convert: Convert


@dataclass(frozen=True, slots=True)
class Fields:
    """One information line, read: values by name (None: not said), raw texts, and what was damaged."""

    values: Mapping[str, Value | None]
    raw: Mapping[str, str]
    problems: tuple[str, ...]
    count: int

    def integer(self, name: str) -> int | None:
        """Return integer field *name*, None if it was not said."""
        value = self.values.get(name)
        return value if isinstance(value, int) else None

    def number(self, name: str) -> float | None:
        """Return numeric field *name* as float, None if it was not said."""
        value = self.values.get(name)
        return float(value) if isinstance(value, int | float) else None

    def text(self, name: str) -> str | None:
        """Return text field *name*, None if it was not said."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None


def split_fields(tail: str) -> list[str]:
    """Return the comma-separated fields of *tail*, without blanks around them and without quotes.

    A comma inside quotes or parentheses does not separate. A quote that is never closed ends at the next
    comma.
    """
    if _PLAIN.fullmatch(tail):
        return [cell.strip().strip('"') for cell in tail.split(",")]
    fields: list[str] = []
    position = 0
    while position <= len(tail):
        text, position = _next_field(tail, position)
        fields.append(text)
    return fields


def _next_field(tail: str, position: int) -> tuple[str, int]:
    """Return the field that begins at *position*, and where the one after it begins."""
    start = position + len(tail[position:]) - len(tail[position:].lstrip())
    if tail[start : start + 1] == '"':
        closing = _CLOSING.search(tail, start + 1)
        if closing and ',"' not in tail[start + 1 : closing.start()]:
            return tail[start + 1 : closing.start()], closing.end() + 1
    if tail[start : start + 1] == "(" and (end := tail.find(")", start)) > 0:
        comma = tail.find(",", end)
    else:
        comma = tail.find(",", start)
    end = comma if comma >= 0 else len(tail)
    return tail[start:end].strip().strip('"'), end + 1


def split_line(line: str, prefix: str) -> list[str]:
    """Return the fields of information line *line*, whose head must be *prefix* ("+CSQ").

    Raises: MalformedReply, if the line has another head.
    """
    head, colon, tail = line.partition(":")
    if not colon or head.strip().upper() != prefix.upper():
        raise MalformedReply(line, prefix)
    return split_fields(tail)


def parse_line(line: str, prefix: str, columns: Sequence[Column], *, required: int = 1) -> Fields:
    """Return information line *line* read by *columns*; fields beyond the table are left out.

    Raises: MalformedReply, if the prefix is another or fewer than *required* fields came.
    """
    cells = split_line(line, prefix)
    if len(cells) < required:
        raise MalformedReply(line, f"{prefix} with {required} or more fields", columns[len(cells)].name)
    return read_fields(cells, columns)


def read_fields(cells: Sequence[str], columns: Sequence[Column]) -> Fields:
    """Return *cells* read by *columns*: what is damaged is None and named in problems."""
    values: dict[str, Value | None] = {}
    raw: dict[str, str] = {}
    problems: list[str] = []
    for (name, convert), cell in zip(columns, cells, strict=False):
        raw[name] = cell
        try:
            values[name] = None if cell in ABSENT else convert(cell)
        except ValueError as reason:
            values[name] = None
            problems.append(f"{name}: '{shown(cell, 24)}' {reason}")
    return Fields(values, raw, tuple(problems), len(cells))


def find_line(lines: Sequence[str], prefix: str) -> str:
    """Return the first of *lines* that begins with *prefix* and a colon.

    Raises: MalformedReply, naming the first line that came instead, if none does.
    """
    for line in lines:
        if line.upper().startswith(prefix.upper() + ":"):
            return line
    raise MalformedReply(lines[0] if lines else "", prefix)


def integer(low: int, high: int, *, unknown: int | None = None) -> Convert:
    """Make a converter of decimal integers from *low* to *high*; *unknown* means "not known"."""

    def convert(text: str) -> int | None:
        value = _decimal(text)
        if value == unknown:
            return None
        return _within(value, low, high)

    return convert


def scaled(
    step: float, offset: float, *, low: int = 0, high: int, unknown: int | tuple[int, ...] = ()
) -> Convert:
    """Make a converter of an index of bins: step x index + offset, the LOWER edge of each bin."""
    unknowns = (unknown,) if isinstance(unknown, int) else unknown

    def convert(text: str) -> float | None:
        value = _decimal(text)
        return None if value in unknowns else round(step * _within(value, low, high) + offset, 6)

    return convert


def hexadecimal(bits: int) -> Convert:
    """Make a converter of hexadecimal integers of at most *bits* bits, with or without 0x."""

    def convert(text: str) -> int:
        digits = text[2:] if text[:2] in ("0x", "0X") else text
        if not _HEXADECIMAL.fullmatch(digits):
            raise ValueError("is not hexadecimal")
        return _within(int(digits, 16), 0, (1 << bits) - 1)

    return convert


def text_field(text: str) -> str:
    """Convert nothing: the field is text."""
    return text


def digits(least: int, most: int) -> Convert:
    """Make a converter of texts of *least* to *most* decimal digits, leading zeros kept (MCC, MNC)."""

    def convert(text: str) -> str:
        if not (text.isascii() and text.isdigit() and least <= len(text) <= most):
            raise ValueError(f"is not {least} to {most} digits")
        return text

    return convert


def one_of(words: Mapping[str, str]) -> Convert:
    """Make a converter of the keys of *words*, in any case, to their values."""
    table = {key.casefold(): value for key, value in words.items()}

    def convert(text: str) -> str:
        if text.casefold() not in table:
            raise ValueError("is not one of " + ", ".join(words))
        return table[text.casefold()]

    return convert


def _decimal(text: str) -> int:
    if not _DECIMAL.fullmatch(text):
        raise ValueError("is not an integer")
    return int(text)


def _within(value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise ValueError(f"is not in {low}..{high}")
    return value
