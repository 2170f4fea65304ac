"""One modem on one port: who it is, where it is registered, what it hears.

    modem = await Modem.open("/dev/ttyUSB2")
    reading = await modem.signal()          # SignalReading(rat='LTE', rsrp_dbm=-97.0, ...)

Callers may be many: their commands queue. The subscriber's numbers (IMSI, ICCID) stay in here: home_plmn
gives the network's part alone.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from modem_drivers.at.channel import Command
from modem_drivers.at.results import CME_NOT_SUPPORTED
from modem_drivers.at.standard import (
    cops_to_name,
    derive_command,
    hide_private,
    parse_cops,
    parse_cpin,
    parse_plmn,
    parse_registration,
    strip_prefix,
)
from modem_drivers.at.turns import Priority
from modem_drivers.errors import (
    CmeError,
    CommandFailed,
    CommandTimeout,
    MalformedReply,
    ModemError,
    Unsupported,
)
from modem_drivers.families import find_family
from modem_drivers.families.family import Family, Query, SignalQuery
from modem_drivers.families.generic import GENERIC, REGISTRATIONS
from modem_drivers.ports.session import Answer, AtSession, Port, Reply, demand_reply
from modem_drivers.ports.tty import SerialPort
from modem_drivers.radio.plmn import imsi_to_plmn
from modem_drivers.reading import (
    CellReading,
    Identity,
    NetworkName,
    Registration,
    SignalReading,
    with_registration,
)

T = TypeVar("T", SignalReading, CellReading, NetworkName)
Said = Mapping[Command, Answer]
NOTHING: Said = {}

WAKE_S = 5.0
DENIED = 3  # 27.007 7.2 <stat>: of several domains the one that was refused tells most
PATIENCE_S = 3.0  # for a modem that left a question unanswered, before the next sample of a signal
INIT = (  # each may be refused; echo off, numeric errors, PDU mode (no message's text can pass for a result)
    Command("ATE0"),
    Command("AT+CMEE=1"),
    Command("AT+CMGF=0"),
    Command("AT+CREG=2"),
    Command("AT+CEREG=2"),
)
COPS_TIMEOUT_S = 10.0
COPS = Command("AT+COPS?", ("+COPS:",), timeout_s=COPS_TIMEOUT_S)
COPS_LONG, COPS_SHORT, COPS_NUMERIC = (
    Command(f"AT+COPS=3,{number}", timeout_s=COPS_TIMEOUT_S) for number in range(3)
)
CPIN = Command("AT+CPIN?", ("+CPIN:",))
CIMI = Command("AT+CIMI", ("+CIMI:",), bare=True, fits=lambda line: _digits(line, "+CIMI") is not None)
IMEI = Command("AT+CGSN", ("+CGSN:",), bare=True, fits=lambda line: _digits(line, "+CGSN") is not None)
MANUFACTURER = Command("AT+CGMI", ("+CGMI:",), bare=True)
MODEL = Command("AT+CGMM", ("+CGMM:",), bare=True)
REVISION = Command("AT+CGMR", ("+CGMR:",), bare=True)
ATI = Command("ATI", bare=True)


class Modem:
    """The session with one modem; make it with Modem.open."""

    def __init__(self, session: AtSession) -> None:
        self._session = session
        self._take_family(GENERIC)
        self._identity = Identity()

    def _take_family(self, family: Family) -> None:
        self._family = family
        connection = () if family.connection is None else (family.connection,)
        self._signal_commands = _distinct((*family.signal[:1], *connection))
        self._sample_commands = _distinct((*family.signal[:1], *connection, *family.cell[:1]))

    @classmethod
    async def open(
        cls,
        path: str,
        *,
        clock: Callable[[], int] = time.time_ns,
        on_urc: Callable[[str, int], None] | None = None,
        wake_s: float = WAKE_S,
    ) -> Modem:
        """Open the AT port *path*, wake the modem, set it up, and learn who it is.

        clock returns Unix nanoseconds; on_urc gets every unsolicited line with its time (long numbers
        hidden). Raises: PortLost; CommandTimeout, if the modem has not said OK to AT within wake_s.
        """
        return await cls.attach(SerialPort(path), clock=clock, on_urc=on_urc, wake_s=wake_s)

    @classmethod
    async def attach(
        cls,
        port: Port,
        *,
        clock: Callable[[], int] = time.time_ns,
        on_urc: Callable[[str, int], None] | None = None,
        wake_s: float = WAKE_S,
    ) -> Modem:
        """Do the same on a port that is open already; it is closed if this fails."""
        session = AtSession(port, clock=clock, loop=asyncio.get_running_loop(), on_urc=on_urc)
        modem = cls(session)
        try:
            await session.await_clear("AT", wake_s)
            for command in INIT:
                await modem._try(command)
            await modem.identify()
            for text in modem._family.init:
                await modem._try(Command(text))
        except BaseException:
            session.close()
            raise
        return modem

    @property
    def name(self) -> str:
        """The port's path."""
        return self._session.name

    @property
    def family(self) -> Family:
        """The row that says how the modem is spoken to."""
        return self._family

    @property
    def session(self) -> AtSession:
        """The session on the port, for the procedures."""
        return self._session

    @property
    def identity(self) -> Identity:
        """Who the modem said it is when it was opened or last identified."""
        return self._identity

    def close(self) -> None:
        """Give the port back; commands in flight raise PortLost."""
        self._session.close()

    async def answers(self, within_s: float) -> bool:
        """Tell whether the modem says OK to AT within *within_s*, after a question that it left unanswered.

        Raises: PortLost.
        """
        try:
            await self._session.await_clear("AT", within_s)
        except CommandTimeout:
            return False
        return True

    async def command(self, text: str, timeout_s: float = 5.0) -> tuple[str, ...]:
        """Say *text* ("AT+CSQ") and return its information lines; subscriber numbers and messages are hidden.

        Raises: CommandTimeout, CommandFailed (CmeError, CmsError), PortLost.
        """
        reply = await self._session.ask(derive_command(text, timeout_s))
        return tuple(hide_private(text, line) for line in reply.lines)

    async def identify(self) -> Identity:
        """Ask who the modem is, and choose its family by that; an unknown one is "generic".

        Raises: CommandTimeout, PortLost.
        """
        maker, model, revision = [
            await self._first_line(command) for command in (MANUFACTURER, MODEL, REVISION)
        ]
        if maker is None or model is None:
            lines = await self._try(ATI)
            maker, model = maker or _nth(lines, 0), model or _nth(lines, 1)
        imei = await self._first_line(IMEI)
        self._take_family(find_family(maker or "", model or ""))
        self._identity = Identity(
            manufacturer=maker, model=model, revision=revision, imei=imei, family=self._family.name
        )
        return self._identity

    async def sim_state(self) -> str:
        """Return the SIM's state: "READY", "SIM PIN", ...

        Raises: CmeError (10: no SIM), MalformedReply, CommandTimeout, PortLost.
        """
        return parse_cpin((await self._session.ask(CPIN)).lines)

    async def home_plmn(self) -> str:
        """Return the SIM's home network, MCC + MNC ("51010").

        Raises: CmeError (10: no SIM, 11: PIN), MalformedReply, CommandTimeout, PortLost.
        """
        lines = (await self._session.ask_static(CIMI)).lines
        if not lines:
            raise MalformedReply("", "AT+CIMI: the SIM's number, 6 to 15 digits")
        return imsi_to_plmn(_digits(lines[0], "+CIMI") or "")

    async def registration(self) -> Registration:
        """Return where the modem is registered: of LTE, 5G and circuit domain the first that says it is.

        Raises: Unsupported, MalformedReply, CommandTimeout, CommandFailed, PortLost.
        """
        best: Registration | None = None
        for command in REGISTRATIONS:
            reply = await self._known_reply(command)
            if reply is None:
                continue
            found = parse_registration(reply.lines, command.prefixes[0].rstrip(":"))
            if found.registered:
                return await self._with_plmn(found)
            best = found if best is None or found.stat == DENIED else best
        if best is None:
            raise Unsupported(self.name, ", ".join(command.text for command in REGISTRATIONS))
        return best

    async def signal(self) -> SignalReading:
        """Return the serving cell's signal with the times of its own reply; no service is a reading too.

        Raises: Unsupported, MalformedReply, CommandTimeout, CommandFailed, PortLost.
        """
        return await self._signal(await self._ask_each(self._signal_commands))

    async def cell(self) -> CellReading:
        """Return the serving cell; of what the family's command does not say, what the registration says.

        Raises: as signal.
        """
        return await self._cell({})

    async def sample(self) -> tuple[SignalReading, CellReading]:
        """Return signal and cell of one moment; a question that both need is asked once.

        Raises: as signal.
        """
        said = await self._ask_each(self._sample_commands)
        return await self._signal(said), await self._cell(said)

    async def _ask_each(self, commands: Sequence[Command]) -> Said:
        await self._session.await_clear("AT", PATIENCE_S)
        return await self._session.ask_each(commands, Priority.SAMPLE) if commands else {}

    async def _signal(self, said: Said) -> SignalReading:
        reading = await self._first_reading(self._family.signal, Priority.SAMPLE, said)
        connection = self._family.connection
        if connection is None or reading.command == _verb(connection):
            return reading
        return await self._with_state(reading, connection, said)

    async def _cell(self, said: Said) -> CellReading:
        try:
            reading = await self._first_reading(self._family.cell, Priority.SAMPLE, said)
        except Unsupported:
            reading = None
        if reading is not None and (reading.plmn is not None or reading.rat is None):
            return reading
        return with_registration(reading, await self.registration())

    async def names(self) -> tuple[NetworkName, ...]:
        """Return what each source calls the network, the vendor's own first: reading.name_sent picks one.

        Raises: Unsupported, if no source is known; MalformedReply, CommandTimeout, PortLost.
        """
        names: list[NetworkName] = []
        refused: ModemError | None = None
        for source in (self._vendor_name, self._cops_name):
            try:
                names.append(await source())
            except (Unsupported, MalformedReply, CommandFailed) as error:
                refused = error
        if not names and refused is not None:
            raise refused
        return tuple(names)

    async def _vendor_name(self) -> NetworkName:
        return await self._first_reading(self._family.names)

    async def _cops_name(self) -> NetworkName:
        replies = await self._session.ask_all((COPS_LONG, COPS, COPS_SHORT, COPS, COPS_NUMERIC, COPS))
        long, short, numeric = (parse_cops(reply.lines) for reply in replies[1::2])
        return cops_to_name(long, short, parse_plmn(numeric))

    async def _with_plmn(self, found: Registration) -> Registration:
        try:
            replies = await self._session.ask_all((COPS_NUMERIC, COPS))
            operator = parse_cops(replies[1].lines)
            return replace(found, plmn=parse_plmn(operator), rat=found.rat or operator.rat)
        except (CommandFailed, MalformedReply) as error:
            return replace(found, problems=(*found.problems, f"plmn: {error.text}"))

    async def _with_state(self, reading: SignalReading, query: SignalQuery, said: Said) -> SignalReading:
        """Add the radio's state, asked apart; a failure here leaves the reading itself whole."""
        try:
            told = query.read((await self._reply_to(query.command, Priority.SAMPLE, said)).lines)
        except (CommandFailed, MalformedReply, CommandTimeout) as error:
            return replace(reading, problems=(*reading.problems, f"state: {error.text}"))
        if self._family.cross_check is not None:
            reading = self._family.cross_check(reading, told, self._identity.revision or "")
        return replace(reading, state=told.state or reading.state)

    async def _first_reading(
        self, queries: Sequence[Query[T]], priority: Priority = Priority.NORMAL, said: Said = NOTHING
    ) -> T:
        """Ask *queries* that were not *said* yet, in order until one makes sense; misfits become problems."""
        misfits: list[MalformedReply] = []
        for query in queries:
            reply = said.get(query.command)
            if not isinstance(reply, Reply):
                reply = await self._known_reply(query.command, priority, said)
            if reply is None:
                continue
            try:
                reading = query.read(reply.lines)
            except MalformedReply as misfit:
                misfits.append(misfit)
                continue
            return _stamped(reading, reply, tuple(f"{misfit.expected}: {misfit.text}" for misfit in misfits))
        if misfits:
            raise misfits[0]
        raise Unsupported(self.name, ", ".join(query.command.text for query in queries) or "this question")

    async def _reply_to(self, command: Command, priority: Priority, said: Said) -> Reply:
        """Return what was *said* to *command*, or ask."""
        answer = said.get(command)
        if answer is None:
            return await self._session.ask(command, priority)
        return demand_reply(answer)

    async def _known_reply(
        self, command: Command, priority: Priority = Priority.NORMAL, said: Said = NOTHING
    ) -> Reply | None:
        """Ask *command*; None if the modem does not know it."""
        try:
            return await self._reply_to(command, priority, said)
        except CommandFailed as refusal:
            if _is_unknown(refusal):
                return None
            raise

    async def _try(self, command: Command) -> tuple[str, ...]:
        """Ask *command*; nothing if the modem refuses it for any reason."""
        try:
            return (await self._session.ask_static(command)).lines
        except CommandFailed:
            return ()

    async def _first_line(self, command: Command) -> str | None:
        lines = await self._try(command)
        return strip_prefix(lines[0], command.text.removeprefix("AT")) or None if lines else None


