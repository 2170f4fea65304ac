"""The drivers' UsbPort and PowerPort of a worker: it may touch neither itself, so the service has them done,
by its helper and by the probe board.
"""

import asyncio
import itertools
from collections.abc import Callable

import msgspec

from edge.service.messages import UsbDone, UsbWanted
from modem_drivers.errors import PortLost

ANSWER_S = 30.0


class UsbByHelper:
    """The USB place and the power of one line; *send* takes messages to the service."""

    def __init__(self, send: Callable[[msgspec.Struct], None], slot: str) -> None:
        self._send, self._slot = send, slot
        self._asks = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[UsbDone]] = {}

    async def rebind(self) -> None:
        """Take the device from its drivers and give it back. Raises: PortLost."""
        await self._ask("usb-rebind")

    async def switch_mode(self) -> None:
        """Switch a stick that shows itself as a disk to its modem. Raises: PortLost."""
        await self._ask("usb-modeswitch")

    async def off(self) -> None:
        """Cut the modem's power. Raises: PortLost."""
        await self._ask("power-off")

    async def on(self) -> None:
        """Give it back. Raises: PortLost."""
        await self._ask("power-on")

    def done(self, answer: UsbDone) -> None:
        """Take the service's answer."""
        future = self._waiting.pop(answer.ask, None)
        if future is not None and not future.done():
            future.set_result(answer)

    async def _ask(self, verb: str) -> None:
        ask = next(self._asks)
        future: asyncio.Future[UsbDone] = asyncio.get_running_loop().create_future()
        self._waiting[ask] = future
        self._send(UsbWanted(ask, verb))
        try:
            answer = await asyncio.wait_for(future, ANSWER_S)
        except TimeoutError:
            raise PortLost(self._slot, f"{verb}: the helper did not answer") from None
        finally:
            self._waiting.pop(ask, None)
        if not answer.ok:
            raise PortLost(self._slot, answer.text)
