"""`pantau modems`: which modem is where, whose its ports are, and whether it is ready."""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from edge.cli.modem_survey import ModemRow, candidates, survey
from edge.cli.modems_parse import parse
from edge.cli.modems_record import record, replay
from edge.cli.run import DEFAULT_CONFIG, ConfigOption
from edge.cli.target import lines_of
from edge.config.model import Line
from edge.service.build import read_config
from modem_drivers.discovery import SysfsDirectory

NOT_READY = 2
NONE_FOUND = {
    "en": "No modem is plugged in and none is configured: check cables and power (see lsusb).",
    "id": "Tidak ada modem terpasang atau dikonfigurasi: periksa kabel dan daya (lihat lsusb).",
}
HEADS = {
    "en": ("slot", "modem", "ports", "state", "network", "shows", "RSRP"),
    "id": ("slot", "modem", "port", "keadaan", "jaringan", "nama tampil", "RSRP"),
}


class Language(StrEnum):
    """The language of the sentences; names of states and roles stay."""

    ENGLISH = "en"
    INDONESIAN = "id"


app = typer.Typer(help="The modems of this box.")
app.command("parse")(parse)
app.command("record")(record)
app.command("replay")(replay)


@app.callback(invoke_without_command=True)
def modems(
    context: typer.Context,
    config: ConfigOption = DEFAULT_CONFIG,
    line: Annotated[str, typer.Option(help="Only the modem in this slot.")] = "",
    port: Annotated[
        list[str] | None, typer.Option(help="A port to ask as well (/dev/...); repeatable.")
    ] = None,
    lang: Annotated[Language, typer.Option(help="en or id.")] = Language.ENGLISH,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array, nothing else.")] = False,
    sysfs: Annotated[Path, typer.Option(help="Where sysfs is mounted.", hidden=True)] = Path("/sys"),
) -> None:
    """Show every modem: its ports and who holds them, its state, why it is not ready and what to do.

    Without a configuration at its usual place: all modems that are plugged in. Stop `pantau run` first, or
    its ports are shown as held.
    Exit status: 0 every modem is ready; 2 some are not, or there is none.
    """
    if context.invoked_subcommand is not None:
        return
    lines = _configured(config, line)
    found = candidates(lines, port or [], SysfsDirectory(sysfs))
    rows = asyncio.run(survey(one for one in found if line in ("", one.slot)))
    if json:
        print(msgspec.json.encode(rows).decode())
    else:
        _print(rows, lang)
    ready = bool(rows) and all(row.outcome == "ok" for row in rows)
    raise typer.Exit(0 if ready else NOT_READY)


def _configured(config: Path, line: str) -> list[Line]:
    """Return the configured lines; none where nobody named a configuration and there is none."""
    if config == DEFAULT_CONFIG and not config.exists():
        return []
    return lines_of(read_config(config), line)


def _print(rows: list[ModemRow], lang: Language) -> None:
    console = Console()
    if not rows:
        console.print(NONE_FOUND[lang], highlight=False)
        return
    table = Table(*(Column(head, overflow="fold") for head in HEADS[lang]), show_lines=len(rows) > 1)
    for row in rows:
        table.add_row(row.slot, _who(row), _ports(row), _state(row), _network(row), row.shows, _power(row))
    console.print(table)
    for row in rows:
        english, indonesian = (row.text, row.lack, row.advice), (row.text_id, row.lack_id, row.advice_id)
        sentences = indonesian if lang is Language.INDONESIAN else english
        for number, sentence in enumerate(filter(None, sentences)):
            lead = f"{row.slot}: " if not number else " " * (len(row.slot) + 2)
            console.print(lead + sentence, markup=False, highlight=False, soft_wrap=True)


def _who(row: ModemRow) -> str:
    return "\n".join(
        filter(None, (row.model, row.firmware, " ".join(filter(None, (row.usb_id, row.family)))))
    )


def _ports(row: ModemRow) -> str:
    if not row.ports:
        return row.port
    return "\n".join(
        f"{port.device} {port.role}" + (f" < {', '.join(port.holders)}" if port.holders else "")
        for port in row.ports
    )


def _state(row: ModemRow) -> Text:
    return Text(
        row.state, style="green" if row.outcome == "ok" else "red" if row.outcome == "box" else "yellow"
    )


def _network(row: ModemRow) -> str:
    home = f"{row.home_plmn} {row.brand}".strip()
    where = f"{row.registration} {row.rat}".strip()
    return "\n".join(filter(None, (home, where)))


def _power(row: ModemRow) -> str:
    return "" if row.rsrp_dbm is None else f"{row.rsrp_dbm:.0f} dBm"
