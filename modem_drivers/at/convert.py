"""Converters of fields that are neither integers nor bins: times, addresses, PLMNs, levels with units."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_interface

from modem_drivers.at.replies import Convert

_CLOCK = re.compile(r"(\d{2,4})/(\d{2})/(\d{2}),(\d{2}):(\d{2}):(\d{2})\s*([+-]\d{1,3})?(?:,(\d))?", re.ASCII)


def decimal(low: float, high: float, *, scale: float = 1.0) -> Convert:
    """Make a converter of decimal numbers, fractions too: the number times *scale* must be in low..high."""

    def convert(text: str) -> float:
        if not re.fullmatch(r"[+-]?[0-9]{1,7}(\.[0-9]{1,6})?", text):
            raise ValueError("is not a number")
        value = float(text) * scale
        if not low <= value <= high:
            raise ValueError(f"is not in {low:g}..{high:g}")
        return round(value, 6)

    return convert


def clock(text: str) -> str:
    """Convert "yy/MM/dd,hh:mm:ss+zz" (zz: quarters of an hour) to ISO 8601; without zone, without offset.

    Ref: 3GPP TS 27.007 8.15 (+CCLK), 7.12 (+CTZR)
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise ValueError("is not yy/MM/dd,hh:mm:ss+zz")
    year, month, day, hour, minute, second = (int(match[n]) for n in range(1, 7))
    offset = timedelta(minutes=15 * int(match[7])) if match[7] else None
    if offset is not None and abs(offset) > timedelta(hours=14):
        raise ValueError("has a zone beyond 14 hours")
    full = year if year > 99 else 2000 + year
    zone = None if offset is None else timezone(offset)
    moment = datetime(full, month, day, hour, minute, second, tzinfo=zone)
    return moment.isoformat()


def address(text: str) -> str:
    """Convert an IPv4 or IPv6 address: also IPv6 as sixteen dotted octets (27.007 10.1.23)."""
    octets = _dotted(text)
    return str(IPv6Address(octets) if len(octets) == 16 else ip_address(text))


def _dotted(text: str) -> bytes:
    """Return the octets of a dotted text of decimal numbers; none, if one is no octet."""
    parts = text.split(".")
    if not all(re.fullmatch(r"[0-9]{1,3}", part) and int(part) < 256 for part in parts):
        return b""
    return bytes(int(part) for part in parts)


def address_and_mask(text: str) -> str:
    """Convert an address with its mask glued behind it (a1.a2.a3.a4.m1.m2.m3.m4), or behind a blank, to
    "address/prefix".
    """
    if "/" in text or " " in text.strip():
        return str(ip_interface("/".join(text.replace("/", " ").split())))
    octets = _dotted(text)
    half = len(octets) // 2
    if half in (4, 16):
        mask = int.from_bytes(octets[half:], "big")
        return f"{ip_address(octets[:half])}/{mask.bit_count()}"
    return address(text)


def plmn(text: str) -> str:
    """Convert "51010" or "510-10" to "51010"."""
    joined = text.replace("-", "").replace(" ", "")
    if not (joined.isascii() and joined.isdigit() and len(joined) in (5, 6)):
        raise ValueError("is not a PLMN of five or six digits")
    return joined


def ucs2_text(text: str) -> str:
    """Convert UCS2 in hexadecimal, four digits a character; other text stays."""
    if len(text) >= 4 and re.fullmatch(r"([0-9A-Fa-f]{4})+", text):
        return bytes.fromhex(text).decode("utf-16-be", "replace").rstrip("\0\uffff")
    return text


def little_endian_address(text: str) -> str:
    """Convert eight hexadecimal digits, least octet first: "0A0B0C0D" is 13.12.11.10 (^DHCP)."""
    if not re.fullmatch(r"[0-9A-Fa-f]{8}", text):
        raise ValueError("is not eight hexadecimal digits")
    return str(IPv4Address(int.from_bytes(bytes.fromhex(text), "little")))


def absent_if(convert: Convert, *unsaid: str) -> Convert:
    """Make *convert* take the texts *unsaid*, in any case, for "not said"."""
    missing = {text.casefold() for text in unsaid}
    return lambda text: None if text.casefold() in missing else convert(text)


def leading_hexadecimal(text: str) -> int:
    """Convert "D5AC (54700)" to 0xD5AC."""
    match = re.match(r"(?:0x)?([0-9A-Fa-f]{1,9})\b", text)
    if match is None:
        raise ValueError("does not begin with a hexadecimal number")
    return int(match[1], 16)


def hidden(text: str) -> str:
    """Convert a subscriber's number to how many digits it has: the number itself stays in the modem."""
    return f"<{sum(character.isdigit() for character in text)} digits>"


def imsi_network(text: str) -> str:
    """Convert an IMSI to the five digits of its network (MNCs of MCC 510 have two digits)."""
    if not (text.isascii() and text.isdigit() and 6 <= len(text) <= 15):
        raise ValueError("is not an IMSI")
    return text[:5]
