"""Did the ministry's SMS blast arrive on this line? One record of received parts in, one verdict out.

"received" needs all of: SMS proven on the line within PROOF_S, every part, the template's words in order and
no other, a sender that is no subscriber, the service centre that the line knows. What is not the blast is
private: of it only figures leave, never a word nor a number.
# Ref: 3GPP TS 23.040 9.2.3.11 (TP-SCTS), 9.2.3.24.1 (parts)
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
CLOCK_ERROR = timedelta(seconds=60)  # an arrival so much before its stamp: one of the clocks is wrong
Value = str | int | float | None
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
    sms_proven_utc: when the line was last seen to receive an SMS.
    """

    line: str
    parts: tuple[Received, ...] = ()
    sender: str | None = None
    smsc: str | None = None
    sms_proven_utc: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlastVerdict:
    """verdict: "received", "near", "incomplete", "other", "not received", "not measurable", "suspect_bts" or
    "malformed"; reason: a sentence without private content; values: figures by name, unit in the suffix."""

    verdict: str
    reason: str
    values: dict[str, Value] = field(default_factory=dict)


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
        if not parts:
            return BlastVerdict(verdict="not received", reason="no message came", values={"parts": 0})
        return self._judge_parts(message, parts)

    def _judge_parts(self, message: Message, parts: list[tuple[SmsPart, datetime]]) -> BlastVerdict:
        wholes = _joined(parts)
        best = max(wholes, key=lambda whole: compare(self._template, whole.text or "").score)
        likeness = compare(self._template, best.text or "")
        values = _values(best, likeness, parts)
        verdict, reason = self._verdict(message, best, likeness)
        if verdict == "received" and best.parts[0].smsc:
            self._centres.setdefault(message.line, best.parts[0].smsc)
        if verdict in ("received", "suspect_bts"):
            values |= {"sender": best.parts[0].peer, "smsc": best.parts[0].smsc}
        return BlastVerdict(verdict=verdict, reason=reason, values=values)

    def _verdict(self, message: Message, whole: Joined, likeness: Likeness) -> tuple[str, str]:
        if whole.missing and _could_be(self._template, whole):
            numbers = ", ".join(str(number) for number in whole.missing)
            return "incomplete", f"part {numbers} of {len(whole.parts) + len(whole.missing)} is missing"
        if likeness.score < NEAR:
            return "other", "another text: not the blast, nothing of it is kept"
        if not likeness.same:
            return "near", _difference(likeness)
        first = whole.parts[0]
        if _is_subscriber(first.peer, alphanumeric=first.alphanumeric):
            return "near", "the text is the blast's, the sender a subscriber: passed on, not a blast"
        known = message.smsc or self._centres.get(message.line)
        if known and first.smsc and _digits(known) != _digits(first.smsc):
            return "suspect_bts", "the blast's text from a service centre that is not this line's"
        return "received", "every part, word for word"


def _unproven(message: Message) -> str:
    """Return why the line cannot be judged, or nothing."""
    proven = message.sms_proven_utc
    if proven is None:
        return "SMS was never proven on this line"
    last = max((part.arrived_utc for part in message.parts), default=proven)
    if last - proven > PROOF:
        return f"SMS was last proven {(last - proven) / timedelta(hours=1):.1f} h before, over 24 h"
    return ""


def _joined(parts: list[tuple[SmsPart, datetime]]) -> list[Joined]:
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


def _is_subscriber(peer: str, *, alphanumeric: bool) -> bool:
    return not alphanumeric and len(_digits(peer)) > SHORT_CODE_DIGITS


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _values(whole: Joined, likeness: Likeness, parts: list[tuple[SmsPart, datetime]]) -> dict[str, Value]:
    total = len(whole.parts) + len(whole.missing)
    mine = [(part, arrived) for part, arrived in parts if part in whole.parts]
    values: dict[str, Value] = {
        "score": round(likeness.score, 3),
        "parts": len(whole.parts),
        "parts_total": total,
        "duplicates": whole.duplicates,
    }
    stamps = [part.sent_utc for part, _ in mine if part.sent_utc is not None]
    if stamps and not whole.missing:
        delivery = max(arrived for _, arrived in mine) - min(stamps)
        values["delivery_s"] = delivery / timedelta(seconds=1) if delivery > -CLOCK_ERROR else None
    return values
