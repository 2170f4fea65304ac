"""Text as a modem writes it: UCS2 hex, the GSM 7 bit alphabet, and SMS PDUs (TS 23.038, TS 23.040)."""

from dataclasses import dataclass
from datetime import datetime

GSM7 = (  # TS 23.038 6.2.1: row by row of the table, sixteen a line
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
GSM7_ESCAPE = 0x1B
GSM7_EXTENSION = {  # TS 23.038 6.2.1.1: the septet after an escape
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
SAME_IN_ASCII = frozenset(c for c in GSM7 if " " <= c <= "z" and c.isascii()) - set('"@$_')


class PduError(ValueError):
    """A PDU handed to the modem does not fit TS 23.040; the text says where."""


def is_plain(text: str) -> bool:
    """Tell whether *text* needs no UCS2: every character is the same byte in ASCII and GSM 7 bit."""
    return set(text) <= SAME_IN_ASCII


def ucs2_hex(text: str) -> str:
    """Return *text* as UCS2 hexadecimal digits, four a character."""
    return text.encode("utf-16-be").hex().upper()


def pack_septets(septets: bytes, *, skip_bits: int = 0) -> bytes:
    """Return *septets* packed eight into seven octets, after *skip_bits* fill bits."""
    bits = sum(septet << (7 * i + skip_bits) for i, septet in enumerate(septets))
    return bits.to_bytes((7 * len(septets) + skip_bits + 7) // 8, "little")


def unpack_septets(data: bytes, count: int) -> bytes:
    """Return the first *count* septets of *data*."""
    bits = int.from_bytes(data, "little")
    return bytes(bits >> (7 * i) & 0x7F for i in range(count))


def swap_digits(digits: str) -> bytes:
    """Return decimal *digits* as semi-octets, low nibble first, F to fill (TS 23.040 9.1.2.3)."""
    padded = digits + "F" * (len(digits) % 2)
    return bytes(int(padded[i + 1] + padded[i], 16) for i in range(0, len(padded), 2))


def unswap_digits(data: bytes) -> str:
    """Return the digits of semi-octets, without the fill."""
    return "".join(f"{octet & 15:X}{octet >> 4:X}" for octet in data).rstrip("F")


def encode_address(address: str) -> bytes:
    """Return TP-OA/TP-DA of *address*: +digits international, digits unknown, else alphanumeric."""
    digits = address.removeprefix("+")
    if digits.isdecimal():
        kind = 0x91 if address.startswith("+") else 0x81
        return bytes((len(digits), kind)) + swap_digits(digits)
    packed = pack_septets(bytes(GSM7.index(c) for c in address))
    return bytes(((7 * len(address) + 3) // 4, 0xD0)) + packed


def encode_time(local: datetime, zone_quarters: int) -> bytes:
    """Return TP-SCTS of a *local* time in a zone of *zone_quarters* quarter hours east of UTC."""
    sign = 0x08 if zone_quarters < 0 else 0
    stamp = swap_digits(local.strftime("%y%m%d%H%M%S"))
    tens, units = divmod(abs(zone_quarters), 10)
    return stamp + bytes((units << 4 | tens | sign,))


def septets_of(text: str) -> bytes | None:
    """Return *text* in the GSM 7 bit alphabet, extension table included; None if it cannot say it."""
    septets = bytearray()
    for char in text:
        if char in GSM7_EXTENSION:
            septets += bytes((GSM7_ESCAPE, GSM7_EXTENSION[char]))
        elif char in GSM7 and char != "\x1b":
            septets.append(GSM7.index(char))
        else:
            return None
    return bytes(septets)


def text_of(septets: bytes) -> str:
    """Return the text of *septets*; an escape before an unknown septet counts as nothing."""
    extended = {number: char for char, number in GSM7_EXTENSION.items()}
    text, escaped = "", False
    for septet in septets:
        if not escaped and septet == GSM7_ESCAPE:
            escaped = True
        else:
            text += extended.get(septet, GSM7[septet]) if escaped else GSM7[septet]
            escaped = False
    return text


def encode_user_data(text: str, header: bytes = b"", *, ucs2: bool = False) -> tuple[int, int, bytes]:
    """Return (TP-DCS, TP-UDL, TP-UD): GSM 7 bit where it can say it, else UCS2; *header* with its length."""
    septets = None if ucs2 else septets_of(text)
    if septets is None:
        data = header + text.encode("utf-16-be")
        return 0x08, len(data), data
    filled = (8 * len(header) + 6) // 7
    packed = pack_septets(septets, skip_bits=7 * filled - 8 * len(header))
    return 0x00, filled + len(septets), header + packed


def encode_deliver(
    sender: str,
    text: str,
    smsc: str,
    local: datetime,
    zone_quarters: int,
    *,
    header: bytes = b"",
    message_class: int | None = None,
    ucs2: bool = False,
) -> tuple[bytes, int]:
    """Return (PDU with its SMSC, length of the TPDU alone in octets) of an SMS-DELIVER.

    *header* is a TP-UDH with its length octet, *message_class* 0 to 3 goes into the coding, *ucs2* forces it.
    """
    centre = bytes((0x91,)) + swap_digits(smsc.removeprefix("+"))
    coding, length, data = encode_user_data(text, header, ucs2=ucs2)
    if message_class is not None:
        coding |= 0x10 | message_class
    first = 0x44 if header else 0x04
    tpdu = bytes((first,)) + encode_address(sender) + bytes((0x00, coding))
    tpdu += encode_time(local, zone_quarters) + bytes((length,)) + data
    return bytes((len(centre),)) + centre + tpdu, len(tpdu)


@dataclass(frozen=True, slots=True)
class Submit:
    """What an SMS-SUBMIT asks for."""

    recipient: str
    text: str
    report: bool = False
    ucs2: bool = False
    part: tuple[int, int, int, int] | None = None


def _part_of(first: int, data: bytes) -> tuple[int, int, int, int] | None:
    """Return reference, its bits, total and number of the header in TP-UD *data*, if it tells of parts."""
    if not first & 0x40:
        return None
    header, place = data[1 : data[0] + 1], 0
    while place + 2 <= len(header):
        kind, size = header[place], header[place + 1]
        value = header[place + 2 : place + 2 + size]
        if (kind, size) in {(0x00, 3), (0x08, 4)}:
            return int.from_bytes(value[:-2], "big"), 8 * (size - 2), value[-2], value[-1]
        place += 2 + size
    return None


def encode_status_report(
    reference: int,
    recipient: str,
    smsc: str,
    stamps: tuple[datetime, datetime],
    zone_quarters: int,
    status: int,
) -> tuple[bytes, int]:
    """Return (PDU with its SMSC, length of the TPDU alone) of an SMS-STATUS-REPORT (TS 23.040 9.2.2.3).

    *stamps*: when the centre had the message, and when its *status* was reached; local times.
    """
    centre = bytes((0x91,)) + swap_digits(smsc.removeprefix("+"))
    tpdu = bytes((0x06, reference)) + encode_address(recipient)
    tpdu += b"".join(encode_time(local, zone_quarters) for local in stamps) + bytes((status,))
    return bytes((len(centre),)) + centre + tpdu, len(tpdu)


def _take_address(data: bytes) -> tuple[str, bytes]:
    digits, kind = data[0], data[1]
    size = (digits + 1) // 2
    prefix = "+" if kind & 0x70 == 0x10 else ""
    return prefix + unswap_digits(data[2 : 2 + size]), data[2 + size :]


def _decode_user_data(first: int, coding: int, length: int, data: bytes) -> str:
    header = data[0] + 1 if first & 0x40 else 0
    if coding & 0x0C == 0x08:
        return data[header:length].decode("utf-16-be")
    if coding & 0x0C == 0x04:
        return data[header:length].hex().upper()
    skip = (header * 8 + 6) // 7
    return text_of(unpack_septets(data, length)[skip:])


def decode_submit(pdu: bytes) -> Submit:
    """Return the content of an SMS-SUBMIT with its leading SMSC field.

    Raises: PduError, if it is cut short or no SMS-SUBMIT.
    """
    try:
        tpdu = pdu[1 + pdu[0] :]
        first = tpdu[0]
        if first & 0x03 != 0x01:
            raise PduError(f"first octet {first:02X} is no SMS-SUBMIT")
        recipient, rest = _take_address(tpdu[2:])
        coding = rest[1]
        rest = rest[2 + {0x00: 0, 0x10: 1, 0x08: 7, 0x18: 7}[first & 0x18] :]
        text = _decode_user_data(first, coding, rest[0], rest[1:])
        part = _part_of(first, rest[1:])
        return Submit(recipient, text, bool(first & 0x20), coding & 0x0C == 0x08, part)
    except (IndexError, UnicodeDecodeError) as exc:
        raise PduError(f"SMS-SUBMIT of {len(pdu)} octets ends early: {exc}") from exc