def _distinct(queries: Sequence[Query[SignalReading] | Query[CellReading]]) -> tuple[Command, ...]:
    return tuple(dict.fromkeys(query.command for query in queries))


def _stamped(reading: T, reply: Reply, misfits: tuple[str, ...]) -> T:
    problems = misfits + reading.problems
    if isinstance(reading, NetworkName):
        return replace(reading, problems=problems)
    return replace(reading, problems=problems, t_sent_ns=reply.t_sent_ns, t_received_ns=reply.t_received_ns)


def _is_unknown(refusal: CommandFailed) -> bool:
    """Tell an unknown command from other refusals: a bare ERROR, or a code of that meaning."""
    if isinstance(refusal, CmeError):
        return refusal.number in CME_NOT_SUPPORTED
    return type(refusal) is CommandFailed


def _verb(query: SignalQuery) -> str:
    return query.command.prefixes[0].rstrip(":")


def _digits(line: str, prefix: str) -> str | None:
    """Return the number on *line*, bare or behind *prefix*, None if it is no number of 6 to 17 digits."""
    text = strip_prefix(line, prefix)
    return text if re.fullmatch(r"[0-9]{6,17}", text) else None


def _nth(lines: Sequence[str], index: int) -> str | None:
    return lines[index] if index < len(lines) else None
