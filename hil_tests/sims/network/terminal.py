"""One modem and its card as the network sees them: the state behind the words of every personality.

Times `now_s` are seconds of the clock that `start_s` was read from. `poll` brings the state up to a moment;
what happened meanwhile waits in `events` for the words' layer, in `link_events` for whoever drives the link.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from hil_tests.sims.network.broadcast import Page, paginate
from hil_tests.sims.network.card import Card, CardState, Channel
from hil_tests.sims.network.card_files import ElementaryFile, make_files
from hil_tests.sims.network.carriers import Mode
from hil_tests.sims.network.centre import Delivery, delivery_of, plan
from hil_tests.sims.network.codec import Submit
from hil_tests.sims.network.data import DROP_CAUSE, Context, ambr_at, refusal
from hil_tests.sims.network.exchange import DELIVERED, Exchange, Posted
from hil_tests.sims.network.identity import Identity
from hil_tests.sims.network.messages import Store
from hil_tests.sims.network.names import Shown, displayed, table_name
from hil_tests.sims.network.profile import Profile
from hil_tests.sims.network.radio import Radio, Sample
from hil_tests.sims.network.registration import (
    NOT_SEEKING,
    SEEKING,
    Domain,
    Registration,
    ims_registered,
    message_way,
    register,
    reject_at,
)
from hil_tests.sims.network.settings import AmbrStep, SmsPath

WRONG_RSRP_DB = 7.0
WRONG_NAME = "NAMA LAIN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lies:
    """What the modem shows falsely, while the log tells the truth."""

    rsrp: bool = False
    name: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened by itself: "data" (context up or down), "nitz", "mode", "ambr"."""

    kind: str
    cid: int = 0
    up: bool = False
    cause: int = 0
    ambr: AmbrStep | None = None


