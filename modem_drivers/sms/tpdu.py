"""One short message's PDU, as AT+CMGR, AT+CMGL, +CMT and +CDS give it in PDU mode, into an SmsPart and back.

Ref: 3GPP TS 23.040 9.2.2.1 (DELIVER), 9.2.2.2 (SUBMIT), 9.2.2.3 (STATUS-REPORT), 9.2.3; TS 27.005 3.1 (the
service centre's address in front). A field that is damaged is None and named in problems; octets that are
missing are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from modem_drivers.reading import SmsPart, SmsPlace
from modem_drivers.sms.address import Address, as_utc, encode_address, read_address, read_smsc, read_time
from modem_drivers.sms.alphabet import (
    ESCAPE,
    decode_septets,
    encode_septets,
    pack_septets,
    unpack_septets,
)
from modem_drivers.sms.coding import Alphabet, Coding, decode_coding
from modem_drivers.sms.header import Header, concat_header, read_header
from modem_drivers.sms.octets import Octets, octets_of_hex

WHAT = "SMS PDU"
DELIVER, SUBMIT, STATUS_REPORT = 0, 1, 2
HEADER_INDICATOR, REPORT_REQUEST, NO_MORE = 0x40, 0x20, 0x04
VALIDITY_OCTETS = {0: 0, 1: 7, 2: 1, 3: 7}  # by TP-VPF: none, enhanced, relative, absolute
USER_DATA_OCTETS = 140
FILLER = b"\xff"  # fills a message's record in EF_SMS (TS 31.102 4.2.25), not part of it
PARTS_AT_MOST = 255
UCS2_CODING = 8
RELATIVE_DAY = 167  # TP-VP: (167 - 143) x 30 minutes after 12 hours = 24 hours


class UserData(NamedTuple):
    """TP-UD, read."""

    text: str | None
    data: bytes
    header: Header
    problems: tuple[str, ...]


class Submit(NamedTuple):
    """A PDU to send: AT+CMGS=<length> and then `pdu`; length counts the octets behind the SMSC's address."""

    pdu: str
    length: int


def decode_pdu(text: str, *, sent_by_us: bool = False) -> SmsPart:
    """Return the message of hexadecimal *text*, the service centre's address in front.

    The type bits 00 mean DELIVER, 10 a status report, 01 SUBMIT (a stored message of ours); *sent_by_us* is
    not needed for them, it refuses what cannot have come from there.
    Raises: MalformedPdu, with field and octet.
    """
    octets = Octets(octets_of_hex(text, what=WHAT), what=WHAT)
    smsc = read_smsc(octets)
    first = octets.octet("TP-MTI")
    kind = first & 3
    if kind == 3 or (sent_by_us and kind != SUBMIT):
        raise octets.refusal("TP-MTI", "a SUBMIT" if sent_by_us else "DELIVER, SUBMIT or STATUS-REPORT")
    part = {DELIVER: _deliver, SUBMIT: _submit, STATUS_REPORT: _report}[kind](octets, first)
    return replace(part, smsc=smsc.text if smsc else None)


def _deliver(octets: Octets, first: int) -> SmsPart:
    sender = read_address(octets, "TP-OA")
    protocol, coding = octets.octet("TP-PID"), octets.octet("TP-DCS")
    sent, wrong = read_time(octets, "TP-SCTS")
    part = _with_user_data(octets, first, coding, _part("deliver", sender, protocol, coding))
    return replace(
        part,
        sent_utc=as_utc(sent),
        zone_minutes=_zone_minutes(sent),
        more_follow=not first & NO_MORE,
        report_asked=bool(first & REPORT_REQUEST),
        problems=(*part.problems, *((wrong,) if wrong else ())),
    )


