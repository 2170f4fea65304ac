"""Replies and unsolicited codes of the same prefix, told apart by their shape.

A row says what the answer to one form of a command looks like; other lines of that prefix are codes. Where
both look alike the code is taken for the answer, and says the same thing just as newly.
Ref: 3GPP TS 27.007 7.2, 7.3, 7.15, 8.2, 8.3, 8.41, 10.1.22, 10.1.30, 10.1.43; vendors' rows: memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from modem_drivers.at.urc import find_urc, is_balanced

Fits = Callable[[str], bool]
_REGISTRATION_STAT_MOST = 11
_HEAD = re.compile(r"[+^](?:CME ERROR|CMS ERROR|[A-Z0-9]+)(?=:)")
_COMMAND = re.compile(r"([+^$#*!%&][A-Z0-9]+)(=\?|\?|=|$)", re.IGNORECASE)


class Shape(NamedTuple):
    """verb: "+CREG"; form: "?" (read), "=?" (test), "=" (set) or "" (bare); fits: the answer's shape."""

    verb: str
    form: str
    fits: Fits


def is_solicited_registration(line: str) -> bool:
    """Tell a read command's answer (n, stat, ...) from the unsolicited code (stat, tac, ...) of equal prefix.

    In the answer the second field is a bare number; in the code it is missing, quoted, or a location area.
    """
    tail = line.partition(":")[2]
    second = tail.split(",")[1].strip() if "," in tail else ""
    return _is_number(second[:4]) and len(second) <= 3 and int(second[:4]) <= _REGISTRATION_STAT_MOST


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.partition(":")[2].split(",")]


def _is_list(line: str) -> bool:
    """A test command's answer: a list in parentheses, or its continuation."""
    return line.partition(":")[2].lstrip().startswith(("(", ","))


def _is_no_list(line: str) -> bool:
    return not _is_list(line)


def _never(line: str) -> bool:
    """The command is answered by its result alone."""
    return not line


def _numbers(least: int, most: int) -> Fits:
    """Fits *least* to *most* bare numbers."""
    return lambda line: least <= len(_cells(line)) <= most and all(map(_is_number, _cells(line)))


def _fields(least: int) -> Fits:
    return lambda line: len(_cells(line)) >= least


def _first_cell(*words: str, other: bool = False) -> Fits:
    """Fits a line whose first field begins with one of *words*; other: with none of them."""
    return lambda line: _cells(line)[0].strip('"').lower().startswith(words) is not other


_REGISTRATIONS = ("+CREG", "+CGREG", "+CEREG", "+C5GREG")
TABLE = (  # "alike": such a code looks like the answer
    *(Shape(verb, "?", is_solicited_registration) for verb in _REGISTRATIONS),  # alike: a bare area below 12
    *(Shape(verb, "=?", _is_list) for verb in (*_REGISTRATIONS, "+COPS", "+CFUN")),
    *(Shape(verb, "=", _never) for verb in (*_REGISTRATIONS, "+CUSD", "+CFUN")),
    Shape("+COPS", "?", _is_no_list),
    Shape("+CPIN", "?", _first_cell("not ", other=True)),  # alike: READY
    Shape("+CUSD", "?", _numbers(1, 1)),  # alike: a code without a text
    Shape("+CFUN", "?", _numbers(1, 2)),  # alike: any code
    Shape("+CSCON", "?", _numbers(2, 4)),  # alike: codes of n=2 and 3, which are never switched on here
    Shape("+CLIP", "?", _numbers(2, 2)),
    Shape("+CTZU", "?", _numbers(1, 1)),
    Shape("+CTZR", "?", _numbers(1, 1)),  # alike: a zone without a sign
    Shape("^EONS", "=", _fields(2)),
    Shape("+QSIMSTAT", "?", _numbers(2, 2)),  # alike: any code
)
"""No row, for all of it is alike: ^HCSQ, +QCSQ, ^NWTIME; the code is as new as the answer."""
LEVELS = ("^HCSQ", "+QCSQ")  # codes of which a second line of one mode replaces the first
_ROWS = {(row.verb, row.form): row for row in TABLE}
_QENG = {
    "servingcell": _first_cell("neighbourcell", other=True),
    "neighbourcell": _first_cell("neighbourcell"),
}


def shape_of(command: str, line: str) -> Fits | None:
    """Return the shape that *line* must have to answer *command* ("AT+CREG?"), None if no row asks one."""
    verb = line.partition(":")[0].upper()
    for part in command[2:].split(";"):
        found = _COMMAND.match(part)
        if found is None or found[1].upper() != verb:
            continue
        if verb == "+QENG" and found[2] == "=":
            return _QENG.get(part[found.end() :].strip('"').lower())
        row = _ROWS.get((verb, found[2]))
        return row.fits if row is not None else None
    return None


def replaces(line: str, earlier: str) -> bool:
    """Tell if *earlier*, taken for an information line, was a code: the answer, *line*, came after it.

    Both are levels of the same mode (the first field); the answer is the last before the result.
    """
    head = line.partition(",")[0]
    return head.partition(":")[0] in LEVELS and head == earlier.partition(",")[0]


def cut_glued(line: str, prefixes: tuple[str, ...]) -> list[str]:
    """Return the pieces of *line* where a code or answer runs into another without a line end between.

    A cut is made before a prefix of *prefixes* or of an unsolicited code, outside quotes; or inside an open
    quote that the rest does not close. It cannot be told where the rest of the line has no prefix ("7OK",
    "7RING"), nor where a code with a prefix runs on into the rest of the answer without a line end.
    """
    if not _HEAD.search(line, 1):
        return [line]
    pieces, start = [], 0
    for found in _HEAD.finditer(line):
        at, rest = found.start(), line[found.start() :]
        if at == start or not is_balanced(rest) or not _begins(rest, prefixes):
            continue
        pieces.append(line[start:at])
        start = at
    return [*pieces, line[start:]]


def _begins(rest: str, prefixes: tuple[str, ...]) -> bool:
    """Tell if *rest* begins as an answer, an unsolicited code or a refusal does."""
    return rest.startswith((*prefixes, "+CME ERROR:", "+CMS ERROR:")) or find_urc(rest) is not None
