"""The outbox in SQLite: WAL, synchronous=FULL, one row a record, gone on a receipt only.

A sequence number is taken in the transaction that stores its row, so there is neither a hole nor a number
used twice; the epoch, random at the birth of the file, tells two files apart. A test is journaled before it
starts: whatever ends the program, the test has a result.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from edge.outbox.errors import NotBegun, OutboxDamaged
from edge.outbox.seam import connect, translated, unwritable
from edge.schema.errors import ReceiptRefused
from edge.schema.ids import RecordId, check_epoch
from edge.schema.names import check_level, check_line
from edge.schema.receipt import Receipt
from edge.schema.record import Err, Fields, encode_record, make_record
from edge.schema.row import Row

FORMAT = "1"
INTERRUPTED = Err(
    code="interrupted",
    text="The test had begun when the box's program or power stopped; nothing was measured.",
    text_id="Uji sudah dimulai ketika program atau listrik kotak berhenti; tidak ada hasil ukur.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How full the outbox is: rows without receipt, sequence numbers ever issued, tests now running.

    ``oldest_ms`` is Unix ms of the oldest unreceipted commit, None when there is none.
    """

    unreceipted: int
    issued: int
    begun: int
    oldest_ms: int | None


class Outbox:
    """Records on their way to headquarters. All methods may be called from any thread."""

    def __init__(self, db: sqlite3.Connection, path: Path, *, site: str, clock: Callable[[], int]) -> None:
        """Use `open` instead."""
        self._db = db
        self._path = path
        self._site = site
        self._clock = clock
        self._lock = threading.Lock()
        self.box = ""
        self.epoch = ""
        self.start_number = 0

    @classmethod
    def open(
        cls, path: Path, box: str, *, site: str, rng_hex: Callable[[], str], clock: Callable[[], int]
    ) -> "Outbox":
        """Open the file at *path*, made if missing, for *box* at *site*.

        *rng_hex* gives 4 to 32 random hexadecimal digits (the epoch of a new file); *clock* gives Unix ms.
        Raises: OutboxUnwritable, OutboxFull, OutboxBusy, OutboxDamaged, BadName (box).
        """
        check_level(box, "box")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise unwritable(path, exc.strerror or str(exc)) from exc
        outbox = cls(connect(path), path, site=site, clock=clock)
        try:
            outbox._be_born(box, rng_hex)
        except BaseException:
            outbox.close()
            raise
        return outbox

    def _be_born(self, box: str, rng_hex: Callable[[], str]) -> None:
        with self._transaction():
            if self._meta("format") is None:
                birth = {"format": FORMAT, "box": box, "epoch": check_epoch(rng_hex()), "issued": "0"}
                self._db.executemany("INSERT INTO meta VALUES (?, ?)", birth.items())
            self.start_number = int(self._meta("starts") or "0") + 1
            self._set_meta("starts", str(self.start_number))
            self.box, self.epoch = self._meta("box") or "", self._meta("epoch") or ""
            if self.box != box or self._meta("format") != FORMAT:
                raise self._foreign(box)

    def _foreign(self, box: str) -> OutboxDamaged:
        return OutboxDamaged(
            f"outbox {self._path}: belongs to box {self.box!r}, not {box!r};"
            f" correct `box` in the configuration or use another data_dir",
            f"kotak keluar {self._path}: milik kotak {self.box!r}, bukan {box!r};"
            f" perbaiki `box` di konfigurasi atau pakai data_dir lain",
        )

    def close(self) -> None:
        """Release the file."""
        with self._lock, translated(self._path):
            self._db.close()

    def begin(self, nonce: str, kind: str, line: str, fields: Fields) -> None:
        """Journal a test before it starts; *fields* is what is known of it by then.

        Raises: OutboxError, BadPayload, BadName; then the test must not start.
        """
        check_line(line)
        with self._transaction():
            self._db.execute(
                "INSERT INTO journal VALUES (?, ?, ?, ?)", (nonce, kind, line, msgspec.json.encode(fields))
            )

    def finish(self, nonce: str, fields: Fields) -> Row:
        """Store the result of the test *nonce* and end its journal entry, in one transaction.

        ``values.nonce`` is set to *nonce*. Raises: NotBegun, OutboxError, BadPayload.
        """
        with self._transaction():
            found = self._db.execute("SELECT kind, line FROM journal WHERE nonce = ?", (nonce,)).fetchone()
            if found is None:
                raise NotBegun(
                    f"test {nonce} was never begun or has a result already; begin() comes first",
                    f"uji {nonce} belum dimulai atau sudah ada hasilnya; begin() harus lebih dulu",
                )
            return self._finish(nonce, found[0], found[1], fields)

    def append(self, kind: str, line: str, fields: Fields) -> Row:
        """Store an event, gap or alert (or a result without a test before it).

        Raises: OutboxError, BadPayload, BadName.
        """
        with self._transaction():
            return self._insert(kind, line, fields)

    def recover(self) -> list[Row]:
        """Give every journaled test a result: not ok, outcome box, code interrupted. Call once at start."""
        with self._transaction():
            found = self._db.execute(
                "SELECT nonce, kind, line, fields FROM journal ORDER BY nonce"
            ).fetchall()
            return [self._interrupt(*row) for row in found]

    def _interrupt(self, nonce: str, kind: str, line: str, raw: bytes) -> Row:
        fields = msgspec.json.decode(raw, type=Fields)
        failed = msgspec.structs.replace(fields, ok=False, outcome="box", err=INTERRUPTED)
        return self._finish(nonce, kind, line, failed)

    def _finish(self, nonce: str, kind: str, line: str, fields: Fields) -> Row:
        named = msgspec.structs.replace(fields, values={**fields.values, "nonce": nonce})
        row = self._insert(kind, line, named)
        self._db.execute("DELETE FROM journal WHERE nonce = ?", (nonce,))
        return row

    def _insert(self, kind: str, line: str, fields: Fields) -> Row:
        seq = self._issued() + 1
        rid = RecordId(self.box, self.epoch, seq)
        evidence = encode_record(make_record(rid, site=self._site, line=line, kind=kind, fields=fields))
        now_ms = self._clock()
        self._db.execute("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", (seq, line, kind, now_ms, evidence))
        self._set_meta("issued", str(seq))
        return Row(seq=seq, id=str(rid), line=line, kind=kind, committed_ms=now_ms, evidence=evidence)

    def pending(self, limit: int, after_seq: int = 0) -> list[Row]:
        """Return at most *limit* unreceipted rows above *after_seq*, in order."""
        with self._reading():
            found = self._db.execute(
                "SELECT seq, line, kind, committed_ms, evidence FROM rows WHERE seq > ? ORDER BY seq LIMIT ?",
                (after_seq, limit),
            ).fetchall()
        return [
            Row(
                seq=seq, id=str(RecordId(self.box, self.epoch, seq)), line=line, kind=kind,
                committed_ms=ms, evidence=evidence,
            )
            for seq, line, kind, ms, evidence in found
        ]  # fmt: skip

    def apply_receipt(self, receipt: Receipt) -> int:
        """Remove the rows that *receipt* covers; return how many.

        Raises: ReceiptRefused (another box or epoch, or beyond what was issued: nothing is removed),
        OutboxError.
        """
        with self._transaction():
            self._check_receipt(receipt)
            removed = self._db.execute("DELETE FROM rows WHERE seq <= ?", (receipt.watermark,)).rowcount
            for seq in receipt.also:
                removed += self._db.execute("DELETE FROM rows WHERE seq = ?", (seq,)).rowcount
        return removed

    def _check_receipt(self, receipt: Receipt) -> None:
        if (receipt.box, receipt.epoch) != (self.box, self.epoch):
            raise ReceiptRefused(
                f"receipt for {receipt.box}/{receipt.epoch} reached {self.box}/{self.epoch}; nothing removed",
                f"tanda terima {receipt.box}/{receipt.epoch} sampai di {self.box}/{self.epoch};"
                " tidak ada yang dihapus",
            )
        issued, top = self._issued(), max([receipt.watermark, *receipt.also])
        if top > issued:
            raise ReceiptRefused(
                f"receipt for record {top}, but only {issued} were issued; nothing removed;"
                " ask headquarters who else uses this box's name",
                f"tanda terima untuk data {top}, padahal baru {issued}; tidak ada yang dihapus;"
                " tanyakan kantor pusat siapa lagi memakai nama kotak ini",
            )

    def counts(self) -> Counts:
        """Return how full the outbox is."""
        with self._reading():
            rows, oldest = self._db.execute("SELECT count(*), min(committed_ms) FROM rows").fetchone()
            begun = self._db.execute("SELECT count(*) FROM journal").fetchone()[0]
            return Counts(unreceipted=rows, issued=self._issued(), begun=begun, oldest_ms=oldest)

    def _issued(self) -> int:
        return int(self._meta("issued") or "0")

    def _meta(self, key: str) -> str | None:
        found = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def _set_meta(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock, translated(self._path):
            yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._reading():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
