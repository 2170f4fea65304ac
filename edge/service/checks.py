"""The ministry's two checks on one line, beside its radio readings: SMS blast and the network's name.

Runs in the line's worker, on its modem. An SMS is private: it is judged here, and only verdicts and figures
are sent on; of a message that is not the blast, not even that it came but as a count.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from edge.measure.blast import BlastJudge, BlastVerdict, Message, Received
from edge.measure.likeness import compare
from edge.measure.shown_name import NameVerdict, Source, decide_name
from edge.measure.sms_matrix import nonce_of, nonce_text
from edge.schema.record import Value
from edge.service.messages import CheckSeen, NonceArrived, NonceSent, SmsSeen
from modem_drivers.errors import CommandTimeout, ModemError, PortLost
from modem_drivers.modem import Modem
from modem_drivers.procedures.messages import Messages
from modem_drivers.procedures.names import NamedBy, NameWatch
from modem_drivers.procedures.sms_state import SmsProof, read_sms_capability
from modem_drivers.reading import Registration
from modem_drivers.sms.broadcast import Broadcast
from modem_drivers.sms.inbox import Incoming

SILENT_VERDICTS = frozenset({"other", "not received", "malformed"})
TEXT_AT_MOST = 200
NAME_VALUES = ("operator", "sent", "sent_kind", "sent_age_s", "shown", "shown_by", "rule")
BLAST_VALUES = ("score", "parts", "parts_total", "duplicates", "delivery_s", "sender", "smsc")
RETRY_S = 10.0
Send = Callable[[msgspec.Struct], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksSetting:
    """What is checked on the line in *slot*. judge None: no template; proof: the file that keeps it."""

    slot: str
    clock: Callable[[], int]
    judge: BlastJudge | None
    template: str
    phone_class: str
    name_every_s: float
    look_every_s: float
    proof: Path
    report_wait_s: float
    window: "Window | None" = None


@dataclass(frozen=True, slots=True)
class Window:
    """When the blast is sent and must have come; told: the file that keeps that its absence was told."""

    from_utc: datetime
    until_utc: datetime
    told: Path


class Checks:
    """See the module; serve() runs as long as one modem is usable, the rest is kept over modems."""

    def __init__(self, setting: ChecksSetting, send: Send) -> None:
        self._setting, self._send = setting, send
        self._names = NameWatch(setting.clock)
        self._proof = SmsProof.of_text(read_text(setting.proof))
        self._messages: Messages | None = None
        self._smsc: str | None = None
        self._plmn = ""
        self._home = True
        self._rat: str | None = None
        self._downgraded_utc: datetime | None = None
        self._received_utc: datetime | None = None
        self._last_name: tuple[object, ...] | None = None
        self._last_state: SmsSeen | None = None

    def heard(self, line: str, t_ns: int) -> None:
        """Take a line that the modem said unasked; messages are not in it."""
        self._names.heard(line, t_ns)

    def saw(self, registration: Registration, home_plmn: str | None) -> None:
        """Take where the line is registered now."""
        self._plmn = registration.plmn or ""
        self._home = not registration.roaming or registration.plmn == home_plmn
        if registration.rat == "GSM" and self._rat not in (None, "GSM"):
            self._downgraded_utc = self._now_utc()
        self._rat = registration.rat or self._rat

    async def serve(self, modem: Modem) -> None:
        """Receive, judge and look for names until cancelled or the port is lost."""
        self._names.forget()
        while True:
            try:
                await self._serve(modem)
            except CommandTimeout:  # the readings beside notice a modem that hangs
                await asyncio.sleep(RETRY_S)
            except PortLost:
                return

    async def _serve(self, modem: Modem) -> None:
        await self._names.prepare(modem)
        messages = Messages(
            modem,
            clock=self._setting.clock,
            on_message=self.take_message,
            on_broadcast=self.take_broadcast,
            look_every_s=self._setting.look_every_s,
        )
        self._smsc = await messages.smsc()
        self._messages = messages
        receiving = asyncio.ensure_future(messages.run())
        try:
            while not receiving.done():
                await self._look(modem)
                await asyncio.wait([receiving], timeout=self._setting.name_every_s)
            receiving.result()
        finally:
            self._messages = None
            receiving.cancel()
            await asyncio.gather(receiving, return_exceptions=True)

    async def send_nonce(self, nonce: str, number: str) -> None:
        """Send *nonce* to *number*, and tell what became of it."""
        accepted_ns: int | None = None
        outcome, cause = "refused", "the line's message session does not run"
        if self._messages is not None:
            try:
                sent = await self._messages.send(
                    number, nonce_text(nonce), within_s=self._setting.report_wait_s
                )
                outcome, cause, accepted_ns = sent.outcome, sent.cause, sent.accepted_ns
            except (ModemError, ValueError) as error:
                cause = (
                    error.code if isinstance(error, ModemError) else "the number of the other line is none"
                )
        self._send(NonceSent(nonce, outcome, cause, accepted_ns))

    # --- messages ---

    def take_message(self, incoming: Incoming) -> None:
        """Take a message: it is judged, a proof where it came live, and told of only if it counts."""
        nonce = nonce_of(incoming.text)
        if nonce is not None:
            self._send(NonceArrived(nonce, incoming.t_ns))
        elif self._setting.judge is not None and not incoming.repeat:
            self._judge(self._setting.judge, incoming)
        if incoming.live and not incoming.repeat:
            self._prove(incoming.t_ns)

    def _judge(self, judge: BlastJudge, incoming: Incoming) -> None:
        """Judge a message by the proof that was there before it came."""
        message = Message(
            line=self._setting.slot,
            parts=tuple(Received(pdu=part.pdu, arrived_utc=_utc(part.t_ns)) for part in incoming.parts),
            smsc=self._smsc,
            sms_proven_utc=self._proof.proven_utc if self._proof else None,
            downgraded_utc=self._downgraded_utc,
        )
        verdict = judge.judge(message)
        if verdict.verdict == "not measurable" and not self._is_like(incoming):
            return  # somebody's message: nothing of it is told
        if verdict.verdict in {"received", "suspect_bts"}:
            self._received_utc = _utc(incoming.t_ns)
        if verdict.verdict not in SILENT_VERDICTS:
            self._send(CheckSeen("blast", incoming.t_ns, verdict.verdict, *blast_values(verdict)))

    def _is_like(self, incoming: Incoming) -> bool:
        """Tell whether the text is the template's, nearly: only such a message is worth an event."""
        return compare(self._setting.template, incoming.text or "").same

    def close_window(self, now_utc: datetime) -> None:
        """Tell, once, that no blast came in the window that is over: not received, or not measurable."""
        window, judge = self._setting.window, self._setting.judge
        if window is None or judge is None or now_utc < window.until_utc:
            return
        if self._received_utc is not None and self._received_utc >= window.from_utc:
            return
        mark = window.until_utc.isoformat()
        if read_text(window.told) == mark:
            return
        proven = self._proof is not None and self._proof.holds(now_utc)
        absent = Message(line=self._setting.slot, sms_proven_utc=now_utc if proven else None)
        values, nv = blast_values(judge.judge(absent))
        if not proven:
            values["reason"] = "SMS was not proven on this line within 24 h"
        self._send(CheckSeen("blast", self._setting.clock(), judge.judge(absent).verdict, values, nv))
        with suppress(OSError):
            write_text(window.told, mark)

    def _prove(self, t_ns: int) -> None:
        self._proof = SmsProof(_utc(t_ns))
        with suppress(OSError):  # a proof that cannot be kept holds until the restart
            write_text(self._setting.proof, self._proof.to_text())

    def take_broadcast(self, whole: Broadcast, t_ns: int) -> None:
        """A broadcast goes to everybody and is not private; figures of it are told, and its likeness."""
        first = whole.pages[0]
        values: dict[str, Value] = {
            "message_id": first.identifier,
            "message_code": first.code,
            "update": first.update,
            "pages": len(whole.pages),
            "scope": first.scope,
        }
        if self._setting.template:
            values["score"] = round(compare(self._setting.template, whole.text or "").score, 3)
        self._send(CheckSeen("broadcast", t_ns, "seen", values, {}))

    # --- names and state ---

    async def _look(self, modem: Modem) -> None:
        capability = await read_sms_capability(modem)
        holds = self._proof is not None and self._proof.holds(self._now_utc())
        figures = self._messages.figures if self._messages else None
        state = SmsSeen(
            capability,
            holds,
            figures.received if figures else 0,
            figures.incomplete if figures else 0,
            figures.purged if figures else 0,
        )
        self.close_window(self._now_utc())
        if state != self._last_state:
            self._last_state = state
            self._send(state)
        if self._plmn:
            await self._look_at_names(modem)

    async def _look_at_names(self, modem: Modem) -> None:
        sources = [source_of(named) for named in await self._names.collect(modem)]
        verdict = decide_name(self._plmn, self._setting.phone_class, sources, home=self._home)
        told = (verdict.verdict, *(verdict.values.get(key) for key in NAME_VALUES if key != "sent_age_s"))
        if told != self._last_name:
            self._last_name = told
            values, nv = name_values(verdict)
            self._send(CheckSeen("name", self._setting.clock(), verdict.verdict, values, nv))

    def _now_utc(self) -> datetime:
        return _utc(self._setting.clock())


