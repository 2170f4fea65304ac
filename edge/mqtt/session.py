"""What the box says and hears while one connection lasts: birth, rows, live payloads, receipts."""

from collections.abc import Callable
from typing import Protocol

from edge.mqtt.delivery import STUCK_TRIES, Delivery
from edge.mqtt.link import Link
from edge.mqtt.state import STUCK, SUBSCRIBE_REFUSED, Notice
from edge.schema.errors import ReceiptRefused, SchemaError
from edge.schema.kinds import kind_of
from edge.schema.live import Status, decode_status, encode_live
from edge.schema.names import BOX_LINE
from edge.schema.receipt import Receipt, decode_receipt
from edge.schema.record import with_tail
from edge.schema.row import Row
from edge.schema.topics import Topic


class OutboxPort(Protocol):
    """The part of the outbox that the way to the broker needs; any thread may call it."""

    def pending(self, limit: int, after_seq: int = 0) -> list[Row]:
        """Return at most *limit* unreceipted rows above *after_seq*, in order."""

    def apply_receipt(self, receipt: Receipt) -> int:
        """Remove what *receipt* covers and return how many rows. Raises: ReceiptRefused, StoreError."""


class Session:
    """One numbered session of a box at the broker. All calls come from the publisher's thread."""

    def __init__(
        self,
        number: int,
        topic: Topic,
        outbox: OutboxPort,
        delivery: Delivery,
        *,
        clock_ms: Callable[[], int],
        mono_s: Callable[[], float],
        notify: Callable[[Notice], None],
    ) -> None:
        """*topic* is any topic of the box."""
        self.number = number
        self.refused: tuple[int, str] | None = None
        self.up = False
        self._topic, self._outbox, self._delivery = topic, outbox, delivery
        self._clock_ms, self._mono_s, self._notify = clock_ms, mono_s, notify
        self._status_topic = str(topic.of(BOX_LINE, "status"))
        self._receipt_topic = str(topic.of(BOX_LINE, "receipt"))
        self._seq_of_mid: dict[int, int] = {}
        self._stuck_told = 0
        self.link: Link | None = None

    def will(self) -> tuple[str, bytes]:
        """Return topic and payload of the last will: offline, with this session's number."""
        return self._status_topic, encode_live(
            Status(box=self._topic.box, state="offline", session=self.number)
        )

    def on_up(self) -> None:
        """Subscribe and announce the birth; all rows are due again."""
        self.up = True
        if self.link is not None:
            self.link.subscribe([self._receipt_topic, self._status_topic])
        self._say_status("online")
        self._delivery.reconnected()

    def on_refused(self, code: int, why: str) -> None:
        """Remember why, for the publisher."""
        self.refused = (code, why)

    def on_subscribe_refused(self) -> None:
        """Tell: without receipts the outbox never shrinks."""
        texts = SUBSCRIBE_REFUSED.fill("", f"{self._receipt_topic}, {self._status_topic}")
        self._notify(Notice(code="subscribe_refused", n=0, text=texts.text, text_id=texts.text_id))

    def on_acknowledged(self, mid: int) -> None:
        """The broker has a row: room for the next."""
        seq = self._seq_of_mid.pop(mid, None)
        if seq is not None:
            self._delivery.acknowledged(seq)

    def on_message(self, topic: str, payload: bytes) -> None:
        """A receipt, or somebody's word on our own status."""
        if topic == self._status_topic:
            self._on_status(payload)
        elif topic == self._receipt_topic:
            self._on_receipt(payload)

    def _on_status(self, payload: bytes) -> None:
        """An old session's will may overwrite our birth at the broker: say it again."""
        try:
            status = decode_status(payload)
        except SchemaError:
            self._say_status("online")
            return
        if status.state == "offline" and status.session != self.number:
            self._say_status("online")

    def _on_receipt(self, payload: bytes) -> None:
        try:
            receipt = decode_receipt(payload)
            removed = self._outbox.apply_receipt(receipt)
        except SchemaError as exc:
            text, text_id = f"a receipt cannot be read: {exc}", f"tanda terima tidak terbaca: {exc}"
            return self._notify(Notice(code="receipt_malformed", n=0, text=text, text_id=text_id))
        except ReceiptRefused as exc:
            return self._notify(Notice(code="receipt_refused", n=0, text=exc.text, text_id=exc.text_id))
        self._delivery.receipted(receipt, self._mono_s())
        text, text_id = f"headquarters stored {removed} records", f"kantor pusat menyimpan {removed} data"
        return self._notify(Notice(code="receipt", n=removed, text=text, text_id=text_id))

    def send_due(self) -> None:
        """Fetch rows from the outbox and send what is due."""
        room = self._delivery.room()
        if room:
            self._delivery.offer(self._outbox.pending(room, self._delivery.last_seq))
        for row, tx_ms, hist in self._delivery.take(self._mono_s(), self._clock_ms()):
            topic = str(self._topic.of(row.line, row.kind))
            mid = self._publish(topic, with_tail(row.evidence, tx_ms=tx_ms, hist=hist), row.kind)
            self._seq_of_mid[mid] = row.seq
        self._tell_stuck()

    def _tell_stuck(self) -> None:
        stuck = self._delivery.stuck
        if stuck > self._stuck_told:
            texts = STUCK.fill("MQTT", f"{stuck} records ({STUCK_TRIES}x)")
            self._notify(Notice(code="stuck", n=stuck, text=texts.text, text_id=texts.text_id))
        self._stuck_told = stuck

    def send_live(self, topic: str, payload: bytes, kind: str) -> None:
        """Send a live payload."""
        self._publish(topic, payload, kind)

    def say_offline(self) -> int:
        """Announce an orderly end; return the message's number."""
        return self._say_status("offline")

    def _say_status(self, state: str) -> int:
        status = Status(
            box=self._topic.box,
            state="online" if state == "online" else "offline",
            session=self.number,
            ts=self._clock_ms(),
        )
        return self._publish(self._status_topic, encode_live(status), "status")

    def _publish(self, topic: str, payload: bytes, kind: str) -> int:
        row = kind_of(kind)
        return (
            -1 if self.link is None else self.link.publish(topic, payload, qos=row.qos, retain=row.retained)
        )
