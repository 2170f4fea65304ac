"""What a person sees while the box measures: one line of text an event, or a live table on a terminal."""

import sys
from collections.abc import Mapping

from rich.console import Console
from rich.live import Live
from rich.table import Table

from edge.mqtt.state import BrokerState, Notice
from edge.schema.record import Fields, Value
from edge.service.line import LineHandle
from edge.service.messages import CaptureClosed, Progress, Report, Sample

COLUMNS = ("line", "slot", "network", "RSRP", "SINR", "RTT", "lost", "down", "up", "now")


def figure(
    values: Mapping[str, Value], key: str, *, scale: float = 1.0, unit: str = "", digits: int = 1
) -> str:
    """Return a value of a record for people, "" when it is not there."""
    value = values.get(key)
    return f"{value / scale:.{digits}f}{unit}" if isinstance(value, (int, float)) else ""


def summary(kind: str, fields: Fields) -> str:
    """Return one result in words: its figures, or its cause."""
    if fields.err is not None:
        return f"{kind}: no figure ({fields.outcome}: {fields.err.code}) {fields.err.text}"
    values = fields.values
    if kind == "rtt":
        lost = f"lost {values.get('lost', '?')} of {values.get('sent', '?')}"
        return f"rtt: {figure(values, 'rtt_p50_ms')} ms, {lost}"
    if kind == "sms":
        again = f"{values.get('duplicates', 0)} duplicates"
        return f"sms to {values.get('to_line')}: {figure(values, 'delivery_s')} s, {again}"
    rate = figure(values, "sustained_bps", scale=1e6, digits=2)
    size = figure(values, "bytes", scale=1e6, unit=" MB")
    return f"{kind}: {rate} Mbit/s TCP payload, {size}, {values.get('congestion_control', '')}"


class TextWatcher:
    """Prints a line an event; for logs and pipes."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stdout, highlight=False, soft_wrap=True)

    def line_named(self, handle: LineHandle) -> None:
        """Say the line's name, or why it has none."""
        err = handle.down or handle.modem_err
        name = handle.network.name_sent if handle.network else None
        trouble = f" - {err.code}: {err.text}" if err else ""
        self._say(
            handle,
            f"slot {handle.line.slot}, shows {name!r}{trouble}"
            if name
            else f"slot {handle.line.slot}{trouble}",
        )

    def report(self, handle: LineHandle, report: Report) -> None:
        """Reports between results are not printed."""

    def started(self, handle: LineHandle, kind: str) -> None:
        """Say that a test begins."""
        self._say(handle, f"{kind} begins")

    def finished(self, handle: LineHandle, kind: str, fields: Fields) -> None:
        """Say the result."""
        self._say(handle, summary(kind, fields))

    def captured(self, handle: LineHandle, capture: CaptureClosed) -> None:
        """Say what the capture holds."""
        text = capture.err or f"capture {capture.path}: {capture.packets} packets, {capture.drops} dropped"
        self._say(handle, text)

    def broker(self, state: BrokerState) -> None:
        """Say how the way to the broker is."""
        self._console.print(f"broker: {state.text}", markup=False)

    def notice(self, notice: Notice) -> None:
        """Say what happened to the outbox."""
        self._console.print(f"outbox: {notice.text}", markup=False)

    def close(self) -> None:
        """Nothing to put back."""

    def _say(self, handle: LineHandle, text: str) -> None:
        self._console.print(f"{handle.name or handle.line.slot}: {text}", markup=False)


class TableWatcher(TextWatcher):
    """A live table, one row a line; for people on a terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, dict[str, str]] = {}
        self._live = Live(console=self._console, auto_refresh=False)
        self._live.start()

    def line_named(self, handle: LineHandle) -> None:
        """Fill the row's first columns."""
        err = handle.down or handle.modem_err
        name = handle.network.name_sent if handle.network else None
        self._set(handle, line=handle.name, slot=handle.line.slot, network=name or (err.code if err else ""))

    def report(self, handle: LineHandle, report: Report) -> None:
        """Show radio readings and progress."""
        match report:
            case Sample():
                values = report.values
                self._set(handle, RSRP=figure(values, "rsrp_dbm", digits=0), SINR=figure(values, "sinr_db"))
            case Progress():
                self._set(handle, now=report.text)

    def started(self, handle: LineHandle, kind: str) -> None:
        """Show what runs."""
        self._set(handle, now=kind)

    def finished(self, handle: LineHandle, kind: str, fields: Fields) -> None:
        """Show the figure, or its cause."""
        values = fields.values
        if fields.err is not None:
            self._set(handle, now=f"{kind}: {fields.err.code}")
        elif kind == "sms":
            self._set(
                handle, now=f"sms to {values.get('to_line')}: {figure(values, 'delivery_s', unit=' s')}"
            )
        elif kind == "rtt":
            lost = f"{values.get('lost', '?')}/{values.get('sent', '?')}"
            self._set(handle, RTT=figure(values, "rtt_p50_ms", unit=" ms"), lost=lost, now="")
        else:
            rate = figure(values, "sustained_bps", scale=1e6, unit=" Mbit/s")
            self._set(handle, **{"down" if kind == "tcp-down" else "up": rate, "now": ""})

    def captured(self, handle: LineHandle, capture: CaptureClosed) -> None:
        """Show drops if there were any."""
        self._set(handle, now=f"capture: {capture.drops} packets dropped" if capture.drops else "")

    def close(self) -> None:
        """Give the terminal back."""
        self._live.stop()

    def _set(self, handle: LineHandle, **cells: str) -> None:
        self._rows.setdefault(handle.line.slot, {}).update(cells)
        table = Table(*COLUMNS, title="Pantau")
        for row in self._rows.values():
            table.add_row(*(row.get(column, "") for column in COLUMNS))
        self._live.update(table, refresh=True)


def watcher() -> TextWatcher:
    """Return the table on a terminal, plain lines elsewhere."""
    return TableWatcher() if sys.stdout.isatty() else TextWatcher()
