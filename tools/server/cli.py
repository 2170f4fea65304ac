"""The command line of pantau-server."""

import asyncio
import signal
import sys
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from socket import (
    AF_INET,
    AF_INET6,
    IPPROTO_IPV6,
    IPV6_V6ONLY,
    SO_REUSEADDR,
    SOCK_DGRAM,
    SOCK_STREAM,
    SOL_SOCKET,
    gethostname,
    socket,
)
from typing import Annotated

import typer

from edge.measure.protocol import key_of
from tools.server.admission import KeyRing
from tools.server.anchor import KINDS, AnchorPlan, checked_kinds, run_anchor
from tools.server.as_table import AsTable
from tools.server.log import ServedLog
from tools.server.service import Rules, Server

_TRIES = 10
_app = typer.Typer(add_completion=False)


class StartError(Exception):
    """The server cannot start; the text says what, where, and what to do, in English and Indonesian."""


def parse_listen(text: str) -> tuple[str, int]:
    """Return (host, port) of "HOST:PORT" or "[IPV6]:PORT". Raises: StartError."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    with suppress(ValueError):
        ip_address(host)
        if colon and 0 <= int(port) < 65536:
            return host, int(port)
    raise StartError(
        f"--listen {text}: give ADDRESS:PORT with a literal address, such as 0.0.0.0:8620 or [::]:8620\n"
        f"--listen {text}: tulis ALAMAT:PORT dengan alamat angka, misalnya 0.0.0.0:8620 atau [::]:8620"
    )


def load_keys(key_file: Path | None, folder: Path | None, everybody: bool) -> KeyRing:
    """Return the keys to ask for; none to serve everybody. Raises: StartError, unless one way is chosen."""
    if (key_file is None and folder is None) != everybody:
        raise StartError(
            "pantau-server: give either --key FILE (serve who has that key), --keys FOLDER (a file with the "
            "key of each box, named after it) or --open (serve anybody)\n"
            "pantau-server: pilih --key BERKAS (melayani pemegang kunci), --keys FOLDER (satu berkas kunci "
            "per kotak, bernama kotak itu) atau --open (melayani siapa pun)"
        )
    if folder is not None and not folder.is_dir():
        raise StartError(
            f"--keys {folder}: not a folder; make it, with a file for each box\n"
            f"--keys {folder}: bukan folder; buatlah, dengan satu berkas per kotak"
        )
    if key_file is None:
        return KeyRing(None, folder)
    try:
        return KeyRing(key_of(key_file.read_bytes()), folder)
    except (OSError, ValueError) as exc:
        raise StartError(
            f"--key {key_file}: {exc}; name a readable file with the key\n"
            f"--key {key_file}: kunci tidak dapat dipakai; tunjuk berkas kunci yang dapat dibaca"
        ) from exc


def load_networks(path: Path | None) -> AsTable | None:
    """Return the table of whose address is whose; None without one. Raises: StartError."""
    if path is None:
        return None
    try:
        with path.open(encoding="utf-8") as lines:
            return AsTable(lines)
    except (OSError, ValueError) as exc:
        raise StartError(
            f"--as-table {path}: {exc}; name a file of tab-separated ranges\n"
            f"--as-table {path}: tidak dapat dipakai; tunjuk berkas rentang alamat yang dipisah tab"
        ) from exc


def bound_sockets(host: str, port: int) -> tuple[socket, socket]:
    """Return the listening TCP socket and the UDP socket of one port number; 0 takes a free one.

    Raises: StartError, if the port is taken or not ours to take.
    """
    for _ in range(_TRIES):
        tcp = _bound(host, port, SOCK_STREAM)
        try:
            udp = _bound(host, tcp.getsockname()[1], SOCK_DGRAM)
        except StartError:
            tcp.close()
            if port:
                raise
            continue
        tcp.listen(128)
        return tcp, udp
    raise StartError(
        "no port number was free for both TCP and UDP: name one\n"
        "tidak ada nomor port yang bebas untuk TCP dan UDP: sebutkan satu nomor"
    )


def _bound(host: str, port: int, kind: int) -> socket:
    """Return a socket bound to host and port; [::] takes IPv4 as well."""
    sock = socket(AF_INET6 if ":" in host else AF_INET, kind)
    try:
        if sock.family == AF_INET6:
            sock.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 0)
        if kind == SOCK_STREAM:
            sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        sock.bind((host, port))
    except OSError as exc:
        sock.close()
        raise StartError(
            f"--listen {host}:{port}: {exc.strerror}; choose another port, or stop the program that uses it\n"
            f"--listen {host}:{port}: port tidak dapat dipakai; pilih port lain atau hentikan pemakainya"
        ) from exc
    return sock


def open_log(path: Path | None) -> ServedLog:
    """Return the log of tests served. Raises: StartError, if it cannot be written."""
    try:
        return ServedLog(path)
    except OSError as exc:
        raise StartError(
            f"--log {path}: {exc.strerror}; name a file in a folder this user may write to\n"
            f"--log {path}: tidak dapat ditulis; tunjuk berkas di folder yang boleh ditulis"
        ) from exc


async def serve(server: Server, tcp: socket, udp: socket) -> None:
    """Serve until SIGINT or SIGTERM."""
    running = asyncio.current_task()
    loop = asyncio.get_running_loop()
    if running is not None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, running.cancel)
    host, port = tcp.getsockname()[:2]
    auth = "hmac-sha256" if server.rules.keys.required else "open"
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    print(f"listening on {shown} (TCP and UDP), {auth}", flush=True)
    with suppress(asyncio.CancelledError):
        await server.run(tcp, udp)


@_app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    listen: Annotated[str, typer.Option(help="ADDRESS:PORT, for TCP and UDP.")] = "",
    key: Annotated[Path | None, typer.Option(help="File with the key tests must be signed with.")] = None,
    keys: Annotated[Path | None, typer.Option(help="Folder with a key file a box, named after it.")] = None,
    everybody: Annotated[bool, typer.Option("--open", help="Serve tests of anybody.")] = False,
    log: Annotated[Path | None, typer.Option(help="Append a JSON line for each test served.")] = None,
    name: Annotated[str, typer.Option(help="Name shown to clients.")] = "",
    max_sessions: Annotated[int, typer.Option(min=1, max=1000, help="Tests at the same time.")] = 20,
    max_seconds: Annotated[float, typer.Option(min=1, max=600, help="Longest test.")] = 30.0,
    capacity_mbit: Annotated[
        float, typer.Option(min=0, help="This server's own bandwidth each way; 0: not counted.")
    ] = 0.0,
    clock_error_ms: Annotated[
        float, typer.Option(min=0, help="How far this host's clock may be from UTC; 0: not said.")
    ] = 0,
    as_number: Annotated[int, typer.Option(min=0, help="The AS this server stands in; 0: not said.")] = 0,
    city: Annotated[str, typer.Option(help="The city this server stands in.")] = "",
    as_table: Annotated[
        Path | None, typer.Option(help="Tab-separated ranges: FIRST, LAST, AS, COUNTRY, NAME.")
    ] = None,
) -> None:
    """Be the far end of Pantau's measurements: reflect probes, send downloads, count uploads."""
    if context.invoked_subcommand is not None:
        return
    try:
        ring = load_keys(key, keys, everybody)
        host, port = parse_listen(listen)
        networks = load_networks(as_table)
        served = open_log(log)
        tcp, udp = bound_sockets(host, port)
    except StartError as exc:
        typer.echo(str(exc), err=True)
        raise typer.Exit(2) from exc
    rules = Rules(
        name=name or gethostname(),
        keys=ring,
        max_sessions=max_sessions,
        max_seconds=max_seconds,
        capacity_bps=round(capacity_mbit * 1e6) or None,
        asn=as_number or None,
        city=city,
        networks=networks,
        clock_error_ms=clock_error_ms or None,
    )
    asyncio.run(serve(Server(rules, served), tcp, udp))
    served.close()


