"""Unsolicited result codes: what a modem may say without being asked.

Ref: 3GPP TS 27.007 (7.2, 7.11, 8.x, 10.1.20), 3GPP TS 27.005 3.4.1; vendors' rows [public-driver
(ModemManager plugins), memory].
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from modem_drivers.at.replies import split_fields


class UrcRow(NamedTuple):
    """prefix: how its line begins (a bare word: its whole line); has_body: the next line belongs to it."""

    prefix: str
    has_body: bool = False


TABLE = (
    UrcRow("+CMT:", has_body=True),
    UrcRow("+CDS:", has_body=True),
    UrcRow("+CBM:", has_body=True),
    UrcRow("+CMTI:"),
    UrcRow("+CDSI:"),
    UrcRow("+CBMI:"),
    UrcRow("+CREG:"),
    UrcRow("+CGREG:"),
    UrcRow("+CEREG:"),
    UrcRow("+C5GREG:"),
    UrcRow("+CIREGU:"),
    UrcRow("+CSCON:"),
    UrcRow("+CGEV:"),
    UrcRow("+CTZV:"),
    UrcRow("+CTZE:"),
    UrcRow("+CTZU:"),
    UrcRow("+CTZR:"),
    UrcRow("+CIEV:"),
    UrcRow("+CUSD:"),
    UrcRow("+CPIN:"),
    UrcRow("+CFUN:"),
    UrcRow("+CRING:"),
    UrcRow("+CLIP:"),
    UrcRow("+QIND:"),
    UrcRow("+QUSIM:"),
    UrcRow("+QSIMSTAT:"),
    UrcRow("+QCSQ:"),
    UrcRow("+QIURC:"),
    UrcRow("+QNETDEVSTATUS:"),
    UrcRow("+QUSBNETDEV:"),
    UrcRow("^BOOT:"),
    UrcRow("^RSSI:"),
    UrcRow("^HCSQ:"),
    UrcRow("^MODE:"),
    UrcRow("^EONS:"),
    UrcRow("^NWTIME:"),
    UrcRow("^SIMST:"),
    UrcRow("^SRVST:"),
    UrcRow("RING"),
    UrcRow("RDY"),
    UrcRow("PB DONE"),
    UrcRow("SMS DONE"),
    UrcRow("SMS READY"),
    UrcRow("CALL READY"),
    UrcRow("NORMAL POWER DOWN"),
    UrcRow("POWERED DOWN"),
    UrcRow("NO CARRIER"),
)


class Body(enum.Enum):
    """What follows the head of a message."""

    NONE = "none"
    PDU = "pdu"
    TEXT = "text"  # anything, also what looks like a result or a code


TEXT_HEADS = {"+CMT:": (3, Body.TEXT), "+CBM:": (5, Body.TEXT), "+CDS:": (3, Body.NONE)}
"""In text mode (AT+CMGF=1) a head has at least so many fields, in PDU mode one or two: 27.005 3.4.1."""


def body_of(head: str) -> Body:
    """Return what follows *head*, an unsolicited code.

    Of a text of several lines this is the first: their number is not said, so they are told from codes only
    in PDU mode, which this program sets.
    """
    row = find_urc(head)
    if row is None or not row.has_body:
        return Body.NONE
    least, of_text = TEXT_HEADS[row.prefix]
    return of_text if len(split_fields(head.partition(":")[2])) >= least else Body.PDU


def is_balanced(line: str) -> bool:
    """Tell if each quote of *line* is closed."""
    return line.count('"') % 2 == 0


def find_urc(line: str) -> UrcRow | None:
    """Return the row that *line* belongs to, None if it is no known unsolicited code."""
    upper = line.upper()
    for row in TABLE:
        if upper.startswith(row.prefix) if row.prefix.endswith(":") else upper == row.prefix:
            return row
    return None
