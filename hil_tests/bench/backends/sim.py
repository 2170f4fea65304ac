"""Modems and links that the bench itself simulates: a process a modem, a network lab when it is asked for."""

import contextlib
import secrets
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from hil_tests.bench.backends.protocol import DataPath
from hil_tests.bench.backends.simulators import provenance
from hil_tests.bench.errors import BenchStartError, InjectFailed
from hil_tests.bench.model import BenchFile, ModemRow, Tier
from hil_tests.bench.power import PowerPort, SwitchedPower
from hil_tests.bench.waiting import await_that
from hil_tests.bench.wire import Wire, laid
from hil_tests.sims.operator_net import children
from hil_tests.sims.operator_net.lab import SERVER_ADDRESS, Lab
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting

SERVER_PORT = 8620
DELAY_MS = 20.0
MODEM_FAULTS: Mapping[str, tuple[str, ...] | None] = {
    "unplug": None,
    "replug-renamed": ("--boot",),
    "hang": ("--fault", "silent"),
    "late-reply": ("--fault", "late:2.5"),
    "echo": ("--fault", "no-echo-off"),
    "half-line": ("--fault", "half-line:2.5"),
    "garbage": ("--fault", "garbage"),
    "urc-storm": ("--fault", "urc-storm:40"),
    "reset": ("--fault", "reset:2"),
    "brown-out": ("--fault", "brown-out:2"),
}
"""The words that start a simulated modem with a fault of the bench; None: it is not started at all."""
RATE_BPS = 20_000_000


class SimBackend:
    """Simulated modems behind ptys; the bench file says which, the seed says everything else."""

    def __init__(self, bench: BenchFile) -> None:
        """Make nothing yet."""
        self._bench = bench
        self._undo = contextlib.ExitStack()
        self._folder: Path | None = None
        self._running: dict[str, children.Child] = {}

    def missing(self) -> Sequence[str]:
        """Return nothing: simulators come with the package."""
        return ()

    def tier(self, row: ModemRow) -> Tier:
        """Return "sim"."""
        return "sim"

    def open(self) -> None:
        """Start every modem and wait until all are there. Raises: BenchStartError."""
        self._folder = Path(self._undo.enter_context(tempfile.TemporaryDirectory(prefix="pantau-bench-")))
        self._undo.callback(lambda: children.end(list(self._running.values())))
        for row in self._bench.modem:
            self._start(row)
        for row in self._bench.modem:
            self._await(row)

    def close(self) -> None:
        """End every modem."""
        self._undo.close()
        self._running.clear()

    @property
    def folder(self) -> Path:
        """The folder of ports and logs. Raises: BenchStartError, before `open`."""
        if self._folder is None:
            raise BenchStartError(f"bench {self._bench.name} is not open")
        return self._folder

    def port(self, row: ModemRow) -> Path:
        """Return the symlink that leads to the modem's pty."""
        return self.folder / f"at-{row.slot}"

    def truth(self, row: ModemRow) -> Path | None:
        """Return the simulator's log."""
        return self.folder / f"at-{row.slot}.jsonl"

    def power(self, row: ModemRow) -> PowerPort | None:
        """Return a power port: off ends the process at once, on starts it as from power-on."""
        return SwitchedPower(lambda: self._end(row), lambda: self._restart(row, "--boot"))

    @contextlib.contextmanager
    def data_path(self, row: ModemRow) -> Iterator[DataPath]:
        """Yield a namespace behind a simulated link, and a server at its end."""
        way = DirectionSetting(rate_bps=RATE_BPS, delay_ms=DELAY_MS, queue_ms=200)
        link = LinkSetting(name=row.slot, up=way, down=way)
        server = f"{SERVER_ADDRESS}:{SERVER_PORT}"
        command = [str(Path(sys.executable).parent / "pantau-server"), "--listen", server, "--open"]
        with (
            tempfile.TemporaryDirectory(prefix="pantau-lab-") as logs,
            Lab(f"f{secrets.token_hex(3)}", (link,), Path(logs), client_netns=True) as lab,
        ):
            said = lab.start("server", command, namespace=lab.server_namespace).words
            await_that("the server listens", lambda: "listening" in said.read_text(), deadline_s=10)

            def finish() -> Path:
                lab.close()
                return lab.log_path

            yield DataPath(lab.client_namespaces[0], server, 2 * DELAY_MS, finish)

    @contextlib.contextmanager
    def suffer(self, row: ModemRow, fault: str) -> Iterator[None]:
        """Pull the modem, or start it anew with a fault of its own list; afterwards it is there without."""
        if fault not in MODEM_FAULTS:
            raise InjectFailed(f"modem {row.slot}: no simulated modem has the fault {fault}")
        self._end(row)
        words = MODEM_FAULTS[fault]
        if words is not None:
            self._restart(row, *words)
        try:
            yield
        finally:
            if row.slot in self._running:
                self._end(row)
            self._restart(row)

    def wire(self) -> AbstractContextManager[Wire]:
        """Return a cable between two namespaces."""
        return laid()

    def provenance(self) -> Mapping[str, Mapping[str, int]]:
        """Return where the words of the simulators in use are from."""
        return {row.personality: provenance(row.personality) for row in self._bench.modem}

    def _command(self, row: ModemRow) -> list[str]:
        start = [sys.executable, "-m", "hil_tests.sims.at_modem", "--personality", row.personality]
        log = ["--log", str(self.truth(row))]
        return [*start, "--link", str(self.port(row)), "--seed", str(row.seed), *log]

    def _start(self, row: ModemRow, *words: str) -> None:
        said = self.folder / f"at-{row.slot}.out"
        name = f"modem {row.slot}"
        self._running[row.slot] = children.start(name, [*self._command(row), *words], words=said)

    def _await(self, row: ModemRow) -> None:
        try:
            self._running[row.slot].await_ready("READY", deadline_s=self._bench.wait_s)
        except children.ChildError as exc:
            raise BenchStartError(f"bench {self._bench.name}: {exc}") from exc

    def _restart(self, row: ModemRow, *words: str) -> None:
        self._start(row, *words)
        self._await(row)

    def _end(self, row: ModemRow) -> None:
        children.end([self._running.pop(row.slot)])
