"""A small site with a box on it, for tests: links, modems, a server, a broker, headquarters.

Everything is a real program; the box is the installed `pantau`. Names are unique per bench, so that several
run side by side.
"""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from edge.outbox.store import Outbox
from hil_tests.bench.broker import broker_url
from hil_tests.sims.operator_net.lab import CLIENT_ADDRESS, GATEWAY, SERVER_ADDRESS, Lab
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting

SERVER_PORT = 8620
PROGRAMS = Path(sys.executable).parent
DEADLINE_S = 20.0
FAST = "[schedule]\nevery_s = 0.2\nrtt_probes = 10\nrtt_interval_ms = 5\ntcp_seconds = 0.6\nparallel = 2\n"
"""A short round: its figures are worth nothing, its records as much as any."""


def clean_link(
    name: str, *, rate_bps: int = 8_000_000, delay_ms: float = 5.0, loss: float = 0.0
) -> LinkSetting:
    """Return a link with the same settings both ways."""
    way = DirectionSetting(rate_bps=rate_bps, delay_ms=delay_ms, loss=loss, queue_ms=100)
    return LinkSetting(name=name, up=way, down=way)


def await_true(what: str, done: Callable[[], bool], *, deadline_s: float = DEADLINE_S) -> None:
    """Poll until *done*. Raises: AssertionError, naming what did not happen."""
    until_s = time.monotonic() + deadline_s
    while not done():
        assert time.monotonic() < until_s, f"{what}: not within {deadline_s:g} s"
        time.sleep(0.02)


