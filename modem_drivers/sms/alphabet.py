"""The GSM 7-bit alphabets: tables of code to character, and packing of septets into octets.

Ref: 3GPP TS 23.038 6.2.1 (default alphabet and its extension), annex A (national language tables), 6.1.2.1.1
(packing). Tables: memory; the default one is checked against gammu's decoding in hil_tests/interop. Of the
national languages only Turkish, Spanish and Portuguese stand here; a text in another keeps its default
characters and says so.
"""

from __future__ import annotations

from typing import NamedTuple

ESCAPE = 0x1B
UNKNOWN = "\N{REPLACEMENT CHARACTER}"

DEFAULT = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\",
    0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip
PORTUGUESE = (
    "@£$¥êéúíóç\nÔô\rÁáΔ_ªÇÀ∞^\\€Ó|\x1bÂâÊÉ !\"#º%&'()*+,-./0123456789:;<=>?"
    "ÍABCDEFGHIJKLMNOPQRSTUVWXYZÃÕÚÜ§~abcdefghijklmnopqrstuvwxyzãõ`üà"
)
TURKISH_CHANGES = {
    0x04: "€", 0x07: "ı", 0x0B: "Ğ", 0x0C: "ğ", 0x1C: "Ş", 0x1D: "ş", 0x40: "İ", 0x60: "ç",
}  # fmt: skip
TURKISH = "".join(TURKISH_CHANGES.get(code, character) for code, character in enumerate(DEFAULT))

LOCKING = {0: DEFAULT, 1: TURKISH, 3: PORTUGUESE}  # by national language identifier, 6.2.1.2.4
SINGLE = {
    0: EXTENSION,
    1: EXTENSION
    | {0x47: "Ğ", 0x49: "İ", 0x53: "Ş", 0x63: "ç", 0x67: "ğ", 0x69: "ı", 0x73: "ş"},
    2: EXTENSION
    | {0x09: "ç", 0x41: "Á", 0x49: "Í", 0x4F: "Ó", 0x55: "Ú", 0x61: "á", 0x69: "í", 0x6F: "ó", 0x75: "ú"},
    3: EXTENSION
    | {0x05: "ê", 0x09: "ç", 0x0B: "Ô", 0x0C: "ô", 0x0E: "Á", 0x0F: "á", 0x12: "Φ", 0x13: "Γ", 0x15: "Ω"}
    | {0x16: "Π", 0x17: "Ψ", 0x18: "Σ", 0x19: "Θ", 0x1F: "Ê", 0x41: "À", 0x49: "Í", 0x4F: "Ó", 0x55: "Ú"}
    | {0x5B: "Ã", 0x5C: "Õ", 0x61: "Â", 0x69: "í", 0x6F: "ó", 0x75: "ú", 0x7B: "ã", 0x7C: "õ", 0x7F: "â"},
}  # fmt: skip

_CODE = {character: code for code, character in enumerate(DEFAULT) if code != ESCAPE}
_EXTENDED_CODE = {character: code for code, character in EXTENSION.items()}


class Languages(NamedTuple):
    """The national language identifiers of one message's header; 0 = the default tables."""

    locking: int = 0
    single: int = 0

    @property
    def unknown(self) -> tuple[int, ...]:
        """The identifiers that have no table here."""
        return tuple(
            number
            for number, tables in ((self.locking, LOCKING), (self.single, SINGLE))
            if number not in tables
        )


def unpack_septets(data: bytes, count: int, *, fill_bits: int = 0) -> list[int]:
    """Return the first *count* septets of *data*, after *fill_bits*; fewer, if there are not so many."""
    bits = int.from_bytes(data, "little") >> fill_bits
    held = max(0, (8 * len(data) - fill_bits) // 7)
    return [(bits >> (7 * place)) & 0x7F for place in range(min(count, held))]


def pack_septets(septets: list[int], *, fill_bits: int = 0) -> bytes:
    """Return *septets* packed into octets, behind *fill_bits* zero bits."""
    bits = sum(septet << (7 * place) for place, septet in enumerate(septets)) << fill_bits
    return bits.to_bytes((7 * len(septets) + fill_bits + 7) // 8, "little")


NO_LANGUAGES = Languages()


def decode_septets(septets: list[int], languages: Languages = NO_LANGUAGES) -> str:
    """Return the text of *septets*; a code without a character is U+FFFD, as is an escape at the end.

    An escape before a code that the single shift table does not have shows the locking table's character
    (6.2.1.1, note 1).
    """
    locking = LOCKING.get(languages.locking, DEFAULT)
    single = SINGLE.get(languages.single, EXTENSION)
    text: list[str] = []
    escaped = False
    for code in septets:
        if escaped:
            text.append(single.get(code, UNKNOWN if code == ESCAPE else locking[code]))
            escaped = False
        elif code == ESCAPE:
            escaped = True
        else:
            text.append(locking[code])
    return "".join(text) + (UNKNOWN if escaped else "")


def encode_septets(text: str) -> list[int] | None:
    """Return *text* in the default alphabet and its extension, or None if a character is in neither."""
    septets: list[int] = []
    for character in text:
        if character in _CODE:
            septets.append(_CODE[character])
        elif character in _EXTENDED_CODE:
            septets += [ESCAPE, _EXTENDED_CODE[character]]
        else:
            return None
    return septets
