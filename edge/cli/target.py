"""What several verbs take on the command line: a server's address, a namespace, configured lines."""

from ipaddress import ip_address

import typer

from edge.config.model import Config, Line
from edge.measure.failures import failure
from edge.net.netns import NetnsMissing, enter
from edge.service.build import BoxRefused


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


def lines_of(config: Config, slot: str) -> list[Line]:
    """Return the line in *slot*, all lines for "". Raises: typer.BadParameter, naming the slots there are."""
    found = [line for line in config.line if slot in ("", line.slot)]
    if not found:
        slots = ", ".join(line.slot for line in config.line)
        raise typer.BadParameter(f"--line {slot!r}: no such slot in the configuration; there are {slots}")
    return found
