"""The Node process in which the VM runs: its settings, the messages to and from it."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
VM = HERE.parents[2] / "build/npm/micropython"
INSTALL = """
def _install(name, text):
    import sys
    scope = {"__name__": name}
    exec(compile(text, name + ".py", "exec"), scope)
    module = type(name, (), {})()
    for key in scope:
        setattr(module, key, scope[key])
    sys.modules[name] = module
    return module
"""
MODULES = ("machine", "time", "flash", "start")  # each uses those before it
Message = dict[str, object]


class BoardError(Exception):
    """The simulated board cannot run; the text says what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a board is made of: its flash (a folder), capacity and heap in bytes, what hangs on its pins."""

    flash: Path
    capacity_bytes: int = 1_441_792  # of LittleFS on a Pico, as `mpremote df` showed it on an emulated one
    heap_bytes: int = 192 * 1024
    pulls: Mapping[int, int] = field(default_factory=dict)  # pin: 1 up, 2 down; resistors on the board
    outside: Mapping[int, int] = field(default_factory=dict)  # pin: level that stands there from the start
    adc: Mapping[int, int] = field(default_factory=dict)  # channel: raw value (u16) from the start
    i2c: tuple[int, ...] = (0x3C,)
    serial: str = "e660583883724a32"


def device_code() -> str:
    """Return what makes the VM a board, in MicroPython: the modules of device/."""
    texts = {name: (HERE / "device" / f"{name}.py").read_text() for name in MODULES}
    lines = [INSTALL, *(f"_{name} = _install({name!r}, {text!r})" for name, text in texts.items())]
    lines += [
        "_run_due, _run_file = _machine._run_due, _start._run_file",
        "_start.MAIN[0] = globals()",
        "import sys",
    ]
    lines += [f"del sys.modules[{name!r}]" for name in ("flash", "start")]
    lines += ["del sys, _install, " + ", ".join(f"_{name}" for name in MODULES)]
    return "\n".join(lines) + "\n"


def node_settings(settings: Settings, descriptor: int) -> str:
    """Return the settings as Node gets them."""
    if not (VM / "micropython.mjs").exists():
        raise BoardError(f"no MicroPython VM in {VM}: run `make programs`")
    return json.dumps(
        {
            "fd": descriptor,
            "vm": str(VM),
            "flash": str(settings.flash),
            "capacity": settings.capacity_bytes,
            "heap": settings.heap_bytes,
            "device": device_code(),
            "pulls": dict(settings.pulls),
            "outside": dict(settings.outside),
            "adc": dict(settings.adc),
            "i2c": settings.i2c,
            "serial": settings.serial,
        }
    )


class Vm:
    """The running process; `on_message` is called with all it says."""

    def __init__(self, on_message: Callable[[Message], None]) -> None:
        self._on_message = on_message
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._listener: asyncio.Task[None] | None = None

    async def start(self, settings: Settings) -> None:
        """Start Node. Raises: BoardError, if the VM is not there."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = [str(Path(sys.executable).with_name("node")), str(HERE / "node/board.mjs")]
            self._process = await asyncio.create_subprocess_exec(
                *command, node_settings(settings, theirs.fileno()),
                pass_fds=(theirs.fileno(),), stdin=asyncio.subprocess.DEVNULL, env=_environment(),
            )  # fmt: skip
        reader, self._writer = await asyncio.open_unix_connection(sock=ours, limit=1 << 24)
        self._listener = asyncio.create_task(self._listen(reader))

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            self._on_message(json.loads(line))

    def send(self, message: Message) -> None:
        """Say *message*."""
        if self._writer is not None:
            self._writer.write(json.dumps(message).encode() + b"\n")

    async def ended(self) -> int:
        """Wait until Node ends by itself; return its status."""
        if self._process is None:
            raise BoardError("the VM was not started")
        return await self._process.wait()

    async def stop(self) -> None:
        """End Node."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._listener is not None:
            self._listener.cancel()
        if self._writer is not None:
            self._writer.close()


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("NODE_")}