@dataclass
class Terminal:
    """One modem and its card in the network of its profile."""

    identity: Identity
    radio: Radio
    profile: Profile
    start_s: float
    start_unix_s: float
    lies: Lies = field(default_factory=Lies)

    def __post_init__(self) -> None:
        """Begin registered (once the card is free), with one context up."""
        network = self.network = self.profile.network
        self.store = Store()
        self.registered_plmn = network.visited or self.identity.plmn
        self.card = Card(network.card, self._files())
        self.channel = Channel(self.card)
        self.contexts = {1: Context("IPV4V6", "internet"), 2: Context("IPV4V6", "ims")}
        self.function, self.operator_mode = 1, 0
        self.attached = True
        self.sent = 0
        self.exchange: Exchange | None = None
        self.clock_offset_s = 0.0
        self.last_cause: tuple[str, int] | None = None
        self.events: deque[Event] = deque()
        self.link_events: deque[Event] = deque()
        self.deliveries = deque(plan(Random(f"{self.identity.imei} centre"), self.profile.incoming))
        self._pages = deque(self._planned_pages())
        self._drops_s = deque(sorted(network.pdp_drops_s))
        self._registers_at_s = self.start_s + network.card.busy_s
        self._had_packet = self._nitz = False
        self._told_ambr: AmbrStep | None = None
        self._told_mode: Mode | None = None
        self._nitz_due_s = self._registers_at_s + network.names.nitz_after_s
        self.poll(self.start_s)

    def _files(self) -> dict[int, ElementaryFile]:
        own = self.identity
        return make_files(
            iccid=own.iccid,
            imsi=own.imsi,
            number=own.number,
            home_mnc=own.mnc,
            spn=own.spn,
            registered=self.registered_plmn,
            names=self.network.names,
        )

    def _planned_pages(self) -> Iterable[tuple[float, Page]]:
        planned = []
        for item in self.network.broadcasts:
            pages = paginate(item.text, item.serial, item.message_id) * item.repeat
            planned += [(item.after_s + i * item.page_every_s, page) for i, page in enumerate(pages)]
        return sorted(planned, key=lambda pair: pair[0])

    # --- time ---

    def t_s(self, now_s: float) -> float:
        """Return the seconds since the start."""
        return now_s - self.start_s

    def local_time(self, now_s: float) -> datetime:
        """Return the modem's local time."""
        unix_s = self.start_unix_s + self.t_s(now_s) + self.clock_offset_s
        return datetime.fromtimestamp(unix_s, UTC) + timedelta(minutes=15 * self.profile.zone_quarters)

    def poll(self, now_s: float) -> None:
        """Bring the state up to *now_s*: contexts dropped or set up again, names received, rates stepped."""
        packet = self.packet(now_s).registered
        if packet and not self._had_packet:
            self._attach()
        elif self._had_packet and not packet:
            self._drop_all(0)
        self._had_packet = packet
        while self._drops_s and self._drops_s[0] <= self.t_s(now_s):
            self._drops_s.popleft()
            self._drop_all(DROP_CAUSE)
        if packet and not self._nitz and self.network.names.nitz and now_s >= self._nitz_due_s:
            self._nitz = True
            self.events.append(Event("nitz"))
        self._tell_changes(now_s)

    def _tell_changes(self, now_s: float) -> None:
        mode, ambr = self.mode(now_s), self.ambr(now_s)
        if mode is not self._told_mode:
            self._told_mode = mode
            self.events.append(Event("mode"))
        if ambr != self._told_ambr:
            self._told_ambr = ambr
            self.link_events.append(Event("ambr", ambr=ambr))

    def next_event_s(self, now_s: float) -> float | None:
        """Return when something happens by itself next, or None."""
        network = self.network
        own = [*self._drops_s, *(step.after_s for step in network.ambr)]
        own += [step.after_s for step in network.modes]
        for reject in network.rejects:
            own += [reject.after_s, reject.after_s + (reject.for_s or 0.0)]
        if self.message_way(now_s):
            own += [delivery.due_s for delivery in list(self.deliveries)[:1]]
        own += [due_s for due_s, _ in list(self._pages)[:1]]
        due = [self.start_s + t_s for t_s in own]
        due += [self._registers_at_s, *([] if self._nitz else [self._nitz_due_s])]
        return min((moment for moment in due if moment > now_s), default=None)

    # --- registration ---

    def seek_network(self, now_s: float) -> None:
        """Start looking for the network; registered `register_s` after the card is free."""
        free_s = self.card.free_s(self.t_s(now_s))
        begin_s = now_s if free_s is None else self.start_s + free_s
        self._registers_at_s = begin_s + self.network.register_s
        self._nitz = False
        self._nitz_due_s = self._registers_at_s + self.network.names.nitz_after_s

    def power_on(self, now_s: float) -> None:
        """Start anew: the card too."""
        self.function, self.operator_mode = 1, 0
        self.card.power_on(self.t_s(now_s))
        self.seek_network(now_s)

    def card_state(self, now_s: float) -> CardState:
        """Return the state of the card."""
        return self.card.state(self.t_s(now_s))

    def mode(self, now_s: float) -> Mode:
        """Return how the modem would be connected, by coverage and its own abilities."""
        return self.radio.mode(self.t_s(now_s))

    @property
    def roaming(self) -> bool:
        """Whether the network is not the card's own."""
        return self.registered_plmn != self.identity.plmn

    def in_domain(self, domain: Domain, now_s: float) -> Registration:
        """Return how the modem is registered in *domain*."""
        if self.function != 1 or self.operator_mode == 2:
            return Registration(NOT_SEEKING)
        detached = domain is not Domain.CS and not self.attached
        if detached or self.card_state(now_s) is not CardState.READY:
            return Registration(NOT_SEEKING)
        if now_s < self._registers_at_s:
            return Registration(SEEKING)
        reject = reject_at(self.network.rejects, self.t_s(now_s))
        found = register(domain, self.mode(now_s), reject, roaming=self.roaming, sms=self.network.sms)
        if found.cause:
            self.last_cause = ("emm", found.cause)
        return found

    def packet(self, now_s: float) -> Registration:
        """Return the registration that carries data: 5GS in SA, GPRS in GSM, else EPS."""
        mode = self.mode(now_s)
        domain = {Mode.SA: Domain.NR5G, Mode.GSM: Domain.PS}.get(mode, Domain.EPS)
        return self.in_domain(domain, now_s)

    def registration(self, now_s: float) -> int:
        """Return <stat> of TS 27.007 7.2 of the registration that carries data: 1 at home, 5 roaming, ..."""
        return self.packet(now_s).stat

    def is_registered(self, now_s: float) -> bool:
        """Return whether there is packet service."""
        return self.packet(now_s).registered

    def ims(self, now_s: float) -> bool:
        """Return whether the modem is registered in IMS."""
        return ims_registered(self.mode(now_s), self.packet(now_s), self.network.sms)

    def message_way(self, now_s: float) -> SmsPath | None:
        """Return the way a short message takes now, None if there is none."""
        circuit = self.in_domain(Domain.CS, now_s)
        return message_way(self.mode(now_s), circuit, self.packet(now_s), self.network.sms)

    # --- radio and names ---

    def camped(self, now_s: float) -> Sample | None:
        """Return what the radio truly is where it is on and there is coverage, registered or not."""
        return self.radio.at(self.t_s(now_s)) if self.function == 1 else None

    def sample(self, now_s: float) -> Sample | None:
        """Return what the radio truly is, or None without service."""
        return self.camped(now_s) if self.is_registered(now_s) else None

    def shown(self, sample: Sample) -> Sample:
        """Return what the modem claims the radio is: the truth, or RSRP off by WRONG_RSRP_DB."""
        return sample.shifted(WRONG_RSRP_DB) if self.lies.rsrp else sample

    @property
    def name_source(self) -> str:
        """Whence the modem has the network's name: "nitz", or its built-in "table"."""
        return "nitz" if self._nitz else "table"

    def names(self, *, truth: bool = False) -> tuple[str, str, str]:
        """Return the full, short and card's name; another name in place of the network's if it lies."""
        own = self.identity
        if self.lies.name and not truth:
            return WRONG_NAME, WRONG_NAME, own.spn
        if self._nitz:
            return own.name_full, own.name_short, own.spn
        known = table_name(self.registered_plmn)
        return known.brand, known.short, own.spn

    def displayed(self) -> Shown:
        """Return what a telephone with this card would show."""
        return displayed(
            self.network.names,
            spn=self.identity.spn,
            home=self.identity.plmn,
            registered=self.registered_plmn,
            nitz=self.identity.name_full if self._nitz else None,
            table=table_name(self.registered_plmn).brand,
        )

    # --- data ---

    def ambr(self, now_s: float) -> AmbrStep:
        """Return the subscription's rates in force."""
        return ambr_at(self.network.ambr, self.mode(now_s), self.t_s(now_s))

    def activate(self, cid: int) -> int | None:
        """Set context *cid* up; return the ESM cause if the network refuses. Raises: KeyError, if unknown."""
        context = self.contexts[cid]
        cause = refusal(self.network.refuse_apns, context.apn)
        if cause is not None:
            self.last_cause = ("esm", cause)
            return cause
        self._switch(cid, True)
        return None

    def deactivate(self, cid: int) -> None:
        """Take context *cid* down. Raises: KeyError, if unknown."""
        if self.contexts[cid].active:
            self._switch(cid, False)

    def _switch(self, cid: int, up: bool, cause: int = 0, *, told: bool = False) -> None:
        context = self.contexts[cid]
        if context.active == up:
            return
        context.active = up
        event = Event("data", cid=cid, up=up, cause=cause)
        self.link_events.append(event)
        if told:
            self.events.append(event)

    def _attach(self) -> None:
        """Set up the first context, as an attach to EPS does."""
        if 1 in self.contexts:
            self.activate(1)

    def _drop_all(self, cause: int) -> None:
        """Take every context down, told by the network if there is a *cause*."""
        for cid, context in sorted(self.contexts.items()):
            if context.active:
                self._switch(cid, False, cause, told=cause > 0)
        if cause:
            self.last_cause = ("esm", cause)

    # --- messages ---

    def collect(self, now_s: float) -> None:
        """Take what the exchange has for this card, in the order of time. Raises: OSError."""
        if self.exchange is None:
            return
        new = [delivery_of(item, self.start_unix_s) for item in self.exchange.collect()]
        if new:
            self.deliveries = deque(sorted((*self.deliveries, *new), key=lambda item: item.due_s))

    def send(self, submit: Submit, now_s: float) -> None:
        """Hand *submit* over to the exchange, if there is one. Raises: OSError."""
        if self.exchange is None:
            return
        stamp_s = self.start_unix_s + self.t_s(now_s)
        posted = Posted(
            sender=self.identity.number,
            text=submit.text,
            stamp_s=stamp_s,
            due_s=stamp_s,
            part=submit.part,
            ucs2=submit.ucs2,
            reference=self.sent & 0xFF,
            report=submit.report,
        )
        self.exchange.submit(submit.recipient, posted)

    def delivered(self, delivery: Delivery, now_s: float) -> None:
        """Have the sender told that *delivery* reached the modem, if it wants to know. Raises: OSError."""
        item = delivery.posted
        if item is not None and item.report and self.exchange is not None:
            done_s = self.start_unix_s + self.t_s(now_s)
            self.exchange.report(item.sender, self.identity.number, item, DELIVERED, done_s)

    def take_deliveries(self, now_s: float) -> list[Delivery]:
        """Return the messages that reach the modem by *now_s*, each once; none without a way for them."""
        due: list[Delivery] = []
        while self.deliveries and self.deliveries[0].due_s <= self.t_s(now_s):
            if not self.message_way(now_s):
                return due
            due.append(self.deliveries.popleft())
        return due

    def postpone(self, delivery: Delivery) -> None:
        """Have *delivery* offered again, first of all: the modem had no room for it."""
        self.deliveries.appendleft(delivery)

    def take_pages(self, now_s: float) -> list[Page]:
        """Return the broadcast pages heard by *now_s*; those sent while out of service are lost."""
        heard = []
        while self._pages and self._pages[0][0] <= self.t_s(now_s):
            heard.append(self._pages.popleft()[1])
        return heard if self.is_registered(now_s) else []
