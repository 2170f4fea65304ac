"""The card's PIN, entered once or not at all: never one that failed, never with fewer than three tries."""

from __future__ import annotations

import re
from typing import Protocol

from modem_drivers.at.channel import Command
from modem_drivers.errors import CmeError, CommandFailed
from modem_drivers.families.procedures import STANDARD_TRIES
from modem_drivers.modem import Modem
from modem_drivers.session import may_enter_pin, pin_mark

WANTED = "SIM PIN"
ENTER_S = 20.0


class Marks(Protocol):
    """Where it is kept which PINs failed, over restarts too. Nothing of a PIN can be read from a mark."""

    key: bytes

    def failed(self) -> frozenset[str]:
        """Return the marks."""

    def add(self, mark: str) -> None:
        """Keep *mark*; it is on the disk when this returns."""

    def remove(self, mark: str) -> None:
        """Forget *mark*."""


async def tries_left(modem: Modem) -> int | None:
    """Return the tries left of PIN1: as the modem's family tells them, else the standard's way; or None.

    Raises: CommandTimeout, PortLost.
    """
    for row in dict.fromkeys((modem.family.procedures.pin_tries, STANDARD_TRIES)):
        prefix = re.split(r"[=?]", row.ask.removeprefix("AT"))[0] + ":"
        try:
            lines = (await modem.session.ask(Command(row.ask, (prefix,)))).lines
        except CommandFailed:
            continue
        matches = (re.fullmatch(row.pattern, line) for line in lines)
        if (found := next((int(match["tries"]) for match in matches if match), None)) is not None:
            return found
    return None


async def enter_pin(modem: Modem, pin: str, marks: Marks) -> str:
    """Enter *pin* if that is safe; return "" if the card took it, else why not, without the PIN.

    It counts as failed from before it is entered until the card has taken it: also a power cut in between
    does not lead to a second try. Raises: CommandTimeout, PortLost.
    """
    if not re.fullmatch(r"[0-9]{4,8}", pin):
        return "the PIN in the configuration is not 4 to 8 digits"
    tries = await tries_left(modem)
    if not may_enter_pin(pin, tries_left=tries, failed=marks.failed(), key=marks.key):
        return _why_not(tries)
    mark = pin_mark(pin, marks.key)
    marks.add(mark)
    try:
        await modem.session.ask(Command(f'AT+CPIN="{pin}"', timeout_s=ENTER_S))
    except CmeError as refusal:
        return f"the card refused the PIN (+CME ERROR {refusal.number}): it is not tried again"
    except CommandFailed:
        return "the card refused the PIN: it is not tried again"
    marks.remove(mark)
    return ""


def _why_not(tries: int | None) -> str:
    if tries is None:
        return "the modem does not tell how many tries are left, so the PIN is not entered"
    if tries < 3:
        return f"only {tries} tries are left, so the PIN is not entered: enter it in a telephone"
    return "this PIN failed before: correct it in the configuration"
