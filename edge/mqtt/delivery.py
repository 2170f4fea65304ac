"""Which rows to send, and when again. Pure: rows, acknowledgements, receipts and time come in.

A PUBACK only makes room for the next row: the broker has it, which says nothing about the store. A row
leaves on a receipt; without one it is sent again after ``resend_s``, then less and less often.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from edge.schema.receipt import Receipt
from edge.schema.row import Row

IN_FLIGHT_MAX = 20  # sent and not yet acknowledged by the broker
WINDOW = 200  # sent and not yet receipted
STUCK_TRIES = 5  # from then on a row no longer holds up those behind it
STUCK_MAX = 1000
RESEND_CAP_S = 300.0
HIST_AFTER_MS = 60_000  # a row first sent later than this is history to a subscriber


@dataclass(slots=True)
class _Entry:
    row: Row
    due_s: float = 0.0
    tries: int = 0
    tx_ms: int = 0
    in_flight: bool = False


class Delivery:
    """The rows under way."""

    def __init__(self, *, resend_s: float = 30.0) -> None:
        """*resend_s*: how long to wait for a receipt before the first repetition."""
        self._resend_s = resend_s
        self._entries: dict[int, _Entry] = {}
        self._last_seq = 0

    @property
    def last_seq(self) -> int:
        """The highest sequence taken from the outbox; rows above it are wanted."""
        return self._last_seq

    @property
    def in_flight(self) -> int:
        """How many rows the broker has not acknowledged."""
        return sum(1 for entry in self._entries.values() if entry.in_flight)

    @property
    def stuck(self) -> int:
        """How many rows got no receipt in STUCK_TRIES attempts."""
        return sum(1 for entry in self._entries.values() if entry.tries >= STUCK_TRIES)

    def room(self) -> int:
        """Return how many more rows may be taken from the outbox."""
        stuck = self.stuck
        return max(0, min(WINDOW - (len(self._entries) - stuck), WINDOW + STUCK_MAX - len(self._entries)))

    def offer(self, rows: Iterable[Row]) -> None:
        """Take rows from the outbox, in order."""
        for row in rows:
            self._entries[row.seq] = _Entry(row)
            self._last_seq = max(self._last_seq, row.seq)

    def reconnected(self) -> None:
        """Everything unreceipted is sent again: what the last connection carried is unknown."""
        for entry in self._entries.values():
            entry.in_flight = False
            entry.due_s = 0.0

    def take(self, now_s: float, now_ms: int) -> list[tuple[Row, int, bool]]:
        """Return rows to send now, in order, each with ``tx`` (Unix ms) and ``hist``; they count as sent."""
        for entry in self._entries.values():
            if entry.in_flight and entry.due_s <= now_s:
                entry.in_flight = False  # not even the broker answered
        free = IN_FLIGHT_MAX - self.in_flight
        ready = [e for e in self._entries.values() if not e.in_flight and e.due_s <= now_s]
        return [self._send(entry, now_s, now_ms) for entry in ready[: max(0, free)]]

    def _send(self, entry: _Entry, now_s: float, now_ms: int) -> tuple[Row, int, bool]:
        entry.tx_ms = entry.tx_ms or now_ms
        entry.due_s = now_s + min(RESEND_CAP_S, self._resend_s * 2**entry.tries)
        entry.tries = min(entry.tries + 1, 30)
        entry.in_flight = True
        return entry.row, entry.tx_ms, entry.tx_ms - entry.row.committed_ms > HIST_AFTER_MS

    def acknowledged(self, seq: int) -> None:
        """The broker has row *seq*: room for another. The row stays."""
        if seq in self._entries:
            self._entries[seq].in_flight = False

    def receipted(self, receipt: Receipt, now_s: float) -> None:
        """The store has these rows: forget them. It lives, so the others need not wait long."""
        also = set(receipt.also)
        for seq in [n for n in self._entries if n <= receipt.watermark or n in also]:
            del self._entries[seq]
        for entry in self._entries.values():
            entry.due_s = min(entry.due_s, now_s + self._resend_s)

    def wait_s(self, now_s: float) -> float | None:
        """Return the seconds until `take` may have something; None: not before something comes in."""
        if not self._entries or (self.in_flight >= IN_FLIGHT_MAX and not self._overdue(now_s)):
            due = [e.due_s for e in self._entries.values() if e.in_flight]
        else:
            due = [e.due_s for e in self._entries.values()]
        return max(0.0, min(due) - now_s) if due else None

    def _overdue(self, now_s: float) -> bool:
        return any(e.due_s <= now_s for e in self._entries.values() if e.in_flight)
