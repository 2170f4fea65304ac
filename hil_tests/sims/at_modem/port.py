"""Where a simulated modem's ports are: ptys behind symlinks, or a tty that is there; the log of replies."""

import os
import signal
import socket
import tty
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from hil_tests.sims.at_modem.closewatch import CloseWatch
from hil_tests.sims.at_modem.engine import Output

TRUTH_NOTE = "the values this reply expresses: +CESQ the lower edge of its bin, elsewhere the nominal value"


class PortTakenError(OSError):
    """The path named is not what can be served; the text says what to do."""


class ReplyLog:
    """JSON lines, one a reply, flushed at once; no file, no lines."""

    def __init__(self, path: Path | None) -> None:
        """Create *path*, emptying what was there. Raises: PortTakenError, where that is not possible."""
        try:
            self._file: BinaryIO | None = path.open("wb", buffering=0) if path else None
        except OSError as exc:
            raise PortTakenError(
                f"{path}: {exc.strerror}; name a file for --log that can be written"
            ) from exc

    def write(self, output: Output, t_ns: int, port: str = "") -> None:
        """Write the line of a reply that goes out at *t_ns* (Unix nanoseconds); *port*: not the first one.

        What is said unasked has no line.
        """
        if output.command is None:
            return
        line: dict[str, object] = {"t_ns": t_ns, "command": output.command, "reply": output.reply}
        line["truth"] = output.truth
        if {"rsrp_dbm", "rssi_dbm"} & set(output.truth):
            line["truth_is"] = TRUTH_NOTE
        self._write({**line, "port": port} if port else line)

    def event(self, name: str, t_ns: int, values: Mapping[str, object]) -> None:
        """Write that *name* happened at *t_ns*, as `{"t_ns", "command": "", "reply": [], "event", ...}`."""
        self._write({"t_ns": t_ns, "command": "", "reply": (), "truth": {}, "event": name, **values})

    def _write(self, line: Mapping[str, object]) -> None:
        if self._file:
            self._file.write(msgspec.json.encode(line) + b"\n")

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


@contextmanager
def raw_pty(*links: Path) -> Iterator[tuple[int, CloseWatch]]:
    """Yield the master of a raw pty whose slave *links* point to, and the watch on its closing.

    One descriptor of the slave stays open, so that clients may come and go.
    Raises: PortTakenError, if one of *links* is there and no symlink, or cannot be made.
    """
    for link in links:
        if link.exists() and not link.is_symlink():
            raise PortTakenError(f"{link} exists and is no symlink; remove it or name another --link")
    master, slave = os.openpty()
    try:
        tty.setraw(slave)
        os.set_blocking(master, False)
        for link in links:
            _point(link, os.ttyname(slave))
        with closing(CloseWatch(slave)) as clients:
            yield master, clients
    finally:
        for link in links:
            with suppress(OSError):  # the folder is gone, or never was
                link.unlink()
        os.close(slave)
        os.close(master)


def _point(link: Path, target: str) -> None:
    """Make *link* lead to *target*. Raises: PortTakenError."""
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    except OSError as exc:
        raise PortTakenError(
            f"{link}: {exc.strerror}; name a --link in a folder that is there and can be written"
        ) from exc


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
