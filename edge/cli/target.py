"""What several verbs take on the command line: a server's address, a namespace, configured lines."""

from ipaddress import ip_address
from pathlib import Path

import typer

from edge.cli.run import DEFAULT_CONFIG
from edge.config.model import Config, Line
from edge.measure.failures import failure
from edge.net.netns import NetnsMissing, enter
from edge.service.build import BoxRefused, read_config
from modem_drivers.discovery import SysfsDirectory, find_at_port, group_slots


def parse_server(text: str) -> tuple[str, int]:
    """Return address and port of HOST:PORT or [HOST]:PORT. Raises: typer.BadParameter, saying what to
    write.
    """
    host, _, port = text.rpartition(":")
    host = host.strip("[]")
    try:
        ip_address(host)
    except ValueError as exc:
        raise typer.BadParameter(
            f"--server {text!r}: write ADDRESS:PORT with an IP address, e.g. 198.51.100.10:8620"
        ) from exc
    if not (port.isascii() and port.isdigit()) or not 0 < int(port) < 65536:
        raise typer.BadParameter(
            f"--server {text!r}: the port is a number from 1 to 65535, e.g. 198.51.100.10:8620"
        )
    return host, int(port)


def enter_netns(name: str) -> None:
    """Step into namespace *name* ("" = stay). Raises: BoxRefused, with its text in two languages."""
    if not name:
        return
    try:
        enter(name)
    except NetnsMissing as exc:
        err = failure("netns.missing", where=name)
        raise BoxRefused(err.text, err.text_id) from exc
    except PermissionError as exc:
        err = failure("net.permission", where=name, detail="entering a network namespace")
        raise BoxRefused(err.text, err.text_id) from exc


def at_port_of(line: str, config: Path) -> str:
    """Return the AT port of *line*: a path itself, a configured slot, or a USB place that is plugged in.

    Raises: BoxRefused, ConfigError, typer.BadParameter, saying what there is.
    """
    if line.startswith("/"):
        return line
    port = ""
    if config.exists() or config != DEFAULT_CONFIG:
        port = lines_of(read_config(config), line)[0].at_port
    ports = SysfsDirectory().ports()
    seen = None if port else find_at_port(ports, line)
    if port or seen:
        return seen.device if seen else port
    places = ", ".join(slot.usb_path for slot in group_slots(ports)) or "none"
    raise BoxRefused(
        f"{line}: no modem with a known AT port at this USB place (places with ports: {places}). "
        "Run `pantau modems`, or name the port itself (/dev/...).",
        f"{line}: tidak ada modem dengan port AT yang dikenal di tempat USB ini (yang ada: {places}). "
        "Jalankan `pantau modems`, atau sebut portnya (/dev/...).",
    )


def lines_of(config: Config, slot: str) -> list[Line]:
    """Return the line in *slot*, all lines for "". Raises: typer.BadParameter, naming the slots there are."""
    found = [line for line in config.line if slot in ("", line.slot)]
    if not found:
        slots = ", ".join(line.slot for line in config.line)
        raise typer.BadParameter(f"--line {slot!r}: no such slot in the configuration; there are {slots}")
    return found
