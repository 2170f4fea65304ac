"""What a direction will be able to serve, ahead of time: its rate trace and its cell's users, as rows."""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hil_tests.sims.operator_net.settings import DirectionSetting, Scheduler, TraceRow
from hil_tests.sims.operator_net.tables import NO_ROW, NS_PER_MS, NS_PER_S

TTI_NS = NS_PER_MS
NEVER_NS = 1 << 62


class PlanRow(NamedTuple):
    """From t_ns on: rate in bit/s (-1: what the state says), share 0 to 1, row of the trace, users there."""

    t_ns: int
    rate: float
    share: float
    row: int
    users: int


class Trace:
    """The rows of a rate trace, one after the other."""

    def __init__(self, rows: Sequence[TraceRow], start_ns: int) -> None:
        self._rows = rows
        self._start_ns = start_ns
        self._at = 0

    def _begin_ns(self, row: int) -> int:
        return self._start_ns + round(self._rows[row].t_s * NS_PER_S)

    def next_ns(self) -> int:
        """Return when the next row begins."""
        return self._begin_ns(self._at + 1) if self._at + 1 < len(self._rows) else NEVER_NS

    def advance(self, t_ns: int) -> None:
        """Go to the row in force at t_ns."""
        while self.next_ns() <= t_ns:
            self._at += 1

    @property
    def rate_and_row(self) -> tuple[float, int]:
        """Rate and number of the row in force; (-1, NO_ROW) without a trace."""
        return (float(self._rows[self._at].rate_bps), self._at) if self._rows else (-1.0, NO_ROW)


class Users:
    """The competing users of a cell; they come and go at the beginning of a TTI."""

    def __init__(self, setting: Scheduler, rng: random.Random, begin_ns: int) -> None:
        self._setting, self._rng = setting, rng
        self._there = [rng.random() < 0.5 for _ in range(setting.users)]
        self._turn_ns = [self._until(there, begin_ns) for there in self._there]

    def _until(self, there: bool, since_ns: int) -> int:
        low_ms, high_ms = self._setting.on_ms if there else self._setting.off_ms
        end_ns = since_ns + round(self._rng.uniform(low_ms, high_ms) * NS_PER_MS)
        return -(-end_ns // TTI_NS) * TTI_NS

    def next_ns(self) -> int:
        """Return when somebody comes or goes next."""
        return min(self._turn_ns, default=NEVER_NS)

    def advance(self, t_ns: int) -> None:
        """Let those come and go who do so until t_ns."""
        for k in range(len(self._there)):
            while self._turn_ns[k] <= t_ns:
                self._there[k] = not self._there[k]
                self._turn_ns[k] = self._until(self._there[k], self._turn_ns[k])

    @property
    def count(self) -> int:
        """How many are there."""
        return sum(self._there)


class Planner:
    """Yields the rows of one direction, in order, as far as it is asked to."""

    def __init__(
        self, setting: DirectionSetting, rng: random.Random, *, start_ns: int, begin_ns: int
    ) -> None:
        self.is_needed = bool(setting.rate_trace) or setting.scheduler is not None
        scheduler = setting.scheduler or Scheduler(0)
        self._in_turns = scheduler.grant == "turns"
        self._trace = Trace(setting.rate_trace, start_ns)
        self._users = Users(scheduler, rng, begin_ns)
        self.until_ns = begin_ns  # the rows hold until here

    def rows(self, until_ns: int) -> Iterator[PlanRow]:
        """Yield the rows that begin before until_ns and were not yielded yet."""
        while self.until_ns < until_ns:
            t_ns = self.until_ns
            self._trace.advance(t_ns)
            self._users.advance(t_ns)
            self.until_ns = min(
                self._trace.next_ns(), self._users.next_ns(), self._turn_ends_ns(t_ns), until_ns
            )
            yield PlanRow(t_ns, *self._rate_and_share(t_ns), self._users.count)

    def _rate_and_share(self, t_ns: int) -> tuple[float, float, int]:
        rate, row = self._trace.rate_and_row
        sharers = self._users.count + 1
        share = 1.0 if t_ns // TTI_NS % sharers == 0 else 0.0
        return rate, share if self._in_turns else 1 / sharers, row

    def _turn_ends_ns(self, t_ns: int) -> int:
        """Return when our turn, or the others' turns, end: the others' are one row."""
        sharers = self._users.count + 1
        if not self._in_turns or sharers == 1 or self._trace.rate_and_row[0] == 0:
            return NEVER_NS
        tti = t_ns // TTI_NS
        place = tti % sharers
        return (tti + (1 if place == 0 else sharers - place)) * TTI_NS
