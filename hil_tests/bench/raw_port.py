"""A tty as somebody sees it who knows no AT grammar: bytes, and whether the line is still there.

The observer of faults. Sources: termios(3), poll(2), tty_ioctl(4).
"""

import errno
import os
import select
import time
import tty
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

READ_BYTES = 4096
OK = b"OK\r\n"
Ending = Literal["found", "deadline", "hangup"]


@dataclass(frozen=True, slots=True)
class Heard:
    """Bytes that came, why listening ended, and how long it took."""

    data: bytes
    ended: Ending
    seconds: float


class RawPort:
    """Use as a context manager. Raises: OSError, as open(2) does."""

    def __init__(self, path: Path) -> None:
        """Open *path* for reading and writing, raw; nobody is kept out."""
        self.path = path
        self.device = os.path.realpath(path)
        self._fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)

    def say(self, line: bytes) -> None:
        """Write *line* and a carriage return. Raises: OSError (EIO after a hang-up)."""
        os.write(self._fd, line + b"\r")

    def hear(self, *until: bytes, deadline_s: float) -> Heard:
        """Read until one of *until* is among the bytes, the deadline, or the line hangs up."""
        data, begin_s = b"", time.monotonic()
        while True:
            waited_s = time.monotonic() - begin_s
            if any(mark in data for mark in until):
                return Heard(data, "found", waited_s)
            if waited_s >= deadline_s:
                return Heard(data, "deadline", waited_s)
            more = self._more(deadline_s - waited_s)
            if more is None:
                return Heard(data, "hangup", time.monotonic() - begin_s)
            data += more

    def ask(self, line: bytes, *until: bytes, deadline_s: float = 10.0) -> Heard:
        """Say *line* and hear until one of *until*, by default a final OK. Raises: OSError."""
        self.say(line)
        return self.hear(*(until or (OK,)), deadline_s=deadline_s)

    def hung_up(self) -> bool:
        """Tell whether the line is gone: POLLHUP or POLLERR, and EIO on writing."""
        return bool(self._events(0) & (select.POLLHUP | select.POLLERR)) and self._write_errno() == errno.EIO

    def _events(self, wait_s: float) -> int:
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        return sum(events for _, events in poll.poll(wait_s * 1000))

    def _write_errno(self) -> int:
        try:
            os.write(self._fd, b"\r")
        except OSError as exc:
            return exc.errno or 0
        return 0

    def _more(self, wait_s: float) -> bytes | None:
        """Return what comes within *wait_s*, None if the line hung up."""
        events = self._events(wait_s)
        if not events:
            return b""
        try:
            data = os.read(self._fd, READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError:
            return None
        return data or None