@dataclass(slots=True, kw_only=True)
class BoxBench:
    """Use as a context manager.

    links: one line each. server: how the far end misbehaves (hil_tests.sims.far_end), "" is ours. faults: per
    line, what its modem suffers from ("" = nothing, "absent" = no modem).
    profiles: per line, its modem's; with profiles all modems are on one exchange of messages in `exchange`,
    and a line whose profile has a number has it in the configuration too.
    """

    folder: Path
    links: Sequence[LinkSetting]
    faults: Sequence[str] = ()
    profiles: Sequence[Mapping[str, object]] = ()
    schedule: str = FAST
    with_server: bool = True
    server: str = ""
    lab_id: str = field(default_factory=lambda: f"b{secrets.token_hex(3)}")
    box: str = field(default_factory=lambda: f"t-{secrets.token_hex(4)}")
    broker: str = ""
    lab: Lab | None = None
    _undo: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def __enter__(self) -> "BoxBench":
        """Start links, server, modems and broker (not headquarters, not the box)."""
        try:
            self.broker = self.broker or self._undo.enter_context(broker_url(self.folder))
            lab = Lab(self.lab_id, self.links, self.folder)
            self.lab = self._undo.enter_context(lab)
            if self.with_server:
                lab.start("server", self._server_command(), namespace=lab.server_namespace)
            for number, _ in enumerate(self.links):
                self._start_modem(lab, number)
            self.config.write_text(self.toml(), encoding="utf-8")
            self._await_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End every program started here."""
        try:
            for process in self._processes:
                if process.poll() is None:
                    process.kill()
                process.communicate()
        finally:
            self._undo.close()

    @property
    def config(self) -> Path:
        """The box's configuration file."""
        return self.folder / "box.toml"

    @property
    def data(self) -> Path:
        """The box's data folder."""
        return self.folder / "data"

    @property
    def store(self) -> Path:
        """Headquarters' folder."""
        return self.folder / "store"

    @property
    def interfaces(self) -> tuple[str, ...]:
        """Return the modems' network interfaces, in the order of the lines."""
        return self.lab.client_interfaces if self.lab else ()

    def namespaces_of_box(self) -> list[str]:
        """Return the namespaces that the box made and has not removed."""
        return [path.name for path in Path("/run/netns").glob(f"pantau-{self.box}-*")]

    def toml(self) -> str:
        """Return the configuration: ports and server addresses only."""
        assert self.lab is not None
        head = (
            f'box = "{self.box}"\nsite = "test"\nprovince = "31"\nregency = "3171"\n'
            f'data_dir = "{self.data}"\n'
            f'{self.schedule}[mqtt]\nurl = "{self.broker}"\nresend_s = 1.0\n'
            f'[[server]]\nname = "test-1"\naddress = "{SERVER_ADDRESS}:{SERVER_PORT}"\n'
        )
        numbers = [self._number_file(number) for number, _ in enumerate(self.links)]
        lines = [
            f'[[line]]\nslot = "1-1.{number + 1}"\nat_port = "{self.tty(number)}"\n'
            f'interface = "{interface}"\n'
            f'address = "{CLIENT_ADDRESS}"\ngateway = "{GATEWAY}"\n{numbers[number]}'
            for number, interface in enumerate(self.lab.client_interfaces)
        ]
        return head + "".join(lines)

    @property
    def exchange(self) -> Path:
        """The folder of the modems' common service centre."""
        return self.folder / "exchange"

    def _number_file(self, number: int) -> str:
        profile = self.profiles[number] if number < len(self.profiles) else {}
        if "number" not in profile:
            return ""
        path = self.folder / f"number{number}"
        path.write_text(f"{profile['number']}\n", encoding="ascii")
        return f'number_file = "{path}"\n'

    def tty(self, number: int) -> Path:
        """Return the AT port of line *number*."""
        return self.folder / f"tty{number}"

    def start(self, program: str, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """Start one of our programs; its words come by communicate()."""
        process = subprocess.Popen(
            [str(PROGRAMS / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env={**os.environ, **environment},
        )
        self._processes.append(process)
        return process

    def pantau(self, verb: str, *arguments: str, deadline_s: float = 90.0) -> tuple[int, str]:
        """Run `pantau VERB` to its end; return exit status and all it said."""
        process = self.start("pantau", verb, "--config", str(self.config), *arguments)
        words, _ = process.communicate(timeout=deadline_s)
        return process.returncode, words

    def start_ingest(self) -> "subprocess.Popen[str]":
        """Start headquarters."""
        return self.start(
            "pantau-hq", "ingest", "--broker", self.broker, "--store", str(self.store), "--box", self.box
        )

    def outbox(self) -> list[bytes]:
        """Return the records (JSON) that wait in the outbox of a box that is not running."""
        box = Outbox.open(
            self.data / "outbox.db", self.box, site="test", rng_hex=lambda: "0" * 8, clock=lambda: 0
        )
        try:
            return [row.evidence for row in box.pending(100_000)]
        finally:
            box.close()

    def served(self) -> list[str]:
        """Return the nonces of the tests that the measurement server admitted, by its own log."""
        log = self.folder / "server.jsonl"
        events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        return [str(event["nonce"]) for event in events if event["event"] == "start"]

    def _server_command(self) -> list[str]:
        listen = f"{SERVER_ADDRESS}:{SERVER_PORT}"
        if self.server:
            odd = [sys.executable, "-m", "hil_tests.sims.far_end", "server", "--listen", listen]
            return [*odd, "--mode", self.server]
        log = str(self.folder / "server.jsonl")
        return [str(PROGRAMS / "pantau-server"), "--listen", listen, "--open", "--log", log]

    def _start_modem(self, lab: Lab, number: int) -> None:
        fault = self.faults[number] if number < len(self.faults) else ""
        if fault == "absent":
            return
        log = ["--log", str(self.folder / f"modem{number}.jsonl")]
        faults = ["--fault", fault] if fault else []
        start = [sys.executable, "-m", "hil_tests.sims.at_modem", "--personality", "quectel-ec25"]
        if number < len(self.profiles):
            paper = self.folder / f"modem{number}.profile.json"
            paper.write_text(json.dumps(self.profiles[number]), encoding="utf-8")
            faults += ["--profile", str(paper), "--exchange", str(self.exchange)]
        command = [*start, "--link", str(self.tty(number)), "--seed", str(number + 1), *log, *faults]
        lab.start(f"modem{number}", command)

    def _await_ready(self) -> None:
        wanted = [self.tty(n) for n, _ in enumerate(self.links) if [*self.faults, *[""] * 9][n] != "absent"]
        await_true("the modems' ports", lambda: all(path.exists() for path in wanted))
        if self.with_server:
            said = self.folder / "server.out"
            ready = "READY" if self.server else "listening"
            await_true("the server", lambda: ready in said.read_text(encoding="utf-8"))


def interrupt(process: "subprocess.Popen[str]") -> None:
    """Send Ctrl-C as a terminal does: to the whole process group."""
    os.killpg(process.pid, signal.SIGINT)
