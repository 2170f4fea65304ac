"""The data coding scheme: which alphabet, which class, what becomes of a read message.

Ref: 3GPP TS 23.038 4 (short messages), 5 (cell broadcast).
"""

from __future__ import annotations

import enum
from typing import NamedTuple


class Alphabet(enum.Enum):
    """How the user data is to be read."""

    GSM7 = "gsm7"
    DATA = "8bit"
    UCS2 = "ucs2"


class Coding(NamedTuple):
    """A data coding scheme, read. message_class 0 is shown at once and not kept; None: no class.

    `waiting` names what an indication is about; `language` is a broadcast's, where the scheme says it.
    """

    alphabet: Alphabet
    message_class: int | None = None
    compressed: bool = False
    waiting: str | None = None
    discard: bool = False
    language: str | None = None
    language_first: bool = False
    reserved: bool = False


WAITING = ("voicemail", "fax", "email", "other")
ALPHABETS = {0: Alphabet.GSM7, 1: Alphabet.DATA, 2: Alphabet.UCS2}
BROADCAST_LANGUAGES = {  # TS 23.038 5, groups 0000 and 0010
    0x00: "de", 0x01: "en", 0x02: "it", 0x03: "fr", 0x04: "es", 0x05: "nl", 0x06: "sv", 0x07: "da",
    0x08: "pt", 0x09: "fi", 0x0A: "no", 0x0B: "el", 0x0C: "tr", 0x0D: "hu", 0x0E: "pl",
    0x20: "cs", 0x21: "he", 0x22: "ar", 0x23: "ru", 0x24: "is",
}  # fmt: skip


def decode_coding(scheme: int) -> Coding:
    """Return TP-DCS *scheme* (0 to 255), read; reserved groups are GSM 7-bit, as clause 4 asks."""
    group = scheme >> 4
    if group < 0x8:
        return _general(scheme)
    if group < 0xC:
        return Coding(Alphabet.GSM7, reserved=True)
    if group == 0xF:
        return Coding(Alphabet.DATA if scheme & 4 else Alphabet.GSM7, message_class=scheme & 3)
    alphabet = Alphabet.UCS2 if group == 0xE else Alphabet.GSM7
    waiting = WAITING[scheme & 3] if scheme & 8 else None
    return Coding(alphabet, waiting=waiting, discard=group == 0xC)


def _general(scheme: int) -> Coding:
    """Groups 00xx and 01xx: compression, class and alphabet in bits; 01xx is deleted once read."""
    alphabet = ALPHABETS.get(scheme >> 2 & 3)
    return Coding(
        alphabet or Alphabet.GSM7,
        message_class=scheme & 3 if scheme & 0x10 else None,
        compressed=bool(scheme & 0x20),
        discard=bool(scheme & 0x40),
        reserved=alphabet is None,
    )


def decode_broadcast_coding(scheme: int) -> Coding:
    """Return the scheme of a cell broadcast page (clause 5), read."""
    group = scheme >> 4
    if group in (0x0, 0x2):
        language = BROADCAST_LANGUAGES.get(scheme)
        return Coding(Alphabet.GSM7, language=language, reserved=language is None and scheme != 0x0F)
    if scheme in (0x10, 0x11):  # the text begins with its language's two letters
        return Coding(Alphabet.UCS2 if scheme & 1 else Alphabet.GSM7, language_first=True)
    if group in (0x4, 0x5, 0x6, 0x7):
        return _general(scheme & 0x3F)
    if group == 0x9:
        alphabet = ALPHABETS.get(scheme >> 2 & 3)
        return Coding(alphabet or Alphabet.GSM7, message_class=scheme & 3, reserved=alphabet is None)
    if group == 0xF:
        return Coding(Alphabet.DATA if scheme & 4 else Alphabet.GSM7, message_class=scheme & 3)
    return Coding(Alphabet.GSM7, reserved=True)
