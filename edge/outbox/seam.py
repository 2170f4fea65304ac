"""The seam to sqlite3: opens the file and translates its exceptions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.outbox.errors import OutboxBusy, OutboxDamaged, OutboxError, OutboxFull, OutboxUnwritable

BUSY_TIMEOUT_S = 0.5

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS rows (seq INTEGER PRIMARY KEY, line TEXT NOT NULL, kind TEXT NOT NULL,
    committed_ms INTEGER NOT NULL, evidence BLOB NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS journal (nonce TEXT PRIMARY KEY, kind TEXT NOT NULL, line TEXT NOT NULL,
    fields BLOB NOT NULL) WITHOUT ROWID""",
)

_UNWRITABLE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection in WAL mode with synchronous=FULL, the file held exclusively, the tables made.

    Raises: OutboxUnwritable, OutboxFull, OutboxBusy, OutboxDamaged.
    """
    with translated(path):
        db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        with translated(path):
            _prepare(db)
    except OutboxError:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA locking_mode=EXCLUSIVE")  # a second process fails at once, and no -shm file
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")  # NORMAL lost 2.3 % of acknowledged commits in power cuts
    db.execute("BEGIN IMMEDIATE")
    for statement in SCHEMA:
        db.execute(statement)
    db.execute("COMMIT")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn sqlite3's exceptions into the outbox's own, which name *path*."""
    try:
        yield
    except sqlite3.Error as exc:
        raise _translate(exc, path) from exc


def _translate(exc: sqlite3.Error, path: Path) -> OutboxError:
    code = getattr(exc, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _UNWRITABLE:
        return unwritable(path, str(exc))
    if code == sqlite3.SQLITE_FULL:
        return OutboxFull(
            f"outbox {path}: no room on the disk; free some space and start again; what is committed is safe",
            f"kotak keluar {path}: disk penuh; kosongkan ruang lalu jalankan lagi; data tersimpan aman",
        )
    if code in _BUSY:
        return OutboxBusy(
            f"outbox {path}: another program has it open; stop the other `pantau run` on this data folder",
            f"kotak keluar {path}: dipakai program lain; hentikan `pantau run` lain pada folder data ini",
        )
    return OutboxDamaged(
        f"outbox {path}: {exc}; keep the file for headquarters, move it aside and start again",
        f"kotak keluar {path}: {exc}; simpan berkas untuk kantor pusat, pindahkan lalu jalankan lagi",
    )


def unwritable(path: Path, why: str) -> OutboxUnwritable:
    """Return the error of a *path* that cannot be written, and *why*."""
    return OutboxUnwritable(
        f"outbox {path}: cannot write here ({why}); give the service's user this folder"
        f" (chown), or set data_dir to one it may write",
        f"kotak keluar {path}: tidak bisa menulis di sini ({why}); beri pengguna layanan folder ini"
        f" (chown), atau ubah data_dir ke folder yang boleh ditulis",
    )
