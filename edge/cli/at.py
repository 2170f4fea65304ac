"""`pantau at`: one AT command to one modem, its answer raw and read."""

import asyncio
from collections.abc import Mapping
from contextlib import closing
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from edge.cli.run import DEFAULT_CONFIG, ConfigOption
from edge.cli.target import at_port_of
from edge.service.clock import SystemClock
from modem_drivers.at.replies import Value
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
    port = at_port_of(line, config)
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
    """Print what was said and what it means side by side; of several lines, each with its own fields."""
    console = Console()
    table = Table(
        Column("said", overflow="fold"), "means", title=f"{told.status} ({told.family})", show_lines=True
    )
    said = [text for text in raw if text]
    if len(told.rows) == len(said) - 1:
        for text, row in zip(said, told.rows, strict=False):
            table.add_row(Text(text), _meaning(row))
        table.add_row(
            Text(said[-1]), _meaning({k: v for k, v in told.fields.items() if k.startswith("result")})
        )
    else:
        table.add_row(Text("\n".join(said)), _meaning(told.fields))
    console.print(table)
    for problem in told.problems:
        console.print(problem, markup=False, highlight=False)


def _meaning(fields: Mapping[str, Value | None]) -> Text:
    """Return "name  value" lines; what the modem did not say stands as -."""
    width = max((len(name) for name in fields), default=0)
    shown = (f"{name:<{width}}  {'-' if value is None else value}" for name, value in fields.items())
    return Text("\n".join(shown))
