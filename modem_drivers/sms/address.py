"""Addresses and time stamps of a TPDU.

Ref: 3GPP TS 23.040 9.1.2.3 (semi-octets), 9.1.2.5 (address fields), 9.2.3.11 (TP-SCTS); TS 24.011 8.2.5.1
(service centre address).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from modem_drivers.sms.alphabet import decode_septets, unpack_septets
from modem_drivers.sms.octets import Octets

DIGITS = "0123456789*#abc"  # 9.1.2.3; 15 is the filler
INTERNATIONAL, ALPHANUMERIC = 1, 5  # type of number, 9.1.2.5
CENTURY_PIVOT = 80  # two-digit years from here on are of the last century


class Address(NamedTuple):
    """A telephone number ("+62811..." if international) or an alphanumeric name ("KOMINFO")."""

    text: str
    type_of_number: int
    plan: int

    @property
    def alphanumeric(self) -> bool:
        """True for a name, to which no answer can be sent."""
        return self.type_of_number == ALPHANUMERIC


def semi_octets(data: bytes) -> str:
    """Return the digits of swapped semi-octets, without fillers."""
    halves = [half for octet in data for half in (octet & 15, octet >> 4)]
    return "".join(DIGITS[half] for half in halves if half != 15)


def swapped(digits: str) -> bytes:
    """Return *digits* as semi-octets, filled up with 15. Raises: ValueError, for another character."""
    halves = [DIGITS.index(digit) for digit in digits] + [15] * (len(digits) % 2)
    return bytes(low | high << 4 for low, high in zip(halves[::2], halves[1::2], strict=True))


def read_address(octets: Octets, field: str) -> Address:
    """Return a TP address, whose length octet counts useful semi-octets. Raises: MalformedPdu."""
    length = octets.octet(f"{field} length")
    kind = octets.octet(f"{field} type")
    body = octets.take((length + 1) // 2, field)
    type_of_number, plan = kind >> 4 & 7, kind & 15
    if type_of_number == ALPHANUMERIC:
        text = decode_septets(unpack_septets(body, length * 4 // 7))
    else:
        text = _number(type_of_number, semi_octets(body))
    return Address(text, type_of_number, plan)


def read_smsc(octets: Octets) -> Address | None:
    """Return the service centre's address, whose length counts octets; None if it is empty.

    Raises: MalformedPdu.
    """
    length = octets.octet("SMSC length")
    if not length:
        return None
    kind = octets.octet("SMSC type")
    body = octets.take(length - 1, "SMSC")
    return Address(_number(kind >> 4 & 7, semi_octets(body)), kind >> 4 & 7, kind & 15)


def _number(type_of_number: int, digits: str) -> str:
    return f"+{digits}" if type_of_number == INTERNATIONAL and digits else digits


def encode_address(number: str) -> bytes:
    """Return a TP address of a telephone *number*, international with a leading "+".

    Raises: ValueError, if it holds anything but digits, * and #.
    """
    digits = number.removeprefix("+")
    kind = 0x91 if number.startswith("+") else 0x81
    return bytes((len(digits), kind)) + swapped(digits)


def read_time(octets: Octets, field: str) -> tuple[datetime | None, str]:
    """Return (aware time in its own zone, "") or (None, what is wrong with it).

    A zone beyond +-14 h or digits that are no date make no time, and no error: the text is what counts.
    Raises: MalformedPdu, if octets are missing.
    """
    data = octets.take(7, field)
    year, month, day, hour, minute, second = (_two_digits(octet) for octet in data[:6])
    try:
        zone = timezone(_offset(data[6]))
        moment = datetime(_full_year(year), month, day, hour, minute, second, tzinfo=zone)
    except ValueError as reason:
        return None, f"{field}: {data.hex()} is no time ({reason})"
    return moment, ""


def _two_digits(octet: int) -> int:
    low, high = octet & 15, octet >> 4
    return low * 10 + high if low < 10 and high < 10 else -1


def _full_year(year: int) -> int:
    if year < 0:
        raise ValueError("year is not two decimal digits")
    return year + (1900 if year >= CENTURY_PIVOT else 2000)


def _offset(zone: int) -> timedelta:
    """Return the offset of the zone octet: quarters of an hour, bit 3 the sign (9.2.3.11).

    Raises: ValueError. A half that is no digit is not guessed at: centres have been seen an hour off.
    """
    quarters = _two_digits(zone & 0xF7)
    if quarters < 0:
        raise ValueError("zone is not two decimal digits")
    offset = timedelta(minutes=15 * (-quarters if zone & 8 else quarters))
    if abs(offset) > timedelta(hours=14):
        raise ValueError("zone beyond 14 hours")
    return offset


def as_utc(moment: datetime | None) -> datetime | None:
    """Return *moment* in UTC."""
    return moment.astimezone(UTC) if moment else None
