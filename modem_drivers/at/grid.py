"""Label grids: replies that are "Label: value" pairs, several to a line (Sierra's !GSTATUS?)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from modem_drivers.at.replies import Column, Fields, read_fields

_GAP = re.compile(r"\t+|\s{2,}|(?<=[\d-])\s(?=(?:RSRP|RSRQ|SINR|TAC|Cell ID)\b[^:]*:)")
NOT_SAID = frozenset({"---", "--", "-", ""})


def pairs(line: str) -> Iterator[tuple[str, str]]:
    """Yield (label, value) of *line*: pairs stand apart by tabs or blanks; a value may follow after a gap."""
    label = ""
    for chunk in _GAP.split(line.strip()):
        head, colon, tail = chunk.partition(":")
        if colon and tail.strip():
            yield head.strip(), tail.strip()
            label = ""
        elif colon:
            label = head.strip()
        elif label:
            yield label, chunk.strip()
            label = ""


def read_grid(lines: Sequence[str], labels: Mapping[str, Column]) -> Fields:
    """Return what *labels* (in lower case) name in *lines*; other labels are left out, "---" is not said.

    Of a label that comes twice the first counts: the serving carrier stands before the others.
    """
    found: dict[Column, str] = {}
    for line in lines:
        for label, value in pairs(line):
            column = labels.get(label.casefold())
            if column is not None:
                found.setdefault(column, "" if value in NOT_SAID else value)
    return read_fields(list(found.values()), list(found))
