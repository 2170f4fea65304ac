"""The user data header: concatenation, ports, national languages; what is not known is kept as it came.

Ref: 3GPP TS 23.040 9.2.3.24.
"""

from __future__ import annotations

from typing import NamedTuple

from modem_drivers.reading import SmsPlace
from modem_drivers.sms.alphabet import Languages
from modem_drivers.sms.octets import Octets

CONCAT_8, CONCAT_16 = 0x00, 0x08
PORTS_8, PORTS_16 = 0x04, 0x05
SINGLE_SHIFT, LOCKING_SHIFT = 0x24, 0x25
LENGTHS = {CONCAT_8: 3, CONCAT_16: 4, PORTS_8: 2, PORTS_16: 4, SINGLE_SHIFT: 1, LOCKING_SHIFT: 1}


class Header(NamedTuple):
    """A user data header. `elements`: {identifier: octets} in the order they came, the last of its kind."""

    octets: int = 0
    place: SmsPlace | None = None
    ports: tuple[int, int] | None = None
    languages: Languages = Languages()
    elements: tuple[tuple[int, bytes], ...] = ()
    problems: tuple[str, ...] = ()


def read_header(data: bytes, *, what: str) -> Header:
    """Return the header at the front of user *data*, its length octet included in `octets`.

    An element of a wrong length is left out and named in problems; a last one that is cut off makes the whole
    header ignored, but for its length (9.2.3.24).
    Raises: MalformedPdu, if the header is longer than the data.
    """
    cursor = Octets(data, what=what)
    length = cursor.octet("TP-UDHL")
    body = Octets(cursor.take(length, "TP-UDH"), what=what)
    elements: list[tuple[int, bytes]] = []
    while body.position < length:
        identifier = body.octet("IEI")
        if body.position == length or body.position + 1 + data[1 + body.position] > length:
            return Header(length + 1, problems=(f"TP-UDH: element {identifier:#04x} is cut off",))
        elements.append((identifier, body.take(body.octet("IEIDL"), "IED")))
    fitting = [(i, o) for i, o in elements if LENGTHS.get(i, len(o)) == len(o)]
    wrong_size = [(i, o) for i, o in elements if (i, o) not in fitting]
    problems = [f"TP-UDH: element {i:#04x} has {len(o)} octets" for i, o in wrong_size]
    known = _last_of(dict(fitting), fitting)
    place, wrong = _place(known)
    return Header(length + 1, place, _ports(known), _languages(known), tuple(elements), (*problems, *wrong))


def _last_of(known: dict[int, bytes], in_order: list[tuple[int, bytes]]) -> dict[int, bytes]:
    """Return *known* without what a later element of the other width replaces (9.2.3.24: the last counts)."""
    latest = {identifier: place for place, (identifier, _) in enumerate(in_order)}
    for one, other in ((CONCAT_8, CONCAT_16), (PORTS_8, PORTS_16)):
        if one in known and other in known:
            del known[one if latest[one] < latest[other] else other]
    return known


def _place(known: dict[int, bytes]) -> tuple[SmsPlace | None, tuple[str, ...]]:
    """Return the place in a concatenated message; part 0, or beyond the total, is no place (9.2.3.24.1)."""
    if octets := known.get(CONCAT_16):
        place = SmsPlace(int.from_bytes(octets[:2], "big"), 16, octets[2], octets[3])
    elif octets := known.get(CONCAT_8):
        place = SmsPlace(octets[0], 8, octets[1], octets[2])
    else:
        return None, ()
    if not 1 <= place.number <= place.total:
        return None, (f"TP-UDH: part {place.number} of {place.total}",)
    return place, ()


def _ports(known: dict[int, bytes]) -> tuple[int, int] | None:
    """Return (destination, source) application ports."""
    if octets := known.get(PORTS_16):
        return int.from_bytes(octets[:2], "big"), int.from_bytes(octets[2:], "big")
    if octets := known.get(PORTS_8):
        return octets[0], octets[1]
    return None


def _languages(known: dict[int, bytes]) -> Languages:
    return Languages(known.get(LOCKING_SHIFT, b"\0")[0], known.get(SINGLE_SHIFT, b"\0")[0])


def concat_header(place: SmsPlace) -> bytes:
    """Return the header of one part of a concatenated message, its length octet in front."""
    if place.reference_bits == 16:
        body = bytes((CONCAT_16, 4)) + place.reference.to_bytes(2, "big") + bytes((place.total, place.number))
    else:
        body = bytes((CONCAT_8, 3, place.reference, place.total, place.number))
    return bytes((len(body),)) + body
