"""The probe board's own logic on CPython behind a pseudo-terminal: `python -m hil_tests.bench.cpython_board`.

For tests that need the board's decisions and not its chip: no VM, no REPL, no pins but what is printed. A
line of standard input sets levels or what it does wrong, one of standard output tells the switches' levels.

    in:  {"mains":0} {"battery_mv":11900} {"sign":1} {"reset":2} {"mute":true} {"version":[7,9]}
         {"table_crc":5} {"utc_s":1795600000,"age_ms":20,"uncertainty_us":900} {"say":"text that is no frame"}
    out: {"ready":"/path"} {"power":[1,1,0,1,1],"t_ns":n} {"alarm":1,"t_ns":n}
"""

import argparse
import asyncio
import json
import os
import signal
import struct
import sys
import time
import tty
from pathlib import Path

import probelink.messages as table
from probe.logic import pi_watch
from probe.logic.board import Board
from probe.logic.link import BoardLink
from probelink.frame import FrameEncoder

STEP_S = 0.01
BUILD = 0xB0A2D001
HELLO = "<BBIIBB"


class PtyBoard:
    """One board between two starts of the program; `reset` begins another life of it."""

    def __init__(self, master: int) -> None:
        self._master = master
        self.mute = False
        self.version, self.table_crc = (1, 1), table.TABLE_CRC
        self._memory = bytearray(pi_watch.MEMORY_BYTES)
        self._told: dict[str, object] = {}
        self.reset(1)

    def reset(self, reason: int) -> None:
        """Start anew, as after a reset."""
        self.board = Board(_ms(), self._memory)
        self.link = BoardLink(self.board, BUILD, reason, 0)

    def receive(self) -> None:
        """Take what the Pi wrote; a line that nobody opened says nothing."""
        try:
            data = os.read(self._master, 4096)
        except (BlockingIOError, OSError):
            return
        for byte in data:
            self.link.receive(byte)

    def step(self) -> None:
        """One turn of the program's loop."""
        self.board.step(_ms())
        self.link.tick()
        self._write()
        self._tell("power", list(self.board.modems.levels))
        self._tell("alarm", self.board.pi.alarm)

    def set(self, order: dict[str, object]) -> None:
        """Obey a line of standard input."""
        for name, value in order.items():
            if hasattr(self.board.levels, name):
                setattr(self.board.levels, name, value)
            elif hasattr(self, name) and not callable(getattr(self, name)):
                setattr(self, name, value)
        if "reset" in order:
            self.reset(int(str(order["reset"])))
        if "say" in order:
            os.write(self._master, str(order["say"]).encode())
        if "utc_s" in order:
            utc_s, age_ms, error_us = (int(str(order[key])) for key in ("utc_s", "age_ms", "uncertainty_us"))
            self.link.tell_time(utc_s, age_ms, error_us, 1)

    def _write(self) -> None:
        data = bytes(self.link.out[: self.link.waiting])
        self.link.sent(len(data))
        if self.mute or not data:
            return
        if (tuple(self.version), self.table_crc) != ((1, 1), table.TABLE_CRC):
            data = self._other_hello()
        try:
            os.write(self._master, data)
        except (BlockingIOError, OSError):
            return  # nobody reads

    def _other_hello(self) -> bytes:
        """Return the greeting of another firmware."""
        low, high = self.version
        encoder = FrameEncoder()
        hello = struct.pack(HELLO, low, high, self.table_crc, BUILD, 1, 0)
        return bytes(encoder.wire[: encoder.encode(table.kind_of("hello"), 0, hello)])

    def _tell(self, name: str, value: object) -> None:
        if self._told.get(name) != value:
            self._told[name] = value
            print(json.dumps({name: value, "t_ns": time.time_ns()}), flush=True)


def _ms() -> int:
    return int(time.monotonic() * 1000) & 0x3FFFFFFF


async def serve(path: Path, first: str) -> None:
    """Run until SIGTERM or the end of standard input; *first* is obeyed before anything is said."""
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    path.unlink(missing_ok=True)
    path.symlink_to(os.ttyname(slave))
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    board = PtyBoard(master)
    board.set(json.loads(first))

    orders = sys.stdin.fileno()

    def obey() -> None:
        data = os.read(orders, 65536)  # whole lines: each is written at once
        for line in data.splitlines():
            board.set(json.loads(line))
        if not data:
            ended.set()

    loop.add_reader(master, board.receive)
    loop.add_reader(orders, obey)
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    print(json.dumps({"ready": str(path)}), flush=True)
    while not ended.is_set():
        board.step()
        await asyncio.sleep(STEP_S)
    path.unlink(missing_ok=True)


def main() -> None:
    """Serve as the command line says."""
    line = argparse.ArgumentParser(prog="python -m hil_tests.bench.cpython_board", description=__doc__)
    line.add_argument("--uart", type=Path, required=True, help="where the wire to the Pi is to appear")
    line.add_argument("--first", default="{}", help="an order (a line as of standard input) to begin with")
    words = line.parse_args()
    asyncio.run(serve(words.uart, words.first))


if __name__ == "__main__":
    main()
