"""The AT ports of one modem: what takes minutes is said on the second, so that samples go on on the first."""

from __future__ import annotations

from contextlib import suppress

from modem_drivers.at.channel import Command
from modem_drivers.at.turns import Priority
from modem_drivers.errors import CommandFailed, CommandTimeout, PortLost
from modem_drivers.ports.session import AtSession, Reply

INIT = (Command("ATE0"), Command("AT+CMEE=1"))  # a setting of each port by itself
WAKE_S = 5.0


class PortPair:
    """*first*, and *second* where there is one; make the latter ready with `open`."""

    def __init__(self, first: AtSession, second: AtSession | None = None) -> None:
        self._first, self._second = first, second
        self._why = "this modem has no second AT port"

    async def open(self, wake_s: float = WAKE_S) -> None:
        """Wake the second port and set it up; one that does not answer is closed and done without."""
        if self._second is None:
            return
        try:
            await self._second.await_clear("AT", wake_s)
            for command in INIT:
                with suppress(CommandFailed):
                    await self._second.ask(command)
        except (CommandTimeout, PortLost) as error:
            self._drop(f"the second AT port cannot be used: {error}")

    @property
    def lost(self) -> str:
        """What is lost for want of a second port, "" if nothing is."""
        if self._second is not None:
            return ""
        return f"{self._why}: no samples are taken while a scan runs, up to its time limit"

    async def ask_long(self, command: Command) -> Reply:
        """Say *command*, which may take minutes; who asks the same meanwhile gets the same answer.

        Without a second port it waits until nobody else wants the first, and then holds it: see `lost`.
        Raises: as AtSession.ask; PortLost of the second port: the next one goes to the first.
        """
        session = self._second or self._first
        try:
            return await session.ask_shared(command, Priority.LONG)
        except PortLost as lost:
            if session is self._second:
                self._drop(f"the second AT port was lost: {lost}")
            raise

    def close(self) -> None:
        """Give the second port back; the first is its owner's."""
        if self._second is not None:
            self._drop("the second AT port was closed")

    def _drop(self, why: str) -> None:
        second, self._second, self._why = self._second, None, why
        if second is not None:
            second.close()
