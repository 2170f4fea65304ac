"""`pantau modems record` and `replay`: a dialogue without what is private in it, and a modem made of it."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable
from contextlib import closing, suppress
from pathlib import Path
from typing import Annotated

import typer

from edge.cli.run import DEFAULT_CONFIG, ConfigOption
from edge.cli.target import at_port_of
from edge.service.build import BoxRefused
from modem_drivers.errors import CommandFailed, CommandTimeout, MalformedReply, Unsupported
from modem_drivers.families.tour import tour_of
from modem_drivers.modem import Modem
from modem_drivers.ports.record import RecordingPort
from modem_drivers.ports.replay import ReplayedModem
from modem_drivers.ports.tty import SerialPort
from modem_drivers.transcript.form import decode_transcript, encode_head

KEY_OCTETS = 32
EACH_S = 1.0


def record(
    line: Annotated[str, typer.Argument(help="The modem: its slot, or the path of its AT port (/dev/...).")],
    out: Annotated[Path, typer.Option(help="The transcript to write; it must not be there yet.")],
    config: ConfigOption = DEFAULT_CONFIG,
    seconds: Annotated[float, typer.Option(min=0, help="How long to go on reading the signal.")] = 10.0,
    say: Annotated[list[str] | None, typer.Option(help="A further command; repeatable.")] = None,
    timeout_s: Annotated[
        float, typer.Option(min=0.1, max=400, help="How long to wait for each answer.")
    ] = 10.0,
) -> None:
    """Ask a modem everything that is known to ask, and write down the dialogue for `replay` and for us.

    Subscribers' numbers (IMSI, ICCID, telephone numbers, the end of the IMEI), messages, PINs and passwords
    are replaced by stand-ins of the same shape before anything is written. Stop `pantau run` first.
    Exit status: 0 recorded; 1 not, the reason on standard error (what was heard is written all the same).
    """
    _demand_new(out)
    port = at_port_of(line, config)
    lines: list[str] = []
    family = "generic"
    try:
        family = asyncio.run(_record(port, lines, seconds, tuple(say or ()), timeout_s))
    finally:
        if lines:
            _write(out, [encode_head(family), *lines])
            typer.echo(f"{out}: {len(lines)} reads and writes of a modem of family {family}")


async def _record(port: str, lines: list[str], seconds: float, say: tuple[str, ...], timeout_s: float) -> str:
    recording = RecordingPort(
        SerialPort(port), lines.append, clock=time.monotonic, key=os.urandom(KEY_OCTETS)
    )
    modem = await Modem.attach(recording)
    with closing(modem):
        for text in (*tour_of(modem.family.name), *say):
            with suppress(CommandFailed, CommandTimeout):
                await modem.command(text, timeout_s)
        for ask in (modem.registration, modem.cell, modem.names):
            await _ask(ask())
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            await _ask(modem.signal())
            await asyncio.sleep(min(EACH_S, max(0.0, end_s - time.monotonic())))
        return modem.family.name


async def _ask(question: Awaitable[object]) -> None:
    """Ask, and pass over an answer that says no or makes no sense: it is recorded too."""
    with suppress(CommandFailed, CommandTimeout, MalformedReply, Unsupported):
        await question


def _demand_new(out: Path) -> None:
    if out.exists():
        raise BoxRefused(
            f"{out} is there already: name another file, a transcript is never written over.",
            f"{out} sudah ada: pakai nama lain, rekaman tidak pernah ditimpa.",
        )


def _write(out: Path, lines: list[str]) -> None:
    """Write a new file for its owner alone. Raises: BoxRefused."""
    try:
        with os.fdopen(
            os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
        ) as file:
            file.writelines(f"{line}\n" for line in lines)
    except OSError as exc:
        raise BoxRefused(
            f"{out}: cannot write the transcript: {exc.strerror}. Name another place with --out.",
            f"{out}: rekaman tidak dapat ditulis: {exc.strerror}. Pilih tempat lain dengan --out.",
        ) from exc


def replay(
    transcript: Annotated[Path, typer.Argument(help="What `pantau modems record` wrote.")],
    link: Annotated[Path | None, typer.Option(help="A symbolic link to make to the port.")] = None,
    speed: Annotated[
        float, typer.Option(min=0, help="Divides the recorded delays; 0: answer at once.")
    ] = 1.0,
) -> None:
    """Be the recorded modem on a pseudo-terminal, until stopped: answers in their order, the last one stays.

    It prints READY and the port's path. Exit status: 0 stopped; 1 no transcript (standard error says why).
    """
    try:
        text = transcript.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise BoxRefused(
            f"{transcript}: cannot read it: {exc}. Name a file that `pantau modems record` wrote.",
            f"{transcript}: rekaman tidak dapat dibaca: {exc}. Pakai berkas dari `pantau modems record`.",
        ) from exc
    _, entries = decode_transcript(text.splitlines())
    with suppress(KeyboardInterrupt):
        asyncio.run(_replay(ReplayedModem(entries, link=link, speed=speed)))


async def _replay(modem: ReplayedModem) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    modem.start(loop)
    try:
        print(f"READY {modem.path}", flush=True)
        await stopped.wait()
    finally:
        modem.close()
