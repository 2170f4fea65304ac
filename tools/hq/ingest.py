"""The ingest: collect a batch, commit it, then receipts, then PUBACKs. In this order and no other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from edge.schema.receipt import Receipt, encode_receipt
from edge.schema.topics import Topic
from tools.hq.intake import Accepted, Rejected, take_in
from tools.hq.receipts import Receipts

BATCH_MAX = 500
BATCH_S = 0.2
QUIET_S = 0.01  # nothing more came: brokers send only so many (mosquitto: 20) before they want PUBACKs


class StorePort(Protocol):
    """The part of the store that the ingest needs."""

    def add(self, accepted: list[Accepted], rejected: list[Rejected]) -> int:
        """Commit a batch; return how many records were new."""

    def progress(self, box: str, epoch: str) -> tuple[int, set[int]]:
        """Return the watermark and the sequences above it."""


class LinkPort(Protocol):
    """The part of the link that the ingest needs."""

    def publish(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1."""

    def acknowledge(self, connection: int, mid: int) -> None:
        """Send a PUBACK."""


@dataclass(slots=True)
class Totals:
    """What the ingest did since it started."""

    messages: int = 0
    stored: int = 0
    repeated: int = 0
    rejected: int = 0
    receipts: int = 0
    batches: int = 0


class Ingest:
    """The batch under way. Not for several threads."""

    def __init__(
        self, store: StorePort, link: LinkPort, *, clock_ns: Callable[[], int], mono_s: Callable[[], float]
    ) -> None:
        """*clock_ns*: Unix ns; *mono_s*: monotonic seconds."""
        self._store, self._link = store, link
        self._clock_ns, self._mono_s = clock_ns, mono_s
        self._receipts = Receipts(store.progress)
        self._accepted: list[Accepted] = []
        self._rejected: list[Rejected] = []
        self._acks: list[tuple[int, int]] = []
        self._first_s = self._last_s = mono_s()
        self.totals = Totals()

    def take(self, topic: str, payload: bytes, *, connection: int, mid: int) -> None:
        """Add a message to the batch, and commit the batch if it is full. Raises: StoreFailed."""
        self._last_s = self._mono_s()
        if not self._acks:
            self._first_s = self._last_s
        self._acks.append((connection, mid))
        self.totals.messages += 1
        if payload:  # an empty retained alert only says that it is over
            self._sort(take_in(topic, payload, self._clock_ns()))
        if len(self._acks) >= BATCH_MAX:
            self.flush()

    def _sort(self, taken: Accepted | Rejected) -> None:
        if isinstance(taken, Accepted):
            self._accepted.append(taken)
        else:
            self._rejected.append(taken)

    def wait_s(self, idle_s: float) -> float:
        """Return the seconds until `flush_if_due` has something to do, at most *idle_s*."""
        if not self._acks:
            return idle_s
        due_s = min(self._first_s + BATCH_S, self._last_s + QUIET_S)
        return min(idle_s, max(0.0, due_s - self._mono_s()))

    def flush_if_due(self) -> None:
        """Commit the batch if it waited long enough. Raises: StoreFailed."""
        if self._acks and self.wait_s(BATCH_S) <= 0:
            self.flush()

    def flush(self) -> None:
        """Commit the batch, then send its receipts, then its PUBACKs. Raises: StoreFailed."""
        if not self._acks:
            return
        accepted, rejected, acks = self._accepted, self._rejected, self._acks
        added = self._store.add(accepted, rejected)
        self._accepted, self._rejected, self._acks = [], [], []
        self._answer(self._receipts.of(accepted), acks)
        self.totals.batches += 1
        self.totals.stored += added
        self.totals.repeated += len(accepted) - added
        self.totals.rejected += len(rejected)

    def _answer(self, receipts: list[tuple[Topic, Receipt]], acks: list[tuple[int, int]]) -> None:
        for topic, receipt in receipts:
            self._link.publish(str(topic), encode_receipt(receipt))
        for connection, mid in acks:
            self._link.acknowledge(connection, mid)
        self.totals.receipts += len(receipts)
