"""What reads and writes a port beside our driver: plain os.read and os.write in a thread, to their end."""

import os
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def opened(path: str | Path) -> Iterator[int]:
    """Yield a descriptor of the terminal *path*, raw, blocking."""
    descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
    try:
        tty.setraw(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


class Hand:
    """A thread at work on a descriptor until the work ends by an error or by end of file."""

    def __init__(self, work: Callable[[], int]) -> None:
        """Begin: *work* returns how many bytes it moved, 0 for the end."""
        self.moved_bytes = 0
        self.outcome = "still at it"
        self.ended_mono_s = 0.0
        self._moved_mono_s = time.monotonic()
        self._work = work
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def idle_s(self) -> float:
        """Return for how long no byte has moved."""
        return time.monotonic() - self._moved_mono_s

    def await_end(self, deadline_s: float) -> bool:
        """Return whether the work has ended within *deadline_s*."""
        self._thread.join(deadline_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while count := self._work():
                self.moved_bytes += count
                self._moved_mono_s = time.monotonic()
            self.outcome = "end of file"
        except OSError as error:
            self.outcome = os.strerror(error.errno or 0)
        self.ended_mono_s = time.monotonic()


def reader(descriptor: int) -> Hand:
    """Return a thread that reads from *descriptor* and throws away what it reads."""
    return Hand(lambda: len(os.read(descriptor, 4096)))


def writer(descriptor: int) -> Hand:
    """Return a thread that writes zeros to *descriptor* as fast as it takes them."""
    return Hand(lambda: os.write(descriptor, bytes(4096)))
