"""A probe board: `python -m hil_tests.sims.board --pty PATH --control SOCKET [--uart PATH] [--flash DIR]`.

Boots the files of the flash on the real MicroPython VM; PATH is its USB port (a REPL, for mpremote), the UART
is the wire to the Pi. Prints one line READY {json} and runs until SIGTERM, SIGINT or the end of its standard
input (if that is a pipe). Without --flash: the files of `make firmware` in a new folder.
"""

import argparse
import asyncio
import base64
import contextlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hil_tests.sims.board.control import Control
from hil_tests.sims.board.vm import BoardError, Message, Settings, Vm
from hil_tests.sims.board.wires import UART_BYTES_PER_S, Pace, Wire
from hil_tests.sims.board.wiring import ADC, OUTSIDE, PULLS

IMAGES = ("pico", "pico2", "carrier")


class Board:
    """VM, wires and control socket of one board."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._vm = Vm(self._take)
        self._control = Control(self._vm.send)
        self._wires: dict[str, Wire] = {}
        self._to_pi = Pace(UART_BYTES_PER_S, lambda data: self._write("uart", data))
        self._from_pi = Pace(UART_BYTES_PER_S, lambda data: self._vm.send({"uart": 0, "data": _text(data)}))
        self.booted = asyncio.Event()

    async def open(self, pty: Path, control: Path, uart: Path | None) -> None:
        """Make the wires and start the VM. Raises: BoardError."""
        self._wires["repl"] = Wire(pty, lambda data: self._vm.send({"repl": _text(data)}))
        if uart is not None:
            self._wires["uart"] = Wire(uart, self._from_pi.put)
        await self._control.open(control)
        await self._vm.start(self._settings)

    def _write(self, wire: str, data: bytes) -> None:
        if wire in self._wires:
            self._wires[wire].write(data)

    def _take(self, message: Message) -> None:
        if "repl" in message:
            self._write("repl", base64.b64decode(str(message["repl"])))
        elif "uart" in message and "data" in message:
            if message["uart"] == 0:
                self._to_pi.put(base64.b64decode(str(message["data"])))
        else:
            if message.get("event") == "listens":
                self.booted.set()
            if message.get("event") == "broken":
                print(f"board: the VM's thread ended: {message.get('text')}", file=sys.stderr)
            self._control.take(message)

    async def ended(self) -> int:
        """Wait until the VM's process ends by itself."""
        return await self._vm.ended()

    async def close(self) -> None:
        """Take everything away."""
        await self._vm.stop()
        await self._control.close()
        for wire in self._wires.values():
            wire.close()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def make_flash(board: str, folder: Path) -> None:
    """Fill *folder* with the files of *board*'s manifest. Raises: BoardError."""
    words = [sys.executable, "-m", "tools.kit.image", "--board", board, "--out", str(folder)]
    said = subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if said.returncode:
        raise BoardError(f"the firmware cannot be built: {said.stderr.strip()}")


def _read_input(loop: asyncio.AbstractEventLoop, asked: asyncio.Event) -> None:
    if not os.read(0, 4096):
        loop.remove_reader(0)
        asked.set()


async def _until_asked(board: Board) -> None:
    """Return when a signal or the end of standard input asks for it, or the VM's process ends."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        loop.add_reader(0, _read_input, loop, asked)
    ended = asyncio.create_task(board.ended())
    waits = [asyncio.create_task(asked.wait()), ended]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    if ended.done() and not ended.cancelled():
        raise BoardError(f"the VM's process ended with status {ended.result()}")


async def _run(arguments: argparse.Namespace, flash: Path) -> None:
    board = Board(Settings(flash=flash, pulls=PULLS, outside=OUTSIDE, adc=ADC))
    try:
        await board.open(arguments.pty, arguments.control, arguments.uart)
        await asyncio.wait_for(board.booted.wait(), 30)
        facts = {"pty": str(arguments.pty), "control": str(arguments.control), "flash": str(flash)}
        print(f"READY {json.dumps(facts)}", flush=True)
        await _until_asked(board)
    finally:
        await board.close()
        arguments.control.unlink(missing_ok=True)


def main(words: Sequence[str] | None = None) -> int:
    """Run; see the module."""
    line = argparse.ArgumentParser(prog="python -m hil_tests.sims.board", description=__doc__)
    line.add_argument("--pty", type=Path, required=True, help="link to the pty that is the board's USB port")
    line.add_argument("--control", type=Path, required=True, help="Unix socket of pins, ADC, clock, power")
    line.add_argument("--uart", type=Path, help="link to the pty that is the UART to the Pi")
    line.add_argument("--flash", type=Path, help="the flash, a folder; it is kept [a new one, not kept]")
    line.add_argument(
        "--board", choices=IMAGES, default="pico", help="whose files a new flash gets [%(default)s]"
    )
    arguments = line.parse_args(words)
    with contextlib.ExitStack() as stack:
        flash = arguments.flash
        if flash is None:
            flash = Path(tempfile.mkdtemp(prefix="probe-flash-"))
            stack.callback(shutil.rmtree, flash, ignore_errors=True)
        try:
            if not flash.exists() or not any(flash.iterdir()):
                make_flash(arguments.board, flash)
            asyncio.run(_run(arguments, flash))
        except (BoardError, TimeoutError, OSError) as error:
            print(f"board: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
