"""`pantau at`: one AT command to one modem, its answer raw and read."""

import asyncio
from contextlib import closing
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from edge.cli.run import DEFAULT_CONFIG, ConfigOption
from edge.cli.target import lines_of
from edge.service.build import read_config
from edge.service.clock import SystemClock
from modem_drivers.at.standard import HIDDEN
from modem_drivers.errors import CommandFailed
from modem_drivers.families.parse import Parsed, parse_reply
from modem_drivers.modem import Modem

REFUSED = 2


def at(
    line: Annotated[str, typer.Argument(help="The modem: its slot, or the path of its AT port (/dev/...).")],
    command: Annotated[str, typer.Argument(help="What to say: 'AT+CSQ'.")],
    config: ConfigOption = DEFAULT_CONFIG,
    timeout_s: Annotated[float, typer.Option(min=0.1, max=400, help="How long to wait.")] = 10.0,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object, nothing else.")] = False,
) -> None:
    """Say one command to a modem and show its answer, raw and read field by field.

    Numbers of subscribers and texts of messages are hidden. Stop `pantau run` first: a port has one user.
    Exit status: 0 OK; 2 the modem refused (its own words are shown); 1 it could not be asked.
    """
    port = line if line.startswith("/") else lines_of(read_config(config), line)[0].at_port
    raw, told = asyncio.run(_ask(port, command, timeout_s))
    if json:
        print(msgspec.json.encode({"command": command, "lines": raw, **msgspec.to_builtins(told)}).decode())
    else:
        _print(raw, told)
    raise typer.Exit(0 if told.fields.get("result") == "ok" else REFUSED)


async def _ask(port: str, command: str, timeout_s: float) -> tuple[list[str], Parsed]:
    modem = await Modem.open(port, clock=SystemClock().unix_ns)
    with closing(modem):
        family = modem.identity.family
        try:
            raw = [*await modem.command(command, timeout_s), "OK"]
        except CommandFailed as refusal:
            raw = [refusal.reason]
    shown = raw[-1:] if HIDDEN in raw else raw
    return raw, parse_reply(command, "\r\n".join(shown), family)


def _print(raw: list[str], told: Parsed) -> None:
    console = Console()
    for text in raw:
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    table = Table("field", "value", title=f"{told.status} ({told.family})")
    for name, value in told.fields.items():
        table.add_row(name, "not said" if value is None else str(value))
    console.print(table)
    for problem in told.problems:
        console.print(problem, markup=False, highlight=False)
