"""The card's files that name networks, octets into values. Unknown or damaged is None, never guessed.

# Ref: 3GPP TS 31.102 4.2.12 (EF_SPN), 4.2.58 (EF_PNN), 4.2.59 (EF_OPL), 4.2.66 (EF_SPDI); TS 24.008 10.5.1.13
# (PLMN), 10.5.3.5a (network name); TS 102 221 annex A (alpha fields), 11.1.1.3 (file control parameters);
# TS 51.011 9.2.1 (the older answer to SELECT); CPHS 4.2 B.4.1.2 [memory]
"""

from __future__ import annotations

from typing import NamedTuple

from modem_drivers.sms.alphabet import decode_septets, unpack_septets

SPN, SPDI, PNN, OPL, CPHS_NAME, CPHS_SHORT = 0x6F46, 0x6FCD, 0x6FC5, 0x6FC6, 0x6F14, 0x6F18
FULL_NAME, SHORT_NAME = 0x43, 0x45
HALVES = "0123456789*#?DEF"


class Spn(NamedTuple):
    """EF_SPN: the display octet (b1: the PLMN's name too at home, b2: not abroad) and the name."""

    display: int
    name: str


class Pnn(NamedTuple):
    """One record of EF_PNN."""

    full: str | None
    short: str | None


class Opl(NamedTuple):
    """One record of EF_OPL: in *plmn* (D: any digit), from area to area, PNN *record* (0: none) names it."""

    plmn: str
    first_area: int
    last_area: int
    record: int


class Size(NamedTuple):
    """What a file holds: its octets, and how long a record is (None: it has no records)."""

    octets: int
    record_octets: int | None


def decode_alpha(data: bytes) -> str:
    """Return the text of an alpha field: unpacked GSM 7 bit, or UCS2 in the codings 80, 81 and 82."""
    if data[:1] == b"\x80":
        body = data[1:]
        text = body[: len(body) // 2 * 2].decode("utf-16-be", "replace")
        return text.partition("\uffff")[0]
    if data[:1] == b"\x81" and len(data) > 2:
        return _half_page(data[3 : 3 + data[1]], data[2] << 7)
    if data[:1] == b"\x82" and len(data) > 3:
        return _half_page(data[4 : 4 + data[1]], int.from_bytes(data[2:4], "big"))
    return decode_septets([octet & 0x7F for octet in data.partition(b"\xff")[0]])


def _half_page(data: bytes, base: int) -> str:
    return "".join(chr(base + (octet & 0x7F)) if octet & 0x80 else decode_septets([octet]) for octet in data)


def decode_plmn(data: bytes) -> str | None:
    """Return the PLMN in three octets ("51010"), None for an empty or impossible one; D: any digit."""
    if len(data) < 3 or data[:3] == b"\xff\xff\xff":
        return None
    mcc = HALVES[data[0] & 15] + HALVES[data[0] >> 4] + HALVES[data[1] & 15]
    mnc = HALVES[data[2] & 15] + HALVES[data[2] >> 4] + HALVES[data[1] >> 4].replace("F", "")
    return mcc + mnc if set(mcc + mnc) <= set("0123456789D") else None


def decode_spn(data: bytes) -> Spn | None:
    """Return EF_SPN; None if it holds no name."""
    name = decode_alpha(data[1:]).strip("\0 ") if data else ""
    return Spn(data[0], name) if name else None


def decode_spdi(data: bytes) -> tuple[str, ...]:
    """Return the PLMNs of EF_SPDI."""
    inner = dict(_tlvs(dict(_tlvs(data)).get(0xA3, b""))).get(0x80, b"")
    found = (decode_plmn(inner[place : place + 3]) for place in range(0, len(inner), 3))
    return tuple(plmn for plmn in found if plmn is not None)


def decode_pnn(data: bytes) -> Pnn | None:
    """Return a record of EF_PNN; None if it is empty."""
    fields = dict(_tlvs(data))
    full, short = (decode_network_name(fields.get(tag, b"")) for tag in (FULL_NAME, SHORT_NAME))
    return Pnn(full, short) if full or short else None


def decode_network_name(data: bytes) -> str | None:
    """Return a network name: coding and spare bits in the first octet, then the text."""
    if len(data) < 2:
        return None
    coding, spare, body = data[0] >> 4 & 7, data[0] & 7, data[1:]
    if coding == 0:
        return decode_septets(unpack_septets(body, (8 * len(body) - spare) // 7)) or None
    if coding == 1:
        return body[: len(body) // 2 * 2].decode("utf-16-be", "replace") or None
    return None


def decode_opl(data: bytes) -> Opl | None:
    """Return a record of EF_OPL; None if it is empty or cut off."""
    plmn = decode_plmn(data[:3])
    if plmn is None or len(data) < 8:
        return None
    return Opl(plmn, int.from_bytes(data[3:5], "big"), int.from_bytes(data[5:7], "big"), data[7])


def decode_size(data: bytes) -> Size | None:
    """Return a file's size from the answer to SELECT or GET RESPONSE, in the newer (62) or older form."""
    if data[:1] == b"\x62":
        fields = dict(_tlvs(dict(_tlvs(data)).get(0x62, b"")))
        descriptor, size = fields.get(0x82, b""), fields.get(0x80, b"")
        record = int.from_bytes(descriptor[2:4], "big") if len(descriptor) >= 4 else None
        return Size(int.from_bytes(size, "big"), record) if size else None
    if len(data) >= 13:
        return Size(int.from_bytes(data[2:4], "big"), data[14] if data[13] and len(data) > 14 else None)
    return None


def _tlvs(data: bytes) -> list[tuple[int, bytes]]:
    """Return tags and values; what is cut off at the end is left out, padding (FF, 00) ends it."""
    found, place = [], 0
    while place + 2 <= len(data) and data[place] not in (0x00, 0xFF):
        tag, length, start = data[place], data[place + 1], place + 2
        if length == 0x81 and start < len(data):
            length, start = data[start], start + 1
        if start + length > len(data):
            break
        found.append((tag, data[start : start + length]))
        place = start + length
    return found
