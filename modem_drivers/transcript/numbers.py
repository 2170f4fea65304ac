"""Stand-ins for numbers, wherever they stand: in words, in hexadecimal, in semi-octets.

A run of LONG or more digits is a subscriber's number (IMSI, ICCID, IMEI, MSISDN) until the contrary is known;
the semi-octets, the ASCII and the big- or little-endian UCS2 of such a number are such a run, too. The same
number has the same stand-in throughout one recording; the key dies with it.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from modem_drivers.radio.plmn import NETWORKS

LONG = 10
IMSI_DIGITS, IMEI_DIGITS, IMEI_KEPT = 15, 15, 8
_RUN = re.compile(rf"\d(?:[ ()-]{{0,2}}\d){{{LONG - 1},}}|\b\d{{3,4}}\.\d{{4}}\.\d{{3,5}}\b", re.ASCII)
_DATE = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d(?: [0-2]\d)?", re.ASCII)
_UCS2 = re.compile(r"(?<![0-9A-Fa-f])(?:00[2-7A-Fa-f][0-9A-Fa-f]){3,}(?![0-9A-Fa-f])")
_HEX = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{18,}(?![0-9A-Za-z])")
_SEPTET_DIGITS = re.compile(rb"[0-9]{%d}" % LONG)
PUBLIC_NAMES = frozenset(network.brand.casefold() for network in NETWORKS)


class Veil:
    """Stand-ins made with *key*, which nobody keeps: without it a stand-in cannot be searched for."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def digits(self, number: str, kept: int | None = None) -> str:
        """Return a number of the same length; its first *kept* digits stay (None: what tells no subscriber).

        Of an IMSI of MCC 510 the network stays, of an ICCID 89 and the country, of a telephone number 62;
        *kept* is for an IMEI alone. A check digit (IMEI, ICCID) fits again.
        """
        if not number:
            return ""
        is_imei = kept is not None and 14 <= len(number) <= 17 and not number.startswith("510")
        head = number[: kept if is_imei else _kept(number)]
        drawn = self._draw(number, len(number) - len(head))
        whole = head + drawn
        if (is_imei and len(number) == IMEI_DIGITS) or (number.startswith("89") and len(number) in (19, 20)):
            whole = whole[:-1] + _luhn(whole[:-1])
        return whole if whole != number else head + drawn[:-1] + str((int(number[-1]) + 1) % 10)

    def _draw(self, number: str, count: int) -> str:
        drawn = ""
        while len(drawn) < count:
            mac = hmac.new(self._key, f"{len(drawn)} {number}".encode(), hashlib.sha256).digest()
            drawn += str(int.from_bytes(mac, "big"))[:60]
        return drawn[:count]

    def spread(self, text: str, kept: int | None = None) -> str:
        """Return *text* with all its digits, taken as one number, replaced in their places."""
        stand_in = iter(self.digits("".join(c for c in text if c in "0123456789"), kept))
        return "".join(next(stand_in) if c in "0123456789" else c for c in text)

    def text(self, text: str, kept: int | None = None) -> str:
        """Return *text* with every long number in it replaced."""
        pieces: list[str] = []
        place = 0
        for match in _UCS2.finditer(text):  # letters of UCS2 are mostly digits: read them before they are one
            pieces += [self._plain(text[place : match.start()], kept), self._ucs2(match.group(), kept)]
            place = match.end()
        return "".join((*pieces, self._plain(text[place:], kept)))

    def _plain(self, text: str, kept: int | None) -> str:
        text = _HEX.sub(
            lambda match: _zeros(match.group()) if _packs_a_number(match.group()) else match.group(), text
        )
        return _RUN.sub(lambda match: self._run(match, kept), text)

    def _run(self, match: re.Match[str], kept: int | None) -> str:
        run = match.group()
        if _DATE.fullmatch(run) or _is_public_name(match):
            return run
        return self.spread(run, kept)

    def _ucs2(self, run: str, kept: int | None) -> str:
        text = bytes.fromhex(run).decode("utf-16-be")
        again = self._plain(text, kept).encode("utf-16-be").hex()
        return again.upper() if run.upper() == run else again


def _kept(number: str) -> int:
    """Return how many leading digits tell no subscriber."""
    if len(number) == IMSI_DIGITS and number.startswith("510"):
        return 5
    if number.startswith("89") and len(number) >= 18:
        return 4
    return 2 if number.startswith("62") else 1


def _luhn(digits: str) -> str:
    """Return the check digit behind *digits* (ISO/IEC 7812-1 annex B: double every second from the right)."""
    doubled = (int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-sum(d // 10 + d % 10 for d in doubled) % 10)


def _zeros(run: str) -> str:
    return "0" * len(run)


def _packs_a_number(run: str) -> bool:
    """Tell whether septets packed into hexadecimal *run*, from whatever bit on, hold a long number."""
    octets = bytes.fromhex(run[: len(run) // 2 * 2])
    bits = int.from_bytes(octets, "little")
    for shift in range(7):
        count = (len(octets) * 8 - shift) // 7
        septets = bytes(bits >> shift + 7 * n & 127 for n in range(count))
        if _SEPTET_DIGITS.search(septets):
            return True
    return False


def _is_public_name(match: re.Match[str]) -> bool:
    """Tell whether a run of digits is a part of an operator's brand in hexadecimal ("SMARTFREN" has one)."""
    text, (start, end) = match.string, match.span()
    while start and text[start - 1] in "0123456789ABCDEFabcdef":
        start -= 1
    while end < len(text) and text[end] in "0123456789ABCDEFabcdef":
        end += 1
    if (end - start) % 2 or not match.group().isdigit():
        return False
    name = bytes.fromhex(text[start:end]).rstrip(b"\xff").lstrip(b"\0\1\2\3")
    return name.decode("latin-1").casefold() in PUBLIC_NAMES


def blank(text: str) -> str:
    """Return *text* with each digit 0, each letter x and whatever is not ASCII ?: the shape alone."""
    return "".join(
        "0" if c in "0123456789" else "x" if c.isascii() and c.isalpha() else c if c.isascii() else "?"
        for c in text
    )


def blank_hex(text: str) -> str:
    """Return hexadecimal *text* as x in UCS2 where it may be that, else as zeros."""
    return "0078" * (len(text) // 4) if len(text) % 4 == 0 else _zeros(text)
