"""The Pi's end of the link to the probe board: bytes and time in, bytes and events out. No port, no clock.

Greets until it is greeted back, then takes statuses and sends commands, each again until it is acknowledged
or late. A board that greets unasked, or whose uptime fell, was reset: what was under way is told as lost.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from probelink.frame import VERSION_HIGH, VERSION_LOW, FrameDecoder, FrameEncoder
from probelink.messages import LINES, TABLE_CRC, decode_payload, encode_payload, kind_of
from probelink.session import Sender, SequenceWatch, common_version

GREET_EVERY_S, GREET_WITHIN_S = 1.0, 5.0
SILENT_S = 5.0  # a status comes every second
BEHIND_MS = 300  # what a frame may be late
LATE_HELLO_S = 2.0  # after the first answer, those to our other greetings still come
COMMAND_S, RETRY_MS = 4.0, 500
OWN_BUILD = 0x50414E54  # told by the Pi in its hello: who hears it back hears an echo
U32 = 0xFFFFFFFF
RESULTS = ("ok", "ok", "late", "refused", "unknown")  # by the link's result; a repetition was done before
RESET_REASONS = ("unknown", "power", "watchdog", "console left", "update", "other 5", "other 6")
"""By the number in hello."""


@dataclass(frozen=True, slots=True)
class Greeted:
    """The board's hello. again: it was known already, and was reset meanwhile; same_table: both ends have the
    same messages.
    """

    version: int
    build_hash: int
    reset_reason: str
    slot: int
    same_table: bool
    again: bool


@dataclass(frozen=True, slots=True)
class Status:
    """What the board says of itself every second; powered: which switches are on."""

    uptime_ms: int
    powered: tuple[bool, ...]
    mains: bool
    battery_mv: int
    rail_mv: int
    temperature_cdegc: int
    bad_frames: int
    window: bool


@dataclass(frozen=True, slots=True)
class MainsLost:
    """The mains went: told before anything else."""

    uptime_ms: int
    battery_mv: int


@dataclass(frozen=True, slots=True)
class BoardEvent:
    """A line of the board's event ring."""

    number: int
    uptime_ms: int
    code: int
    line: int
    value: int


@dataclass(frozen=True, slots=True)
class BoardTime:
    """UTC as the board had it *age_ms* before it said so, how wrong that may be; fix_quality 0: no fix."""

    utc_s: int
    age_ms: int
    uncertainty_us: int
    fix_quality: int


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a command: "ok", "late", "refused", "unknown", "no answer" or "reset"."""

    command_id: int
    result: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no session: "silent", "wrong_firmware", "older" or "newer"."""

    code: str


Event = Greeted | Status | MainsLost | BoardEvent | BoardTime | Done | Trouble


class _Flight(NamedTuple):
    kind: int
    payload: bytes
    sender: Sender


