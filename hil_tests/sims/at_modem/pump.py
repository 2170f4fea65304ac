"""Bytes between the ports of one modem and what answers there; one loop for all of them."""

import errno
import os
import select
import time
from collections.abc import Sequence
from typing import Protocol

from hil_tests.sims.at_modem.closewatch import CloseWatch
from hil_tests.sims.at_modem.engine import Output
from hil_tests.sims.at_modem.faults import Injector
from hil_tests.sims.at_modem.port import ReplyLog

READ_BYTES = 4096
BACKLOG_BYTES = 65536  # what nobody reads is thrown away beyond this, as a USB port does


class Answerer(Protocol):
    """What is behind a port: an AT engine, a receiver of positions, or nothing."""

    def receive(self, data: bytes) -> None:
        """Take *data* from the client."""
        ...

    def run(self, now_s: float) -> list[Output]:
        """Return what is due at *now_s*."""
        ...

    def next_due_s(self, now_s: float) -> float | None:
        """Return when `run` has something without further input, or None."""
        ...


class Clockwork(Protocol):
    """What happens by the clock alone, beside the ports."""

    def turn(self, now_s: float) -> None:
        """Do what is due at *now_s*."""
        ...

    def next_due_s(self, now_s: float) -> float | None:
        """Return when to turn again, or None."""
        ...


class Line:
    """One open port with what answers there."""

    def __init__(
        self,
        descriptor: int,
        clients: CloseWatch | None,
        answerer: Answerer,
        injector: Injector,
        log: ReplyLog,
        name: str = "",
    ) -> None:
        """Connect the parts; nothing is read or written yet. *clients* watches a slave of ours."""
        self.descriptor, self.clients = descriptor, clients
        self._answerer, self._injector = answerer, injector
        self._log, self._name = log, name
        self._backlog = bytearray()
        self._hung_up = False

    @property
    def waits(self) -> bool:
        """Whether bytes wait to be written."""
        return bool(self._backlog)

    def gone(self, now_s: float) -> bool:
        """Tell whether a fault drops the port, or its cable is pulled."""
        return self._hung_up or self._injector.dropped(now_s)

    def read(self) -> None:
        """Take what the client wrote."""
        try:
            data = os.read(self.descriptor, READ_BYTES)
        except BlockingIOError:
            return
        except OSError as exc:
            self._hang_up(exc)
            return
        self._hung_up = not data
        self._answerer.receive(data)

    def turn(self) -> None:
        """Say what is due, and log it."""
        now_s = time.monotonic()
        for output in self._answerer.run(now_s):
            self._injector.push(output, now_s)
        for output in self._injector.pop(now_s):
            self._log.write(output, time.time_ns(), self._name)
            self._backlog += output.data
        self._flush()

    def next_due_s(self, now_s: float) -> float | None:
        """Return when to turn again without input, or None."""
        due = [t for t in (self._answerer.next_due_s(now_s), self._injector.next_due_s()) if t is not None]
        return min(due, default=None)

    def _hang_up(self, reason: OSError) -> None:
        """Note that the other end is gone. Raises *reason*, if it is another one."""
        if reason.errno != errno.EIO:
            raise reason
        self._hung_up = True

    def _flush(self) -> None:
        try:
            while self._backlog:
                del self._backlog[: os.write(self.descriptor, self._backlog)]
        except BlockingIOError:
            del self._backlog[:-BACKLOG_BYTES]
        except OSError as exc:
            self._hang_up(exc)


class Pump:
    """The loop over the *lines* of one modem and its *clockwork*."""

    def __init__(self, lines: Sequence[Line], clockwork: Sequence[Clockwork] = ()) -> None:
        """Take the parts; the first line is the one whose loss ends the modem."""
        self._lines, self._clockwork = lines, clockwork

    def run(self, stop: int) -> bool:
        """Serve until *stop* is readable (True), or a port is dropped or its cable pulled (False)."""
        poll = select.poll()
        poll.register(stop, select.POLLIN)
        for line in self._lines:
            if line.clients:
                poll.register(line.clients, select.POLLIN)
        while True:
            self._turn()
            if any(line.gone(time.monotonic()) for line in self._lines):
                return False
            for line in self._lines:
                poll.register(line.descriptor, select.POLLIN | (select.POLLOUT if line.waits else 0))
            ready = {descriptor for descriptor, _ in poll.poll(self._wait_ms())}
            if stop in ready:
                return True
            self._take(ready)

    def _turn(self) -> None:
        for line in self._lines:
            line.turn()
        for part in self._clockwork:
            part.turn(time.monotonic())

    def _take(self, ready: set[int]) -> None:
        for line in self._lines:
            if line.descriptor in ready:
                line.read()
            if line.clients:
                line.clients.turn()

    def _wait_ms(self) -> float | None:
        now_s = time.monotonic()
        moments = [line.next_due_s(now_s) for line in self._lines]
        moments += [part.next_due_s(now_s) for part in self._clockwork]
        due = [moment for moment in moments if moment is not None]
        return max(0.0, (min(due) - now_s) * 1000 + 0.5) if due else None
