"""A transcript as a modem on a pseudo-terminal, for whoever opens its path as a serial port."""

from __future__ import annotations

import asyncio
import errno
import os
import tty
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from modem_drivers.transcript.replay import Part, Replay
from modem_drivers.transcript.stream import Entry

READ_BYTES = 4096


class ReplayedModem:
    """A pseudo-terminal that answers as *entries* say; *speed* divides the recorded delays, 0: none.

    path: the terminal, or the symbolic link that was asked for.
    """

    def __init__(self, entries: Sequence[Entry], *, link: Path | None = None, speed: float = 1.0) -> None:
        """Raises: FileExistsError, if *link* is there already and no symbolic link."""
        self._replay = Replay(entries)
        self._speed = speed
        self._due_s = 0.0
        self._master, self._slave = os.openpty()
        try:
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            self.path = Path(os.ttyname(self._slave))
            self._link = link
            if link is not None:
                if link.is_symlink():
                    link.unlink()
                link.symlink_to(self.path)
                self.path = link
        except BaseException:
            self._free()
            raise

    @property
    def commands(self) -> int:
        """How many different commands it knows."""
        return self._replay.commands

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Answer from now on."""
        self._loop = loop
        loop.add_reader(self._master, self._readable)
        self._say(self._replay.unsolicited_first)

    def close(self) -> None:
        """Remove the terminal and its link."""
        self._loop.remove_reader(self._master)
        if self._link is not None:
            self._link.unlink(missing_ok=True)
        self._free()

    def _free(self) -> None:
        os.close(self._master)
        os.close(self._slave)
        self._master = -1

    def _readable(self) -> None:
        try:
            data = os.read(self._master, READ_BYTES)
        except OSError as gone:
            if gone.errno in (errno.EAGAIN, errno.EIO):
                return
            raise
        self._say(self._replay.receive(data))

    def _say(self, parts: Sequence[Part]) -> None:
        """Write *parts* at their times, never before what was said earlier."""
        now_s = self._loop.time()
        for part in parts:
            wait_s = part.after_s / self._speed if self._speed else 0.0
            self._due_s = max(self._due_s, now_s + wait_s)
            if self._due_s <= now_s:
                self._write(part.data)
            else:
                self._loop.call_at(self._due_s, self._write, part.data)

    def _write(self, data: bytes) -> None:
        if self._master >= 0:
            with suppress(BlockingIOError):  # nobody reads: a modem loses it too
                os.write(self._master, data)
