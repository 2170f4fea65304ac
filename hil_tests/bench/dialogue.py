"""The driver's session on a bench modem's port, for tests without asyncio: each call has its deadline."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from hil_tests.bench.errors import DeadlineMissed
from modem_drivers.modem import Modem

T = TypeVar("T")


class Dialogue:
    """An open modem_drivers session; `close` gives the port back."""

    def __init__(self, port: Path, *, deadline_s: float) -> None:
        """Open *port*. Raises: ModemError; DeadlineMissed."""
        self._deadline_s = deadline_s
        self._runner = asyncio.Runner()
        try:
            self._modem = self._run(f"opening {port}", lambda: Modem.open(str(port), wake_s=deadline_s))
        except BaseException:
            self._runner.close()
            raise

    def ask(self, what: str, question: Callable[[Modem], Awaitable[T]]) -> T:
        """Return the answer to *question*; *what* names it in errors. Raises: ModemError; DeadlineMissed."""
        return self._run(what, lambda: question(self._modem))

    def close(self) -> None:
        """Close the port."""
        with closing(self._runner):
            self._run("closing", self._closed)

    async def _closed(self) -> None:
        self._modem.close()

    def _run(self, what: str, work: Callable[[], Awaitable[T]]) -> T:
        async def bounded() -> T:
            async with asyncio.timeout(self._deadline_s):
                return await work()

        try:
            return self._runner.run(bounded())
        except TimeoutError as exc:
            raise DeadlineMissed(what, self._deadline_s) from exc
