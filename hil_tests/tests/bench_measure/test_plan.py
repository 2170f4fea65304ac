"""Which runs there are, and which a journal still lacks; the journal survives a cut."""

import json

import pytest

from hil_tests.bench_measure.errors import JournalError
from hil_tests.bench_measure.journal import Journal
from hil_tests.bench_measure.plan import OURS, PEERS, Item, missing, plan


def count(items, kind, who):
    return sum((item.kind, item.who) == (kind, who) for item in items)


@pytest.mark.parametrize(("cells", "times"), [(24, 4), (8, 10), (2, 40), (100, 1)])
def test_each_kind_has_40_runs_of_ours_and_a_cell_its_peers_once(cells, times):
    items = plan(cells)
    for kind in ("fifo", "other"):
        assert count(items, kind, OURS) == times * cells // 2 >= 40
        assert count(items, kind, PEERS) == cells // 2
    assert len({item.run for item in items}) == len(items)


def end(run, invalid=None):
    return {"type": "end", "run": run, "invalid": invalid}


def test_missing_is_what_has_no_valid_end_and_was_not_spoiled_three_times():
    items = [Item("fifo", 0, OURS, k) for k in range(5)]
    lines = [
        {"type": "plan"}, end("fifo/0/ours/0"), {"type": "begin", "run": "fifo/0/ours/1"},
        end("fifo/0/ours/2", "late"), end("fifo/0/ours/2", "late"),
        *[end("fifo/0/ours/3", "late")] * 3,
    ]  # fmt: skip
    assert [item.time for item in missing(items, lines)] == [1, 2, 4]
    lines.append(end("fifo/0/ours/2"))
    assert [item.time for item in missing(items, lines)] == [1, 4]


def test_what_was_interrupted_by_hand_does_not_use_up_its_tries():
    lines = [end("fifo/0/ours/0", "interrupted by hand")] * 3
    assert missing([Item("fifo", 0, OURS, 0)], lines) == [Item("fifo", 0, OURS, 0)]


def test_a_line_that_was_cut_off_is_taken_away_before_the_next(tmp_path):
    journal = Journal(tmp_path / "j.jsonl")
    journal.append({"type": "plan", "seed": 1})
    with journal.path.open("a") as out:
        out.write('{"type": "begin", "ru')
    journal.mend()
    journal.append({"type": "begin", "run": "a"})
    assert [line["type"] for line in journal.lines()] == ["plan", "begin"]
    journal.mend()
    assert len(journal.lines()) == 2


def test_a_journal_goes_on_with_its_own_plan_only(tmp_path):
    journal = Journal(tmp_path / "j.jsonl")
    journal.begin_with({"type": "plan", "seed": 1})
    journal.begin_with({"type": "plan", "seed": 1})
    assert len(journal.lines()) == 1
    with pytest.raises(JournalError, match="is of another plan"):
        journal.begin_with({"type": "plan", "seed": 2})


@pytest.mark.parametrize("text", ["{\n", "[]\n", json.dumps({"run": 1}) + "\n"])
def test_what_is_no_journal_is_said_with_its_line(tmp_path, text):
    (tmp_path / "j.jsonl").write_text('{"type": "plan"}\n' + text)
    with pytest.raises(JournalError, match="line 2"):
        Journal(tmp_path / "j.jsonl").lines()
