"""The state behind the words: registration, radio, settings, messages of one simulated modem."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from hil_tests.sims.network.codec import ucs2_hex
from hil_tests.sims.network.identity import Identity, draw_identity
from hil_tests.sims.network.messages import Message, Store, draw_messages
from hil_tests.sims.network.profile import Incoming, Profile
from hil_tests.sims.network.radio import Radio, Sample, TracePoint

REGISTER_S = 2.0
WATCH_S = 0.25
WRONG_RSRP_DB = 7.0
WRONG_NAME = "NAMA LAIN"
REGISTRATION_COMMANDS = ("+CREG", "+CGREG", "+CEREG")
LOCATION = ',"{tac:X}","{cell_id:X}",7'  # <lac>, <ci>, <AcT> of +CREG:, as most word it
Banner = tuple[tuple[float, str], ...]  # (seconds after power-on, line said unasked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lies:
    """What the modem shows falsely, while the log tells the truth."""

    rsrp: bool = False
    name: bool = False


@dataclass(slots=True)
class Context:
    """A PDP context (TS 27.007 10.1.1)."""

    kind: str
    apn: str
    active: bool = False


def build_modem(
    seed: int,
    profile: Profile,
    *,
    start_s: float,
    start_unix_s: float,
    trace: tuple[TracePoint, ...] = (),
    lies: Lies | None = None,
) -> "Modem":
    """Return a modem all of whose undrawn values come from *seed*; *start_s* is the clock of later calls."""
    identity = draw_identity(Random(f"{seed} identity"), profile)
    radio = Radio(Random(f"{seed} radio"), profile, trace)
    modem = Modem(identity, radio, profile, start_s, start_unix_s, lies or Lies())
    messages = draw_messages(Random(f"{seed} messages"), modem.local_time(start_s), profile.zone_quarters)
    for message in messages:
        modem.store.add("SM", message)
    return modem


@dataclass
class Modem:
    """One modem and its SIM. Times `now_s` are seconds of the clock that `start_s` was read from."""

    identity: Identity
    radio: Radio
    profile: Profile
    start_s: float
    start_unix_s: float
    lies: Lies = field(default_factory=Lies)

    def __post_init__(self) -> None:
        """Begin registered, with the default settings."""
        self.store = Store()
        self.banner: Banner = ()
        self.location_format = LOCATION
        self.settings: dict[str, tuple[str, ...]] = {}
        self.vendor: dict[str, str] = {}  # what a maker's commands set and ATZ leaves alone
        self.contexts = {1: Context("IPV4V6", "internet", active=True), 2: Context("IPV4V6", "ims")}
        self.function = 1
        self.operator_mode = 0
        self.attached = True
        self.sent = 0
        self.clock_offset_s = 0.0
        self._registers_at_s = self.start_s
        self._announced: dict[str, str] = {}
        self._scheduled: list[tuple[float, str]] = []
        self._incoming = sorted(self.profile.incoming, key=lambda item: item.after_s)

    # --- registration ---

    def seek_network(self, now_s: float) -> None:
        """Start looking for the network; registered REGISTER_S later."""
        self._registers_at_s = now_s + REGISTER_S

    def registration(self, now_s: float) -> int:
        """Return <stat> of TS 27.007 7.2: 0 not seeking, 2 seeking, 1 registered at home."""
        if self.function != 1 or self.operator_mode == 2:
            return 0
        return 1 if now_s >= self._registers_at_s else 2

    def sample(self, now_s: float) -> Sample | None:
        """Return what the radio truly is, or None without a serving cell."""
        return self.radio.at(now_s - self.start_s) if self.registration(now_s) == 1 else None

    def shown(self, sample: Sample) -> Sample:
        """Return what the modem claims the radio is: the truth, or RSRP off by WRONG_RSRP_DB."""
        return sample.shifted(WRONG_RSRP_DB) if self.lies.rsrp else sample

    def names(self, *, truth: bool = False) -> tuple[str, str, str]:
        """Return the full, short and SIM name; another name in place of the network's if it lies."""
        own = self.identity
        if self.lies.name and not truth:
            return WRONG_NAME, WRONG_NAME, own.spn
        return own.name_full, own.name_short, own.spn

    # --- settings, text, time ---

    def setting(self, name: str) -> tuple[str, ...]:
        """Return the values last set by command *name*."""
        return self.settings.get(name, ())

    def text(self, text: str) -> str:
        """Return *text* in the character set chosen by AT+CSCS."""
        if self.setting("+CSCS") == ("UCS2",):
            return ucs2_hex(text)
        return text.encode("latin-1", "replace").decode("latin-1")

    def local_time(self, now_s: float) -> datetime:
        """Return the modem's local time."""
        unix_s = self.start_unix_s + now_s - self.start_s + self.clock_offset_s
        zone = timedelta(minutes=15 * self.profile.zone_quarters)
        return datetime.fromtimestamp(unix_s, UTC) + zone

    # --- unsolicited ---

    def schedule(self, due_s: float, line: str) -> None:
        """Have *line* said unasked at *due_s*."""
        self._scheduled.append((due_s, line))
        self._scheduled.sort(key=lambda item: item[0])

    def reboot(self, now_s: float) -> None:
        """Start anew: volatile settings gone, the banner said, then register."""
        self.settings.update(dict.fromkeys(REGISTRATION_COMMANDS, ("0",)))
        self.function, self.operator_mode = 1, 0
        for after_s, line in self.banner:
            self.schedule(now_s + after_s, line)
        self.seek_network(now_s)

    def urcs(self, now_s: float) -> list[str]:
        """Return the unsolicited lines due by *now_s*."""
        lines = [line for due_s, line in self._scheduled if due_s <= now_s]
        self._scheduled = [item for item in self._scheduled if item[0] > now_s]
        while self._incoming and self.start_s + self._incoming[0].after_s <= now_s:
            lines += self._arrive(self._incoming.pop(0), now_s)
        return lines + self._registration_changes(now_s)

    def next_urc_s(self, now_s: float) -> float | None:
        """Return when to ask `urcs` again, or None when nothing will come unasked."""
        due = [due_s for due_s, _ in self._scheduled]
        due += [self.start_s + item.after_s for item in self._incoming]
        if any(self.setting(name)[:1] not in {(), ("0",)} for name in REGISTRATION_COMMANDS):
            due.append(now_s + WATCH_S)
        return min(due, default=None)

    def location(self, now_s: float) -> str:
        """Return what follows <stat> of +CREG: in the model's wording, or nothing without a serving cell."""
        sample = self.sample(now_s)
        if sample is None:
            return ""
        return self.location_format.format(tac=sample.cell.tac, cell_id=sample.cell.cell_id)

    def _registration_changes(self, now_s: float) -> list[str]:
        lines = []
        for name in REGISTRATION_COMMANDS:
            level = (self.setting(name) or ("0",))[0]
            line = f"{name}: {self.registration(now_s)}" + (self.location(now_s) if level == "2" else "")
            if level != "0" and self._announced.get(name, line) != line:
                lines.append(line)
            self._announced[name] = line
        return lines

    def forget_announced(self, name: str) -> None:
        """Take the present registration as said, after the level of *name* changed."""
        self._announced.pop(name, None)

    def _arrive(self, item: Incoming, now_s: float) -> list[str]:
        message = Message(
            sender=item.sender,
            text=item.text,
            local=self.local_time(now_s).replace(microsecond=0),
            zone_quarters=self.profile.zone_quarters,
        )
        route = (*self.setting("+CNMI"), "0", "0")[1]
        if route == "2":
            pdu, length = message.pdu(self.identity.smsc)
            return [f"+CMT: ,{length}\n{pdu}"]
        memory = (self.setting("+CPMS") or ("ME",))[-1]
        index = self.store.add(memory, message)
        return [f'+CMTI: "{memory}",{index}'] if route == "1" and index is not None else []


def active_address(modem: Modem, cid: int) -> str:
    """Return the IPv4 address of an active context, or 0.0.0.0."""
    context = modem.contexts.get(cid)
    return modem.identity.address if context and context.active else "0.0.0.0"


def with_context(modem: Modem, cid: int, active: bool) -> bool:
    """Switch context *cid* on or off; return whether it exists."""
    context = modem.contexts.get(cid)
    if context is None:
        return False
    modem.contexts[cid] = replace(context, active=active)
    return True
