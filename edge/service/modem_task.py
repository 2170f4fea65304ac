"""The modem session of one line: open, identify, then one radio reading a second, for ever.

A modem that fails is reported with its cause and tried again; the measurements of the line go on without it.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import msgspec

from edge.config.model import Line
from edge.measure.failures import failure
from edge.measure.result import Failure
from edge.service.messages import DataSeen, ModemFailed, ModemReady, NetworkSeen, Sample, SessionSeen
from modem_drivers.discovery import SysfsDirectory
from modem_drivers.errors import (
    CommandFailed,
    CommandTimeout,
    MalformedReply,
    ModemError,
    PortLost,
    Unsupported,
)
from modem_drivers.families.procedures import GIVE_UP, STANDARD_LADDER
from modem_drivers.ladder import Climbs
from modem_drivers.modem import Modem
from modem_drivers.ports.power import Means, NumberedPlace, PathPlace, Place, UsbPlace
from modem_drivers.procedures.data import Access, DataSession, connect, read_session, set_up
from modem_drivers.procedures.keeper import Happened, Keeper
from modem_drivers.procedures.look import CONTEXT, SessionWatch, look_at, tell_causes
from modem_drivers.procedures.pin import WANTED, Marks, enter_pin
from modem_drivers.reading import CellReading, Registration, SignalReading, name_sent
from modem_drivers.session import Facts, State

NETWORK_EVERY_S = 20.0
LOOK_AFTER_CODE_S = 1.0
SIGNAL_KEYS = ("rsrp_dbm", "rsrq_db", "sinr_db", "rssi_dbm")
CELL_KEYS = ("pci", "earfcn", "band", "tac", "cell_id")
REGISTRATION = {0: "not-registered", 1: "home", 2: "searching", 3: "denied", 4: "unknown", 5: "roaming"}
"""+CREG <stat>, 3GPP TS 27.007 7.2; others are published as their number."""

Send = Callable[[msgspec.Struct], None]
OnUrc = Callable[[str, int], None]
OpenModem = Callable[[str, OnUrc], Awaitable[Modem]]


@dataclass(frozen=True, slots=True)
class Card:
    """The card's PIN from the configuration, and where it is kept that it failed."""

    pin: str = field(repr=False)
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How one modem is watched. access: dialled where the modem has no address by itself.

    resets: a hung one is reset by the ladder; without, it is only told.
    """

    means: Means
    open_modem: OpenModem
    every_s: float
    clock: Callable[[], int]
    card: Card | None = None
    access: Access | None = None
    resets: bool = True
    beside: "Beside | None" = None


class Beside(Protocol):
    """What else goes on with the modem, beside the readings."""

    def heard(self, line: str, t_ns: int) -> None:
        """Take a line that was said unasked."""

    def saw(self, registration: Registration, home_plmn: str | None) -> None:
        """Take where the modem is registered."""

    async def serve(self, modem: Modem) -> None:
        """Serve *modem* until cancelled; ends when the port is lost."""


async def watch_modem(setting: Setting, send: Send) -> None:
    """Report ModemReady, SessionSeen, NetworkSeen, Sample or ModemFailed until cancelled."""
    await ModemWatch(setting, send).run()


class ModemWatch:
    """One modem: kept usable, sampled, and its session's state told."""

    def __init__(self, setting: Setting, send: Send) -> None:
        self._setting, self._send = setting, send
        self._session = SessionWatch(self._state_changed)
        self._reported = ""
        self._home: str | None = None
        self._set_up: set[str] = set()
        self._pin_refused = ""
        self._data_told = False
        self._dials = Climbs()

    async def run(self) -> None:
        """Serve until cancelled."""
        resets = self._setting.resets
        keeper = Keeper(
            self._setting.means,
            clock=self._setting.clock,
            on_event=self._happened,
            open_modem=lambda path: self._setting.open_modem(path, self._heard),
            ladder=STANDARD_LADDER if resets else (GIVE_UP,),
            ladder_of=lambda modem: modem.family.procedures.ladder if resets else (GIVE_UP,),
        )
        await keeper.run(self._use)

    def _happened(self, event: Happened) -> None:
        place = self._setting.means.place
        self._session.happened(event, place.find().usb)
        if event.what == "given up" and self._setting.resets:
            self._fail(
                failure("modem.stuck", where=place.name, detail="every step of the reset ladder was tried")
            )
        elif event.error is not None:
            self._fail(modem_failure(place.name, event.error))

    def _heard(self, line: str, t_ns: int) -> None:
        self._session.heard(line, t_ns)
        if self._setting.beside is not None:
            self._setting.beside.heard(line, t_ns)

    def _fail(self, err: Failure) -> None:
        if err.code != self._reported:
            self._send(ModemFailed(err))
        self._reported = err.code

    def _state_changed(self, state: State) -> None:
        self._send(SessionSeen(state.name, state.outcome, state.data_allowed, state.text, state.text_id))

    async def _use(self, modem: Modem) -> None:
        identity = modem.identity
        await self._prepare(modem)
        self._home = await _home_plmn(modem)
        self._send(ModemReady(identity.model or "", identity.revision or "", self._home))
        beside = self._setting.beside
        task = asyncio.ensure_future(beside.serve(modem)) if beside is not None else None
        try:
            await self._read(modem)
        finally:
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _read(self, modem: Modem) -> None:
        loop = asyncio.get_running_loop()
        network_due = next_due = loop.time()
        cell: CellReading | None = None
        while True:
            if loop.time() >= network_due:
                await self._look(modem)
                cell = await _cell(modem)
                network_due = loop.time() + NETWORK_EVERY_S
            await self._sample(modem, cell)
            if self._session.due:
                network_due = min(network_due, loop.time() + LOOK_AFTER_CODE_S)
                self._session.due = False
            next_due = max(next_due + self._setting.every_s, loop.time())
            await asyncio.sleep(next_due - loop.time())

    async def _sample(self, modem: Modem, cell: CellReading | None) -> None:
        """Send one reading; a modem that refuses it, or says what nobody can read, is asked again next time.

        Raises: CommandTimeout, PortLost.
        """
        try:
            self._send(sample_of(await modem.signal(), cell))
        except (CommandFailed, MalformedReply, Unsupported) as error:
            self._fail(modem_failure(modem.name, error))
        else:
            self._reported = ""

    async def _prepare(self, modem: Modem) -> None:
        """Have causes told; once a modem: its set-up (no updates over the air). Raises: ModemError."""
        await tell_causes(modem)
        imei = modem.identity.imei or modem.name
        if imei not in self._set_up:
            await set_up(modem)
            self._set_up.add(imei)

    async def _look(self, modem: Modem) -> None:
        look = await look_at(modem, home_plmn=self._home)
        if look.facts.sim == WANTED and self._setting.card is not None:
            refused = await enter_pin(modem, self._setting.card.pin, self._setting.card.marks)
            if refused and refused != self._pin_refused:
                self._send(ModemFailed(failure("modem.refused", where=modem.name, detail=refused)))
            self._pin_refused = refused
            look = await look_at(modem, home_plmn=self._home)
        if self._home is None and look.facts.sim == "READY":
            self._home = await _home_plmn(modem)
            identity = modem.identity
            self._send(ModemReady(identity.model or "", identity.revision or "", self._home))
            look = replace(look, facts=replace(look.facts, home_plmn=self._home))
        self._session.saw(look.facts)
        if look.registration is not None and self._setting.beside is not None:
            self._setting.beside.saw(look.registration, self._home)
        if look.registration is not None:
            self._send(await _network(modem, look.registration))
        await self._dial(modem, look.facts)

    async def _dial(self, modem: Modem, facts: Facts) -> None:
        """See to a data session: dial where that is allowed and configured; tell what the network grants.

        Raises: CommandTimeout, PortLost.
        """
        access, loop = self._setting.access, asyncio.get_running_loop()
        if facts.address:
            if self._session.state.name == "data" and not self._data_told:
                self._tell_data(await read_session(modem, CONTEXT))
            return
        self._data_told = False
        if access is None or not self._session.state.data_allowed or self._dials.wait_s(loop.time()):
            return
        self._dials = self._dials.begin(loop.time())
        try:
            self._tell_data(await connect(modem, access, register_s=0.0))
        except (CommandFailed, Unsupported) as error:
            self._dials = self._dials.ended(loop.time(), cured=False)
            said = f"{error.command}: {error.reason}" if isinstance(error, CommandFailed) else error.text
            self._send(ModemFailed(failure("modem.no_data", where=modem.name, detail=said)))
        else:
            self._dials = self._dials.ended(loop.time(), cured=True)
            self._session.saw((await look_at(modem, home_plmn=self._home)).facts)

    def _tell_data(self, session: DataSession) -> None:
        self._data_told = True
        self._send(
            DataSeen(session.apn, session.qci, session.qi_5g, session.ambr_down_kbps, session.ambr_up_kbps)
        )


