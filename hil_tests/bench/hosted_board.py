"""A probe board as a program of its own in a test's event loop: orders in, levels of its switches out."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path

STARTED_S = 20.0
OnWord = Callable[[dict[str, object]], None]


class HostedBoard:
    """One board; *on_word* gets each line it prints; *first*: its first order. Its UART is at *uart*."""

    def __init__(self, uart: Path, on_word: OnWord, **first: object) -> None:
        self.uart, self._on_word, self._first = uart, on_word, first
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it and wait until its wire is there."""
        words = ["-m", "hil_tests.bench.cpython_board", "--uart", str(self.uart)]
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, *words, "--first", json.dumps(self._first)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(STARTED_S):
            assert self._process.stdout is not None
            await self._process.stdout.readline()
        self._reader = asyncio.ensure_future(self._read())

    async def stop(self) -> None:
        """Unplug it."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        await process.wait()
        if self._reader is not None:
            await self._reader

    def order(self, **levels: object) -> None:
        """Set levels, or what it does wrong."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(levels).encode() + b"\n")

    async def _read(self) -> None:
        assert self._process is not None
        stdout = self._process.stdout
        assert stdout is not None
        while line := await stdout.readline():
            self._on_word(json.loads(line))