def _submit(octets: Octets, first: int) -> SmsPart:
    reference = octets.octet("TP-MR")
    recipient = read_address(octets, "TP-DA")
    protocol, coding = octets.octet("TP-PID"), octets.octet("TP-DCS")
    octets.take(VALIDITY_OCTETS[first >> 3 & 3], "TP-VP")
    part = _with_user_data(octets, first, coding, _part("submit", recipient, protocol, coding))
    return replace(part, reference=reference, report_asked=bool(first & REPORT_REQUEST))


def _report(octets: Octets, first: int) -> SmsPart:
    reference = octets.octet("TP-MR")
    recipient = read_address(octets, "TP-RA")
    sent, wrong_sent = read_time(octets, "TP-SCTS")
    done, wrong_done = read_time(octets, "TP-DT")
    status = octets.octet("TP-ST")
    part = _part("status-report", recipient, 0, 0)
    return replace(
        part,
        reference=reference,
        sent_utc=as_utc(sent),
        zone_minutes=_zone_minutes(sent),
        done_utc=as_utc(done),
        status=status,
        more_follow=not first & NO_MORE,
        problems=tuple(wrong for wrong in (wrong_sent, wrong_done) if wrong),
    )


def _zone_minutes(moment: datetime | None) -> int | None:
    offset = moment.utcoffset() if moment else None
    return None if offset is None else int(offset / timedelta(minutes=1))


def _part(kind: str, peer: Address, protocol: int, coding: int) -> SmsPart:
    return SmsPart(
        kind=kind, peer=peer.text, alphanumeric=peer.alphanumeric, protocol=protocol, coding=coding
    )


def _with_user_data(octets: Octets, first: int, scheme: int, part: SmsPart) -> SmsPart:
    coding = decode_coding(scheme)
    length = octets.octet("TP-UDL")
    read = _user_data(octets, length, coding, has_header=bool(first & HEADER_INDICATOR))
    notes = (f"TP-DCS: {scheme:#04x} is reserved, read as gsm7",) if coding.reserved else ()
    behind = octets.rest().rstrip(FILLER)
    more = (f"TP-UDL: {len(behind)} octets stand behind the user data",) if behind else ()
    return replace(
        part,
        text=read.text,
        data=read.data,
        alphabet=coding.alphabet.value,
        message_class=coding.message_class,
        place=read.header.place,
        ports=read.header.ports,
        problems=(*notes, *read.header.problems, *read.problems, *more),
    )


