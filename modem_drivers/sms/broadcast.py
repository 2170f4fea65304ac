"""Cell broadcast pages, as +CBM gives them in PDU mode, and their joining.

Ref: 3GPP TS 23.041 9.4.1.2 (page of 88 octets: serial number, message identifier, coding, page parameter, 82
octets of content); TS 23.038 5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from modem_drivers.sms.alphabet import decode_septets, unpack_septets
from modem_drivers.sms.coding import Alphabet, decode_broadcast_coding
from modem_drivers.sms.octets import Octets, octets_of_hex

WHAT = "cell broadcast page"
CONTENT_OCTETS = 82
PAGES_AT_MOST = 15
WAITING_AT_MOST = 32
SCOPES = ("cell, shown at once", "PLMN", "tracking area", "cell")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. scope: where the message holds (9.4.1.2.1); code, update: which message, which version.

    language: two letters where the coding or the text says it. text is None for 8-bit data.
    """

    scope: str
    code: int
    update: int
    identifier: int
    coding: int
    number: int
    total: int
    text: str | None = None
    data: bytes = field(default=b"", repr=False)
    language: str | None = None
    problems: tuple[str, ...] = ()


def decode_page(text: str) -> Page:
    """Return the page of hexadecimal *text*; content shorter than 82 octets is taken as it is.

    Raises: MalformedPdu, with field and octet.
    """
    octets = Octets(octets_of_hex(text, what=WHAT), what=WHAT)
    serial = int.from_bytes(octets.take(2, "serial number"), "big")
    identifier = int.from_bytes(octets.take(2, "message identifier"), "big")
    coding, parameter = octets.octet("data coding scheme"), octets.octet("page parameter")
    content = octets.rest()
    if len(content) > CONTENT_OCTETS:
        raise octets.refusal("content", f"at most {CONTENT_OCTETS} octets")
    number, total = parameter >> 4, parameter & 15
    known = bool(number and total and number <= total)  # 9.4.1.2.4: else a single page
    words, data, language, problems = _content(content, coding)
    return Page(
        scope=SCOPES[serial >> 14],
        code=serial >> 4 & 0x3FF,
        update=serial & 15,
        identifier=identifier,
        coding=coding,
        number=number if known else 1,
        total=total if known else 1,
        text=words,
        data=data,
        language=language,
        problems=(*problems, *(() if known else (f"page parameter: {parameter:#04x}, read as 1 of 1",))),
    )


def _content(content: bytes, scheme: int) -> tuple[str | None, bytes, str | None, tuple[str, ...]]:
    """Return (text, data, language, problems) of a page's content; padding (CR) at its end is left out."""
    coding = decode_broadcast_coding(scheme)
    problems = (f"data coding scheme: {scheme:#04x} is reserved, read as gsm7",) if coding.reserved else ()
    if coding.compressed or coding.alphabet is Alphabet.DATA:
        return None, content, coding.language, problems
    language = coding.language
    if coding.alphabet is Alphabet.GSM7:
        text = decode_septets(unpack_septets(content, len(content) * 8 // 7))
        if coding.language_first:  # two letters and a CR in front
            language, text = text[:2], text[3:]
    else:
        if coding.language_first:  # two septets in two octets in front
            language, content = decode_septets(unpack_septets(content[:2], 2)), content[2:]
        text = content[: len(content) // 2 * 2].decode("utf-16-be", "replace")
    return text.rstrip("\r\0"), b"", language, problems


class Broadcast(NamedTuple):
    """A whole broadcast: its pages in order."""

    pages: tuple[Page, ...]

    @property
    def text(self) -> str | None:
        """The whole text; None if a page is no text."""
        texts = [page.text for page in self.pages]
        return None if None in texts else "".join(text for text in texts if text is not None)


class PageJoiner:
    """Pages of broadcasts on one line; a broadcast is repeated for ever, so each version is told once."""

    def __init__(self) -> None:
        self._pages: dict[tuple[int, int, int], dict[int, Page]] = {}
        self._told: list[tuple[int, int, int]] = []

    def add(self, page: Page) -> Broadcast | None:
        """Take a page; return the broadcast it completes, None while pages are missing or it was told."""
        key = (page.identifier, page.code, page.update)
        if key in self._told:
            return None
        pages = self._pages.setdefault(key, {})
        pages[page.number] = page
        while len(self._pages) > WAITING_AT_MOST:
            del self._pages[next(iter(self._pages))]
        if any(number not in pages for number in range(1, page.total + 1)):
            return None
        del self._pages[key]
        self._told = [*self._told, key][-WAITING_AT_MOST:]
        return Broadcast(tuple(pages[number] for number in range(1, page.total + 1)))
