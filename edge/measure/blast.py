"""Did the ministry's SMS blast arrive on this line? One record of received parts in, one verdict out.

"received" needs all of: SMS proven on the line within PROOF of it, a message that came (not one sent, not a
report), every part, the template's words in order and no other, a sender that is no subscriber, the service
centre that the line knows, and no fall to 2G just before. What is not the blast is private: of it only
figures leave, never a word nor a number.
# Ref: 3GPP TS 23.040 9.2.2 (kinds), 9.2.3.9 (short message type 0), 9.2.3.11 (TP-SCTS), 9.2.3.24.1 (parts)
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta

from edge.measure.likeness import Likeness, compare, words_of
from modem_drivers.errors import MalformedPdu
from modem_drivers.reading import SmsPart
from modem_drivers.sms.joining import Joined, Joiner
from modem_drivers.sms.tpdu import decode_pdu

PROOF = timedelta(hours=24)
NEAR = 0.6  # share of words in common from which on a text is a near miss, not somebody's message
SHORT_CODE_DIGITS = 6  # a longer number is a subscriber's
SILENT = 0x40  # TP-PID of short message type 0: a phone acknowledges and discards it, nobody reads it
DOWNGRADE = timedelta(seconds=60)  # what comes so soon after a fall to 2G may be a false base station's
CLOCK_ERROR = timedelta(seconds=60)  # an arrival so much before its stamp: one of the clocks is wrong
Value = str | int | float | None
Arrival = tuple[SmsPart, datetime]
Moment = Annotated[datetime, Meta(tz=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One PDU in hexadecimal and when the box had it (aware)."""

    pdu: str
    arrived_utc: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What came on `line` as one message, or nothing at all.

    smsc: the service centre the line is known to use; sender: as the modem said it; both may be None.
    sms_proven_utc: when the line was last seen to receive an SMS; downgraded_utc: when it last fell to 2G.
    """

    line: str
    parts: tuple[Received, ...] = ()
    sender: str | None = None
    smsc: str | None = None
    sms_proven_utc: Moment | None = None
    downgraded_utc: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlastVerdict:
    """verdict: "received", "near", "incomplete", "other", "not received", "not measurable", "suspect_bts" or
    "malformed"; reason: a sentence without private content; values: figures by name, unit in the suffix."""

    verdict: str
    reason: str
    values: dict[str, Value] = field(default_factory=dict)


_WORTH = {"other": 0, "incomplete": 1, "near": 2, "suspect_bts": 3, "received": 4}  # of several messages


class BlastJudge:
    """Judges messages against one template; remembers the service centre that each line's blast came from."""

    def __init__(self, template: str) -> None:
        """Raises: ValueError, if *template* has no word."""
        if not words_of(template):
            raise ValueError("the template has no word: write the text of the blast into the file")
        self._template = template
        self._centres: dict[str, str] = {}

    def judge(self, message: Message) -> BlastVerdict:
        """Return the verdict on *message*."""
        try:
            parts = [(decode_pdu(part.pdu), part.arrived_utc) for part in message.parts]
        except MalformedPdu as refusal:
            return BlastVerdict(verdict="malformed", reason=f"{refusal.field} at octet {refusal.offset}")
        if why := _unproven(message):
            return BlastVerdict(verdict="not measurable", reason=why, values={"parts": len(parts)})
        came = [(part, arrived) for part, arrived in parts if part.kind == "deliver"]
        if not came:
            why = f"no message came: {len(parts)} sent messages or reports" if parts else "no message came"
            return BlastVerdict(verdict="not received", reason=why, values={"parts": 0})
        return self._judge_parts(message, came)

    def _judge_parts(self, message: Message, parts: list[Arrival]) -> BlastVerdict:
        likened = [(whole, compare(self._template, whole.text or "")) for whole in _joined(parts)]
        told = [(*self._verdict(message, whole, like, parts), whole, like) for whole, like in likened]
        verdict, reason, best, likeness = max(told, key=lambda one: (_WORTH[one[0]], one[3].score))
        values = _values(best, likeness, parts)
        if verdict == "received" and best.parts[0].smsc:
            self._centres.setdefault(message.line, best.parts[0].smsc)
        if verdict in ("received", "suspect_bts"):
            values |= {"sender": best.parts[0].peer, "smsc": best.parts[0].smsc}
        return BlastVerdict(verdict=verdict, reason=reason, values=values)

    def _verdict(
        self, message: Message, whole: Joined, likeness: Likeness, parts: list[Arrival]
    ) -> tuple[str, str]:
        if whole.missing and _could_be(self._template, whole):
            numbers = ", ".join(str(number) for number in whole.missing)
            return "incomplete", f"part {numbers} of {len(whole.parts) + len(whole.missing)} is missing"
        if likeness.score < NEAR:
            return "other", "another text: not the blast, nothing of it is kept"
        if not likeness.same:
            return "near", _difference(likeness)
        if _is_subscriber(whole.parts[0].peer):
            return "near", "the text is the blast's, the sender a subscriber: passed on, not a blast"
        if any(part.protocol == SILENT for part in whole.parts):
            return "near", "the blast's text in a message that phones discard unread (type 0)"
        if why := self._suspicion(message, whole, min(_arrivals(whole, parts))):
            return "suspect_bts", why
        return "received", "every part, word for word"

    def _suspicion(self, message: Message, whole: Joined, first: datetime) -> str:
        """Return what speaks for a false base station, or nothing."""
        centres = {_national(part.smsc) for part in whole.parts if part.smsc}
        known = message.smsc or self._centres.get(message.line)
        if len(centres | ({_national(known)} if known else set())) > 1 and centres:
            return "the blast's text from a service centre that is not this line's"
        after = first - message.downgraded_utc if message.downgraded_utc else None
        if after is not None and timedelta(0) <= after <= DOWNGRADE:
            return f"the blast's text {after / timedelta(seconds=1):.0f} s after the line fell to 2G"
        return ""