NUMBERED = re.compile(r"/dev/tty(USB|ACM)[0-9]+")
USB_PLACE = re.compile(r"[0-9]+-[0-9]+(\.[0-9]+)*")


def place_of(line: Line) -> Place:
    """Return where the line's modem is looked for: its USB place, or a path that no kernel numbers."""
    if not line.at_port:
        return UsbPlace(SysfsDirectory(), line.slot)
    if NUMBERED.fullmatch(line.at_port) and USB_PLACE.fullmatch(line.slot):
        return NumberedPlace(SysfsDirectory(), line.slot, line.at_port)
    return PathPlace(line.at_port)


async def _home_plmn(modem: Modem) -> str | None:
    """Return the SIM's home network; None when the SIM does not say (absent, PIN)."""
    try:
        return await modem.home_plmn()
    except (CommandFailed, MalformedReply, Unsupported):
        return None


async def _cell(modem: Modem) -> CellReading | None:
    try:
        return await modem.cell()
    except (CommandFailed, MalformedReply, Unsupported):
        return None


async def _network(modem: Modem, registration: Registration) -> NetworkSeen:
    try:
        sent = name_sent(await modem.names())
    except (CommandFailed, MalformedReply, Unsupported):
        sent = None
    return NetworkSeen(
        registration=_stat(registration),
        plmn=registration.plmn,
        rat=registration.rat,
        name_sent=sent.full if sent else None,
        name_short=sent.short if sent else None,
        name_sim=sent.spn if sent else None,
    )


