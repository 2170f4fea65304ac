"""Cell broadcast (TS 23.041 9.4.1): a text in pages of 88 octets, each with its number and the total."""

from dataclasses import dataclass

from hil_tests.sims.network.codec import pack_septets, septets_of

PAGE_OCTETS, CONTENT_OCTETS = 88, 82
PAGE_SEPTETS = 93
GSM7_UNSPECIFIED, UCS2 = 0x0F, 0x48  # TS 23.038 5
CARRIAGE_RETURN = 0x0D
MOST_PAGES = 15


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it is broadcast."""

    serial: int
    message_id: int
    coding: int
    number: int
    total: int
    text: str
    content: bytes

    @property
    def pdu(self) -> bytes:
        """The 88 octets of TS 23.041 9.4.1.2."""
        head = self.serial.to_bytes(2, "big") + self.message_id.to_bytes(2, "big")
        return head + bytes((self.coding, self.number << 4 | self.total)) + self.content


def _pieces(text: str, room: int) -> list[str]:
    return [text[i : i + room] for i in range(0, len(text), room)] or [""]


def _septet_pieces(text: str) -> list[str]:
    """Return *text* cut at PAGE_SEPTETS, no escape cut in two."""
    pieces, used = [""], 0
    for char in text:
        cost = len(septets_of(char) or b"")
        if used + cost > PAGE_SEPTETS:
            pieces.append("")
            used = 0
        pieces[-1] += char
        used += cost
    return pieces


def paginate(text: str, serial: int, message_id: int) -> tuple[Page, ...]:
    """Return the pages of *text*: GSM 7 bit padded with CR, or UCS2. Raises: ValueError, over 15 pages."""
    plain = septets_of(text) is not None
    pieces = _septet_pieces(text) if plain else _pieces(text, CONTENT_OCTETS // 2)
    if len(pieces) > MOST_PAGES:
        raise ValueError(f"a broadcast of {len(pieces)} pages; TS 23.041 allows {MOST_PAGES}")
    pages = []
    for number, piece in enumerate(pieces, start=1):
        if plain:
            septets = (septets_of(piece) or b"").ljust(PAGE_SEPTETS, bytes((CARRIAGE_RETURN,)))
            coding, content = GSM7_UNSPECIFIED, pack_septets(septets)
        else:
            padded = piece.ljust(CONTENT_OCTETS // 2, "\r")
            coding, content = UCS2, padded.encode("utf-16-be")
        pages.append(Page(serial, message_id, coding, number, len(pieces), piece, content))
    return tuple(pages)
