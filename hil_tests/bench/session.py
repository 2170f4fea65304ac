"""An open bench: its modems, who they are, and the right one or none."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

from hil_tests.bench.backends.plain import PlainBackend
from hil_tests.bench.backends.protocol import Backend, DataPath
from hil_tests.bench.backends.sim import SimBackend
from hil_tests.bench.dialogue import Dialogue
from hil_tests.bench.errors import BenchIncomplete, DeadlineMissed, InjectFailed, WrongModem
from hil_tests.bench.model import TIERS, BenchFile, Limits, ModemRow, Tier
from hil_tests.bench.power import PowerPort
from hil_tests.bench.truth import truth_between
from hil_tests.bench.waiting import await_that
from hil_tests.bench.wire import Wire
from modem_drivers.discovery import SysfsDirectory
from modem_drivers.errors import CommandFailed, ModemError
from modem_drivers.modem import Modem
from modem_drivers.reading import Identity, Registration

T = TypeVar("T")


def make_backend(bench: BenchFile) -> Backend:
    """Return the backend that *bench* names."""
    return SimBackend(bench) if bench.backend == "sim" else PlainBackend(bench, SysfsDirectory())


class BenchModem:
    """One modem of an open bench, as tests see it."""

    def __init__(self, bench: BenchFile, row: ModemRow, backend: Backend) -> None:
        self.row, self.wait_s = row, bench.wait_s
        self.limits: Limits = bench.limits
        self._backend = backend
        self._dialogue: Dialogue | None = None
        self.identity: Identity | None = None

    @property
    def port(self) -> Path:
        """The AT port's path, looked up now."""
        return self._backend.port(self.row)

    def is_there(self) -> bool:
        """Tell whether the port is there now."""
        try:
            return self.port.exists()
        except BenchIncomplete:
            return False

    def ask(self, what: str, question: Callable[[Modem], Awaitable[T]]) -> T:
        """Return the driver's answer to *question*. Raises: ModemError; DeadlineMissed; WrongModem."""
        dialogue = self._dialogue or self._open()
        try:
            return dialogue.ask(what, question)
        except (ModemError, DeadlineMissed):
            self.release()
            raise

    def await_service(self) -> float:
        """Wait until the modem is registered again; return how long that took, seconds.

        Raises: DeadlineMissed; BenchError; ModemError.
        """
        took_s = await_that(f"modem {self.row.slot} is registered", self._registered, deadline_s=self.wait_s)
        self.release()
        return took_s

    def _registered(self) -> bool:
        try:
            return self.ask("registration", _registration).registered
        except CommandFailed:  # the SIM card is not ready yet
            return False

    def release(self) -> None:
        """Give the port back, for whoever else wants to speak."""
        dialogue, self._dialogue = self._dialogue, None
        if dialogue is not None:
            dialogue.close()

    def truth(self, command: str, t0_ns: int, t1_ns: int) -> dict[str, object] | None:
        """Return what the modem truly expressed in reply to *command* then; None where nobody knows."""
        log = self._backend.truth(self.row)
        return None if log is None else truth_between(log, command, t0_ns, t1_ns)

    def power(self) -> PowerPort:
        """Return the modem's power; the port is given back first. Raises: InjectFailed."""
        self.release()
        power = self._backend.power(self.row)
        if power is None:
            raise InjectFailed(f"modem {self.row.slot}: its power cannot be switched here")
        return power

    def data_path(self) -> AbstractContextManager[DataPath]:
        """Return the way to a measurement server."""
        return self._backend.data_path(self.row)

    @contextmanager
    def suffering(self, fault: str) -> Iterator[None]:
        """Let the modem suffer from a fault of its AT side. Raises: InjectFailed."""
        self.release()
        with self._backend.suffer(self.row, fault):
            yield
            self.release()

    def check_identity(self) -> Identity:
        """Return who answers. Raises: WrongModem, naming both, if it is not who the bench file says."""
        return self.ask("identity", _identify)

    def _open(self) -> Dialogue:
        dialogue = Dialogue(self.port, deadline_s=self.wait_s)
        try:
            self.identity = dialogue.ask("identity", _identify)
            demand_identity(self.row, self.identity)
        except BaseException:
            dialogue.close()
            raise
        self._dialogue = dialogue
        return dialogue


async def _registration(modem: Modem) -> Registration:
    return await modem.registration()


async def _identify(modem: Modem) -> Identity:
    return modem.identity


def demand_identity(row: ModemRow, found: Identity) -> None:
    """Raises: WrongModem, if *found* is another modem than *row* describes."""
    if found.imei != row.imei:
        raise WrongModem(row.slot, "IMEI", row.imei, found.imei or "nothing")
    if row.model.casefold() not in (found.model or "").casefold():
        raise WrongModem(row.slot, "model", row.model, found.model or "nothing")


class Bench:
    """One bench; `open` before use, `close` after."""

    def __init__(self, file: BenchFile, backend: Backend | None = None) -> None:
        self.file = file
        self._backend = backend or make_backend(file)
        self.modems: dict[str, BenchModem] = {}

    @property
    def name(self) -> str:
        """The bench's name."""
        return self.file.name

    def refuse(self, *, hardware: bool) -> None:
        """Raises: BenchIncomplete, if something is missing, or is less than the file (or *hardware*) says."""
        missing = list(self._backend.missing())
        if not missing:
            missing = list(self._boasts(hardware=hardware))
        if missing:
            raise BenchIncomplete(self.name, missing)

    def open(self) -> None:
        """Bring the modems up. Raises: BenchStartError; BenchIncomplete."""
        self._backend.open()
        self.modems = {row.slot: BenchModem(self.file, row, self._backend) for row in self.file.modem}

    def close(self) -> None:
        """Give every port back, and end what was started."""
        for modem in self.modems.values():
            modem.release()
        self._backend.close()

    def check_identities(self) -> None:
        """Ask every modem who it is, and give its port back. Raises: BenchError; ModemError."""
        for modem in self.modems.values():
            modem.check_identity()
            modem.release()

    def wire(self) -> AbstractContextManager[Wire]:
        """Return a modem's network interface that can be broken. Raises: InjectFailed."""
        return self._backend.wire()

    def provenance(self) -> dict[str, dict[str, int]]:
        """Return, per simulated personality, {kind of source: rows}."""
        return {name: dict(counts) for name, counts in self._backend.provenance().items()}

    def _boasts(self, *, hardware: bool) -> Iterator[str]:
        wanted: Tier = "hardware" if hardware else self.file.tier
        for row in self.file.modem:
            found = self._backend.tier(row)
            if TIERS.index(found) < TIERS.index(wanted):
                yield (
                    f'modem {row.slot}: behind it is tier "{found}", not "{wanted}"; '
                    + (
                        "--require hardware takes real modems only"
                        if hardware
                        else "correct tier in the file"
                    )
                )


def open_benches(files: Sequence[BenchFile]) -> dict[str, Bench]:
    """Return the benches of *files*, by name, not opened."""
    return {file.name: Bench(file) for file in files}
