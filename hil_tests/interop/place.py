"""Where a foreign program meets its modem: a folder, a port, an environment, and the simulator behind it."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hil_tests.interop.draw import Drawn, write_modem
from hil_tests.interop.processes import appears, running
from hil_tests.interop.rows import Limit, Row

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(__file__).resolve().parent
VENV = ROOT / "build/interop/venv"
READY_S = 30.0


@dataclass(frozen=True, slots=True)
class Place:
    """A program's own folder, modem and environment; the set-up may add to `env` and `placeholders`."""

    folder: Path
    drawn: Drawn
    personality: str
    scenario: str
    env: dict[str, str]
    placeholders: dict[str, str] = field(default_factory=dict)

    @property
    def link(self) -> Path:
        """The modem's port."""
        return self.folder / "modem"

    def values(self) -> dict[str, str]:
        """Return {placeholder: value}, the drawn ones and the paths."""
        own = {"folder": str(self.folder), "link": str(self.link), "scripts": str(SCRIPTS)}
        return {**self.drawn.values(), **own, **self.placeholders}

    def write(self, name: str, template: str) -> None:
        """Write file *name* of the folder, the template's {placeholders} replaced."""
        (self.folder / name).write_text(template.format_map(self.values()))


SetUp = Callable[[Place], AbstractAsyncContextManager[None]]
Simulator = Callable[[Place, Sequence[str]], AbstractAsyncContextManager[None]]


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a program whose home is *folder*, without the machine's bus and settings."""
    path = f"{ROOT}/build/apt/bin:{VENV}/bin:{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return {"PATH": path, "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@asynccontextmanager
async def modem(place: Place, faults: Sequence[str]) -> AsyncIterator[None]:
    """Run the simulated modem of *place*; it is at the port when the context begins. Raises InteropError."""
    profile, trace = write_modem(place.drawn, place.folder)
    words = [sys.executable, "-m", "hil_tests.sims.at_modem", "--personality", place.personality]
    words += ["--link", str(place.link), "--seed", str(place.drawn.seed)]
    words += ["--profile", str(profile), "--trace", str(trace), "--log", str(place.folder / "log.jsonl")]
    words += [word for fault in faults for word in ("--fault", fault)]
    words += ["--scenario", place.scenario] if place.scenario else []
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    async with running(words, env, place.folder) as heard:
        await appears("READY", heard, READY_S)
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A foreign program: how it tells its version, what it needs around it, and its rows of the table.

    `daemon` is a command that the set-up has already started. `late_s`: when the last message comes.
    `scenario`: what the network does meanwhile, in the simulator's words with {placeholders}.
    `simulator` runs what it meets; `only_at`: the one personality that it can meet, if not any AT modem.
    """

    name: str
    version: str
    version_says: str
    set_up: SetUp
    rows: tuple[Row, ...]
    limits: tuple[Limit, ...] = ()
    daemon: str = ""
    late_s: float = 0.0
    scenario: str = ""
    simulator: Simulator = modem
    only_at: str = ""
