"""The port: bytes between a client and the engine, on a pty behind a symlink or on a tty that is there."""

import errno
import os
import select
import signal
import socket
import time
import tty
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from hil_tests.sims.at_modem.closewatch import CloseWatch
from hil_tests.sims.at_modem.engine import Engine, Output
from hil_tests.sims.at_modem.faults import Injector

READ_BYTES = 4096
BACKLOG_BYTES = 65536  # what nobody reads is thrown away beyond this, as a USB port does
TRUTH_NOTE = "the values this reply expresses: +CESQ the lower edge of its bin, elsewhere the nominal value"


class PortTakenError(OSError):
    """The path named is not what can be served; the text says what to do."""


class ReplyLog:
    """JSON lines, one a reply, flushed at once; no file, no lines."""

    def __init__(self, path: Path | None) -> None:
        """Create *path*, emptying what was there."""
        self._file: BinaryIO | None = path.open("wb", buffering=0) if path else None

    def write(self, output: Output, t_ns: int) -> None:
        """Write the line of a reply that goes out at *t_ns* (Unix nanoseconds)."""
        if self._file is None or output.command is None:
            return
        line: dict[str, object] = {"t_ns": t_ns, "command": output.command, "reply": output.reply}
        line["truth"] = output.truth
        if {"rsrp_dbm", "rssi_dbm"} & set(output.truth):
            line["truth_is"] = TRUTH_NOTE
        self._file.write(msgspec.json.encode(line) + b"\n")

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


@contextmanager
def raw_pty(link: Path) -> Iterator[tuple[int, CloseWatch]]:
    """Yield the master of a raw pty whose slave *link* points to, and the watch on its closing.

    One descriptor of the slave stays open, so that clients may come and go.
    Raises: PortTakenError, if *link* is there and no symlink.
    """
    if link.exists() and not link.is_symlink():
        raise PortTakenError(f"{link} exists and is no symlink; remove it or name another --link")
    master, slave = os.openpty()
    try:
        tty.setraw(slave)
        os.set_blocking(master, False)
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(slave))
        with closing(CloseWatch(slave)) as clients:
            yield master, clients
    finally:
        link.unlink(missing_ok=True)
        os.close(slave)
        os.close(master)


@contextmanager
def raw_tty(path: Path) -> Iterator[int]:
    """Yield the terminal *path*, raw and not blocking: the modem's end of a cable (/dev/ttyGS0 of a gadget).

    Raises: PortTakenError, if it is no terminal or cannot be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as exc:
        raise PortTakenError(f"{path}: {exc.strerror}; name the modem's end of a cable as --tty") from exc
    try:
        if not os.isatty(descriptor):
            raise PortTakenError(f"{path} is no terminal; name the modem's end of a cable as --tty")
        tty.setraw(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def stop_signals() -> Iterator[socket.socket]:
    """Yield a socket that becomes readable on SIGTERM or SIGINT."""
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    wanted = (signal.SIGTERM, signal.SIGINT)
    handlers = [signal.signal(number, lambda *_: None) for number in wanted]
    old = signal.set_wakeup_fd(writer.fileno())
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(old)
        for number, handler in zip(wanted, handlers, strict=True):
            signal.signal(number, handler)
        reader.close()
        writer.close()


class Pump:
    """One open port with its engine."""

    def __init__(
        self, master: int, clients: CloseWatch | None, engine: Engine, injector: Injector, log: ReplyLog
    ) -> None:
        """Connect the parts; nothing is read or written yet. *clients* watches a slave of ours."""
        self._master = master
        self._clients = clients
        self._engine = engine
        self._injector = injector
        self._log = log
        self._backlog = bytearray()
        self._hung_up = False

    def run(self, stop: int) -> bool:
        """Serve until *stop* is readable (True), or a fault drops the port or the cable is pulled (False)."""
        poll = select.poll()
        poll.register(stop, select.POLLIN)
        if self._clients:
            poll.register(self._clients, select.POLLIN)
        while True:
            self._turn()
            if self._hung_up or self._injector.dropped(time.monotonic()):
                return False
            poll.register(self._master, select.POLLIN | (select.POLLOUT if self._backlog else 0))
            for descriptor, _ in poll.poll(self._wait_ms()):
                if descriptor == stop:
                    return True
                if descriptor == self._master:
                    self._read()
            if self._clients:
                self._clients.turn()

    def _read(self) -> None:
        try:
            data = os.read(self._master, READ_BYTES)
        except BlockingIOError:
            return
        except OSError as exc:
            self._hang_up(exc)
            return
        self._hung_up = not data
        self._engine.receive(data)

    def _hang_up(self, reason: OSError) -> None:
        """Note that the other end is gone. Raises *reason*, if it is another one."""
        if reason.errno != errno.EIO:
            raise reason
        self._hung_up = True

    def _turn(self) -> None:
        now_s = time.monotonic()
        for output in self._engine.run(now_s):
            self._injector.push(output, now_s)
        for output in self._injector.pop(now_s):
            self._log.write(output, time.time_ns())
            self._backlog += output.data
        self._flush()

    def _flush(self) -> None:
        try:
            while self._backlog:
                del self._backlog[: os.write(self._master, self._backlog)]
        except BlockingIOError:
            del self._backlog[:-BACKLOG_BYTES]
        except OSError as exc:
            self._hang_up(exc)

    def _wait_ms(self) -> float | None:
        now_s = time.monotonic()
        due = [t for t in (self._engine.next_due_s(now_s), self._injector.next_due_s()) if t is not None]
        return max(0.0, (min(due) - now_s) * 1000 + 0.5) if due else None


def serve(link: Path, engine: Engine, injector: Injector, log: ReplyLog) -> None:
    """Be the modem at *link* until SIGTERM or SIGINT; prints READY *link* once clients may open it."""
    with stop_signals() as stop:
        with raw_pty(link) as (master, clients):
            print(f"READY {link}", flush=True)
            stopped = Pump(master, clients, engine, injector, log).run(stop.fileno())
        if not stopped:
            print(f"DROPPED {link}", flush=True)
            select.select([stop], [], [])


def serve_tty(path: Path, engine: Engine, injector: Injector, log: ReplyLog) -> None:
    """Be the modem at the terminal *path* until a signal or a hang-up; says READY, at a hang-up DROPPED."""
    with stop_signals() as stop, raw_tty(path) as descriptor:
        print(f"READY {path}", flush=True)
        if not Pump(descriptor, None, engine, injector, log).run(stop.fileno()):
            print(f"DROPPED {path}", flush=True)
