"""Two images, A and B: which one boots, kept in two copies so that a torn write leaves the older one.

A copy: generation u16 | active u8 | confirmed u8 | boots u8 | padding 3 | CRC-32 u32, little-endian.
"""

import binascii
import struct

from probe.logic import limits

COPY_BYTES = 12
_SHAPE = "<HBBB3x"


class SlotRecord:
    """What is known at boot: the active slot (0 or 1), whether it was confirmed, its boots since."""

    def __init__(self, generation: int, active: int, confirmed: int, boots: int) -> None:
        self.generation, self.active, self.confirmed, self.boots = generation, active, confirmed, boots


def encode_copy(record: SlotRecord) -> bytes:
    """Return the octets of one copy."""
    body = struct.pack(_SHAPE, record.generation, record.active, record.confirmed, record.boots)
    return body + struct.pack("<I", binascii.crc32(body))


def decode_copy(data: bytes) -> "SlotRecord | None":
    """Return the record in *data*, or None if it is torn, blank or none."""
    if len(data) != COPY_BYTES or struct.unpack_from("<I", data, 8)[0] != binascii.crc32(data[:8]):
        return None
    generation, active, confirmed, boots = struct.unpack_from(_SHAPE, data, 0)
    return SlotRecord(generation, active, confirmed, boots) if active <= 1 and confirmed <= 1 else None


def newest(first: bytes, second: bytes) -> "tuple[SlotRecord, int]":
    """Return the valid record of the later generation, and which copy (0, 1) is to be written next.

    With no valid copy: slot 0, confirmed.
    """
    one, two = decode_copy(first), decode_copy(second)
    if one is None:
        return (SlotRecord(0, 0, 1, 0), 0) if two is None else (two, 0)
    if two is None or (one.generation - two.generation) & 0xFFFF < 0x8000:
        return one, 1
    return two, 0


def at_boot(record: SlotRecord) -> SlotRecord:
    """Return the record to be written before the image starts: one boot more, or the roll-back."""
    generation = (record.generation + 1) & 0xFFFF
    if record.confirmed:
        return record
    if record.boots >= limits.BOOTS_AT_MOST:
        return SlotRecord(generation, 1 - record.active, 1, 0)
    return SlotRecord(generation, record.active, 0, record.boots + 1)


def after_copying(record: SlotRecord) -> SlotRecord:
    """Return the record that makes the other slot, just written and verified, the next to boot."""
    return SlotRecord((record.generation + 1) & 0xFFFF, 1 - record.active, 0, 0)


def after_self_check(record: SlotRecord) -> SlotRecord:
    """Return the record that confirms the running image."""
    return SlotRecord((record.generation + 1) & 0xFFFF, record.active, 1, 0)
