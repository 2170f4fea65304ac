"""Lifts TIOCEXCL when a client closes a pty's slave: inotify(7) through libc, as Python has no call for it.

A serial port forgets TIOCEXCL when its last user closes it. A pty whose slave the simulator keeps open
does not: the next client that is not root gets EBUSY. So the simulator lifts the flag itself. Only root can
open such a port beside its owner; when root closes it, the owner's claim is lifted too (inotify merges equal
events, so openings cannot be counted).
"""

import ctypes
import fcntl
import os
import termios
from pathlib import Path
from typing import Final

IN_CLOSE: Final = 0x08 | 0x10  # linux/inotify.h: IN_CLOSE_WRITE | IN_CLOSE_NOWRITE
READ_BYTES: Final = 4096


class CloseWatch:
    """A watch on one slave; `fileno()` is readable once somebody has closed it."""

    def __init__(self, slave: int) -> None:
        """Watch the terminal of descriptor *slave*, which stays the caller's. Raises: OSError."""
        libc = ctypes.CDLL(None, use_errno=True)
        path = Path(os.ttyname(slave))
        self._slave = slave
        self._watch: int = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._watch < 0 or libc.inotify_add_watch(self._watch, bytes(path), IN_CLOSE) < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(path))

    def fileno(self) -> int:
        """Return the descriptor to poll."""
        return self._watch

    def turn(self) -> None:
        """After a closing, free the port for anybody (TIOCNXCL, tty_ioctl(4)); else do nothing."""
        try:
            os.read(self._watch, READ_BYTES)
        except BlockingIOError:
            return
        fcntl.ioctl(self._slave, termios.TIOCNXCL)

    def close(self) -> None:
        """End the watch."""
        os.close(self._watch)
