"""`pantau sms matrix`: every line sends a message to every other line of the box, once, now."""

import asyncio
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from edge.cli.errors import complain
from edge.cli.run import DEFAULT_CONFIG, ConfigOption
from edge.config.model import Config
from edge.measure.sms_matrix import Trial, pairs_of
from edge.run.sms_matrix import Round, Station, run_matrix
from edge.service.build import read_config
from edge.service.clock import SystemClock
from edge.service.sms_round import LEDGER, Ledger

NONCE_BYTES = 8
app = typer.Typer(help="Short messages between the lines of this box.", no_args_is_help=True)


@app.callback()
def sms() -> None:
    """Short messages between the lines of this box."""


@app.command("matrix")
def matrix(
    config: ConfigOption = DEFAULT_CONFIG,
    send: Annotated[bool, typer.Option("--send", help="Send them: this costs money on every line.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a pair.")] = False,
) -> None:
    """Send a message from every line to every other line, and say which arrived, how fast, and how often.

    Without --send it only says how many messages that would be. Lines without number_file are left out; the
    messages count against [sms] per_day, and none are sent beyond it. Times are on the box's clock: from the
    moment the sender's network took the message until the receiver's modem told of it. What lies in the
    modems' stores is deleted as it is read. Stop `pantau run` first: a port has one user.
    Exit status: 0 all arrived; 2 some did not; 1 nothing was sent, and why.
    """
    box, clock = read_config(config), SystemClock()
    stations = stations_of(box)
    count = len(pairs_of([station.name for station in stations]))
    ledger = Ledger(Path(box.data_dir) / LEDGER)
    if why := refusal(box, count, fits=ledger.may_send(count, box.sms.per_day, clock.unix_ns())):
        complain(*why)
        raise typer.Exit(1)
    if not send:
        print(f"{len(stations)} lines, {count} messages; add --send to send them")
        return
    plan = Round(
        clock=clock.unix_ns,
        nonce=lambda: secrets.token_hex(NONCE_BYTES),
        limit_s=box.sms.limit_s,
        on_send=lambda: ledger.add(clock.unix_ns()),
        on_trial=(lambda trial: print(encode(trial), flush=True)) if json else (lambda trial: None),
    )
    trials = asyncio.run(run_matrix(stations, plan))
    if not json:
        Console().print(table(trials))
    raise typer.Exit(0 if all(trial.completed for trial in trials) else 2)


def stations_of(box: Config) -> list[Station]:
    """Return the lines with a number that can be read and a port that is named."""
    found = []
    for line in box.line:
        try:
            number = Path(line.number_file).read_text(encoding="ascii").strip() if line.number_file else ""
        except (OSError, UnicodeDecodeError) as exc:
            complain(f"slot {line.slot}: cannot read {line.number_file}: {exc}; the line is left out")
            continue
        if number and line.at_port:
            found.append(Station(name=line.slot, port=line.at_port, number=number))
    return found


def refusal(box: Config, count: int, *, fits: bool) -> tuple[str, str] | None:
    """Return why nothing is sent, in English and Indonesian; None if it may be."""
    if not count:
        return (
            "at least two lines need number_file and at_port; add them to the configuration",
            "sedikitnya dua jalur memerlukan number_file dan at_port; tambahkan di konfigurasi",
        )
    if not fits:
        return (
            f"{count} messages do not fit the day's budget of {box.sms.per_day}: raise [sms] per_day or wait",
            f"{count} pesan melebihi anggaran harian {box.sms.per_day}: naikkan [sms] per_day, atau tunggu",
        )
    return None


def encode(trial: Trial) -> str:
    """Return a trial as one line of JSON; the nonce and the times are figures, there is no number in it."""
    told = msgspec.to_builtins(trial)
    return msgspec.json.encode(
        {**told, "completed": trial.completed, "delivery_s": trial.delivery_s}
    ).decode()


def table(trials: Sequence[Trial]) -> Table:
    """Return the matrix: senders down, receivers across; seconds, "-" where a message did not arrive."""
    names = list(dict.fromkeys(trial.sender for trial in trials))
    by_pair = {(trial.sender, trial.receiver): trial for trial in trials}
    shown = Table("from \\ to", *names, title="SMS: seconds from taken by the network to told by the modem")
    for sender in names:
        shown.add_row(sender, *(_cell(by_pair.get((sender, receiver))) for receiver in names))
    return shown


def _cell(trial: Trial | None) -> str:
    if trial is None:
        return ""
    if not trial.completed:
        return f"- {trial.outcome}".rstrip()
    again = f" x{trial.duplicates + 1}" if trial.duplicates else ""
    return f"{trial.delivery_s:.1f}{again}" if trial.delivery_s is not None else f"arrived{again}"