class BoardSession:
    """One wire, from its opening to its closing. *first_id*: of the commands, 1..2**31, drawn anew each time:
    the board remembers those of an earlier session.
    """

    def __init__(self, now_s: float, first_id: int) -> None:
        self.greeted = False
        self.bad_frames = 0
        self._decoder, self._encoder = FrameDecoder(), FrameEncoder()
        self._sequence = SequenceWatch()
        self._out = bytearray()
        self._seq = 0
        self._next_id = first_id
        self._flights: dict[int, _Flight] = {}
        self._begun_s = self._heard_s = now_s
        self._greet_due_s = now_s
        self._hello: Greeted | None = None
        self._greeted_s = now_s
        self._heard_bytes = 0
        self._uptime: tuple[int, float] | None = None  # the board's ms at our second
        self._trouble = ""
        self._doubted = False  # a greeting came that may be an answer as well as another life's

    @property
    def lost_frames(self) -> int:
        """How many frames of the board never came whole."""
        return self._sequence.lost

    def take_output(self) -> bytes:
        """Return what is to be written to the wire, and forget it."""
        data, self._out = bytes(self._out), bytearray()
        return data

    def receive(self, data: bytes, now_s: float) -> list[Event]:
        """Take what came from the wire."""
        events: list[Event] = []
        self._heard_bytes += len(data)
        for byte in data:
            if self._decoder.feed(byte):
                events += self._take(now_s)
        self.bad_frames = self._decoder.bad_frames
        return events

    def tick(self, now_s: float) -> list[Event]:
        """Do what is due: greet, repeat commands, tell of silence. Call it every 0.2 s or so."""
        if self.greeted:
            events = self._repeat(now_s)
            if now_s - self._heard_s > SILENT_S:
                self._forget()
                events += [*self._drop("no answer"), *self._told("silent")]
                self._begun_s, self._heard_bytes = now_s, 0
            return events
        if now_s >= self._greet_due_s:
            self._greet(now_s)
        if now_s - self._begun_s > GREET_WITHIN_S and self._trouble not in ("older", "newer"):
            return self._told("wrong_firmware" if self._heard_bytes else "silent")
        return []

    def command(self, name: str, values: tuple[int, ...], now_s: float) -> int | None:
        """Send a command of the link's table (*values* behind id and deadline); return its id.

        None: there is no session, or the board has not said yet how long it is up. Done tells its end.
        """
        if not self.greeted or self._uptime is None:
            return None
        command_id, self._next_id = self._next_id, self._next_id % U32 + 1
        at_ms, at_s = self._uptime
        deadline_ms = (at_ms + round((now_s - at_s + COMMAND_S) * 1000)) & U32
        payload = encode_payload(name, (command_id, deadline_ms, *values))
        flight = _Flight(kind_of(name), payload, Sender(RETRY_MS))
        self._flights[command_id] = flight
        flight.sender.begin(command_id, _ms(now_s + COMMAND_S), _ms(now_s))
        self._put(flight.kind, payload)
        return command_id

    def heartbeat(self, receipt_age_s: float | None, samples: tuple[int, ...]) -> None:
        """Prove work: the age of the last receipt (None: there was none), the samples since the last call."""
        if not self.greeted:
            return
        age = 0xFFFF if receipt_age_s is None else min(0xFFFF, max(0, int(receipt_age_s)))
        counts = [min(0xFFFF, count) for count in samples[:LINES]]
        counts += [0] * (LINES - len(counts))
        self._put(kind_of("heartbeat"), encode_payload("heartbeat", (age, *counts)))

    def _put(self, kind: int, payload: bytes) -> None:
        size = self._encoder.encode(kind, self._seq, payload)
        self._out += self._encoder.wire[:size]
        self._seq = (self._seq + 1) & 0xFF

    def _greet(self, now_s: float) -> None:
        self._greet_due_s = now_s + GREET_EVERY_S
        hello = (VERSION_LOW, VERSION_HIGH, TABLE_CRC, OWN_BUILD, 0, 0)
        self._put(kind_of("hello"), encode_payload("hello", hello))

    def _take(self, now_s: float) -> list[Event]:
        decoder = self._decoder
        found = decode_payload(decoder.kind, decoder.payload[: decoder.length])
        if found is None:
            decoder.bad_frames += 1
            return []
        name, values = found
        if name == "hello":
            return self._take_hello(values, now_s)
        if not self.greeted:
            return []
        self._sequence.saw(decoder.seq)
        self._heard_s = now_s
        return self._take_word(name, values, now_s)

    def _take_hello(self, values: tuple[int, ...], now_s: float) -> list[Event]:
        low, high, table_crc, build_hash, reason, slot = values
        if build_hash == OWN_BUILD:
            return []  # our own words: a loop, or a console that echoes
        version = common_version(VERSION_LOW, VERSION_HIGH, low, high)
        if not version:
            return self._told("older" if high < VERSION_LOW else "newer")
        if self.greeted and now_s - self._greeted_s < LATE_HELLO_S:
            self._doubted = self._uptime is not None
            return []
        same = table_crc == TABLE_CRC
        hello = Greeted(version, build_hash, RESET_REASONS[reason], slot, same, again=False)
        return self._begin(hello, now_s)

    def _begin(self, hello: Greeted, now_s: float) -> list[Event]:
        """Begin the session with a board, or with its next life."""
        again = self.greeted
        lost = self._drop("reset")
        self.greeted, self._hello, self._trouble = True, hello, ""
        self._greeted_s = self._heard_s = now_s
        self._uptime, self._sequence, self._doubted = None, SequenceWatch(), False
        self._greet(now_s)  # it may have greeted first, and obeys nobody before it is greeted
        return [*lost, replace(hello, again=again)]

    def _take_word(self, name: str, values: tuple[int, ...], now_s: float) -> list[Event]:
        match name:
            case "status":
                reset = (
                    self._begin(self._hello, now_s) if self._hello and self._fell(values[0], now_s) else []
                )
                self._uptime = (values[0], now_s)
                return [*reset, _status(values)]
            case "ack":
                return self._acknowledged(values[1], values[2])
            case "mains_lost":
                return [MainsLost(*values)]
            case "event":
                return [BoardEvent(*values)]
            case "pps":
                return [BoardTime(*values)]
            case _:
                return []

    def _fell(self, uptime_ms: int, now_s: float) -> bool:
        """Tell whether the board's uptime, which wraps after 2**32 ms, is before the last one it told; in
        doubt, behind what it must be by now.
        """
        if self._uptime is None:
            return False
        at_ms, at_s = self._uptime
        doubted, self._doubted = self._doubted, False
        least_ms = at_ms + max(0, round((now_s - at_s) * 1000) - BEHIND_MS if doubted else 0)
        return 0 < (least_ms - uptime_ms) & U32 < 1 << 31

    def _acknowledged(self, command_id: int, result: int) -> list[Event]:
        flight = self._flights.get(command_id)
        if flight is None or not flight.sender.acknowledged(command_id):
            return []
        del self._flights[command_id]
        return [Done(command_id, RESULTS[result])]

    def _repeat(self, now_s: float) -> list[Event]:
        events: list[Event] = []
        for command_id, flight in list(self._flights.items()):
            if flight.sender.is_due(_ms(now_s)):
                self._put(flight.kind, flight.payload)
            elif flight.sender.expired:
                del self._flights[command_id]
                events.append(Done(command_id, "no answer"))
        return events

    def _drop(self, result: str) -> list[Event]:
        dropped = [Done(command_id, result) for command_id in self._flights]
        self._flights.clear()
        return list(dropped)

    def _forget(self) -> None:
        self.greeted, self._uptime = False, None

    def _told(self, code: str) -> list[Event]:
        """Return the trouble, once until it changes or is over."""
        if code == self._trouble:
            return []
        self._trouble = code
        return [Trouble(code)]


def _status(values: tuple[int, ...]) -> Status:
    uptime_ms, bits, mains, battery_mv, rail_mv, temperature_cdegc, bad_frames, window = values
    powered = tuple(bool(bits >> line & 1) for line in range(LINES))
    return Status(
        uptime_ms, powered, bool(mains), battery_mv, rail_mv, temperature_cdegc, bad_frames, bool(window)
    )


def _ms(now_s: float) -> int:
    return round(now_s * 1000) & U32
