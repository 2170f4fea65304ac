"""A modem that hangs at a moment, and what brings it back: the rungs a driver may try, from the mildest.

sync: it waits for a message's text and takes every word for it, until ESC. cfun and reboot: it says OK to AT
and to CFUN and leaves all else unanswered, until its radio is switched off and on, or it is restarted; mute:
it obeys these, but says nothing. rebind, power and none: it is dead to words; whoever runs it starts it anew.
"""

import re
from collections.abc import Callable
from enum import Enum

from hil_tests.sims.at_modem.engine import Engine, Output

ESCAPE = b"\x1b"
RESTARTS = re.compile(r"AT(\+CFUN=1,1|\+CRESET|\^RESET|#REBOOT|!RESET)", re.IGNORECASE)
OK = Output(b"\r\nOK\r\n")


class Cure(Enum):
    """What ends the hang."""

    SYNC = "sync"
    CFUN = "cfun"
    REBOOT = "reboot"
    REBIND = "rebind"
    POWER = "power"
    NONE = "none"


class Hang:
    """The hang of one modem, shared by its ports. *reboot* starts the modem anew at a time."""

    def __init__(self, cure: Cure, begins_s: float, reboot: Callable[[float], None], *, mute: bool) -> None:
        self.cure, self.mute = cure, mute
        self._begins_s, self._reboot = begins_s, reboot
        self._over = self._radio_off = False

    def holds(self, now_s: float) -> bool:
        """Tell whether the modem hangs at *now_s*."""
        return not self._over and now_s >= self._begins_s

    def hear(self, line: str, now_s: float) -> bool:
        """Take one line of a client; tell whether it is answered OK."""
        words = line.upper()
        if RESTARTS.fullmatch(words) and self.cure in {Cure.CFUN, Cure.REBOOT}:
            self._restart(now_s)
            return not self.mute
        if self.cure not in {Cure.CFUN, Cure.REBOOT}:
            return False
        if words == "AT+CFUN=4":
            self._radio_off = True
        elif words == "AT+CFUN=1" and self._radio_off and self.cure is Cure.CFUN:
            self._over = True
        return words in {"AT", "AT+CFUN=4", "AT+CFUN=1"} and not self.mute

    def hear_escape(self) -> bool:
        """Take an ESC; tell whether it ended the hang."""
        self._over = self.cure is Cure.SYNC
        return self._over

    def _restart(self, now_s: float) -> None:
        self._over = True
        self._reboot(now_s)


class Gate:
    """An engine behind the hang of its modem."""

    def __init__(self, engine: Engine, hang: Hang) -> None:
        """Let everything through until *hang* begins."""
        self._engine, self._hang = engine, hang
        self._waiting = bytearray()
        self._line = bytearray()

    def receive(self, data: bytes) -> None:
        """Take *data* as typed by the client; it is looked at when the time is known."""
        self._waiting += data

    def restart(self) -> None:
        """Forget what was typed and set."""
        self._line.clear()
        self._engine.restart()

    def run(self, now_s: float) -> list[Output]:
        """Return what is due at *now_s*."""
        out: list[Output] = []
        while self._waiting and self._hang.holds(now_s):
            out += self._hear(bytes((self._waiting.pop(0),)), now_s)
        if self._hang.holds(now_s):
            return out
        if self._waiting:
            self._engine.receive(bytes(self._waiting))
            self._waiting.clear()
        return out + self._engine.run(now_s)

    def next_due_s(self, now_s: float) -> float | None:
        """Return when `run` has something without further input, or None."""
        return None if self._hang.holds(now_s) else self._engine.next_due_s(now_s)

    def _hear(self, octet: bytes, now_s: float) -> list[Output]:
        if octet == ESCAPE:
            self._line.clear()
            return [OK] if self._hang.hear_escape() else []
        if octet != b"\r":
            self._line += octet
            return []
        line, self._line = self._line.decode("latin-1"), bytearray()
        return [OK] if self._hang.hear(line.strip(), now_s) else []