@_app.command()
def anchor(
    server: Annotated[str, typer.Option(help="ADDRESS:PORT of the pantau-server beside this machine.")],
    key: Annotated[Path | None, typer.Option(help="File with the server's key.")] = None,
    box: Annotated[str, typer.Option(help="Whose key that is, where the server has one a box.")] = "",
    name: Annotated[str, typer.Option(help="Name of this anchor in what it prints.")] = "",
    kind: Annotated[
        list[str] | None, typer.Option(help="What to measure; may be given again. Default: everything.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.5, max=30, help="Length of a TCP test.")] = 3.0,
    every_s: Annotated[float, typer.Option(min=0, help="From the beginning of a round to the next.")] = 60.0,
    least_mbit: Annotated[float, typer.Option(min=0, help="Below it the server is not healthy.")] = 0.0,
    most_rtt_ms: Annotated[float, typer.Option(min=0, help="Above it the server is not healthy.")] = 50.0,
    rounds: Annotated[int, typer.Option(min=0, help="How many rounds; 0: for ever.")] = 0,
) -> None:
    """Be a wired anchor: measure the server from beside it, every minute, and print JSON lines.

    Exit status: 0 the last round was healthy; 3 it was not.
    """
    try:
        kinds = checked_kinds(kind or KINDS)
    except ValueError as exc:
        raise typer.BadParameter(str(exc)) from exc
    plan = AnchorPlan(
        name=name or gethostname(),
        server=server,
        key=key,
        box=box,
        kinds=kinds,
        seconds=seconds,
        every_s=every_s,
        least_bps=least_mbit * 1e6,
        most_rtt_ms=most_rtt_ms,
        rounds=rounds or None,
    )
    try:
        healthy = run_anchor(plan, sys.stdout)
    except KeyboardInterrupt:
        return
    raise typer.Exit(0 if healthy else 3)


def main() -> None:
    """Run pantau-server."""
    _app()
