"""Plays the demo: site, broker, recorder, headquarters and box as programs; all are ended at the end."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape

from tools.demo.children import Child, Children, ProgramError

SITE_S = 40.0
READY_S = 20.0
BOX_S = 150.0
COUNT_S = 30.0
MARK = ".pantau-demo"
PROVINCE, REGENCY = "31", "3171"
SITE_SABOTAGES = ("rate", "rsrp", "name", "loss")
SABOTAGES = (*SITE_SABOTAGES, "receipt")


class SiteLine(msgspec.Struct, frozen=True):
    """What a box may know of a line."""

    slot: str
    at_port: str
    interface: str
    address: str
    gateway: str


class SitePaper(msgspec.Struct, frozen=True):
    """site.json: ports and server addresses only."""

    server: str
    lines: list[SiteLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to play. *broker*: None = the demo's own."""

    seed: int
    folder: Path
    broker: str | None = None
    sabotage: str | None = None
    box: str = field(default_factory=lambda: f"demo-{secrets.token_hex(4)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of it: the box's exit status and headquarters' own count (JSON)."""

    box_status: int
    counted: bytes
    seconds: float


def clean_folder(folder: Path) -> None:
    """Empty the demo's folder. Raises: ProgramError, if it holds what no demo made, or is not writable."""
    try:
        if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
            raise ProgramError(f"{folder} is not empty and no demo made it; name another folder with --dir")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).touch()
    except OSError as exc:
        text = f"{folder} cannot be written ({exc.strerror}); name another folder with --dir"
        raise ProgramError(text) from exc


def program(name: str) -> str:
    """Return the path of one of our programs, beside the interpreter that runs this."""
    return str(Path(sys.executable).parent / name)


def box_config(paper: SitePaper, *, box: str, broker: str, data_dir: Path) -> str:
    """Return the box's TOML: ports and server addresses, nothing of the truth."""
    quoted = msgspec.json.encode  # a JSON string is a TOML basic string

    def entry(key: str, value: str) -> str:
        return f"{key} = {quoted(value).decode()}"

    rows = [entry("box", box), entry("site", "Simulated office"), entry("province", PROVINCE)]
    rows += [entry("regency", REGENCY), entry("data_dir", str(data_dir)), "", "[mqtt]", entry("url", broker)]
    rows += ["", "[[server]]", entry("name", "simulated"), entry("address", paper.server)]
    for line in paper.lines:
        facts = msgspec.to_builtins(line)
        rows += ["", "[[line]]", *(entry(key, value) for key, value in facts.items())]
    return "\n".join(rows) + "\n"


class Stage:
    """One demo run: `play` does it; progress goes to *console*."""

    def __init__(self, plan: Plan, console: Console) -> None:
        self._plan, self._console = plan, console

    def play(self) -> Played:
        """Run everything once and stop it. Raises: ProgramError, if the demo itself could not be played."""
        plan, began = self._plan, time.monotonic()
        with Children(plan.folder) as children:
            with self._step("the simulated site: five modems, five links, a measurement server"):
                site = self._site(children)
            with self._step("an MQTT broker and a subscriber that writes everything down"):
                broker = plan.broker or self._broker(children)
                recorder = self._recorder(children, broker)
            with self._step("headquarters"):
                headquarters = self._headquarters(children, broker)
            status = self._measure(children, broker)
            with self._step("stopping, in order"):
                for child in (headquarters, recorder, site):
                    self._end(children, child)
            counted = self._count()
        return Played(box_status=status, counted=counted, seconds=time.monotonic() - began)

    @contextmanager
    def _step(self, words: str) -> Iterator[Callable[[str], None]]:
        began = time.monotonic()
        with self._console.status(words) as status:
            yield lambda line: status.update(f"{words}  [dim]{escape(line[:100])}[/]")
        self._console.print(f"[green]✓[/] {words} [dim]{time.monotonic() - began:.1f} s[/]")

    def _site(self, children: Children) -> Child:
        plan = self._plan
        command = ["-m", "hil_tests.sims.site", "--seed", str(plan.seed), "--dir", str(plan.folder)]
        if plan.sabotage in SITE_SABOTAGES:
            command += ["--sabotage", str(plan.sabotage)]
        return self._ready(children, "site", [sys.executable, *command], within_s=SITE_S)

    def _broker(self, children: Children) -> str:
        port = free_port()
        command = [sys.executable, "-m", "tools.demo.broker", "--port", str(port)]
        self._ready(children, "broker", command)
        return f"mqtt://127.0.0.1:{port}"

    def _recorder(self, children: Children, broker: str) -> Child:
        out = str(self._plan.folder / "messages.jsonl")
        where = ["--broker", broker, "--box", self._plan.box, "--out", out]
        tidy = ["--tidy"] if self._plan.broker else []
        return self._ready(children, "recorder", [sys.executable, "-m", "tools.demo.recorder", *where, *tidy])

    def _headquarters(self, children: Children, broker: str) -> Child:
        store = ["--store", str(self._plan.folder / "store"), "--box", self._plan.box]
        command = [program("pantau-hq"), "ingest", "--broker", broker, *store]
        child = children.start("hq", command)
        child.wait_line("pantau-hq: connected", within_s=READY_S)
        if self._plan.sabotage != "receipt":
            return child
        children.stop(child)
        rogue = ["-m", "hil_tests.sims.rogue_hq", "--broker", broker, "--box", self._plan.box]
        return self._ready(children, "rogue-hq", [sys.executable, *rogue])

    def _ready(
        self, children: Children, name: str, command: Sequence[str], *, within_s: float = READY_S
    ) -> Child:
        child = children.start(name, command)
        child.wait_line("READY", within_s=within_s)
        return child

    def _measure(self, children: Children, broker: str) -> int:
        folder = self._plan.folder
        paper = msgspec.json.decode((folder / "site.json").read_bytes(), type=SitePaper)
        config = box_config(paper, box=self._plan.box, broker=broker, data_dir=folder / "box")
        (folder / "box.toml").write_text(config, encoding="utf-8")
        (folder / "box").mkdir(exist_ok=True)
        command = [program("pantau"), "once", "--config", str(folder / "box.toml")]
        with self._step("the box measures every line: pantau once") as say:
            box = children.start("box", command, on_line=say)
            return box.wait(within_s=BOX_S)

    def _end(self, children: Children, child: Child) -> None:
        ended_before = child.status
        status = children.stop(child)
        if ended_before is not None or status not in (0, -15):
            self._console.print(
                f"[yellow]![/] {child.name} ended with {status}; its log: {child.log_path}", soft_wrap=True
            )

    def _count(self) -> bytes:
        store = str(self._plan.folder / "store")
        command = [program("pantau-hq"), "count", "--store", store, "--json"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=COUNT_S, check=False, env=os.environ)
        except (OSError, subprocess.TimeoutExpired) as exc:
            raise ProgramError(f"pantau-hq count --store {store}: {exc}") from exc
        (self._plan.folder / "count.json").write_bytes(done.stdout + done.stderr)
        return done.stdout


def free_port() -> int:
    """Return a TCP port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
