"""The AT side of a simulated modem, over the network's state: settings, alphabets, what it says unasked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from hil_tests.sims.network.broadcast import Page
from hil_tests.sims.network.card import CardState
from hil_tests.sims.network.carriers import Mode
from hil_tests.sims.network.centre import Delivery
from hil_tests.sims.network.codec import ucs2_hex
from hil_tests.sims.network.data import Context as Context
from hil_tests.sims.network.exchange import Posted
from hil_tests.sims.network.identity import draw_identity
from hil_tests.sims.network.messages import CAPACITY, Message, ReportMessage, draw_messages
from hil_tests.sims.network.profile import Profile
from hil_tests.sims.network.radio import Radio
from hil_tests.sims.network.registration import ACCESS, DENIED, Domain
from hil_tests.sims.network.terminal import Event, Lies, Terminal
from hil_tests.sims.trace import Trace

WATCH_S = 0.25
ACKNOWLEDGE_S = 15.0  # [memory] of the network's patience; TS 27.005 3.4.1 names no figure
DOMAINS = {domain.value: domain for domain in Domain}
REGISTRATION_COMMANDS = tuple(DOMAINS)
OPERATOR_ACCESS = {Mode.GSM: 0, Mode.LTE: 7, Mode.ENDC: 13, Mode.SA: 11}
"""<AcT> of +COPS, TS 27.007 7.3; 13 in EN-DC: github.com/4IceG/luci-app-3ginfo-lite/pull/70 (an FM350)."""
LOCATION = ',"{tac:X}","{cell_id:X}",{act}'  # <lac>, <ci>, <AcT> of +CREG:, as most word it
SLICE = ',4,"01.000000"'  # <Allowed_NSSAI_length>, <Allowed_NSSAI> of +C5GREG: one slice
Banner = tuple[tuple[float, str], ...]  # (seconds after power-on, line said unasked)


def build_modem(
    seed: int,
    profile: Profile,
    *,
    start_s: float,
    start_unix_s: float,
    trace: Trace | None = None,
    lies: Lies | None = None,
) -> "Modem":
    """Return a modem all of whose undrawn values come from *seed*; *start_s* is the clock of later calls."""
    identity = draw_identity(Random(f"{seed} identity"), profile)
    place = _place(profile, profile.network.visited or identity.plmn)
    radio = Radio(Random(f"{seed} radio"), profile, trace, place=place)
    if trace and trace.start_ns is not None:
        radio.trace_offset_s = start_unix_s - trace.start_ns / 1e9
    modem = Modem(identity, radio, profile, start_s, start_unix_s, lies or Lies())
    old = draw_messages(Random(f"{seed} messages"), modem.local_time(start_s), profile.zone_quarters)
    for message in old:
        modem.store.add("SM", message)
    if profile.network.store_full:
        for memory, places in CAPACITY.items():
            for k in range(places):
                modem.store.add(memory, old[k % len(old)])
    return modem


def _place(profile: Profile, plmn: str) -> str:
    """Return what seeds the cells: the site, and the networks that share it."""
    if profile.network.site is None:
        return ""
    group = next((group for group in profile.network.shared if plmn in group), (plmn,))
    return f"site {profile.network.site} {min(group)}"


@dataclass
class Modem(Terminal):
    """One modem and its SIM, with the settings of its AT commands."""

    def __post_init__(self) -> None:
        """Begin registered, with the default settings."""
        super().__post_init__()
        self.banner: Banner = ()
        self.location_format = LOCATION
        self.settings: dict[str, tuple[str, ...]] = {}
        self.vendor: dict[str, str] = {}  # what a maker's commands set and ATZ leaves alone
        self.word_event: Callable[[Modem, Event, float], list[str]] = standard_words
        self.stat_words: Mapping[str, Mapping[int, int]] = {}  # <stat> a model says for the standard's
        self.domains: tuple[str, ...] = ("+CREG", "+CGREG", "+CEREG")
        self._announced: dict[str, str] = {}
        self._scheduled: list[tuple[float, str]] = []
        self._was_full = False
        self.boots = 0
        self.unacknowledged_s: float | None = None

    # --- settings, text ---

    def setting(self, name: str) -> tuple[str, ...]:
        """Return the values last set by command *name*."""
        return self.settings.get(name, ())

    def text(self, text: str) -> str:
        """Return *text* in the character set chosen by AT+CSCS."""
        if self.setting("+CSCS") == ("UCS2",):
            return ucs2_hex(text)
        return text.encode("latin-1", "replace").decode("latin-1")

    # --- unsolicited ---

    def schedule(self, due_s: float, line: str) -> None:
        """Have *line* said unasked at *due_s*."""
        self._scheduled.append((due_s, line))
        self._scheduled.sort(key=lambda item: item[0])

    def reboot(self, now_s: float) -> None:
        """Start anew: volatile settings gone, the banner said, then register."""
        self.boots += 1
        self.settings.update({name: ("0",) for name in REGISTRATION_COMMANDS if name in self.settings})
        self.power_on(now_s)
        state = self.card_state(now_s)
        for after_s, line in self.banner:
            shown = _card_line(state, line) if line.startswith("+CPIN:") else line
            if shown:
                self.schedule(now_s + after_s, shown)

    def urcs(self, now_s: float) -> list[str]:
        """Return the unsolicited lines due by *now_s*."""
        self.poll(now_s)
        self._check_acknowledgement(now_s)
        lines = [line for due_s, line in self._scheduled if due_s <= now_s]
        self._scheduled = [item for item in self._scheduled if item[0] > now_s]
        for delivery in self.take_deliveries(now_s):
            lines += self._arrive(delivery, now_s)
        for page in self.take_pages(now_s):
            lines += self._hear(page)
        while self.events:
            lines += self.word_event(self, self.events.popleft(), now_s)
        return lines + self._registration_changes(now_s)

    def next_urc_s(self, now_s: float) -> float | None:
        """Return when to ask `urcs` again, or None when nothing will come unasked."""
        due = [due_s for due_s, _ in self._scheduled]
        coming_s = self.next_event_s(now_s)
        due += [] if coming_s is None else [coming_s]
        if any(self.setting(name)[:1] not in {(), ("0",)} for name in self.domains) or self._was_full:
            due.append(now_s + WATCH_S)
        return min(due, default=None)

    def location(self, now_s: float, domain: Domain | None = None) -> str:
        """Return what follows <stat> of +CREG: in the model's wording; nothing unless registered there."""
        found = self.packet(now_s) if domain is None else self.in_domain(domain, now_s)
        sample = self.camped(now_s) if found.registered else None
        if sample is None:
            return ""
        cell, access = sample.cell, ACCESS[sample.mode]
        return self.location_format.format(tac=cell.tac, cell_id=cell.cell_id, act=access)

    def registration_fields(self, name: str, level: str, now_s: float) -> dict[str, object]:
        """Return `stat` and `location_if_asked` of registration command *name* at its *level* (TS 27.007)."""
        domain = DOMAINS[name]
        found = self.in_domain(domain, now_s)
        tail = self.location(now_s, domain) if level in {"2", "3"} else ""
        if tail and domain is Domain.NR5G:
            tail += SLICE
        if level == "3" and found.stat == DENIED:
            tail = f",,,,0,{found.cause}"
        stat = self.stat_words.get(name, {}).get(found.stat, found.stat)
        return {"stat": stat, "location_if_asked": tail, "cause": found.cause}

    def _registration_changes(self, now_s: float) -> list[str]:
        lines = []
        for name in self.domains:
            level = (self.setting(name) or ("0",))[0]
            fields = self.registration_fields(name, level, now_s)
            line = f"{name}: {fields['stat']}{fields['location_if_asked']}"
            if level != "0" and self._announced.get(name, line) != line:
                lines.append(line)
            self._announced[name] = line
        return lines

    def forget_announced(self, name: str) -> None:
        """Take the present registration as said, after the level of *name* changed."""
        self._announced.pop(name, None)

    # --- messages ---

    def _arrive(self, item: Delivery, now_s: float) -> list[str]:
        if item.posted is not None and item.posted.status is not None:
            return self._report(item, item.posted, item.posted.status)
        message = Message(
            sender=item.sender,
            text=item.text,
            local=self.local_time(self.start_s + item.stamp_s).replace(microsecond=0),
            zone_quarters=self.profile.zone_quarters,
            part=item.part,
            message_class=item.message_class,
            ucs2=item.ucs2,
            whole=item.whole,
            smsc=item.smsc,
        )
        route = (*self.setting("+CNMI"), "0", "0")[1]
        if route == "2" or (route == "1" and item.message_class == 0):
            self.delivered(item, now_s)
            self._await_acknowledgement(now_s)
            return [self._direct(message)]
        memory = (self.setting("+CPMS") or ("ME",))[-1]
        index = self.store.add(memory, message)
        if index is None:
            self.postpone(item)
            told, self._was_full = self._was_full, True
            return [] if told else self.word_event(self, Event("full"), now_s)
        self._was_full = False
        self.delivered(item, now_s)
        return [f'+CMTI: "{memory}",{index}'] if route == "1" else []

    def _report(self, item: Delivery, posted: Posted, status: int) -> list[str]:
        """A status report: shown at once (<ds> 1), stored (2), or dropped (TS 27.005 3.4.1)."""
        report = ReportMessage(
            sender=posted.sender,
            text="",
            local=self.local_time(self.start_s + item.stamp_s).replace(microsecond=0),
            zone_quarters=self.profile.zone_quarters,
            reference=posted.reference,
            done=self.local_time(self.start_s + posted.done_s - self.start_unix_s).replace(microsecond=0),
            tp_status=status,
        )
        route = (*self.setting("+CNMI"), "0", "0", "0", "0")[3]
        pdu, length = report.pdu(self.identity.smsc)
        if route == "1":
            return [f"+CDS: {length}\n{pdu}"]
        memory = (self.setting("+CPMS") or ("ME",))[-1]
        index = self.store.add(memory, report) if route == "2" else None
        return [] if index is None else [f'+CDSI: "{memory}",{index}']

    def _await_acknowledgement(self, now_s: float) -> None:
        if self.setting("+CSMS")[:1] == ("1",):
            self.unacknowledged_s = now_s

    def _check_acknowledgement(self, now_s: float) -> None:
        """Stop telling of messages where one was not acknowledged in time (TS 27.005 3.4.1)."""
        if self.unacknowledged_s is not None and now_s - self.unacknowledged_s > ACKNOWLEDGE_S:
            self.unacknowledged_s = None
            mode, _, broadcasts, _, rest = (*self.setting("+CNMI"), "0", "0", "0", "0", "0")[:5]
            self.settings["+CNMI"] = (mode, "0", broadcasts, "0", rest)

    def _direct(self, message: Message) -> str:
        if self.setting("+CMGF") == ("1",):
            head = f'+CMT: "{self.text(message.sender)}",,"{message.time_text()}"'
            return f"{head}\n{message.body(ucs2=self.setting('+CSCS') == ('UCS2',))}"
        pdu, length = message.pdu(self.identity.smsc)
        return f"+CMT: ,{length}\n{pdu}"

    def _hear(self, page: Page) -> list[str]:
        if (*self.setting("+CNMI"), "0", "0", "0")[2] != "2" or not self._wants(page.message_id):
            return []
        if self.setting("+CMGF") == ("1",):
            head = f"{page.serial},{page.message_id},{page.coding},{page.number},{page.total}"
            return [f"+CBM: {head}\n{self.text(page.text)}"]
        return [f"+CBM: {len(page.pdu)}\n{page.pdu.hex().upper()}"]

    def _wants(self, message_id: int) -> bool:
        """Return whether +CSCB lets *message_id* through: mode 0 takes the listed, 1 the others."""
        mode, listed = (*self.setting("+CSCB"), "0", "")[:2]
        return _in_ranges(message_id, listed or "") != (mode == "1")


