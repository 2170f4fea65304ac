"""The answer of AT+COPS=?: the networks that were heard, then what modes and formats there are.

Ref: 3GPP TS 27.007 7.3. In the field: commas and parentheses within names, no comma between networks, names
in UCS2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modem_drivers.at.convert import ucs2_text
from modem_drivers.at.grammar import Line
from modem_drivers.at.replies import Column, digits, integer, one_of, read_fields, split_fields
from modem_drivers.at.standard import RAT

VERB = "+COPS"
STATS = {"0": "unknown", "1": "available", "2": "current", "3": "forbidden"}
NETWORK = (
    Column("stat", one_of(STATS)),
    Column("name_full", ucs2_text),
    Column("name_short", ucs2_text),
    Column("plmn", digits(5, 6)),
    Column("act", integer(0, 13)),
)
_GROUP = re.compile(r'\((?:[^()"]|"(?:[^"]|"(?!\s*[,)]))*")*\)')


def networks(tail: str) -> Iterator[Line]:
    """Yield a line for each network of *tail*; the lists of modes and formats are none."""
    for group in _GROUP.findall(tail):
        inner = group[1:-1]
        if '"' not in inner:  # (0,1,2,3,4) or (0-2)
            continue
        fields = read_fields(split_fields(inner), NETWORK)
        act = fields.integer("act")
        rat = {} if act is None else {"rat": RAT[act]}
        yield Line(VERB, {**fields.values, **rat}, fields.raw, fields.problems)


def is_scan(tail: str) -> bool:
    """Tell the answer of a scan from that of AT+COPS?."""
    return tail.lstrip()[:1] in ("(", ",")
