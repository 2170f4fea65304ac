"""The serial wires of the board: ptys for whoever comes from outside, paced like the wire they stand for."""

import asyncio
import contextlib
import os
import tty
from collections.abc import Callable
from pathlib import Path

UART_BYTES_PER_S = 11_520  # 115,200 baud, ten bits a byte
PACE_S = 0.004
MOST_UNREAD = 1 << 18  # a board drops what nobody reads


class Pace:
    """Lets bytes through at so many a second; `through` gets them in time."""

    def __init__(self, bytes_per_s: int, through: Callable[[bytes], None]) -> None:
        self._bytes_per_s, self._through = bytes_per_s, through
        self._waiting = bytearray()
        self._timer: asyncio.TimerHandle | None = None
        self._free_s = 0.0  # the wire is busy until then

    def put(self, data: bytes) -> None:
        """Take *data* for the wire."""
        self._waiting += data
        if self._timer is None:
            self._run()

    def _run(self) -> None:
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        self._free_s = max(self._free_s, now_s - PACE_S)
        count = min(len(self._waiting), int((now_s - self._free_s) * self._bytes_per_s))
        if count:
            self._free_s += count / self._bytes_per_s
            data = bytes(self._waiting[:count])
            del self._waiting[:count]
            self._through(data)
        self._timer = loop.call_later(PACE_S, self._run) if self._waiting else None


class Wire:
    """One pty with a link to it; *on_data* gets what is written into it from outside."""

    def __init__(self, link: Path, on_data: Callable[[bytes], None]) -> None:
        self._link, self._on_data = link, on_data
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._unsent = bytearray()
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(self._slave))
        asyncio.get_running_loop().add_reader(self._master, self._read)

    def _read(self) -> None:
        try:
            self._on_data(os.read(self._master, 65536))
        except BlockingIOError:
            return

    def write(self, data: bytes) -> None:
        """Send *data* outside; what nobody reads is dropped in the end."""
        self._unsent += data
        del self._unsent[: max(0, len(self._unsent) - MOST_UNREAD)]
        self._flush()

    def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(BlockingIOError):
            del self._unsent[: os.write(self._master, self._unsent)]
        loop.remove_writer(self._master)
        if self._unsent:
            loop.add_writer(self._master, self._flush)

    def close(self) -> None:
        """Take the pty and its link away."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._master)
        loop.remove_writer(self._master)
        os.close(self._master)
        os.close(self._slave)
        self._link.unlink(missing_ok=True)