def _in_ranges(number: int, text: str) -> bool:
    pairs = re.findall(r"(\d+)(?:-(\d+))?", text)
    return any(int(low) <= number <= int(high or low) for low, high in pairs)


def _card_line(state: CardState, ready: str) -> str:
    """Return what is said unasked of a card at power-on; nothing of one that is not there."""
    if state in {CardState.READY, CardState.BUSY}:
        return ready
    return {CardState.PIN: "+CPIN: SIM PIN", CardState.PUK: "+CPIN: SIM PUK"}.get(state, "")


def standard_words(modem: Modem, event: Event, now_s: float) -> list[str]:
    """Return what TS 27.007 says of *event*: +CGEV (10.1.19), +CTZV and +CTZE (8.41), if switched on."""
    if event.kind == "data" and not event.up and modem.setting("+CGEREP")[:1] in {("1",), ("2",)}:
        return [f"+CGEV: NW PDN DEACT {event.cid}"]
    if event.kind == "nitz":
        zone = f"{modem.profile.zone_quarters:+03d}"
        stamp = modem.local_time(now_s).strftime("%Y/%m/%d,%H:%M:%S")
        lines = {"1": [f'+CTZV: "{zone}"'], "2": [f'+CTZE: "{zone}",0,"{stamp}"']}
        return lines.get((modem.setting("+CTZR") or ("0",))[0], [])
    return []


def active_address(modem: Modem, cid: int) -> str:
    """Return the IPv4 address of an active context, or 0.0.0.0."""
    context = modem.contexts.get(cid)
    return modem.identity.address if context and context.active else "0.0.0.0"


def with_context(modem: Modem, cid: int, active: bool) -> bool:
    """Switch context *cid* on or off; return whether it exists and the network agrees."""
    if cid not in modem.contexts:
        return False
    if active:
        return modem.activate(cid) is None
    modem.deactivate(cid)
    return True
