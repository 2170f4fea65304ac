"""A serial port for an event loop: the one seam of pyserial. All its errors leave as PortLost.

pyserial fails in three unrelated ways on an unplugged modem: SerialException, a bare OSError (in_waiting),
and termios.error (flush), which is neither (measured on real USB serial and on a pty alike).
DTR and RTS are left to the kernel, which raises both on opening and does not mind a modem that refuses them;
pyserial's own request ends in EPIPE there (https://github.com/pyserial/pyserial/issues/139, and the USB lab).
"""

from __future__ import annotations

import fcntl
import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager

import serial

from modem_drivers.errors import PortLost

BAUD_RATE = 115_200
READ_BYTES = 4096
WRITE_TIMEOUT_S = 0.2


class SerialPort:
    """An open serial port, raw, held by us alone (flock and TIOCEXCL), never blocking on reads."""

    def __init__(self, path: str) -> None:
        """Open *path*.

        Raises: PortLost, if there is no such port, it is held by another program, or it fails.
        """
        self.name = path
        with self._translated():
            self._serial = serial.Serial(
                path, BAUD_RATE, timeout=0, write_timeout=WRITE_TIMEOUT_S, exclusive=True,
                dsrdtr=True, rtscts=True,  # else pyserial raises DTR and RTS, and fails where a modem stalls
            )  # fmt: skip
            self._serial.rtscts = False
            self._descriptor = int(self._serial.fileno())
            fcntl.ioctl(self._descriptor, termios.TIOCEXCL)

    def fileno(self) -> int:
        """Return the file descriptor, for loop.add_reader."""
        return self._descriptor

    def read(self) -> bytes:
        """Return the bytes that are there, at most READ_BYTES; empty if none are.

        Raises: PortLost.
        """
        try:
            data = os.read(self._descriptor, READ_BYTES)  # half the price of pyserial's read
            return data or bytes(self._serial.read(READ_BYTES))  # nothing, or hung up: pyserial tells
        except (OSError, termios.error) as reason:
            raise PortLost(self.name, str(reason)) from reason

    def write(self, data: bytes) -> None:
        """Write *data*, a command line: it fits the kernel's buffer.

        Raises: PortLost, also if the port has taken nothing for WRITE_TIMEOUT_S.
        """
        try:
            taken = os.write(self._descriptor, data)
            if taken < len(data):
                self._serial.write(data[taken:])
        except (OSError, termios.error) as reason:
            raise PortLost(self.name, str(reason)) from reason

    def close(self) -> None:
        """Close the port; a port already lost is closed without complaint.

        What a hung modem has not taken is thrown away: the kernel would wait for it, up to half a minute.
        """
        try:
            termios.tcflush(self._serial.fileno(), termios.TCOFLUSH)
            fcntl.ioctl(self._serial.fileno(), termios.TIOCNXCL)
        except (OSError, termios.error):
            pass  # it is gone: what remains is to free the descriptor
        finally:
            with self._translated():
                self._serial.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (OSError, termios.error) as reason:  # SerialException is an OSError
            raise PortLost(self.name, str(reason)) from reason
