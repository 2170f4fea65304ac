"""A lock on one line, given to the most urgent of those who wait."""

from __future__ import annotations

import asyncio

from modem_drivers.at.turns import Priority, Ticket, Turns


class TurnLock:
    """Held by one at a time; see at.turns for who is next."""

    def __init__(self) -> None:
        self._turns = Turns()
        self._waiters: dict[Ticket, asyncio.Future[None]] = {}
        self._held = False

    async def acquire(self, priority: Priority) -> None:
        """Wait for the turn; release must follow."""
        if not self._held:
            self._held = True
            return
        ticket = self._turns.enter(priority)
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters[ticket] = waiter
        try:
            await waiter
        except asyncio.CancelledError:
            self._turns.leave(ticket)
            self._waiters.pop(ticket, None)
            if not waiter.cancelled():  # the turn came at the same moment: it is the next one's
                self.release()
            raise

    def release(self) -> None:
        """Give the line to who is next."""
        while (ticket := self._turns.next()) is not None:
            waiter = self._waiters.pop(ticket)
            if not waiter.done():
                waiter.set_result(None)
                return
        self._held = False
