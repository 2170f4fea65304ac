"""The board's end of the link: bytes in, frames out into a buffer of its own. Called beside `Board.step`.

A step in which nothing but the status is said allocates nothing on the VM.

mains_lost goes out before anything else of its step; a status every STATUS_MS; a hello at the start, so that
the Pi notices a reset, and in answer to each hello.
"""

import struct

from probelink.frame import MAX_WIRE, VERSION_HIGH, VERSION_LOW, FrameDecoder, FrameEncoder
from probelink.messages import (
    EVENT_MAINS_BACK,
    EVENT_MAINS_LOST,
    EVENT_PI_STATE,
    EVENT_WINDOW,
    TABLE_CRC,
    decode_payload,
    encode_payload,
    kind_of,
)
from probelink.session import RESULT_UNKNOWN

from probe.logic import limits
from probe.logic.board import Board
from probe.logic.supply import LAST_GASP, MAINS_CAME, MAINS_LOST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from probe.logic.events import EventRing

OUT_BYTES = 8 * MAX_WIRE
_COMMANDS = ("power_off", "power_on", "power_cycle", "mode")
_STATUS_SHAPE = "<HHBBHHhHB"  # the table's, its uptime in halves: 32 bits are no small integer of the VM
_STATUS_BYTES = 15
_ACK = kind_of("ack")
_EVENT = kind_of("event")
_HELLO = kind_of("hello")
_MAINS_LOST = kind_of("mains_lost")
_PPS = kind_of("pps")
_STATUS = kind_of("status")


class BoardLink:
    """`waiting` bytes of `out` are to be written to the wire; `sent` says how many were.

    rail_mv and temperature_cdegc are set by whoever reads them.
    """

    def __init__(
        self, board: Board, build_hash: int, reset_reason: int, slot: int, status_ms: int = limits.STATUS_MS
    ) -> None:
        self.out = bytearray(OUT_BYTES)
        self.waiting = 0
        self.dropped = 0  # frames that found no room
        self.rail_mv = 0
        self.temperature_cdegc = 0
        self.decoder = FrameDecoder()
        self.heard = 0  # frames of the Pi that made sense, up to 255
        self.ring: "EventRing | None" = None  # where events are kept too
        self._encoder = FrameEncoder()
        self._board = board
        self._seq = 0
        self._since_ms = 0  # the last status
        self._status_ms = status_ms
        self._status = bytearray(_STATUS_BYTES)
        self._events = 0
        self._window, self._pi_state = board.window, board.pi.state
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
        self.heard = min(255, self.heard + 1)
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
            values = (board.uptime_ms, min(board.levels.battery_mv, 20_000))
            self._put(_MAINS_LOST, encode_payload("mains_lost", values))
            self._keep(EVENT_MAINS_LOST, board.levels.battery_mv)
        elif board.tell == MAINS_CAME:
            self.tell_event(EVENT_MAINS_BACK, board.levels.battery_mv)
        if board.window != self._window:
            self._window = board.window
            self.tell_event(EVENT_WINDOW, 1 if board.window else 0)
        if board.pi.state != self._pi_state:
            self._pi_state = board.pi.state
            self.tell_event(EVENT_PI_STATE, board.pi.state)
        self._since_ms += board.elapsed_ms
        if self._since_ms >= self._status_ms:
            self._since_ms = 0
            self._tell_status()

    def _keep(self, code: int, value: int) -> None:
        if self.ring is not None:
            self.ring.note(self._board.uptime_ms, code, limits.LINES, value)

    def tell_event(self, code: int, value: int) -> None:
        """Say an event, and keep it."""
        self._keep(code, value)
        self._events += 1
        values = (self._events, self._board.uptime_ms, code, limits.LINES, value)
        self._put(_EVENT, encode_payload("event", values))

    def tell_time(self, utc_s: int, age_ms: int, uncertainty_us: int, fix_quality: int) -> None:
        """Say what UTC was *age_ms* ago, and how wrong that may be."""
        self._put(_PPS, encode_payload("pps", (utc_s, age_ms, uncertainty_us, fix_quality)))

    def _tell_status(self) -> None:
        board, bits = self._board, 0
        for line in range(limits.LINES):
            bits |= board.modems.levels[line] << line
        struct.pack_into(
            _STATUS_SHAPE,
            self._status,
            0,
            board.uptime_low,
            board.uptime_high,
            bits,
            board.levels.mains,
            min(board.levels.battery_mv, 20_000),
            min(self.rail_mv, 20_000),
            max(-5_500, min(self.temperature_cdegc, 15_000)),
            min(self.decoder.bad_frames, 0xFFFF),
            1 if board.window else 0,
        )
        self._put(_STATUS, self._status)

    def _put(self, kind: int, payload: "bytes | bytearray") -> None:
        size = self._encoder.encode(kind, self._seq, payload)
        if self.waiting + size > OUT_BYTES:
            self.dropped += 1
            return
        self._seq = (self._seq + 1) & 0xFF
        wire = self._encoder.wire
        for index in range(size):
            self.out[self.waiting + index] = wire[index]
        self.waiting += size
