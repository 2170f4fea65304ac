"""The board's end of the link: bytes in, frames out into a buffer of its own. Called beside `Board.step`.

mains_lost goes out before anything else of its step; a status every STATUS_MS; a hello at the start, so that
the Pi notices a reset, and in answer to each hello.
"""

from probelink.frame import MAX_WIRE, VERSION_HIGH, VERSION_LOW, FrameDecoder, FrameEncoder
from probelink.messages import TABLE_CRC, decode_payload, encode_payload, kind_of
from probelink.session import RESULT_UNKNOWN

from probe.logic import limits
from probe.logic.board import Board
from probe.logic.supply import LAST_GASP, MAINS_LOST

OUT_BYTES = 8 * MAX_WIRE
_COMMANDS = ("power_off", "power_on", "power_cycle", "mode")
_ACK = kind_of("ack")
_HELLO = kind_of("hello")
_MAINS_LOST = kind_of("mains_lost")
_PPS = kind_of("pps")
_STATUS = kind_of("status")


class BoardLink:
    """`waiting` bytes of `out` are to be written to the wire; `sent` says how many were.

    rail_mv and temperature_cdegc are set by whoever reads them.
    """

    def __init__(self, board: Board, build_hash: int, reset_reason: int, slot: int) -> None:
        self.out = bytearray(OUT_BYTES)
        self.waiting = 0
        self.dropped = 0  # frames that found no room
        self.rail_mv = 0
        self.temperature_cdegc = 0
        self.decoder = FrameDecoder()
        self._encoder = FrameEncoder()
        self._board = board
        self._seq = 0
        self._since_ms = 0  # the last status
        self._uptime_ms = board.uptime_ms
        self._hello = encode_payload(
            "hello", (VERSION_LOW, VERSION_HIGH, TABLE_CRC, build_hash, reset_reason, slot)
        )
        self._put(_HELLO, self._hello)

    def sent(self, size: int) -> None:
        """Forget the first *size* bytes of `out`."""
        left = self.waiting - size
        for index in range(left):
            self.out[index] = self.out[index + size]
        self.waiting = left

    def receive(self, byte: int) -> None:
        """Take one byte from the wire."""
        decoder = self.decoder
        if not decoder.feed(byte):
            return
        found = decode_payload(decoder.kind, decoder.payload[: decoder.length])
        if found is None:
            decoder.bad_frames += 1
            return
        name, values = found
        if name == "hello":
            self._put(_HELLO, self._hello)
        elif name == "heartbeat":
            self._board.heartbeat(values[0], values[1:])
        elif name in _COMMANDS:
            result = self._board.command(name, values)
            self._put(_ACK, encode_payload("ack", (decoder.seq, values[0], result)))
        elif name != "ack":
            self._put(_ACK, encode_payload("ack", (decoder.seq, 0, RESULT_UNKNOWN)))

    def tick(self) -> None:
        """Say what is due after the board's step."""
        board = self._board
        if board.tell in (MAINS_LOST, LAST_GASP):
            values = (board.uptime_ms, board.levels.battery_mv)
            self._put(_MAINS_LOST, encode_payload("mains_lost", values))
        self._since_ms += (board.uptime_ms - self._uptime_ms) & 0xFFFFFFFF
        self._uptime_ms = board.uptime_ms
        if self._since_ms >= limits.STATUS_MS:
            self._since_ms = 0
            self._put(_STATUS, encode_payload("status", self._status()))

    def tell_time(self, utc_s: int, age_ms: int, uncertainty_us: int, fix_quality: int) -> None:
        """Say what UTC was *age_ms* ago, and how wrong that may be."""
        self._put(_PPS, encode_payload("pps", (utc_s, age_ms, uncertainty_us, fix_quality)))

    def _status(self) -> "tuple[int, ...]":
        board, bits = self._board, 0
        for line in range(limits.LINES):
            bits |= board.modems.levels[line] << line
        levels = board.levels
        bad = min(0xFFFF, self.decoder.bad_frames)
        supply = (levels.mains, levels.battery_mv, self.rail_mv, self.temperature_cdegc)
        return (board.uptime_ms, bits) + supply + (bad, 1 if board.window else 0)

    def _put(self, kind: int, payload: bytes) -> None:
        size = self._encoder.encode(kind, self._seq, payload)
        if self.waiting + size > OUT_BYTES:
            self.dropped += 1
            return
        self._seq = (self._seq + 1) & 0xFF
        wire = self._encoder.wire
        for index in range(size):
            self.out[self.waiting + index] = wire[index]
        self.waiting += size
