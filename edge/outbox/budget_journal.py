"""The SIMs' accounts on disk: a line of JSON a change, on the medium before it counts.

A line that broke off (power) was never acted upon, and is left out. The file is made short at each start.
"""

import os
from pathlib import Path
from typing import TextIO

import msgspec

from edge.outbox.errors import OutboxUnwritable
from edge.outbox.seam import unwritable
from edge.schedule.budget import Book


class _Line(msgspec.Struct, frozen=True):
    """The account of the SIM in *slot* from now on."""

    slot: str
    book: Book


class BudgetJournal:
    """Accounts by slot. Raises: OutboxUnwritable, wherever the disk does not take a change."""

    def __init__(self, path: Path) -> None:
        """Read *path*, made if missing, and write it anew with what still counts."""
        self._path = path
        self._books = _read(path)
        self._file = self._begin()

    def book(self, slot: str) -> Book:
        """Return the account of *slot*; an empty one if there is none."""
        return self._books.get(slot, Book())

    def write(self, slot: str, book: Book) -> None:
        """Make *book* the account of *slot*; it is on the medium when this returns."""
        if self._books.get(slot) == book:
            return
        try:
            _append(self._file, _Line(slot, book))
        except OSError as exc:
            raise _refused(self._path, exc) from exc
        self._books[slot] = book

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _begin(self) -> TextIO:
        fresh = self._path.with_suffix(".new")
        try:
            file = fresh.open("w", encoding="utf-8")
            for slot, book in self._books.items():
                _append(file, _Line(slot, book))
            fresh.replace(self._path)
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as exc:
            raise _refused(self._path, exc) from exc
        return file


def _append(file: TextIO, line: _Line) -> None:
    file.write(msgspec.json.encode(line).decode() + "\n")
    file.flush()
    os.fsync(file.fileno())


def _read(path: Path) -> dict[str, Book]:
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return {}
    except OSError as exc:
        raise _refused(path, exc) from exc
    books: dict[str, Book] = {}
    for line in lines:
        try:
            told = msgspec.json.decode(line, type=_Line)
        except msgspec.DecodeError:
            continue
        books[told.slot] = told.book
    return books


def _refused(path: Path, exc: OSError) -> OutboxUnwritable:
    return unwritable(path, exc.strerror or str(exc))