def _user_data(octets: Octets, length: int, coding: Coding, *, has_header: bool) -> UserData:
    """Read TP-UD. *length*: TP-UDL, septets of GSM 7-bit text (header included), else octets."""
    septets = coding.alphabet is Alphabet.GSM7 and not coding.compressed
    whole = octets.take((length * 7 + 7) // 8 if septets else length, "TP-UD")
    header = read_header(whole, what=WHAT) if has_header else Header()
    body = whole[header.octets :]
    if coding.compressed:
        return UserData(None, body, header, ("TP-UD: compressed (TS 23.042), kept as data",))
    if coding.alphabet is Alphabet.DATA:
        return UserData(None, body, header, ())
    if coding.alphabet is Alphabet.UCS2:
        return _ucs2(body, header)
    return _gsm7(body, length, header)


def _gsm7(body: bytes, length: int, header: Header) -> UserData:
    """The text begins at the septet boundary behind the header (9.2.3.24, figure 9.2.3.24 (a))."""
    header_septets = (header.octets * 8 + 6) // 7
    septets = unpack_septets(body, length - header_septets, fill_bits=header_septets * 7 - header.octets * 8)
    unknown = header.languages.unknown
    problems = tuple(f"TP-UD: national language {number} is not known here" for number in unknown)
    return UserData(decode_septets(septets, header.languages), b"", header, problems)


def _ucs2(body: bytes, header: Header) -> UserData:
    """UTF-16 in fact: phones send surrogate pairs. What is no character is U+FFFD, and said."""
    text = body.decode("utf-16-be", "replace")
    problems = ["TP-UD: an odd octet at the end of UCS2 text"] if len(body) % 2 else []
    if not problems and "\N{REPLACEMENT CHARACTER}" in text:
        problems.append("TP-UD: half a surrogate pair, as when a long text is cut inside one")
    return UserData(text, b"", header, tuple(problems))


# --- sending ---


def encode_submit(
    recipient: str, text: str, *, reference: int = 0, report: bool = False, reference_bits: int = 8
) -> list[Submit]:
    """Return the PDUs that send *text* to *recipient*, parts in order; the modem fills in the SMSC and TP-MR.

    Text outside the GSM alphabet goes as UCS2. *reference* binds the parts. Valid for 24 hours.
    Raises: ValueError, if the recipient is no telephone number or there are more than 255 parts.
    """
    address = encode_address(recipient)
    septets = encode_septets(text)
    room = USER_DATA_OCTETS - len(concat_header(SmsPlace(0, reference_bits, 1, 1)))
    pieces: Sequence[list[int] | bytes] = (
        _ucs2_pieces(text, room) if septets is None else _gsm7_pieces(septets, room)
    )
    if len(pieces) > PARTS_AT_MOST:
        raise ValueError(f"{len(pieces)} parts: a message has at most {PARTS_AT_MOST}; shorten the text")
    coding = 0 if septets is not None else UCS2_CODING
    pdus = []
    for number, piece in enumerate(pieces, 1):
        place = SmsPlace(reference, reference_bits, len(pieces), number) if len(pieces) > 1 else None
        pdus.append(_submit_pdu(address, coding, piece, place, report=report))
    return pdus


def _submit_pdu(
    address: bytes, coding: int, piece: list[int] | bytes, place: SmsPlace | None, *, report: bool
) -> Submit:
    head = concat_header(place) if place else b""
    first = SUBMIT | 2 << 3 | (HEADER_INDICATOR if head else 0) | (REPORT_REQUEST if report else 0)
    if isinstance(piece, bytes):
        length, body = len(head) + len(piece), head + piece
    else:
        fill = -len(head) * 8 % 7
        length = (len(head) * 8 + fill) // 7 + len(piece)
        body = head + pack_septets(piece, fill_bits=fill)
    tpdu = bytes((first, 0)) + address + bytes((0, coding, RELATIVE_DAY, length)) + body
    return Submit("00" + tpdu.hex().upper(), len(tpdu))


def _gsm7_pieces(septets: list[int], room: int) -> list[list[int]]:
    """Return *septets* whole if 160 suffice, else in pieces that fit *room* octets behind a header.

    An escape is never parted from its character.
    """
    if len(septets) <= USER_DATA_OCTETS * 8 // 7:
        return [septets]
    pieces, start, most = [], 0, room * 8 // 7
    while start < len(septets):
        end = min(start + most, len(septets))
        if end < len(septets) and septets[end - 1] == ESCAPE:
            end -= 1
        pieces.append(septets[start:end])
        start = end
    return pieces


def _ucs2_pieces(text: str, room: int) -> list[bytes]:
    """Return UTF-16 whole if 140 octets suffice, else in pieces of at most *room*; pairs stay whole."""
    whole = text.encode("utf-16-be", "surrogatepass")
    if len(whole) <= USER_DATA_OCTETS:
        return [whole]
    pieces, start = [], 0
    while start < len(whole):
        end = min(start + room // 2 * 2, len(whole))
        if end < len(whole) and 0xD8 <= whole[end - 2] <= 0xDB:
            end -= 2
        pieces.append(whole[start:end])
        start = end
    return pieces


def status_meaning(status: int) -> str:
    """Return "delivered", "pending", "failed" or "unknown" for TP-ST (9.2.3.15)."""
    if status & 0x80:
        return "unknown"
    if status < 0x20:
        return "delivered" if status <= 2 else "unknown"
    return "pending" if status < 0x40 else "failed"
