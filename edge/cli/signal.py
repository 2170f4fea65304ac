"""`pantau signal`: live radio readings, for whoever holds the antenna."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from edge.cli.run import DEFAULT_CONFIG, ConfigOption
from edge.cli.target import lines_of
from edge.config.model import Line
from edge.service.build import read_config
from edge.service.clock import SystemClock
from edge.service.messages import ModemFailed, Sample
from edge.service.modem_task import Setting, place_of, watch_modem
from modem_drivers.modem import Modem
from modem_drivers.ports.power import Means

BARS = ((-90, "excellent"), (-105, "good"), (-113, "fair"), (-120, "weak"))
"""RSRP limits for placing a box, dBm (ecosystem.md, UI anchors: Intwine)."""


def word_for(rsrp_dbm: float) -> str:
    """Return a word for an RSRP, so that colour or number alone never carries the meaning."""
    return next((word for limit, word in BARS if rsrp_dbm > limit), "very weak")


class Board:
    """The newest reading of every line, and the best seen (peak hold)."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._latest: dict[str, Sample | ModemFailed | None] = {line.slot: None for line in lines}
        self._peak: dict[str, float] = {}

    def take(self, slot: str, report: msgspec.Struct) -> None:
        """Remember a reading or a failure."""
        if not isinstance(report, (Sample, ModemFailed)):
            return
        self._latest[slot] = report
        if isinstance(report, Sample) and isinstance(power := report.values.get("rsrp_dbm"), (int, float)):
            self._peak[slot] = max(power, self._peak.get(slot, power))

    def table(self, now_ns: int) -> Table:
        """Return the picture at *now_ns*; a reading says how old it is."""
        table = Table("slot", "RSRP", "", "best", "RSRQ", "SINR", "cell", "age", title="Ctrl-C ends")
        for slot, report in self._latest.items():
            table.add_row(slot, *self._cells(slot, report, now_ns))
        return table

    def _cells(self, slot: str, report: Sample | ModemFailed | None, now_ns: int) -> list[str]:
        if report is None:
            return ["...", "asking the modem"]
        if isinstance(report, ModemFailed):
            return ["-", f"{report.err.text}\n{report.err.text_id}"]
        values = report.values
        power = values.get("rsrp_dbm")
        if not isinstance(power, (int, float)):
            return ["-", "no serving cell"]
        cell = f"PCI {values.get('pci', '?')} B{values.get('band', '?')}"
        age_s = (now_ns - report.t_ns) / 1e9
        rest = [f"{values.get(key, '?')} dB" for key in ("rsrq_db", "sinr_db")]
        return [
            f"{power:.0f} dBm",
            word_for(power),
            f"{self._peak[slot]:.0f} dBm",
            *rest,
            cell,
            f"{age_s:.1f} s",
        ]


def signal(
    config: ConfigOption = DEFAULT_CONFIG,
    line: Annotated[str, typer.Option(help="Only the modem in this slot.")] = "",
    count: Annotated[int, typer.Option(help="End after this many readings a line; 0 = until Ctrl-C.")] = 0,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a reading instead of the table.")
    ] = False,
) -> None:
    """Show RSRP, RSRQ and SINR of every line once a second, with the best seen.

    Stop `pantau run` first: a port has one user.
    """
    box = read_config(config)
    with suppress(KeyboardInterrupt):
        asyncio.run(_watch(lines_of(box, line), box.schedule.signal_every_s, count, json=json))


async def _watch(lines: Sequence[Line], every_s: float, count: int, *, json: bool) -> None:
    board, clock = Board(lines), SystemClock()
    left = {line.slot: count for line in lines}
    ended = asyncio.Event()
    with Live(console=Console(stderr=json), auto_refresh=False) as live:

        def take(slot: str, report: msgspec.Struct) -> None:
            board.take(slot, report)
            if json and isinstance(report, (Sample, ModemFailed)):
                print(msgspec.json.encode({"slot": slot, **msgspec.to_builtins(report)}).decode(), flush=True)
            elif not json:
                live.update(board.table(clock.unix_ns()), refresh=True)
            if isinstance(report, (Sample, ModemFailed)):
                left[slot] -= 1
            if count and all(rest <= 0 for rest in left.values()):
                ended.set()

        tasks = [asyncio.ensure_future(_line(line, clock, every_s, take)) for line in lines]
        try:
            await ended.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _line(
    line: Line, clock: SystemClock, every_s: float, take: Callable[[str, msgspec.Struct], None]
) -> None:
    await watch_modem(
        Setting(
            means=Means(place_of(line)),
            open_modem=lambda path, on_urc: Modem.open(path, clock=clock.unix_ns, on_urc=on_urc),
            every_s=every_s,
            clock=clock.unix_ns,
            resets=False,
        ),
        lambda report: take(line.slot, report),
    )
