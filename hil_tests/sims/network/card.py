"""A simulated card: whether it may be used, its codes and tries, its files as commands read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from hil_tests.sims.network.card_files import ElementaryFile
from hil_tests.sims.network.settings import CardSetting

PIN_TRIES, PUK_TRIES = 3, 10


class CardState(Enum):
    """What a terminal is told; the value is the word of TS 27.007 8.3 where there is one."""

    ABSENT = "absent"
    BUSY = "busy"
    PIN = "SIM PIN"
    PUK = "SIM PUK"
    BLOCKED = "blocked"  # the PUK's tries are used up
    READY = "READY"


@dataclass(frozen=True, slots=True)
class Status:
    """The two status octets of a card (TS 102 221 10.2.1) and the data before them."""

    sw1: int
    sw2: int
    data: bytes = b""


OK_SW = (0x90, 0x00)
NOT_FOUND = Status(0x6A, 0x82)
NO_RECORD = Status(0x6A, 0x83)
WRONG_LENGTH = Status(0x67, 0x00)
SECURITY = Status(0x69, 0x82)
UNKNOWN_COMMAND = Status(0x6D, 0x00)
MASTER_FILES = frozenset({0x3F00, 0x7FFF, 0x7F20, 0x7F10})


class Card:
    """The card of one modem. `now_s` counts from its power-on."""

    def __init__(self, setting: CardSetting, files: Mapping[int, ElementaryFile]) -> None:
        """Take the state of *setting*; *files* by identifier."""
        self._setting, self.files = setting, files
        self.pin = setting.pin
        self.pin_tries = 0 if setting.state == "puk" else setting.pin_tries
        self.puk_tries = setting.puk_tries
        self._locked = setting.state in {"pin", "puk"}
        self._free_s = setting.busy_s
        self.pin_enabled = self._locked

    def power_on(self, now_s: float) -> None:
        """Start anew at *now_s*: busy for its time, and locked again if its code is asked for."""
        self._free_s = now_s + self._setting.busy_s
        self._locked = self.pin_enabled

    def state(self, now_s: float) -> CardState:
        """Return what a terminal is told at *now_s*."""
        if self._setting.state == "absent":
            return CardState.ABSENT
        if now_s < self._free_s:
            return CardState.BUSY
        if self.pin_tries == 0:
            return CardState.PUK if self.puk_tries else CardState.BLOCKED
        return CardState.PIN if self._locked else CardState.READY

    def free_s(self, now_s: float) -> float | None:
        """Return when a busy card will answer, None if it does already."""
        return self._free_s if self.state(now_s) is CardState.BUSY else None

    def verify(self, code: str) -> bool:
        """Return whether *code* is the PIN; a wrong one costs a try, the right one opens and refills them."""
        if self.pin_tries == 0:
            return False
        if code != self.pin:
            self.pin_tries -= 1
            return False
        self.pin_tries, self._locked = PIN_TRIES, False
        return True

    def unblock(self, puk: str, new_pin: str) -> bool:
        """Return whether *puk* is right; then *new_pin* is the PIN, and the card is open."""
        if self.puk_tries == 0:
            return False
        if puk != self._setting.puk:
            self.puk_tries -= 1
            return False
        self.pin, self.pin_tries, self.puk_tries, self._locked = new_pin, PIN_TRIES, PUK_TRIES, False
        return True

    # --- files ---

    def read_binary(self, identifier: int, offset: int, length: int) -> Status:
        """Return *length* octets of a transparent file from *offset* (0: all that is left)."""
        file = self.files.get(identifier)
        if file is None or file.linear:
            return NOT_FOUND
        data = file.records[0][offset:]
        if length > len(data):
            return WRONG_LENGTH
        return Status(*OK_SW, data[: length or None])

    def read_record(self, identifier: int, number: int, length: int) -> Status:
        """Return record *number* (from 1) of a linear fixed file."""
        file = self.files.get(identifier)
        if file is None or not file.linear:
            return NOT_FOUND
        if not 1 <= number <= len(file.records):
            return NO_RECORD
        record = file.records[number - 1]
        return Status(*OK_SW, record) if length in {0, len(record)} else WRONG_LENGTH

    def describe(self, identifier: int) -> Status:
        """Return a file's description as GET RESPONSE gives it for a SIM (TS 51.011 9.2.1), 15 octets."""
        file = self.files.get(identifier)
        if file is None:
            return NOT_FOUND
        size, ident = file.size.to_bytes(2, "big"), identifier.to_bytes(2, "big")
        tail = bytes((1, file.record_octets)) if file.linear else bytes((0, 0))
        return Status(*OK_SW, b"\0\0" + size + ident + b"\x04\0\x11\xff\x44\x01\x02" + tail)


class Channel:
    """The basic logical channel: APDUs in, status out (TS 102 221 11.1), for +CSIM."""

    def __init__(self, card: Card) -> None:
        """Select nothing yet."""
        self._card = card
        self._selected = 0

    def transmit(self, apdu: bytes) -> Status:
        """Return the card's answer to *apdu*: SELECT, READ, GET RESPONSE, STATUS, VERIFY's tries."""
        if len(apdu) < 4:
            return WRONG_LENGTH
        instruction, p1, p2, rest = apdu[1], apdu[2], apdu[3], apdu[4:]
        length = rest[0] if rest else 0
        if instruction == 0xA4:
            return self._select(rest[1 : 1 + length])
        if instruction == 0xB0:
            return self._card.read_binary(self._selected, p1 << 8 | p2, length)
        if instruction == 0xB2:
            return self._card.read_record(self._selected, p1, length)
        if instruction in {0xC0, 0xF2}:
            return self._card.describe(self._selected)
        if instruction == 0x20:
            return self._tries(p2, rest)
        return UNKNOWN_COMMAND

    def _select(self, path: bytes) -> Status:
        identifier = int.from_bytes(path[-2:], "big")
        if identifier in MASTER_FILES:
            return Status(0x90, 0x00)
        if identifier not in self._card.files:
            return NOT_FOUND
        self._selected = identifier
        return Status(0x61, 0x0F)

    def _tries(self, key: int, rest: bytes) -> Status:
        """Answer a VERIFY without data: 63 Cx, x tries left; with data it is not imitated."""
        if len(rest) > 1 or key not in {0x01, 0x81}:
            return UNKNOWN_COMMAND
        return Status(0x63, 0xC0 | self._card.pin_tries)