def _unproven(message: Message) -> str:
    """Return why the line cannot be judged, or nothing."""
    proven = message.sms_proven_utc
    if proven is None:
        return "SMS was never proven on this line"
    last = max((part.arrived_utc for part in message.parts), default=proven)
    away = abs(last - proven)
    if away > PROOF:
        word = "before" if proven < last else "after"
        return f"SMS was last proven {away / timedelta(hours=1):.1f} h {word}, over 24 h"
    return ""


def _joined(parts: list[Arrival]) -> list[Joined]:
    """Return the messages that *parts* make, incomplete ones too."""
    joiner = Joiner()
    start = min(arrived for _, arrived in parts)
    wholes = [
        whole
        for part, arrived in sorted(parts, key=lambda item: item[1])
        for whole in joiner.add("", part, (arrived - start) / timedelta(seconds=1))
    ]
    return wholes + joiner.expire(float("inf"))


def _could_be(template: str, whole: Joined) -> bool:
    """Return whether the words that came all stand in the template, but for those cut at a part's ends."""
    likeness = compare(template, whole.text or "")
    return likeness.added <= 2 * len(whole.parts) and likeness.score > 0


def _difference(likeness: Likeness) -> str:
    """Say what is missing in the template's own words; the message's are private."""
    lacking = ", ".join(likeness.lacking[:5]) or "nothing"
    return f"a near miss: lacks {lacking}; {likeness.added} other words"


def _is_subscriber(peer: str) -> bool:
    """Return whether *peer* is, or is written as, a number longer than a short code."""
    return re.fullmatch(r"[+\d\s().-]+", peer) is not None and len(_digits(peer)) > SHORT_CODE_DIGITS


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _national(number: str) -> str:
    """Return the digits without the country's code or the zero that stands for it."""
    return re.sub(r"^(62|0)", "", _digits(number))


def _arrivals(whole: Joined, parts: list[Arrival]) -> list[datetime]:
    return [arrived for part, arrived in parts if part in whole.parts]


def _values(whole: Joined, likeness: Likeness, parts: list[Arrival]) -> dict[str, Value]:
    total = len(whole.parts) + len(whole.missing)
    values: dict[str, Value] = {
        "score": round(likeness.score, 3),
        "parts": len(whole.parts),
        "parts_total": total,
        "duplicates": whole.duplicates,
    }
    stamps = [part.sent_utc for part in whole.parts if part.sent_utc is not None]
    if stamps and not whole.missing:
        delivery = max(_arrivals(whole, parts)) - min(stamps)
        values["delivery_s"] = delivery / timedelta(seconds=1) if delivery > -CLOCK_ERROR else None
    return values
