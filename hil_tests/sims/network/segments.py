"""A long text in parts (TS 23.040 9.2.3.24.1 and .8): where it is cut, and each part's header."""

from dataclasses import dataclass

from hil_tests.sims.network.codec import septets_of

OCTETS = 140


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of which message: an 8 or 16 bit reference, the number of parts, this one from 1."""

    reference: int
    reference_bits: int
    total: int
    number: int

    @property
    def header(self) -> bytes:
        """The TP-UDH with its length: information element 00 (8 bit) or 08 (16 bit)."""
        if self.reference_bits == 16:
            body = bytes((0x08, 0x04)) + (self.reference & 0xFFFF).to_bytes(2, "big")
        else:
            body = bytes((0x00, 0x03, self.reference & 0xFF))
        body += bytes((self.total, self.number))
        return bytes((len(body),)) + body


def _room(ucs2: bool, header_octets: int) -> int:
    """Return how many septets or UTF-16 units fit beside a header."""
    return (OCTETS - header_octets) // 2 if ucs2 else (8 * (OCTETS - header_octets)) // 7


def _cost(char: str, ucs2: bool) -> int:
    return len(char.encode("utf-16-be")) // 2 if ucs2 else len(septets_of(char) or b"")


def cut(text: str, reference_bits: int) -> tuple[str, ...]:
    """Return *text* in the pieces it is sent in; one piece if it fits without a header.

    No character, and no escape of the 7 bit alphabet, is cut in two.
    """
    ucs2 = septets_of(text) is None
    if sum(_cost(char, ucs2) for char in text) <= _room(ucs2, 0):
        return (text,)
    room = _room(ucs2, 7 if reference_bits == 16 else 6)
    pieces, used = [""], 0
    for char in text:
        cost = _cost(char, ucs2)
        if used + cost > room:
            pieces.append("")
            used = 0
        pieces[-1] += char
        used += cost
    return tuple(pieces)
