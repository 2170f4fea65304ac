"""The SIMs' byte budgets in the running box: a hold on disk before a test, the counter read after it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from edge.config.model import Config, Line
from edge.outbox.budget_journal import BudgetJournal
from edge.schedule.budget import (
    Book,
    BudgetSpent,
    Limit,
    Reading,
    free,
    hold,
    left_bytes,
    needs,
    period_of,
    recovered,
    seen,
)

MIB = 1024 * 1024


class Counted(Protocol):
    """A line that can tell its counter."""

    line: Line

    async def read_counter(self) -> Reading | None:
        """Return the counter of the line's interface; None while that is away.

        Raises: WorkerGone, TimeoutError.
        """


class Keeper:
    """Keeps the accounts of lines that have a budget. trusted: whether the wall clock is to be believed."""

    def __init__(
        self,
        config: Config,
        journal: BudgetJournal,
        *,
        now_utc: Callable[[], datetime],
        trusted: Callable[[], bool],
    ) -> None:
        self._config, self._journal = config, journal
        self._now_utc, self._trusted = now_utc, trusted
        self._met: set[str] = set()

    async def begin(self, handle: Counted, nonce: str, kind: str) -> int:
        """Hold bytes for a test and return how many; 0: the line has no budget.

        Raises: BudgetSpent, WorkerGone, TimeoutError, OutboxError (the disk did not take it: do not start).
        """
        limit = self._limit(handle.line)
        if limit is None:
            return 0
        slot = handle.line.slot
        book = await self._charged(handle, limit)
        want, least = needs(kind, limit, self._config.schedule.rtt_probes)
        try:
            book = hold(book, limit, nonce, want, least)
        finally:
            self._journal.write(slot, book)
        return book.holds[nonce]

    async def end(self, handle: Counted, nonce: str) -> int | None:
        """Charge what the test took and end its hold; return what is left, None without a budget.

        Raises: WorkerGone, TimeoutError, OutboxError; then the hold stays until the counter is read again.
        """
        limit = self._limit(handle.line)
        if limit is None:
            return None
        book = free(await self._charged(handle, limit), nonce)
        self._journal.write(handle.line.slot, book)
        return left_bytes(book, limit)

    async def _charged(self, handle: Counted, limit: Limit) -> Book:
        reading = await handle.read_counter()
        if reading is None:
            raise BudgetSpent("the line's interface is away, its counter cannot be read")
        slot = handle.line.slot
        charge = seen if slot in self._met else recovered
        self._met.add(slot)
        period = period_of(limit, self._now_utc())
        book = self._journal.book(slot)
        return charge(book, reading, period if self._trusted() or not book.period else None)

    def _limit(self, line: Line) -> Limit | None:
        if not line.budget_mib:
            return None
        schedule = self._config.schedule
        return Limit(
            bytes=round(line.budget_mib * MIB),
            period=line.budget_period,
            test_bytes=round(schedule.test_mib * MIB),
            utc_offset=timedelta(hours=schedule.utc_offset_h),
        )


def utc_now() -> datetime:
    """Return the wall clock's time, aware."""
    return datetime.now(UTC)
