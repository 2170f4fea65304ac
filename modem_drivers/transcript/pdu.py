"""A message's PDU without its text and numbers: it is decoded as before, to x's and stand-in numbers.

Kept: lengths, types, coding, time stamps that are times, and the header elements that join parts.
Ref: 3GPP TS 23.040 9.2.2, 9.2.3.24; TS 23.041 9.4.1.2 (a page of cell broadcast: six octets, then text).
"""

from __future__ import annotations

import re

from modem_drivers.errors import MalformedPdu
from modem_drivers.sms.address import ALPHANUMERIC, read_time
from modem_drivers.sms.alphabet import pack_septets
from modem_drivers.sms.coding import Alphabet, decode_coding
from modem_drivers.sms.header import CONCAT_8, CONCAT_16, LENGTHS, LOCKING_SHIFT, SINGLE_SHIFT
from modem_drivers.sms.octets import Octets, octets_of_hex
from modem_drivers.sms.tpdu import HEADER_INDICATOR, STATUS_REPORT, SUBMIT, VALIDITY_OCTETS, WHAT
from modem_drivers.transcript.numbers import Veil

X = 0x78
PAGE_OCTETS, PAGE_HEADER = 88, 6
IDENTIFIERS, CODINGS = 0x1200, 0x50  # TS 23.041 9.4.1.2.2: warnings have 0x1100 to 0x112F; TS 23.038 5
PDU = re.compile(r"(?:[0-9A-Fa-f]{2}){8,}")
JOINING = frozenset({CONCAT_8, CONCAT_16, SINGLE_SHIFT, LOCKING_SHIFT})


def veil_pdu(text: str, veil: Veil) -> str:
    """Return hexadecimal *text* of a PDU with stand-ins; zeros from where it cannot be read on."""
    try:
        data = octets_of_hex(text, what=WHAT)
    except MalformedPdu:
        return "0" * len(text)
    done = _page(data) if len(data) == PAGE_OCTETS else _tpdu(Octets(data, what=WHAT), veil)
    again = (done + bytes(len(data) - len(done))).hex()
    return again if text == text.lower() else again.upper()


def _page(data: bytes) -> bytes:
    head = data[:PAGE_HEADER]
    if not _is_page_header(head):
        head = bytes(PAGE_HEADER)
    return head + fill(data[4], len(data) - PAGE_HEADER)


def _is_page_header(head: bytes) -> bool:
    """Tell a page's header from other octets: an identifier in use, a coding, page n of m."""
    identifier, total, number = int.from_bytes(head[2:4], "big"), head[5] & 15, head[5] >> 4
    return identifier < IDENTIFIERS and head[4] < CODINGS and 1 <= number <= total


def _tpdu(octets: Octets, veil: Veil) -> bytes:
    """Return what could be read, veiled; shorter than the PDU where it could not be read to its end."""
    done = bytearray()
    try:
        _service_centre(octets, done, veil)
        first = octets.octet("TP-MTI")
        done.append(first)
        if first & 3 in (SUBMIT, STATUS_REPORT):
            done.append(octets.octet("TP-MR"))
        _address(octets, done, veil)
        if first & 3 == STATUS_REPORT:
            done += _time(octets) + _time(octets) + octets.take(1, "TP-ST")
            return bytes(done)
        done += octets.take(2, "TP-PID")
        coding = done[-1]
        done += _validity(octets, first) if first & 3 == SUBMIT else _time(octets)
        done.append(octets.octet("TP-UDL"))
        header = _header(octets) if first & HEADER_INDICATOR else b""
        done += header + fill(coding, len(octets.rest()), behind=len(header))
    except MalformedPdu:
        pass  # the rest is zeros
    return bytes(done)


def _service_centre(octets: Octets, done: bytearray, veil: Veil) -> None:
    length = octets.octet("SMSC length")
    body = octets.take(length, "SMSC") if length <= 11 else b""
    done.append(length)
    done += body[:1] + _semi_octets(body[1:], veil)


def _address(octets: Octets, done: bytearray, veil: Veil) -> None:
    length, kind = octets.octet("address length"), octets.octet("address type")
    body = octets.take((length + 1) // 2, "address")
    done += bytes((length, kind))
    done += fill(0, len(body)) if kind >> 4 & 7 == ALPHANUMERIC else _semi_octets(body, veil)


def _semi_octets(body: bytes, veil: Veil) -> bytes:
    """Return the number in *body* replaced: digits by digits, fillers in their place."""
    swapped = "".join(f"{octet & 15:X}{octet >> 4:X}" for octet in body)
    again = veil.spread(re.sub("[A-E]", "0", swapped))
    return bytes(int(again[n + 1] + again[n], 16) for n in range(0, len(again), 2))


def _time(octets: Octets) -> bytes:
    moment, _ = read_time(octets, "time")
    if moment is None:
        return bytes(7)
    year, zone = moment.year % 100, moment.strftime("%z")
    quarters = int(zone[1:3]) * 4 + int(zone[3:5]) // 15
    sign = 8 if zone[0] == "-" else 0
    fields = (year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    return bytes((v % 10) << 4 | v // 10 for v in fields) + bytes(
        ((quarters % 10) << 4 | quarters // 10 | sign,)
    )


def _validity(octets: Octets, first: int) -> bytes:
    taken = octets.take(VALIDITY_OCTETS[first >> 3 & 3], "TP-VP")
    return taken if len(taken) < 2 else bytes(len(taken))


def _header(octets: Octets) -> bytes:
    """Return the user data header; of elements that join no parts the octets are zeros."""
    length = octets.octet("TP-UDHL")
    body = octets.take(length, "TP-UDH")
    kept, place = bytearray((length,)), 0
    while place + 2 <= length:
        identifier, size = body[place], body[place + 1]
        element = body[place + 2 : place + 2 + size]
        joins = identifier in JOINING and LENGTHS[identifier] == size
        kept += bytes((identifier, size)) + (element if joins else bytes(len(element)))
        place += 2 + size
    return bytes(kept + bytes(1 + length - len(kept))) if len(kept) <= 1 + length else bytes(1 + length)


def fill(coding: int, count: int, *, behind: int = 0) -> bytes:
    """Return *count* octets of x in that TP-DCS, *behind* octets of header."""
    alphabet = decode_coding(coding).alphabet
    if alphabet is Alphabet.UCS2:
        return (b"\0x" * count)[:count]
    if alphabet is Alphabet.GSM7:
        fill_bits = -behind * 8 % 7
        return pack_septets([X] * max(0, (count * 8 - fill_bits) // 7), fill_bits=fill_bits)[:count].ljust(
            count, b"\0"
        )
    return b"x" * count
