"""Answers that stay true until the modem restarts or its card changes, and what ends them.

Ref: 3GPP TS 27.007 5.1-5.4, 5.6 (identity), 9.2.1 (errors of the card); vendors' codes and commands: memory.
"""

from __future__ import annotations

import enum
import re
from typing import Generic, TypeVar

from modem_drivers.at.replies import split_fields

T = TypeVar("T")


class Scope(enum.Enum):
    """What an answer is a fact of."""

    DEVICE = "device"
    CARD = "card"


STATIC = {
    "AT+CGMI": Scope.DEVICE,
    "AT+CGMM": Scope.DEVICE,
    "AT+CGMR": Scope.DEVICE,
    "AT+CGSN": Scope.DEVICE,
    "ATI": Scope.DEVICE,
    "AT+CIMI": Scope.CARD,
}
RESTART_CODES = ("RDY", "^BOOT:", "NORMAL POWER DOWN", "POWERED DOWN")
CARD_CODES = ("+CPIN:", "+QUSIM:", "+QSIMSTAT:", "^SIMST:")
CARD_READY = ("READY", "1")
CARD_ERRORS = frozenset({10, 11, 12, 13, 14, 15})  # absent, PIN, PUK, failure, busy, wrong
_RESTARTS = re.compile(
    r"AT(Z|&F|\+CFUN=|\+CPOF|\+CRESET|\+QPOWD|!RESET|\^RESET|#REBOOT|.*(UIMSLOT|SIMSLOT|DUALSIM|SWITCHSIM))",
    re.IGNORECASE,
)


class StaticAnswers(Generic[T]):
    """What was answered, by command; `age` counts what ended some of it."""

    def __init__(self) -> None:
        self._answers: dict[str, T] = {}
        self.age = 0

    def find(self, command: str) -> T | None:
        """Return the answer to *command* that is still true, None if there is none."""
        return self._answers.get(command)

    def keep(self, command: str, answer: T, age: int) -> None:
        """Keep *answer*, asked at *age*, unless *command* is no static one or something ended since."""
        if command in STATIC and age == self.age:
            self._answers[command] = answer

    def heard(self, code: str) -> None:
        """Forget what unsolicited *code* ends."""
        upper = code.upper()
        if upper.startswith(RESTART_CODES):
            self.forget()
        elif upper.startswith(CARD_CODES):
            self.forget(Scope.CARD)

    def answered(self, line: str) -> None:
        """Forget what information *line* ends: a card that wants its PIN is another one, or began anew."""
        upper = line.upper()
        if upper.startswith(CARD_CODES) and split_fields(upper.partition(":")[2])[-1] not in CARD_READY:
            self.forget(Scope.CARD)

    def said(self, command: str) -> None:
        """Forget what saying *command* ends."""
        if _RESTARTS.match(command):
            self.forget()

    def refused(self, cme: int | None) -> None:
        """Forget the card's answers if error number *cme* is about the card."""
        if cme in CARD_ERRORS:
            self.forget(Scope.CARD)

    def forget(self, scope: Scope | None = None) -> None:
        """Forget the answers of *scope*, or all: the modem may have restarted unheard."""
        self.age += 1
        self._answers = {key: one for key, one in self._answers.items() if scope not in (None, STATIC[key])}
