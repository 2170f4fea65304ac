"""Watches the machine while a test runs, and says whether the box was its limit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from edge.host.load import Load, Machine, moment_of
from edge.measure.device import DeviceFacts, DeviceVerdict, Moment, judge_device

MOMENT_S = 0.25
"""How often the machine is looked at, s: /proc/stat counts in ticks of 10 ms."""


@dataclass(slots=True)
class DeviceWatch:
    """One test's watch. slot: the modem's USB place, "" if it has none."""

    machine: Machine
    slot: str = ""
    _moments: list[Moment] = field(default_factory=list)
    _dropped: int = 0

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look while the body runs."""
        first = self.machine.read()
        task = asyncio.get_running_loop().create_task(self._look(first))
        try:
            yield
        finally:
            task.cancel()
            self._dropped = self.machine.read().dropped - first.dropped

    def verdict(self, *, rate_bps: float | None, ring_drops: int) -> DeviceVerdict:
        """Return whether the box was the limit of what was measured."""
        return judge_device(
            DeviceFacts(
                moments=self._moments,
                ring_drops=ring_drops,
                softnet_drops=self._dropped,
                throttled=self.machine.throttled(),
                usb_bps=self.machine.usb_bps(self.slot) if self.slot else None,
                rate_bps=rate_bps,
            )
        )

    async def _look(self, last: Load) -> None:
        while True:
            await asyncio.sleep(MOMENT_S)
            now = self.machine.read()
            moment = moment_of(last, now)
            if moment is not None:
                self._moments.append(moment)
            last = now
