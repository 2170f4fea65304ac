"""`pantau modems`: which modem is where, and whether it is ready."""

import asyncio
from contextlib import closing
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from edge.cli.modems_parse import parse
from edge.cli.run import DEFAULT_CONFIG, ConfigOption
from edge.cli.target import lines_of
from edge.config.model import Line
from edge.service.build import read_config
from edge.service.clock import SystemClock
from edge.service.modem_task import modem_failure
from modem_drivers.errors import ModemError
from modem_drivers.modem import Modem
from modem_drivers.radio.plmn import find_network
from modem_drivers.reading import name_sent


class ModemRow(msgspec.Struct, frozen=True):
    """One line of the answer; trouble says why a modem is not ready."""

    slot: str
    port: str
    model: str = ""
    firmware: str = ""
    home_plmn: str = ""
    brand: str = ""
    registration: str = ""
    shows: str = ""
    rsrp_dbm: float | None = None
    trouble: str = ""
    trouble_id: str = ""


app = typer.Typer(help="The modems of this box.")
app.command("parse")(parse)


@app.callback(invoke_without_command=True)
def modems(
    context: typer.Context,
    config: ConfigOption = DEFAULT_CONFIG,
    line: Annotated[str, typer.Option(help="Only the modem in this slot.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array, nothing else.")] = False,
) -> None:
    """Ask every modem who it is, where it is registered and what it shows.

    Exit status: 0 every modem is ready; 2 some are not (the table says why and what to do).
    """
    if context.invoked_subcommand is not None:
        return
    rows = asyncio.run(_ask_all(lines_of(read_config(config), line)))
    if json:
        print(msgspec.json.encode(rows).decode())
    else:
        _print(rows)
    raise typer.Exit(2 if any(row.trouble for row in rows) else 0)


async def _ask_all(lines: list[Line]) -> list[ModemRow]:
    return list(await asyncio.gather(*(_ask(line) for line in lines)))


async def _ask(line: Line) -> ModemRow:
    try:
        modem = await Modem.open(line.at_port, clock=SystemClock().unix_ns)
        with closing(modem):
            return await _read(line, modem)
    except ModemError as exc:
        err = modem_failure(line.at_port, exc)
        return ModemRow(line.slot, line.at_port, trouble=err.text, trouble_id=err.text_id)


async def _read(line: Line, modem: Modem) -> ModemRow:
    identity = await modem.identify()
    home = await modem.home_plmn()
    network = find_network(home) if home else None
    registration = await modem.registration()
    sent = name_sent(await modem.names())
    reading = await modem.signal()
    return ModemRow(
        slot=line.slot,
        port=line.at_port,
        model=identity.model or "",
        firmware=identity.revision or "",
        home_plmn=home or "",
        brand=network.brand if network else "",
        registration=f"{registration.plmn or '?'} ({registration.stat})",
        shows=(sent.full or sent.short or "") if sent else "",
        rsrp_dbm=reading.rsrp_dbm,
    )


def _print(rows: list[ModemRow]) -> None:
    table = Table("slot", "port", "model", "home network", "registered in", "shows", "RSRP")
    for row in rows:
        power = "" if row.rsrp_dbm is None else f"{row.rsrp_dbm:.0f} dBm"
        home = f"{row.home_plmn} {row.brand}".strip()
        table.add_row(row.slot, row.port, row.model, home, row.registration, row.shows, power)
    console = Console()
    console.print(table)
    for row in rows:
        if row.trouble:
            console.print(
                f"{row.slot}: {row.trouble}\n{' ' * len(row.slot)}  {row.trouble_id}",
                markup=False,
                highlight=False,
            )
