"""The messages of the probe link: one table for both ends. Rows are only added; a kind is never used again.

A row: (kind, name, struct format, ((field, lowest, highest), ...)); the unit is in the field's name. A value
outside its limits makes the whole message refused: a correct CRC says what was sent, not that it makes sense.
"""

import binascii
import struct

U16 = 0xFFFF
U32 = 0xFFFFFFFF
LINES = 5

EVENT_WINDOW = 1  # codes of the event message. value: 1 the maintenance window opened, 0 it closed
EVENT_MAINS_BACK = 2  # battery, mV
EVENT_PI_STATE = 3  # the watch over the Pi: 0 watch, 1 alarm, 2 reset pressed, 3 was reset, 4 power cut
EVENT_GNSS = 4  # the guard over the receiver raised: 1 a jump, 2 away from its place, 4 a jump of time
EVENT_LIMITS = 5  # bits of sensors outside their limits: supply, rail, battery, core, lines 0 to 4
EVENT_BOOT = 6  # reset reason of HELLO
EVENT_MAINS_LOST = 7  # in the board's ring only: the link has a message of its own. battery, mV

_COMMAND = (("command_id", 1, U32), ("deadline_ms", 0, U32))  # deadline: on the board's own uptime

TABLE = (
    (
        0x01,
        "hello",
        "<BBIIBB",
        (
            ("version_low", 1, 255),
            ("version_high", 1, 255),
            ("table_crc", 0, U32),
            ("build_hash", 0, U32),
            ("reset_reason", 0, 6),
            ("slot", 0, 1),
        ),
    ),
    (0x02, "ack", "<BIB", (("of_seq", 0, 255), ("command_id", 0, U32), ("result", 0, 4))),
    (
        0x10,
        "heartbeat",
        "<H5H",
        (("receipt_age_s", 0, U16),) + tuple(("line%d_samples" % line, 0, U16) for line in range(LINES)),
    ),
    (0x11, "power_off", "<IIBH", _COMMAND + (("line", 0, LINES - 1), ("lease_s", 1, 3600))),
    (0x12, "power_on", "<IIB", _COMMAND + (("line", 0, LINES - 1),)),
    (0x13, "power_cycle", "<IIB", _COMMAND + (("line", 0, LINES - 1),)),
    (0x14, "mode", "<IIBH", _COMMAND + (("mode", 0, 2), ("lasts_s", 0, 3600))),
    (
        0x20,
        "status",
        "<IBBHHhHB",
        (
            ("uptime_ms", 0, U32),
            ("power_bits", 0, 31),
            ("mains", 0, 1),
            ("battery_mv", 0, 20000),
            ("rail_mv", 0, 20000),
            ("temperature_cdegc", -5500, 15000),
            ("bad_frames", 0, U16),
            ("window", 0, 1),
        ),
    ),
    (
        0x21,
        "event",
        "<IIBBi",
        (
            ("number", 0, U32),
            ("uptime_ms", 0, U32),
            ("code", 1, 63),
            ("line", 0, LINES),
            ("value", -0x80000000, 0x7FFFFFFF),
        ),
    ),
    (0x22, "mains_lost", "<IH", (("uptime_ms", 0, U32), ("battery_mv", 0, 20000))),
    (
        0x23,
        "pps",
        "<IIIB",
        (("utc_s", 0, U32), ("age_ms", 0, U32), ("uncertainty_us", 0, U32), ("fix_quality", 0, 8)),
    ),
)

TABLE_CRC = binascii.crc32(repr(TABLE).encode())  # told in HELLO: two ends with other tables notice it
_BY_KIND = {row[0]: row for row in TABLE}
_BY_NAME = {row[1]: row for row in TABLE}


class MessageError(ValueError):
    """A message that this side was asked to send is not one of the table: a bug of the caller."""


def kind_of(name: str) -> int:
    """Return the kind of the message called *name*.

    Raises: MessageError, if no row has it.
    """
    if name not in _BY_NAME:
        raise MessageError("no message %s in the table" % name)
    return _BY_NAME[name][0]


def _is_within(fields: "tuple[tuple[str, int, int], ...]", values: "tuple[int, ...]") -> bool:
    for index, (_, lowest, highest) in enumerate(fields):
        if not lowest <= values[index] <= highest:
            return False
    return True


def encode_payload(name: str, values: "tuple[int, ...]") -> bytes:
    """Return the payload of message *name*, its values in the table's order.

    Raises: MessageError, if a value is missing, too many, or outside its limits.
    """
    kind_of(name)
    _, _, shape, fields = _BY_NAME[name]
    if len(values) != len(fields) or not _is_within(fields, values):
        raise MessageError("%s%s does not fit %s" % (name, values, fields))
    return struct.pack(shape, *values)


def decode_payload(
    kind: int, payload: "bytes | bytearray | memoryview"
) -> "tuple[str, tuple[int, ...]] | None":
    """Return (name, values in the table's order), or None for what the table does not allow."""
    row = _BY_KIND.get(kind)
    if row is None or struct.calcsize(row[2]) != len(payload):
        return None
    values = struct.unpack(row[2], payload)
    return (row[1], values) if _is_within(row[3], values) else None
