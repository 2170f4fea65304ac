"""The accounts on disk: the last line of each counts, a torn one does not, and a full disk says so."""

import pytest

from edge.outbox.budget_journal import BudgetJournal
from edge.outbox.errors import OutboxUnwritable
from edge.schedule.budget import Book, Reading

BOOK = Book("2026-11", 700, Reading("b:3", 900), {"a": 50})


def test_what_was_written_is_there_after_a_start(tmp_path):
    journal = BudgetJournal(tmp_path / "budget.jsonl")
    journal.write("1-1.1", Book("2026-11", 1))
    journal.write("1-1.1", BOOK)
    journal.write("1-1.2", Book("2026-11", 3))
    again = BudgetJournal(tmp_path / "budget.jsonl")  # the first was not closed: as after a kill
    assert again.book("1-1.1") == BOOK
    assert again.book("1-1.2").spent_bytes == 3
    assert again.book("1-1.3") == Book()
    assert len((tmp_path / "budget.jsonl").read_text().splitlines()) == 2


def test_a_line_that_broke_off_does_not_count(tmp_path):
    path = tmp_path / "budget.jsonl"
    journal = BudgetJournal(path)
    journal.write("1-1.1", BOOK)
    with path.open("a") as file:
        file.write('{"slot":"1-1.1","book":{"period":"2026-11","spent_by')
    again = BudgetJournal(path)
    assert again.book("1-1.1") == BOOK
    again.write("1-1.1", Book("2026-11", 800))
    assert BudgetJournal(path).book("1-1.1").spent_bytes == 800


def test_nothing_is_written_for_nothing(tmp_path):
    journal = BudgetJournal(tmp_path / "budget.jsonl")
    journal.write("1-1.1", BOOK)
    size = (tmp_path / "budget.jsonl").stat().st_size
    journal.write("1-1.1", BOOK)
    assert (tmp_path / "budget.jsonl").stat().st_size == size


def test_a_disk_that_takes_nothing_is_named(tmp_path):
    (tmp_path / "budget.new").symlink_to("/dev/full")
    journal = BudgetJournal(tmp_path / "budget.jsonl")
    with pytest.raises(OutboxUnwritable, match="No space left on device"):
        journal.write("1-1.1", BOOK)
    assert journal.book("1-1.1") == Book()
