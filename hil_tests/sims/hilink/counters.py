"""Octets that went over an interface, read from its namespace's /proc/net/dev (proc_pid_net(5))."""

from pathlib import Path
from typing import TextIO

from hil_tests.sims.operator_net.namespaces import inside

TABLE = Path("/proc/thread-self/net/dev")
RECEIVED, SENT = 0, 8  # columns behind the name


class CounterError(OSError):
    """There is no such interface; the text says where."""


class InterfaceCounters:
    """Octets sent and received by *interface* of *namespace* (None: the caller's) since this was made."""

    def __init__(self, interface: str, namespace: str | None) -> None:
        """Raises: CounterError, NetworkError."""
        self._interface = interface
        self._table: TextIO = inside(namespace, TABLE.open) if namespace else TABLE.open()
        self._base = (0, 0)
        self._base = self()

    def __call__(self) -> tuple[int, int]:
        """Return (up, down). Raises: CounterError."""
        self._table.seek(0)
        for line in self._table:
            name, _, rest = line.partition(":")
            if name.strip() == self._interface:
                columns = rest.split()
                return int(columns[SENT]) - self._base[0], int(columns[RECEIVED]) - self._base[1]
        raise CounterError(f"no interface {self._interface} there; `ip link` in its namespace lists them")