def _stat(registration: Registration) -> str:
    return REGISTRATION.get(registration.stat, str(registration.stat))


def sample_of(reading: SignalReading, cell: CellReading | None) -> Sample:
    """Return the published form: known figures in `values`, the others with a reason in `nv`."""
    values: dict[str, float | int | str] = {}
    nv: dict[str, str] = {}
    for key in SIGNAL_KEYS:
        figure = getattr(reading, key)
        if figure is None:
            nv[key] = "not reported"
        else:
            values[key] = figure
    for key in CELL_KEYS if cell else ():
        if (fact := getattr(cell, key)) is not None:
            values[key] = fact
    for key, text in (("rat", reading.rat), ("state", reading.state), ("command", reading.command)):
        if text:
            values[key] = text
    return Sample(t_ns=reading.t_received_ns or 0, values=values, nv=nv)


def modem_failure(port: str, exc: ModemError) -> Failure:
    """Return the cause of *exc* as a row of the failure table."""
    match exc:
        case PortLost():
            code = "modem.port_lost" if Path(port).exists() else "modem.absent"
            detail = exc.reason
        case CommandTimeout():
            code = "modem.garbage" if exc.seen else "modem.silent"
            detail = f"{exc.command}, waited {exc.timeout_s:g} s" + (
                f", heard '{exc.seen}'" if exc.seen else ""
            )
        case MalformedReply():
            code, detail = "modem.garbage", f"expected {exc.expected}, heard '{exc.line[:60]}'"
        case _:
            code, detail = "modem.refused", exc.text
    return failure(code, where=port, detail=detail)
