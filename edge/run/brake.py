"""Stops a running test before it takes more bytes than it may, by the interface's own counter."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from edge.schedule.budget import FEEDBACK_S, Brake

UNKNOWN_RTT_S = 0.1
"""Round trip to reckon with while the flow has told none, s."""


@dataclass(slots=True)
class ByteBrake:
    """One test's brake. counter: the interface's bytes now; pulled: why the test must stop, "" so far.

    rtt_s: the flow's round trip under load, where the test knows it; queued: bytes that the kernel has
    yet to send; on_room: told at each look how much is left; on_pull: what makes the test stop.
    """

    counter: Callable[[], int]
    allowed_bytes: int
    mono_s: Callable[[], float]
    rtt_s: Callable[[], float | None] = lambda: None
    queued: Callable[[], int] = lambda: 0
    on_room: Callable[[int], None] = lambda left_bytes: None
    on_pull: Callable[[str], None] = lambda why: None
    pulled: str = ""
    _core: Brake = field(init=False)

    def __post_init__(self) -> None:
        self._core = Brake(self.counter(), self.allowed_bytes)

    def look(self) -> None:
        """Look at the counter once; stop the test if it must."""
        rtt_s = self.rtt_s()
        now = self.counter() + self.queued()
        rtt_s = UNKNOWN_RTT_S if rtt_s is None else rtt_s
        self.on_room(self._core.start_bytes + self.allowed_bytes - now)
        if not self.pulled and self._core.must_stop(self.mono_s(), now, rtt_s):
            used = now - self._core.start_bytes
            self.pulled = f"stopped at {used} of the {self.allowed_bytes} bytes that it may take"
            self.on_pull(self.pulled)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look every FEEDBACK_S while the body runs."""
        task = asyncio.get_running_loop().create_task(self._go_on())
        try:
            yield
        finally:
            task.cancel()

    async def _go_on(self) -> None:
        while not self.pulled:
            self.look()
            await asyncio.sleep(FEEDBACK_S)
