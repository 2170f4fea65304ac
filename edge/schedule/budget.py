"""The byte budget of one SIM: what was spent, what running tests hold, what is left.

Spent is what the kernel's counter of the line's interface grew by, whatever sent it: tests, heartbeats,
strangers. A test holds its most bytes before it starts; the hold and the counter's reading are written down
first. After a crash the next reading says what the test really took. Where the counter began anew (the modem
was plugged in again, the machine started again) nobody knows: then the whole hold is spent.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Literal

import msgspec

Period = Literal["day", "month"]

FEEDBACK_S = 0.05
"""How often the counter is looked at while a test runs, s."""
LEAST_BULK_BYTES = 256 * 1024
"""A rate test that may take less is not begun."""
PAYLOAD_SHARE = 0.9
"""Share of a hold that is told to the sender as its most payload: of 1514 bytes headers take 66 and an
acknowledgement every two segments 33, the rest is for what is sent again.
"""
PROBE_FRAME_BYTES = 174
"""An authenticated STAMP packet of 112 bytes in UDP, IPv6 and Ethernet without FCS."""
CONTROL_BYTES = 8 * 1024
"""A test's control connection: handshakes, four lines, their acknowledgements, some of them sent again."""


class BudgetSpent(Exception):
    """Too little is left for this test; the text says how much."""


class Reading(msgspec.Struct, frozen=True):
    """The counter of received and sent bytes. device: changes when the counter may have begun anew."""

    device: str
    bytes: int


class Book(msgspec.Struct, frozen=True):
    """One SIM's account in one period; holds: nonce of a running test -> the most bytes it may take."""

    period: str = ""
    spent_bytes: int = 0
    last: Reading | None = None
    holds: dict[str, int] = {}

    @property
    def held_bytes(self) -> int:
        """The sum of what running tests may take."""
        return sum(self.holds.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What a SIM may use in a period, and one rate test at most; days end at midnight of *utc_offset*."""

    bytes: int
    period: Period = "month"
    test_bytes: int = 40 * 1024 * 1024
    utc_offset: timedelta = field(default=timedelta(hours=7))


def period_of(limit: Limit, now_utc: datetime) -> str:
    """Return the name of the period *now_utc* lies in: "2026-11-25" or "2026-11"."""
    local = now_utc.astimezone(timezone(limit.utc_offset))
    return local.strftime("%Y-%m-%d" if limit.period == "day" else "%Y-%m")


def seen(book: Book, reading: Reading, period: str | None) -> Book:
    """Charge what the counter grew by since the last reading; a new period begins with nothing spent.

    *period* None: the clock is not to be believed, the period stays. A period never goes back: a clock that
    is set back does not give the budget again. What grew over the change belongs to the new period.
    """
    if book.last is None:
        grown, holds = 0, book.holds
    elif reading.device == book.last.device and reading.bytes >= book.last.bytes:
        grown, holds = reading.bytes - book.last.bytes, book.holds
    else:
        grown, holds = book.held_bytes + reading.bytes, {}
    spent = book.spent_bytes + grown
    if period is not None and period > book.period:
        return Book(period, grown if book.period else spent, reading, holds)
    return replace_book(book, spent_bytes=spent, last=reading, holds=holds)


def recovered(book: Book, reading: Reading, period: str | None) -> Book:
    """Return the account at the first reading after a start: the tests that held bytes are over."""
    return replace_book(seen(book, reading, period), holds={})


def hold(book: Book, limit: Limit, nonce: str, want_bytes: int, least_bytes: int) -> Book:
    """Hold *want_bytes* for a test, or what is left of them.

    Raises: BudgetSpent, if less than *least_bytes* is left.
    """
    granted = min(want_bytes, left_bytes(book, limit))
    if granted < least_bytes:
        left = f"{max(0, left_bytes(book, limit))} of {limit.bytes} bytes are left"
        raise BudgetSpent(f"{left} in {book.period or 'this period'}, the test needs {least_bytes}")
    return replace_book(book, holds={**book.holds, nonce: granted})


def free(book: Book, nonce: str) -> Book:
    """End the hold of a test; what it took is charged by `seen`, which must come first."""
    return replace_book(book, holds={name: size for name, size in book.holds.items() if name != nonce})


def left_bytes(book: Book, limit: Limit) -> int:
    """Return what no running test holds and nobody spent; below 0 once the budget was overrun.

    What a test that still runs took stands in both until it ends: too little is granted then, never too much.
    """
    return limit.bytes - book.spent_bytes - book.held_bytes


def needs(kind: str, limit: Limit, probes: int) -> tuple[int, int]:
    """Return (bytes wanted, bytes needed at least) by a test of *kind*; of probes all or none."""
    if kind == "rtt":
        want = (1 + probes) * 2 * PROBE_FRAME_BYTES + CONTROL_BYTES
        return want, want
    return limit.test_bytes, LEAST_BULK_BYTES


def payload_bytes(held_bytes: int) -> int:
    """Return the most payload a sender may be told, so that headers and control fit into *held_bytes* too."""
    return max(0, int((held_bytes - CONTROL_BYTES) * PAYLOAD_SHARE))


@dataclass(slots=True)
class Brake:
    """Says when a running test must stop, so that what is still on its way fits into what it may take."""

    start_bytes: int
    allowed_bytes: int
    _last: tuple[float, int] | None = None
    _rate: float = 0.0

    def must_stop(self, now_s: float, counter_bytes: int, rtt_s: float) -> bool:
        """Take a reading of the counter at monotonic *now_s*; *rtt_s* is the flow's, under load.

        Ahead of it lie one look (FEEDBACK_S) and one round trip of traffic at the fastest rate of late.
        """
        if self._last is not None and now_s > self._last[0]:
            rate = (counter_bytes - self._last[1]) / (now_s - self._last[0])
            self._rate = max(rate, 0.8 * self._rate)
        self._last = (now_s, counter_bytes)
        coming = self._rate * (FEEDBACK_S + rtt_s)
        return counter_bytes - self.start_bytes + coming >= self.allowed_bytes


def replace_book(book: Book, **changes: object) -> Book:
    """Return *book* with *changes*."""
    return msgspec.structs.replace(book, **changes)
