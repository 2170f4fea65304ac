"""What becomes of messages that were sent: status reports matched to their parts by reference and recipient.

# Ref: 3GPP TS 23.040 9.2.2.3 (STATUS-REPORT), 9.2.3.6 (TP-MR), 9.2.3.15 (TP-ST)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from modem_drivers.reading import SmsPart
from modem_drivers.sms.tpdu import status_meaning

SENT_OUTCOMES = ("accepted", "delivered", "failed", "refused", "no report")
FINAL = frozenset({"delivered", "failed", "unknown"})
COMPARED_DIGITS = 8  # a report may write the recipient in national form
UNANSWERED_AT_MOST = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPart:
    """One part that the network took. reference: TP-MR, from +CMGS. done_utc: the centre's own time."""

    reference: int
    recipient: str = field(repr=False)
    accepted_ns: int
    status: int | None = None
    meaning: str | None = None
    reported_ns: int | None = None
    done_utc: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a message. outcome: one of SENT_OUTCOMES; cause: why it failed or was refused.

    "accepted": the network took it and no report was asked for; "no report": none came in time.
    """

    outcome: str
    parts: tuple[SentPart, ...] = ()
    cause: str = ""

    @property
    def accepted_ns(self) -> int | None:
        """When the network had taken the last part, Unix ns."""
        return max((part.accepted_ns for part in self.parts), default=None)

    @property
    def delivered_utc(self) -> datetime | None:
        """When the last part was delivered by the centre's clock; None unless all were."""
        times = [part.done_utc for part in self.parts]
        if self.outcome != "delivered" or not times:
            return None
        known = [time for time in times if time is not None]
        return max(known) if len(known) == len(times) else None


class Reports:
    """Parts of one line that wait for their status reports."""

    def __init__(self) -> None:
        self._open: list[SentPart] = []
        self._early: list[tuple[SmsPart, int]] = []

    def add(self, part: SentPart) -> SentPart:
        """Wait for the report of *part*; return it as it is now (its report may have been faster)."""
        for report, t_ns in self._early:
            if _belongs(report, part):
                self._early.remove((report, t_ns))
                part = _reported(part, report, t_ns)
                break
        self._open = [*self._open, part][-UNANSWERED_AT_MOST:]
        return part

    def take(self, report: SmsPart, t_ns: int) -> SentPart | None:
        """Return the part that *report* belongs to, with what it says; None if it is nobody's (yet).

        TP-MR has 8 bits: of several parts with one reference the oldest without a final report is meant.
        """
        for index, part in enumerate(self._open):
            if _belongs(report, part) and part.meaning not in FINAL:
                self._open[index] = _reported(part, report, t_ns)
                return self._open[index]
        self._early = [*self._early, (report, t_ns)][-UNANSWERED_AT_MOST:]
        return None

    def state(self, parts: Iterable[SentPart]) -> tuple[SentPart, ...]:
        """Return *parts* as they are known now."""
        known = {(part.reference, part.accepted_ns): part for part in self._open}
        return tuple(known.get((part.reference, part.accepted_ns), part) for part in parts)

    def forget(self, parts: Iterable[SentPart]) -> None:
        """Wait no longer for *parts*."""
        gone = {(part.reference, part.accepted_ns) for part in parts}
        self._open = [part for part in self._open if (part.reference, part.accepted_ns) not in gone]


def is_settled(parts: Iterable[SentPart]) -> bool:
    """Tell whether every part has its final report."""
    return all(part.meaning in FINAL for part in parts)


def judge_sent(parts: tuple[SentPart, ...]) -> Sent:
    """Return the outcome of *parts* whose reports were asked for, as far as these came."""
    failed = [part for part in parts if part.meaning in ("failed", "unknown")]
    if failed:
        return Sent(outcome="failed", parts=parts, cause=f"TP-ST {failed[0].status:#04x}")
    if all(part.meaning == "delivered" for part in parts):
        return Sent(outcome="delivered", parts=parts)
    waiting = sum(part.meaning != "delivered" for part in parts)
    cause = f"{waiting} of {len(parts)} parts without one in time"
    return Sent(outcome="no report", parts=parts, cause=cause)


def _belongs(report: SmsPart, part: SentPart) -> bool:
    return report.reference == part.reference and _tail(report.peer) == _tail(part.recipient)


def _tail(number: str) -> str:
    return re.sub(r"\D", "", number)[-COMPARED_DIGITS:]


def _reported(part: SentPart, report: SmsPart, t_ns: int) -> SentPart:
    status = report.status
    meaning = "unknown" if status is None else status_meaning(status)
    return replace(part, status=status, meaning=meaning, reported_ns=t_ns, done_utc=report.done_utc)
