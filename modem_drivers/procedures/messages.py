"""The SMS and cell broadcast session of one modem, on its AT session beside everything else.

    messages = Messages(modem, clock=time.time_ns, on_message=judge)
    await messages.run()                     # until cancelled, or the port is lost

An SMS is never a command, and it is private: it is deleted from the modem as it is read, and nothing of it
leaves but through on_message and on_broadcast, in this process. Figures counts what happened.
# Ref: 3GPP TS 27.005 3.2 to 3.5
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from modem_drivers.at.channel import Command
from modem_drivers.errors import CommandFailed, CommandTimeout, MalformedPdu
from modem_drivers.modem import Modem
from modem_drivers.sms.broadcast import Broadcast, PageJoiner, decode_page
from modem_drivers.sms.inbox import Heard, Inbox, Incoming, hear
from modem_drivers.sms.reports import Reports, Sent, SentPart, is_settled, judge_sent
from modem_drivers.sms.store import (
    HEX,
    Usage,
    choose_memories,
    is_listed,
    parse_listing,
    parse_memories,
    parse_place,
    parse_reference,
    parse_usage,
)
from modem_drivers.sms.tpdu import Submit, encode_submit

LOOK_EVERY_S = 60.0
REPORT_WAIT_S = 180.0  # Permenkominfo 16/2013: an SMS within three minutes
SUBMIT_S = 60.0
STORE_S = 20.0
PAUSE_S = 5.0
REFERENCES = 256

PDU_MODE = Command("AT+CMGF=0")
OFFERED = Command("AT+CPMS=?", ("+CPMS:",), timeout_s=STORE_S)
USAGE = Command("AT+CPMS?", ("+CPMS:",), timeout_s=STORE_S)
SERVICE = Command("AT+CSMS?", ("+CSMS:",))
LIST_ALL = Command("AT+CMGL=4", ("+CMGL:",), timeout_s=STORE_S, bare=True, fits=is_listed)
DELETE_READ = Command("AT+CMGD=1,3", timeout_s=STORE_S)
ACKNOWLEDGE = Command("AT+CNMA")
ROUTES = tuple(  # mt 1: store and tell; bm 2: broadcasts as they come; ds: reports direct, stored, or not
    Command(f"AT+CNMI=2,1,{bm},{ds},{bfr}")
    for bm, ds, bfr in ((2, 1, 0), (2, 2, 0), (2, 1, 1), (2, 0, 0), (0, 1, 0), (0, 2, 0), (0, 0, 0))
)
ALL_BROADCASTS = (Command('AT+CSCB=0,"0-65535","0-255"'), Command('AT+CSCB=0,"0-65535"'))


class Setup(NamedTuple):
    """What the modem agreed to. memories: the stores in use, the first of them for new messages.

    route: the +CNMI line that was taken, "" if none was; acknowledge: direct messages want AT+CNMA.
    """

    memories: tuple[str, ...]
    route: str
    broadcasts: bool
    acknowledge: bool

    @property
    def reports(self) -> bool:
        """Whether status reports reach us."""
        return self.route.split(",")[3:4] not in ([], ["0"])


@dataclass(slots=True)
class Figures:
    """Counts since the start; no content. lost_places: told of by +CMTI and found empty."""

    received: int = 0
    incomplete: int = 0
    repeats: int = 0
    broadcasts: int = 0
    reports: int = 0
    malformed: int = 0
    purged: int = 0
    full: int = 0
    found_by_look: int = 0
    lost_places: int = 0


class _Urc(NamedTuple):
    line: str
    body: str | None
    t_ns: int


class Messages:
    """See the module. clock: Unix ns; on_message gets whole, incomplete and repeated messages.

    on_ready is called once the modem is set up and its stores are empty."""

    def __init__(
        self,
        modem: Modem,
        *,
        clock: Callable[[], int],
        on_message: Callable[[Incoming], None],
        on_broadcast: Callable[[Broadcast, int], None] | None = None,
        on_ready: Callable[[], None] | None = None,
        look_every_s: float = LOOK_EVERY_S,
        inbox: Inbox | None = None,
        first_reference: int = 0,
    ) -> None:
        self._modem, self._clock = modem, clock
        self._on_message, self._on_broadcast = on_message, on_broadcast
        self._on_ready = on_ready
        self._look_every_s = look_every_s
        self._inbox = Inbox() if inbox is None else inbox
        self._pages = PageJoiner()
        self._reports = Reports()
        self._urcs: asyncio.Queue[_Urc] = asyncio.Queue()
        self._told_of: dict[tuple[str, int], int] = {}
        self._reported = asyncio.Event()
        self._reference = first_reference % REFERENCES
        self.setup = Setup((), "", False, False)
        self.figures = Figures()

    async def run(self) -> None:
        """Set up, take what lies in the stores, then serve. Raises: PortLost; CommandTimeout."""
        self._modem.session.listen(self._heard)
        try:
            await self.set_up()
            await self.look(at_start=True)
            if self._on_ready is not None:
                self._on_ready()
            while True:
                await self._turn()
        finally:
            self._modem.session.listen(None)

    # --- set-up ---

    async def set_up(self) -> Setup:
        """Choose the store, have messages told of, broadcasts and reports too where the modem can.

        Raises: PortLost, CommandTimeout.
        """
        await self._try(PDU_MODE)
        memories = await self._choose_store()
        route = await self._first(ROUTES)
        broadcasts = await self._first(ALL_BROADCASTS)
        service = await self._try(SERVICE) or ()
        self.setup = Setup(
            memories,
            route.text if route else "",
            broadcasts is not None,
            any(line.startswith("+CSMS: 1") for line in service),
        )
        return self.setup

    async def _choose_store(self) -> tuple[str, ...]:
        offered = parse_memories(await self._try(OFFERED) or ())
        names = choose_memories(offered)
        for name in names:
            if await self._try(_use(name)) is not None:
                others = [other for other in offered[0] if other != name and other in ("ME", "SM")]
                return (name, *others)
        return ()

    async def smsc(self) -> str | None:
        """Return the service centre's number that the card holds (+CSCA); None if it does not say.

        Raises: PortLost, CommandTimeout.
        """
        lines = await self._try(Command("AT+CSCA?", ("+CSCA:",))) or ()
        number = next((line.partition(":")[2].split('"')[1:2] for line in lines), [])
        return number[0] if number and number[0] else None

    # --- reception ---

    def _heard(self, line: str, body: str | None, t_ns: int) -> None:
        if (place := parse_place(line)) is not None:
            self._told_of[place.memory, place.number] = t_ns
        if line.startswith(("+CMTI", "+CDSI", "+CMT:", "+CDS:", "+CBM")):
            self._urcs.put_nowait(_Urc(line, body, t_ns))

    async def _turn(self) -> None:
        try:
            async with asyncio.timeout(self._look_every_s):
                urc = await self._urcs.get()
        except TimeoutError:
            await self.look()
            return
        try:
            await self._take(urc)
        except CommandTimeout:  # what was told of is still stored: the next look finds it
            await asyncio.sleep(PAUSE_S)

    async def _take(self, urc: _Urc) -> None:
        if (place := parse_place(urc.line)) is not None:
            await self._fetch(place.memory, place.number)
        elif urc.line.startswith("+CBM:") and urc.body:
            self._page(urc.body, urc.t_ns)
        elif urc.line.startswith(("+CMT:", "+CDS:")) and urc.body:
            self._pdu(urc.body, urc.t_ns, stored=False)
            if self.setup.acknowledge:
                await self._try(ACKNOWLEDGE)

    async def _fetch(self, memory: str, index: int) -> None:
        """Read and delete what +CMTI told of; from another store than the one in use, too."""
        t_ns = self._told_of.pop((memory, index), None)
        if t_ns is None:
            return  # a look was faster
        in_use = self.setup.memories[:1] == (memory,)
        read = Command(f"AT+CMGR={index}", ("+CMGR:",), timeout_s=STORE_S, bare=True, fits=is_listed)
        if not in_use:
            await self._try(_read_from(memory))
        found = parse_listing(await self._try(read) or ())
        if not found:
            self.figures.lost_places += 1
        for stored in found:
            self._pdu(stored.pdu, t_ns, stored=False)
        await self._delete(index)
        if not in_use and self.setup.memories:
            await self._try(_read_from(self.setup.memories[0]))

    async def look(self, *, at_start: bool = False) -> None:
        """Take everything that lies in the stores, and make room in a full one.

        What is found later than at the start was never told of: +CMTI stops silently when the store is full,
        or where the modem has forgotten its set-up, which is done again. Raises: PortLost, CommandTimeout.
        """
        found_before = self.figures.found_by_look
        for memory in self.setup.memories[:: -1 if at_start else 1]:  # the one in use is left selected
            if at_start or memory != self.setup.memories[0]:
                await self._try(_read_from(memory))
            usage = parse_usage(await self._try(USAGE) or ())
            if usage and usage[0].used:
                await self._empty(usage[0], at_start=at_start)
        if self.setup.memories and not at_start and len(self.setup.memories) > 1:
            await self._try(_read_from(self.setup.memories[0]))
        self._tell(self._inbox.expire(self._clock()))
        if self.figures.found_by_look > found_before:
            await self.set_up()

    async def _empty(self, usage: Usage, *, at_start: bool) -> None:
        self.figures.full += usage.full
        for stored in parse_listing(await self._try(LIST_ALL) or ()):
            told_ns = self._told_of.pop((usage.memory, stored.index or 0), None)
            self.figures.found_by_look += not at_start and told_ns is None
            self._pdu(stored.pdu, told_ns or self._clock(), stored=told_ns is None)
            if stored.index is not None:
                await self._delete(stored.index)
        left = parse_usage(await self._try(USAGE) or ())
        if left and left[0].used:  # new ones, which it spares, or what could not be deleted one by one
            await self._try(DELETE_READ)

    async def _delete(self, index: int) -> None:
        if await self._try(Command(f"AT+CMGD={index}", timeout_s=STORE_S)) is not None:
            self.figures.purged += 1

    def _pdu(self, pdu: str | None, t_ns: int, *, stored: bool) -> None:
        if pdu is None or not HEX.fullmatch(pdu.strip()):
            self.figures.malformed += 1
            return
        try:
            heard = hear(pdu, t_ns, stored=stored)
        except MalformedPdu:  # neither its octets nor its text are anybody's: it is counted
            self.figures.malformed += 1
            return
        if heard.part.kind == "status-report":
            self.figures.reports += 1
            if self._reports.take(heard.part, t_ns) is not None:
                self._reported.set()
        elif heard.part.kind == "deliver":
            self._tell(self._inbox.add(heard))

    def _tell(self, messages: Sequence[Incoming]) -> None:
        for message in messages:
            self.figures.repeats += message.repeat
            self.figures.incomplete += bool(message.missing)
            self.figures.received += not message.repeat and not message.missing
            self._on_message(message)

    def _page(self, pdu: str, t_ns: int) -> None:
        try:
            whole = self._pages.add(decode_page(pdu))
        except MalformedPdu:
            self.figures.malformed += 1
            return
        if whole is not None:
            self.figures.broadcasts += 1
            if self._on_broadcast is not None:
                self._on_broadcast(whole, t_ns)

    # --- sending ---

    async def send(
        self, recipient: str, text: str, *, report: bool = True, within_s: float = REPORT_WAIT_S
    ) -> Sent:
        """Send *text*, in parts where it is long, and wait at most *within_s* for the status reports.

        Raises: ValueError (the recipient is no number, or too long a text), PortLost, CommandTimeout.
        """
        self._reference = (self._reference + 1) % REFERENCES
        asks = report and self.setup.reports
        taken: list[SentPart] = []
        try:
            for submit in encode_submit(recipient, text, reference=self._reference, report=asks):
                taken.append(await self._submit(submit, recipient, asks=asks))
        except CommandFailed as refusal:
            self._reports.forget(taken)
            return Sent(outcome="refused", parts=tuple(taken), cause=refusal.reason)
        if not asks:
            return Sent(outcome="accepted", parts=tuple(taken))
        return await self._await_reports(taken, within_s)

    async def _submit(self, submit: Submit, recipient: str, *, asks: bool) -> SentPart:
        command = Command(f"AT+CMGS={submit.length}", ("+CMGS:",), timeout_s=SUBMIT_S, body=submit.pdu)
        reply = await self._modem.session.ask(command)
        part = SentPart(
            reference=parse_reference(reply.lines) or 0, recipient=recipient, accepted_ns=reply.t_received_ns
        )
        return self._reports.add(part) if asks else part

    async def _await_reports(self, taken: Sequence[SentPart], within_s: float) -> Sent:
        try:
            async with asyncio.timeout(within_s):
                while not is_settled(self._reports.state(taken)):
                    self._reported.clear()
                    await self._reported.wait()
        except TimeoutError:
            pass
        parts = self._reports.state(taken)
        self._reports.forget(parts)
        return judge_sent(parts)

    # --- saying ---

    async def _try(self, command: Command) -> tuple[str, ...] | None:
        """Return the reply's lines; None if the modem refuses."""
        try:
            return (await self._modem.session.ask(command)).lines
        except CommandFailed:
            return None

    async def _first(self, commands: Sequence[Command]) -> Command | None:
        for command in commands:
            if await self._try(command) is not None:
                return command
        return None


def _use(memory: str) -> Command:
    return Command(f'AT+CPMS="{memory}","{memory}","{memory}"', ("+CPMS:",), timeout_s=STORE_S)


def _read_from(memory: str) -> Command:
    return Command(f'AT+CPMS="{memory}"', ("+CPMS:",), timeout_s=STORE_S)


__all__ = ["Figures", "Heard", "Incoming", "Messages", "Setup"]
