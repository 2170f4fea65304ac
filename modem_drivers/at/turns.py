"""Whose command is said next on one line: samples before questions, questions before scans."""

from __future__ import annotations

import enum
from dataclasses import dataclass

MOST_PASSED = 8  # who was passed over so often goes first: nobody waits for ever


class Priority(enum.IntEnum):
    """How urgent a command is; smaller goes first."""

    SAMPLE = 0
    NORMAL = 1
    LONG = 2


@dataclass(slots=True, eq=False)
class Ticket:
    """One who waits. passed: how many that came later went before."""

    priority: Priority
    passed: int = 0


class Turns:
    """Those who wait for one line, in the order they came."""

    def __init__(self) -> None:
        self._waiting: list[Ticket] = []

    def enter(self, priority: Priority) -> Ticket:
        """Return the ticket of one who waits from now on."""
        ticket = Ticket(priority)
        self._waiting.append(ticket)
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Take *ticket* away: its owner waits no more."""
        if ticket in self._waiting:
            self._waiting.remove(ticket)

    def next(self) -> Ticket | None:
        """Take and return the ticket whose turn it is, None if nobody waits."""
        if not self._waiting:
            return None
        chosen = min(self._waiting, key=lambda one: (one.passed < MOST_PASSED, one.priority))
        for one in self._waiting[: self._waiting.index(chosen)]:
            one.passed += 1
        self._waiting.remove(chosen)
        return chosen
