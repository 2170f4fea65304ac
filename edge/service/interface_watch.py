"""The line's interface as its worker sees it: there, away, or there again as another one.

A modem that is unplugged, rebound or restarted takes it away; the helper (edge.net.lines) moves the new one
in.
"""

import asyncio
from collections.abc import Callable

import msgspec

from edge.capture.tap import LineTap
from edge.config.model import Line
from edge.measure.failures import failure
from edge.measure.result import Failure
from edge.net.presence import Presence, look_at_interface
from edge.service.messages import InterfaceSeen

EVERY_S = 0.5
Look = Callable[[str, str], Presence]


class InterfaceWatch:
    """Looks at the interface of *line*, tells when it goes and comes, and lets the counter follow it."""

    def __init__(
        self,
        line: Line,
        tap: LineTap | None,
        send: Callable[[msgspec.Struct], None],
        *,
        look: Look = look_at_interface,
    ) -> None:
        self._line, self._tap, self._send, self._look = line, tap, send, look
        self._index, self._away = 0, False
        self.losses = 0

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self.away()
            await asyncio.sleep(EVERY_S)

    def away(self) -> Failure | None:
        """Return why the line cannot be measured now; None if it can. A namespace of others is theirs."""
        line = self._line
        if not line.interface:
            return None
        seen = self._look(line.interface, line.gateway)
        if seen.index != self._index:
            self.losses += self._index != 0
            self._index = seen.index
            if self._tap is not None:
                self._tap.follow()
        elif self._tap is not None:
            self._tap.calm()
        err = failure("line.away", where=line.slot, detail=seen.why) if seen.why else None
        if (err is not None) != self._away:
            self._away = err is not None
            self._send(InterfaceSeen(err))
        return err

    def lost_since(self, losses: int) -> Failure | None:
        """Return the failure of a test that began when `losses` was *losses*, if the interface went since."""
        now = self.away()
        if self.losses == losses:
            return None
        return now or failure("line.away", where=self._line.slot, detail="it went during the test")
