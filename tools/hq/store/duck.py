"""Records in one DuckDB file: upsert by id in batches; what is committed survives a kill.

Tables: ``records`` (``raw`` is the payload verbatim, ``received_ns`` of its first arrival) and ``rejected``
(what was no record, why, and how often it came). Rows are sent as columns: 44,000 a second against 701 one
by one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tools.hq.intake import Accepted, Rejected
from tools.hq.store.errors import StoreBusy, StoreFailed

FILE = "records.duckdb"

TABLES = (
    """CREATE TABLE IF NOT EXISTS records (id VARCHAR PRIMARY KEY, box VARCHAR NOT NULL,
    epoch VARCHAR NOT NULL, seq BIGINT NOT NULL, province VARCHAR NOT NULL, regency VARCHAR NOT NULL,
    line VARCHAR NOT NULL, kind VARCHAR NOT NULL, ts_ms BIGINT, ok BOOLEAN, outcome VARCHAR,
    raw BLOB NOT NULL, topic VARCHAR NOT NULL, received_ns BIGINT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS rejected (digest VARCHAR PRIMARY KEY, topic VARCHAR NOT NULL,
    reason VARCHAR NOT NULL, raw BLOB NOT NULL, received_ns BIGINT NOT NULL, times BIGINT NOT NULL)""",
)
_RECORD_TYPES = (
    *("VARCHAR", "VARCHAR", "VARCHAR", "BIGINT", "VARCHAR", "VARCHAR", "VARCHAR"),
    *("VARCHAR", "BIGINT", "BOOLEAN", "VARCHAR", "BLOB", "VARCHAR", "BIGINT"),
)
_REJECTED_TYPES = ("VARCHAR", "VARCHAR", "VARCHAR", "BLOB", "BIGINT", "BIGINT")


def _columns(types: Sequence[str]) -> str:
    return ", ".join(f"unnest(${n}::{kind}[])" for n, kind in enumerate(types, 1))


_INSERT_RECORDS = f"INSERT INTO records SELECT {_columns(_RECORD_TYPES)} ON CONFLICT DO NOTHING"
_INSERT_REJECTED = (
    f"INSERT INTO rejected SELECT {_columns(_REJECTED_TYPES)}"
    " ON CONFLICT (digest) DO UPDATE SET times = times + excluded.times"
)
_WATERMARK = """SELECT coalesce(max(seq), 0) FROM (SELECT seq, row_number() OVER (ORDER BY seq) AS place
    FROM records WHERE box = ? AND epoch = ?) WHERE seq = place"""


class Store:
    """One store folder, open for writing by one program at a time."""

    def __init__(self, db: duckdb.DuckDBPyConnection, folder: Path) -> None:
        """Use `open` instead."""
        self._db = db
        self._folder = folder

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = False) -> "Store":
        """Open the store in *folder*, made unless *read_only*. Raises: StoreFailed, StoreBusy."""
        with _translated(folder):
            if not read_only:
                folder.mkdir(parents=True, exist_ok=True)
            store = cls(duckdb.connect(str(folder / FILE), read_only=read_only), folder)
            for table in () if read_only else TABLES:
                store._db.execute(table)
        return store

    def close(self) -> None:
        """Close the file."""
        with _translated(self._folder):
            self._db.close()

    def add(self, accepted: Sequence[Accepted], rejected: Sequence[Rejected]) -> int:
        """Store a batch in one commit, which is on the disk on return; return how many records were new.

        Raises: StoreFailed; then nothing of the batch is stored.
        """
        with _translated(self._folder):
            self._db.begin()
            try:
                added = self._insert(accepted, rejected)
                self._db.commit()
            except BaseException:
                self._db.rollback()
                raise
        return added

    def _insert(self, accepted: Sequence[Accepted], rejected: Sequence[Rejected]) -> int:
        added = 0
        if accepted:
            rows = [_record_row(a) for a in accepted]
            found = self._db.execute(_INSERT_RECORDS, [list(c) for c in zip(*rows, strict=True)]).fetchone()
            added = int(found[0]) if found else 0
        times: dict[str, int] = {}
        for r in rejected:
            times[r.digest] = times.get(r.digest, 0) + 1
        if rejected:
            lines = {r.digest: (r.digest, r.topic, r.reason, r.raw, r.received_ns) for r in rejected}
            filled = [(*line, times[digest]) for digest, line in lines.items()]
            self._db.execute(_INSERT_REJECTED, [list(c) for c in zip(*filled, strict=True)])
        return added

    def progress(self, box: str, epoch: str) -> tuple[int, set[int]]:
        """Return the watermark of (box, epoch) and the sequences stored above it. Raises: StoreFailed."""
        with _translated(self._folder):
            found = self._db.execute(_WATERMARK, [box, epoch]).fetchone()
            watermark = int(found[0]) if found else 0
            above = self._db.execute(
                "SELECT seq FROM records WHERE box = ? AND epoch = ? AND seq > ?", [box, epoch, watermark]
            ).fetchall()
        return watermark, {int(row[0]) for row in above}

    def counts(self) -> list[tuple[str, str, str, int]]:
        """Return (box, line, kind, records), sorted. Raises: StoreFailed."""
        with _translated(self._folder):
            found = self._db.execute(
                "SELECT box, line, kind, count(*) FROM records GROUP BY ALL ORDER BY ALL"
            ).fetchall()
        return [(str(b), str(li), str(k), int(n)) for b, li, k, n in found]

    def rejections(self) -> list[tuple[str, int]]:
        """Return (reason, times), most frequent first. Raises: StoreFailed."""
        with _translated(self._folder):
            found = self._db.execute(
                "SELECT reason, sum(times) AS n FROM rejected GROUP BY reason ORDER BY n DESC, reason"
            ).fetchall()
        return [(str(reason), int(n)) for reason, n in found]

    def payloads(self) -> Iterator[bytes]:
        """Yield each payload as it came, by box, epoch and sequence. Raises: StoreFailed."""
        with _translated(self._folder):
            found = self._db.execute("SELECT raw FROM records ORDER BY box, epoch, seq")
            while rows := found.fetchmany(1000):
                yield from (bytes(row[0]) for row in rows)

    def export(self, file: Path) -> int:
        """Write all records to *file* as Parquet; return how many. Raises: StoreFailed."""
        quoted = str(file).replace("'", "''")
        with _translated(self._folder):
            found = self._db.execute(
                f"COPY (SELECT * FROM records ORDER BY box, epoch, seq) TO '{quoted}' (FORMAT parquet)"
            ).fetchone()
        return int(found[0]) if found else 0


def _record_row(a: Accepted) -> tuple[object, ...]:
    return (
        *(a.id, a.box, a.epoch, a.seq, a.topic.province, a.topic.regency, a.line),
        *(a.kind, a.ts_ms, a.ok, a.outcome, a.raw, str(a.topic), a.received_ns),
    )


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """Turn DuckDB's exceptions into the store's own, which name *folder*."""
    try:
        yield
    except (duckdb.Error, OSError) as exc:
        text = str(exc).splitlines()[0] if str(exc) else type(exc).__name__
        if "Could not set lock" in text:
            raise StoreBusy(
                f"store {folder}: another program (pantau-hq ingest?) has it open; stop that one first"
            ) from exc
        raise StoreFailed(
            f"store {folder}: {text}; check the path, its permissions and the free space"
        ) from exc
