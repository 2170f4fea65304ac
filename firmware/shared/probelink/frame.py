"""Frames of the probe link: COBS between zeros, CRC-32, fixed buffers. No I/O, no clock.

Before COBS: version u8 | kind u8 | flags u8 | seq u8 | length u8 | payload | CRC-32 of IEEE 802.3, LE.
A zero stands on both ends, so that noise between two frames costs neither of them.
MicroPython's small integers have 31 bits: the CRC is kept as two halves, and no byte costs an allocation.
"""

from array import array

VERSION_LOW = 1
VERSION_HIGH = 1
KIND_HELLO = 1  # understood in every version: it is how two versions find each other
FLAG_WANTS_ACK = 1
MAX_PAYLOAD = 64
HEAD_BYTES = 5
CRC_BYTES = 4
MAX_BODY = HEAD_BYTES + MAX_PAYLOAD + CRC_BYTES
MAX_WIRE = MAX_BODY + 3  # one COBS code, two delimiters

_RESIDUE_HIGH = 0xDEBB  # of CRC-32 over data and its own CRC
_RESIDUE_LOW = 0x20E3


def _crc_tables() -> "tuple[array[int], array[int]]":
    high, low = array("H", bytes(512)), array("H", bytes(512))
    for index in range(256):
        upper, lower = 0, index
        for _ in range(8):
            odd = lower & 1
            lower = (lower >> 1) | ((upper & 1) << 15)
            upper >>= 1
            if odd:
                upper ^= 0xEDB8
                lower ^= 0x8320
        high[index], low[index] = upper, lower
    return high, low


_CRC_HIGH, _CRC_LOW = _crc_tables()


class FrameError(ValueError):
    """A frame that this side was asked to send does not fit: a bug of the caller."""


class FrameEncoder:
    """Writes frames into its own buffer of MAX_WIRE bytes."""

    def __init__(self) -> None:
        self.wire = bytearray(MAX_WIRE)
        self._body = bytearray(MAX_BODY)

    def encode(self, kind: int, seq: int, payload: "bytes | bytearray | memoryview", flags: int = 0) -> int:
        """Return how many bytes of `wire` are the frame.

        Raises: FrameError, if the payload is longer than MAX_PAYLOAD.
        """
        size = len(payload)
        if size > MAX_PAYLOAD:
            raise FrameError("payload of %d bytes, at most %d: split it" % (size, MAX_PAYLOAD))
        body = self._body
        body[0], body[1], body[2], body[3], body[4] = VERSION_HIGH, kind, flags, seq, size
        for index in range(size):
            body[HEAD_BYTES + index] = payload[index]
        self._append_crc(HEAD_BYTES + size)
        return self._stuff(HEAD_BYTES + size + CRC_BYTES)

    def _append_crc(self, size: int) -> None:
        high, low, body = 0xFFFF, 0xFFFF, self._body
        for index in range(size):
            entry = (low ^ body[index]) & 0xFF
            low = ((low >> 8) | ((high & 0xFF) << 8)) ^ _CRC_LOW[entry]
            high = (high >> 8) ^ _CRC_HIGH[entry]
        high ^= 0xFFFF
        low ^= 0xFFFF
        body[size], body[size + 1] = low & 0xFF, low >> 8
        body[size + 2], body[size + 3] = high & 0xFF, high >> 8

    def _stuff(self, size: int) -> int:
        wire, body, code_at, end = self.wire, self._body, 1, 2
        wire[0] = 0
        for index in range(size):
            if body[index]:
                wire[end] = body[index]
            else:
                wire[code_at] = end - code_at
                code_at = end
            end += 1
        wire[code_at] = end - code_at
        wire[end] = 0
        return end + 1


class FrameDecoder:
    """Finds frames in bytes as they come; what is damaged is counted, never raised.

    After `feed` returned True, `kind`, `flags`, `seq`, `length` and `payload` (its first `length` bytes)
    hold the frame until the next call.
    """

    def __init__(self) -> None:
        self.payload = memoryview(bytearray(MAX_BODY))  # payload and, behind it, the CRC
        self.kind = self.flags = self.seq = self.length = 0
        self.bad_frames = 0
        self.other_versions = 0
        self._head = bytearray(HEAD_BYTES)
        self._restart()

    def _restart(self) -> None:
        self._size = 0  # of the body so far
        self._left = 0  # bytes until the next COBS code
        self._zero_due = False
        self._broken = False
        self._high = self._low = 0xFFFF

    def feed(self, byte: int) -> bool:
        """Take one byte from the wire; return whether it completed a frame."""
        if byte == 0:
            return self._end()
        if self._left == 0:
            if self._zero_due:
                self._put(0)
            self._zero_due = True
            self._left = byte - 1
        else:
            self._left -= 1
            self._put(byte)
        return False

    def _put(self, byte: int) -> None:
        if self._size >= MAX_BODY:
            self._broken = True
            return
        if self._size < HEAD_BYTES:
            self._head[self._size] = byte
        else:
            self.payload[self._size - HEAD_BYTES] = byte
        self._size += 1
        entry = (self._low ^ byte) & 0xFF
        self._low = ((self._low >> 8) | ((self._high & 0xFF) << 8)) ^ _CRC_LOW[entry]
        self._high = (self._high >> 8) ^ _CRC_HIGH[entry]

    def _end(self) -> bool:
        begun, whole = self._zero_due, self._is_whole()
        self._restart()
        if not begun:
            return False  # the zero between two frames
        if not whole:
            self.bad_frames += 1
            return False
        return self._take_head()

    def _is_whole(self) -> bool:
        return (
            self._left == 0
            and not self._broken
            and self._size >= HEAD_BYTES + CRC_BYTES
            and self._high == _RESIDUE_HIGH
            and self._low == _RESIDUE_LOW
            and self._head[4] == self._size - HEAD_BYTES - CRC_BYTES
        )

    def _take_head(self) -> bool:
        head = self._head
        if head[1] != KIND_HELLO and not VERSION_LOW <= head[0] <= VERSION_HIGH:
            self.other_versions += 1
            return False
        if head[2] & ~FLAG_WANTS_ACK:
            self.bad_frames += 1
            return False
        self.kind, self.flags, self.seq, self.length = head[1], head[2], head[3], head[4]
        return True
