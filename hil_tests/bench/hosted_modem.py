"""A simulated modem in a program's event loop, with the two switches a driver may be given: power and USB.

Its process is the modem: ended, it is unplugged. Cut power and it starts as from cold; rebind it and it comes
back as it was: hung, unless that is what cures it.
"""

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

REBIND_S = 1.0
STARTED_S = 20.0


class HostedModem:
    """One simulated modem; implements the drivers' PowerPort and UsbPort.

    words: more arguments of `hil_tests.sims.at_modem`; cured_by: "" or a word of --hang-cured-by.
    """

    def __init__(
        self,
        link: Path,
        personality: str,
        seed: int,
        *,
        cured_by: str = "",
        boot_s: float = 15.0,
        mute: bool = False,
        words: Sequence[str] = (),
    ) -> None:
        self.link = link
        self.cured_by = cured_by
        self._boot_s, self._mute = boot_s, mute
        self._base = [sys.executable, "-m", "hil_tests.sims.at_modem", "--personality", personality]
        self._base += ["--link", str(link), "--seed", str(seed), "--boot-s", str(boot_s)]
        self.words: Sequence[str] = tuple(words)
        self._process: asyncio.subprocess.Process | None = None
        self.acts: list[str] = []

    async def start(self, *, hang_after_s: float | None = None, cold: bool = False) -> None:
        """Start it; *hang_after_s*: it hangs then. A cold one is not waited for."""
        words = [*self.words, *(["--boot"] if cold else [])]
        if hang_after_s is not None:
            words += ["--hang-cured-by", self.cured_by, "--hang-after-s", str(hang_after_s)]
            words += ["--hang-mute"] if self._mute else []
        self._process = await asyncio.create_subprocess_exec(
            *self._base, *words, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None
        if not cold:
            async with asyncio.timeout(STARTED_S):
                await self._process.stdout.readline()

    async def stop(self) -> None:
        """End it: its ports are gone."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()

    async def off(self) -> None:
        """Cut its power."""
        self.acts.append("off")
        await self.stop()

    async def on(self) -> None:
        """Give its power back: it starts from cold, well unless nothing cures it."""
        self.acts.append("on")
        await self.start(hang_after_s=self._boot_s if self.cured_by == "none" else None, cold=True)

    async def rebind(self) -> None:
        """Take it off the bus and give it back, without a restart."""
        self.acts.append("rebind")
        await self.stop()
        await asyncio.sleep(REBIND_S)
        stays = self.cured_by in {"power", "none"}
        await self.start(hang_after_s=0.0 if stays else None)

    async def switch_mode(self) -> None:
        """Do nothing: it is no disk."""


async def stop_all(modems: Sequence[HostedModem]) -> None:
    """End every one of *modems*."""
    await asyncio.gather(*(modem.stop() for modem in modems))