def source_of(named: NamedBy) -> Source:
    """Return the rules' form of what the drivers read."""
    return Source(
        kind=named.kind, text=named.text, age_s=named.age_s, display=named.display, plmns=named.plmns
    )


def blast_values(verdict: BlastVerdict) -> tuple[dict[str, Value], dict[str, str]]:
    """Return what is published of a verdict, and why figures are missing."""
    values: dict[str, Value] = {"reason": verdict.reason[:TEXT_AT_MOST]}
    for key in BLAST_VALUES:
        value = verdict.values.get(key)
        if value is not None:
            values[key] = value
    nv = {} if "delivery_s" in values else {"delivery_s": "not whole, or the clocks disagree"}
    return values, nv


def name_values(verdict: NameVerdict) -> tuple[dict[str, Value], dict[str, str]]:
    """Return what is published of a verdict: the two facts, and every source with its age."""
    values: dict[str, Value] = {"reason": verdict.reason[:TEXT_AT_MOST]}
    nv: dict[str, str] = {}
    for key in NAME_VALUES:
        value = verdict.values.get(key)
        if isinstance(value, str | float | int):
            values[key] = value[:TEXT_AT_MOST] if isinstance(value, str) else value
        else:
            nv[key] = "not known"
    sources = verdict.values.get("sources")
    for source in sources if isinstance(sources, list) else []:
        kind, text, age_s = source["kind"], source["text"], source["age_s"]
        values[f"name_{kind}"] = str(text)[:TEXT_AT_MOST]
        if isinstance(age_s, float | int):
            values[f"name_{kind}_age_s"] = round(age_s, 1)
    return values, nv


def read_text(path: Path) -> str:
    """Return the line kept in *path*, "" if there is none."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def write_text(path: Path, text: str) -> None:
    """Keep *text* in *path*, whole or not at all. Raises: OSError."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text + "\n", encoding="ascii")
    fresh.replace(path)


def _utc(t_ns: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=t_ns // 1000)
