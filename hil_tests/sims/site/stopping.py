"""When a site ends: SIGTERM, SIGINT, or the end of its standard input."""

import os
import signal
import socket
import stat
import sys


class Stopping:
    """Turns the two signals into a readable descriptor; nothing is interrupted by them."""

    def __init__(self) -> None:
        self._reader, writer = socket.socketpair()
        self._reader.setblocking(False)
        writer.setblocking(False)
        signal.set_wakeup_fd(writer.detach(), warn_on_full_buffer=False)
        self._asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: object) -> None:
        self._asked = True

    @property
    def asked(self) -> bool:
        """Whether a signal came."""
        return self._asked

    def descriptors(self) -> list[int]:
        """Return what becomes readable when the site shall end; standard input only where it is a pipe."""
        return [self._reader.fileno(), *([sys.stdin.fileno()] if _stdin_is_a_pipe() else [])]


def _stdin_is_a_pipe() -> bool:
    """Return whether somebody holds the other end; a terminal or /dev/null says nothing about the starter."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):  # closed, or replaced by something that is no file
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def at_end(descriptor: int) -> bool:
    """Return whether reading *descriptor* gives its end; what was written to it is thrown away."""
    return os.read(descriptor, 4096) == b""
