"""What a modem does by the clock, written down: rows of its trace as they come in, and the link's hook."""

import time
from pathlib import Path
from typing import BinaryIO

import msgspec

from hil_tests.sims.at_modem.port import PortTakenError, ReplyLog
from hil_tests.sims.network.exchange import Exchange
from hil_tests.sims.network.terminal import Event, Terminal

MAIL_EVERY_S = 0.1


class TraceLog:
    """Logs each row of the trace at the moment it comes into force, as event "radio"."""

    def __init__(self, terminal: Terminal, log: ReplyLog) -> None:
        """Begin before the first row."""
        self._terminal, self._log = terminal, log
        self._row = -1

    def turn(self, now_s: float) -> None:
        """Log the row in force at *now_s*, once."""
        trace = self._terminal.radio.trace
        if trace is None:
            return
        t_s = self._terminal.radio.trace_s(self._terminal.t_s(now_s))
        row = trace.index(t_s)
        if row == self._row or t_s < trace.points[row].t_s:
            return
        self._row, point = row, trace.points[row]
        values = {"row": row, "rsrp_dbm": point.rsrp_dbm, "rsrq_db": point.rsrq_db, "sinr_db": point.sinr_db}
        self._log.event("radio", time.time_ns(), values)

    def next_due_s(self, now_s: float) -> float | None:
        """Return when the next row comes into force."""
        radio = self._terminal.radio
        if radio.trace is None:
            return None
        t_s = radio.trace_s(self._terminal.t_s(now_s))
        following = radio.trace.next_change_s(t_s)
        return None if following is None else now_s + following - t_s


def describe(event: Event, t_ns: int) -> dict[str, object]:
    """Return a line of the hook: "ambr" with rates in bit/s, or "data" with a context, up or down."""
    if event.ambr:
        rates = {"down_bps": event.ambr.down_kbps * 1000, "up_bps": event.ambr.up_kbps * 1000}
        return {"t_ns": t_ns, "event": "ambr", **rates}
    return {"t_ns": t_ns, "event": event.kind, "cid": event.cid, "up": event.up, "cause": event.cause}


class Mail:
    """Brings what others sent to the modem's card through the exchange, ten times a second."""

    def __init__(self, terminal: Terminal, exchange: Exchange) -> None:
        """Open the card's mailbox. Raises: PortTakenError."""
        self._terminal, self._due_s = terminal, 0.0
        terminal.exchange = exchange
        try:
            exchange.open()
        except OSError as exc:
            raise PortTakenError(
                f"{exchange.folder}: {exc.strerror}; name a folder for --exchange that can be written"
            ) from exc

    def turn(self, now_s: float) -> None:
        """Look into the mailbox, if it is time."""
        if now_s >= self._due_s:
            self._due_s = now_s + MAIL_EVERY_S
            self._terminal.collect(now_s)

    def next_due_s(self, now_s: float) -> float | None:
        """Return when to look again."""
        return self._due_s


class LinkHook:
    """Tells whoever drives the link what the network does to it: JSON lines in *path*, flushed at once."""

    def __init__(self, terminal: Terminal, path: Path) -> None:
        """Create *path*, emptying what was there; a FIFO that somebody reads will do.

        Raises: PortTakenError.
        """
        self._terminal = terminal
        try:
            self._file: BinaryIO = path.open("wb", buffering=0)
        except OSError as exc:
            raise PortTakenError(
                f"{path}: {exc.strerror}; name a file for --hook that can be written"
            ) from exc

    def turn(self, now_s: float) -> None:
        """Write what has happened; of several rates the last."""
        self._terminal.poll(now_s)
        told = list(self._terminal.link_events)
        self._terminal.link_events.clear()
        last_ambr = max((k for k, event in enumerate(told) if event.ambr), default=-1)
        for event in (event for k, event in enumerate(told) if not event.ambr or k == last_ambr):
            self._file.write(msgspec.json.encode(describe(event, time.time_ns())) + b"\n")

    def next_due_s(self, now_s: float) -> float | None:
        """Return when something happens by itself next."""
        return self._terminal.next_event_s(now_s)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
