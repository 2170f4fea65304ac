"""A port whose dialogue is written down on the way, redacted before it reaches any file."""

from __future__ import annotations

from collections.abc import Callable

from modem_drivers.ports.session import Port
from modem_drivers.transcript.form import encode_entry
from modem_drivers.transcript.stream import Direction, Entry, Redactor


class RecordingPort:
    """*port*, as before; *keep* gets a transcript's lines (without line end), *clock* returns seconds.

    key: random octets that nobody keeps, for the stand-ins.
    """

    def __init__(
        self, port: Port, keep: Callable[[str], None], *, clock: Callable[[], float], key: bytes
    ) -> None:
        self.name = port.name
        self._port = port
        self._keep = keep
        self._clock = clock
        self._start_s = clock()
        self._redactor = Redactor(key)

    def fileno(self) -> int:
        """Return the descriptor to watch."""
        return self._port.fileno()

    def read(self) -> bytes:
        """Return what is there. Raises: PortLost."""
        data = self._port.read()
        self._take("rx", data)
        return data

    def write(self, data: bytes) -> None:
        """Write all of *data*. Raises: PortLost."""
        self._take("tx", data)
        self._port.write(data)

    def close(self) -> None:
        """Give the port back; what was held back is written, lines that never ended as their shape."""
        try:
            self._port.close()
        finally:
            self._write(self._redactor.close())

    def _take(self, direction: Direction, data: bytes) -> None:
        self._write(self._redactor.take(direction, data, self._clock() - self._start_s))

    def _write(self, entries: list[Entry]) -> None:
        for entry in entries:
            self._keep(encode_entry(entry))
