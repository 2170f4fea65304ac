"""`pantau-hq`: headquarters' command line."""

import dataclasses
import itertools
import json
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from paho.mqtt.client import MQTTMessage
from rich.console import Console
from rich.live import Live
from rich.table import Table

from edge.schema.address import parse_broker
from edge.schema.errors import SchemaError
from edge.schema.topics import filter_of
from tools.hq.ingest import Ingest
from tools.hq.intake import STORED_KINDS
from tools.hq.link import HqLink, LinkLost, LoginRefused
from tools.hq.service import Until, serve
from tools.hq.store.duck import Store
from tools.hq.store.errors import StoreFailed
from tools.hq.table import HEADS, Picture

app = typer.Typer(
    help="Headquarters: stores what the boxes publish over MQTT, and answers with receipts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Broker = Annotated[str, typer.Option(help="The broker, mqtt://HOST:PORT. Never a password in it.")]
StoreDir = Annotated[Path, typer.Option(help="The folder of the store; made if missing.")]
Username = Annotated[str, typer.Option(help="User name at the broker; empty: anonymous.")]
PasswordFile = Annotated[Path | None, typer.Option(help="A file that holds the password alone.")]
Provinces = Annotated[
    list[str] | None, typer.Option("--province", help="Only this province (2 digits); may be repeated.")
]
Boxes = Annotated[list[str] | None, typer.Option("--box", help="Only this box; may be repeated.")]


@app.command()
def ingest(
    broker: Broker,
    store: StoreDir,
    username: Username = "",
    password_file: PasswordFile = None,
    province: Provinces = None,
    box: Boxes = None,
    once_idle: Annotated[
        float | None, typer.Option(help="End after this many seconds without a message; else run for ever.")
    ] = None,
) -> None:
    """Store every record and answer with receipts; ends on SIGTERM or Ctrl-C.

    A batch is committed first, then receipts go out, then PUBACKs: killing it at any moment loses nothing.
    The broker keeps what comes while it is away (persistent session, QoS 1). At its
    end it prints one JSON line.
    """
    filters = [
        filter_of(kind, province=p, box=b)
        for p, b, kind in itertools.product(province or ["+"], box or ["+"], STORED_KINDS)
    ]
    opened = Store.open(store)
    try:
        link, work = _wire(opened, broker, store, filters, _login(username, password_file))
        serve(link, work, Until(stopping=_stopping(), idle_s=once_idle), _say)
    finally:
        opened.close()
    print(json.dumps(dataclasses.asdict(work.totals)))


def _wire(
    opened: Store, broker: str, folder: Path, filters: list[str], login: tuple[str, Path] | None
) -> tuple[HqLink, Ingest]:
    def on_message(connection: int, message: MQTTMessage) -> None:
        work.take(message.topic, bytes(message.payload), connection=connection, mid=message.mid)

    link = HqLink(parse_broker(broker), _client_id(folder), filters, on_message, login=login)
    work = Ingest(opened, link, clock_ns=time.time_ns, mono_s=time.monotonic)
    return link, work


def _client_id(folder: Path) -> str:
    """Return the store's own name at the broker, the same after every start: the broker queues under it."""
    file = folder / "client-id"
    if not file.exists():
        new = folder / "client-id.new"
        new.write_text(f"pantau-hq-{secrets.token_hex(6)}\n", encoding="utf-8")
        new.replace(file)
    return file.read_text(encoding="utf-8").strip()


def _login(username: str, password_file: Path | None) -> tuple[str, Path] | None:
    if not username:
        return None
    if password_file is None:
        raise typer.BadParameter("--username needs --password-file")
    return username, password_file


def _stopping() -> Callable[[], bool]:
    """Return a function that tells whether SIGTERM or Ctrl-C came."""
    came = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: came.set())
    return came.is_set


def _say(text: str) -> None:
    print(f"pantau-hq: {text}", file=sys.stderr, flush=True)


@app.command()
def watch(
    broker: Broker,
    username: Username = "",
    password_file: PasswordFile = None,
    seconds: Annotated[float | None, typer.Option(help="End after this many seconds.")] = None,
) -> None:
    """Show a live table: per line the last figures, the radio, and whether the box is there."""
    picture = Picture()

    def on_message(_connection: int, message: MQTTMessage) -> None:
        picture.hear(message.topic, bytes(message.payload), time.time_ns() // 1_000_000)

    name = f"pantau-watch-{secrets.token_hex(6)}"
    filters = [filter_of(kind) for kind in ("status", "state", "signal", "result")]
    link = HqLink(
        parse_broker(broker),
        name,
        filters,
        on_message,
        login=_login(username, password_file),
        persistent=False,
    )
    stopping = _stopping()
    end_s = None if seconds is None else time.monotonic() + seconds
    with Live(_draw(picture), console=Console(), auto_refresh=False) as live:
        link.connect()
        while not stopping() and (end_s is None or time.monotonic() < end_s):
            link.step(0.5)
            live.update(_draw(picture), refresh=True)
    link.close()


def _draw(picture: Picture) -> Table:
    table = Table(*HEADS, title="Pantau, live", caption=f"{picture.unreadable} unreadable messages")
    for row in picture.rows(time.time_ns() // 1_000_000):
        table.add_row(*row)
    return table


@app.command()
def count(
    store: StoreDir, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
) -> None:
    """Count what is stored, per box, line and kind, and what was rejected."""
    opened = Store.open(store, read_only=True)
    counts, rejected = opened.counts(), opened.rejections()
    opened.close()
    if as_json:
        stored = [{"box": b, "line": li, "kind": k, "n": n} for b, li, k, n in counts]
        refused = [{"reason": reason, "n": n} for reason, n in rejected]
        print(json.dumps({"records": sum(c[3] for c in counts), "stored": stored, "rejected": refused}))
        return
    table = Table("box", "line", "kind", "records")
    for box, line, kind, n in counts:
        table.add_row(box, line, kind, str(n))
    Console().print(table)
    for reason, n in rejected:
        print(f"rejected {n}: {reason}")


@app.command()
def export(
    store: StoreDir,
    parquet: Annotated[Path | None, typer.Option(help="The Parquet file to write.")] = None,
    jsonl: Annotated[Path | None, typer.Option(help="The file to write, one payload a line.")] = None,
) -> None:
    """Write all records: as Parquet with the payloads verbatim in column raw, or the payloads alone."""
    if parquet is None and jsonl is None:
        raise typer.BadParameter("name a file with --parquet or --jsonl")
    opened = Store.open(store, read_only=True)
    if parquet is not None:
        print(f"{opened.export(parquet)} records in {parquet}")
    if jsonl is not None:
        with jsonl.open("wb") as file:
            n = sum(bool(file.write(raw + b"\n")) for raw in opened.payloads())
        print(f"{n} records in {jsonl}")
    opened.close()


def main() -> None:
    """Run the command line; a failure is one line on stderr and exit status 1 (2: the broker's login)."""
    try:
        app()
    except LoginRefused as exc:
        _say(f"the broker refuses the login ({exc}); check --username, --password-file and the broker's ACL")
        sys.exit(2)
    except (StoreFailed, SchemaError, LinkLost) as exc:
        _say(str(exc))
        sys.exit(1)


if __name__ == "__main__":
    main()
