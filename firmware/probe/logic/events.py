"""The event ring: the last events in records of a fixed size with a CRC, in a few files used in turn.

Record number n stands in file n // PER_FILE % FILES_USED, so the ring needs no index that could be torn; a
file is begun anew when its turn comes. An event waits in memory until the flash may be written, and is never
lost silently: `dropped` counts.
"""

import binascii
import struct

from probe.logic.files import read_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from probe.logic.files import Files

RECORD_BYTES = 20
PER_FILE = 32
FILES_USED = 8
WAITING = 16
_BODY = "<IIHBBi"  # number, uptime_ms, boot, code, line, value; then the CRC-32 of them


def encode_record(number: int, uptime_ms: int, boot: int, code: int, line: int, value: int) -> bytes:
    """Return the octets of one record."""
    body = struct.pack(_BODY, number, uptime_ms, boot, code, line, value)
    return body + struct.pack("<I", binascii.crc32(body))


def decode_record(data: "bytes | memoryview") -> "tuple[int, int, int, int, int, int] | None":
    """Return (number, uptime_ms, boot, code, line, value), or None if the CRC does not hold."""
    if len(data) != RECORD_BYTES or struct.unpack_from("<I", data, 16)[0] != binascii.crc32(data[:16]):
        return None
    number, uptime_ms, boot, code, line, value = struct.unpack_from(_BODY, data, 0)
    return number, uptime_ms, boot, code, line, value


class EventRing:
    """Of one folder; at the start it finds out what is there and goes on behind it."""

    def __init__(self, files: "Files", folder: str) -> None:
        self.dropped = self.failed = 0
        self.boot = 0  # of the board, since the ring was made
        self.next_number = 0
        self._files, self._folder = files, folder
        self._waiting = bytearray(WAITING * RECORD_BYTES)
        self._count = 0
        last = None
        for record in self.read():
            last = record
        if last is not None:
            self.boot = (last[2] + 1) & 0xFFFF
            self.next_number = last[0] + 1
            if self.next_number % PER_FILE and not self._is_whole(self._path(last[0]), last[0]):
                self.next_number = (last[0] // PER_FILE + 1) * PER_FILE  # leave the damaged file behind

    def _path(self, number: int) -> str:
        return "%s/%d" % (self._folder, number // PER_FILE % FILES_USED)

    def _is_whole(self, path: str, last: int) -> bool:
        return len(read_all(self._files, path)) == (last % PER_FILE + 1) * RECORD_BYTES

    def _records(self, path: str) -> "list[tuple[int, int, int, int, int, int]]":
        data = read_all(self._files, path)
        found = []
        for start in range(0, len(data), RECORD_BYTES):
            record = decode_record(data[start : start + RECORD_BYTES])
            if record is not None and self._path(record[0]) == path:
                found.append(record)
        return found

    def read(self) -> "list[tuple[int, int, int, int, int, int]]":
        """Return the events in flash, oldest first."""
        found = []
        for turn in range(FILES_USED):
            found.extend(self._records("%s/%d" % (self._folder, turn)))
        found.sort()
        return found

    def note(self, uptime_ms: int, code: int, line: int, value: int) -> None:
        """Take an event; it waits for `flush`. Writes no flash, and can be called from anywhere."""
        if self._count == WAITING:
            self.dropped += 1
            return
        body, at = self._waiting, self._count * RECORD_BYTES
        number = self.next_number + self._count
        struct.pack_into(_BODY, body, at, number, uptime_ms, self.boot, code, line, value)
        view = memoryview(body)[at : at + 16]
        struct.pack_into("<I", body, at + 16, binascii.crc32(view))
        self._count += 1

    def flush(self, *, may_write: bool) -> int:
        """Write what waits, up to the end of one file; return how many records. At low supply: none."""
        if not may_write or not self._count:
            return 0
        count = min(self._count, PER_FILE - self.next_number % PER_FILE)
        try:
            self._write(count * RECORD_BYTES)
        except OSError:
            self.failed += 1
            return 0
        self._waiting[: (self._count - count) * RECORD_BYTES] = self._waiting[
            count * RECORD_BYTES : self._count * RECORD_BYTES
        ]
        self._count -= count
        self.next_number += count
        return count

    def _write(self, size: int) -> None:
        if self.next_number == 0 and self._folder not in self._files.listdir("/"):
            self._files.mkdir(self._folder)
        mode = "ab" if self.next_number % PER_FILE else "wb"
        file = self._files.open(self._path(self.next_number), mode)
        try:
            file.write(memoryview(self._waiting)[:size])
        finally:
            file.close()
