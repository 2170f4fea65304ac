"""What a bench needs of its backend."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hil_tests.bench.model import ModemRow, Tier
from hil_tests.bench.power import PowerPort
from hil_tests.bench.wire import Wire


@dataclass(frozen=True, slots=True)
class DataPath:
    """A way from one modem's interface to a measurement server (ADDRESS:PORT).

    rtt_ms: what the way itself takes, where somebody knows. finish: end the way; return the emulator's log,
    or None where nobody emulates.
    """

    netns: str
    server: str
    rtt_ms: float | None = None
    finish: Callable[[], Path | None] = lambda: None


class Backend(Protocol):
    """Modems somewhere; made by a backend's open function, given back by `close`."""

    def missing(self) -> Sequence[str]:
        """Return sentences about what the bench file names and this machine has not."""
        ...

    def tier(self, row: ModemRow) -> Tier:
        """Return what stands behind *row* by this machine's own evidence, not by the file's word."""
        ...

    def open(self) -> None:
        """Bring everything up. Raises: BenchStartError."""
        ...

    def close(self) -> None:
        """Give everything back; harmless to repeat."""
        ...

    def port(self, row: ModemRow) -> Path:
        """Return the AT port's path, looked up now. Raises: BenchIncomplete."""
        ...

    def truth(self, row: ModemRow) -> Path | None:
        """Return the log of what the modem said, or None where nobody knows better than the modem."""
        ...

    def power(self, row: ModemRow) -> PowerPort | None:
        """Return the modem's power, or None where it cannot be switched."""
        ...

    def data_path(self, row: ModemRow) -> AbstractContextManager[DataPath]:
        """Return the way to a server, as long as it is entered. Raises: BenchIncomplete, BenchStartError."""
        ...

    def suffer(self, row: ModemRow, fault: str) -> AbstractContextManager[None]:
        """Let the modem suffer from *fault* of its AT side. Raises: InjectFailed, if this backend cannot."""
        ...

    def wire(self) -> AbstractContextManager[Wire]:
        """Return a modem's network interface that can be broken. Raises: InjectFailed, if there is none."""
        ...

    def provenance(self) -> Mapping[str, Mapping[str, int]]:
        """Return, {kind of source: rows} per simulated personality, or per table of the drivers."""
        ...
