"""The outbox on a real file: sequence, journal, receipts, errors."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from edge.outbox.errors import NotBegun, OutboxBusy, OutboxDamaged, OutboxFull, OutboxUnwritable
from edge.outbox.store import Counts, Outbox
from edge.schema.errors import BadPayload, ReceiptRefused
from edge.schema.receipt import make_receipt
from edge.schema.record import Fields, decode_record

NOW_MS = 1766000000000
FIELDS = Fields(boot="b1", ts=NOW_MS, values={"measurement": "rtt"})


def open_outbox(folder: Path, box: str = "kpu-a", epoch: str = "7f3a0011") -> Outbox:
    return Outbox.open(
        folder / "data" / "outbox.db", box, site="KPU", rng_hex=lambda: epoch, clock=lambda: NOW_MS
    )


@pytest.fixture
def outbox(tmp_path):
    opened = open_outbox(tmp_path)
    yield opened
    opened.close()


def test_a_finished_test_is_one_row_and_no_journal(outbox):
    outbox.begin("n1", "result", "51010", FIELDS)
    assert outbox.counts() == Counts(unreceipted=0, issued=0, begun=1, oldest_ms=None)
    row = outbox.finish("n1", FIELDS)
    assert (row.seq, row.id, row.line, row.kind) == (1, "kpu-a/7f3a0011/000001", "51010", "result")
    assert outbox.pending(10) == [row]
    assert outbox.counts() == Counts(unreceipted=1, issued=1, begun=0, oldest_ms=NOW_MS)
    assert decode_record(row.evidence).values == {"measurement": "rtt", "nonce": "n1"}


def test_a_test_without_result_becomes_a_failure_of_the_box(tmp_path):
    first = open_outbox(tmp_path)
    first.begin("n1", "result", "51010", FIELDS)
    first.close()
    second = open_outbox(tmp_path, epoch="ffff")
    (row,) = second.recover()
    record = decode_record(row.evidence)
    assert record.err is not None
    assert (record.ok, record.outcome, record.err.code) == (False, "box", "interrupted")
    assert record.values["nonce"] == "n1"
    assert record.id == "kpu-a/7f3a0011/000001"
    assert second.recover() == []
    second.close()


def test_a_result_that_cannot_be_stored_leaves_the_journal_and_no_hole(outbox):
    outbox.begin("n1", "result", "51010", FIELDS)
    with pytest.raises(BadPayload):
        outbox.finish("n1", msgspec.structs.replace(FIELDS, values={"x": float("nan")}))
    assert outbox.counts() == Counts(unreceipted=0, issued=0, begun=1, oldest_ms=None)
    assert outbox.finish("n1", FIELDS).seq == 1


def test_a_test_is_finished_once(outbox):
    outbox.begin("n1", "result", "51010", FIELDS)
    outbox.finish("n1", FIELDS)
    with pytest.raises(NotBegun, match="n1 was never begun or has a result already"):
        outbox.finish("n1", FIELDS)


def test_numbers_have_no_hole_and_are_never_used_twice(tmp_path):
    first = open_outbox(tmp_path)
    assert [first.append("event", "box", FIELDS).seq for _ in range(3)] == [1, 2, 3]
    assert first.apply_receipt(make_receipt("kpu-a", "7f3a0011", 3)) == 3
    first.close()
    second = open_outbox(tmp_path, epoch="ffff")
    assert (second.epoch, second.start_number) == ("7f3a0011", 2)
    assert second.append("event", "box", FIELDS).id == "kpu-a/7f3a0011/000004"
    second.close()


def test_a_receipt_removes_up_to_its_watermark_and_also(outbox):
    for _ in range(6):
        outbox.append("result", "51010", FIELDS)
    assert outbox.apply_receipt(make_receipt("kpu-a", "7f3a0011", 2, [5])) == 3
    assert [row.seq for row in outbox.pending(10)] == [3, 4, 6]
    assert [row.seq for row in outbox.pending(1, 3)] == [4]
    assert outbox.apply_receipt(make_receipt("kpu-a", "7f3a0011", 2, [5])) == 0


@pytest.mark.parametrize(
    ("receipt", "says"),
    [
        (make_receipt("kpu-b", "7f3a0011", 2), "kpu-b/7f3a0011 reached kpu-a/7f3a0011; nothing removed"),
        (make_receipt("kpu-a", "aaaa", 2), "kpu-a/aaaa reached"),
        (make_receipt("kpu-a", "7f3a0011", 3), "record 3, but only 2 were issued"),
        (make_receipt("kpu-a", "7f3a0011", 1, [9]), "record 9, but only 2 were issued"),
    ],
)
def test_a_foreign_receipt_removes_nothing(outbox, receipt, says):
    rows = [outbox.append("result", "51010", FIELDS) for _ in range(2)]
    with pytest.raises(ReceiptRefused, match=says) as caught:
        outbox.apply_receipt(receipt)
    assert "tidak ada yang dihapus" in caught.value.text_id
    assert outbox.pending(10) == rows


def test_a_second_program_is_told_so(outbox, tmp_path):
    outbox.append("result", "51010", FIELDS)
    with pytest.raises(OutboxBusy, match=r"outbox\.db: another program has it open; stop the other"):
        open_outbox(tmp_path)
    assert outbox.counts().unreceipted == 1


def test_a_file_of_another_box_is_left_alone(tmp_path):
    open_outbox(tmp_path).close()
    with pytest.raises(OutboxDamaged, match="belongs to box 'kpu-a', not 'kpu-b'; correct `box`"):
        open_outbox(tmp_path, box="kpu-b")


def test_garbage_is_kept_and_named(tmp_path):
    file = tmp_path / "data" / "outbox.db"
    file.parent.mkdir()
    file.write_bytes(b"no database" * 100)
    with pytest.raises(OutboxDamaged, match=r"outbox\.db: file is not a database; keep the file"):
        open_outbox(tmp_path)
    assert file.read_bytes() == b"no database" * 100


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path):
    (tmp_path / "data").write_text("a file stands where the folder should be")
    with pytest.raises(OutboxUnwritable, match=r"cannot write here .* set data_dir") as caught:
        open_outbox(tmp_path)
    assert "ubah data_dir" in caught.value.text_id


def test_a_path_that_cannot_be_opened_says_what_to_do(tmp_path):
    (tmp_path / "data" / "outbox.db").mkdir(parents=True)
    with pytest.raises(OutboxUnwritable, match=r"unable to open database file.*set data_dir"):
        open_outbox(tmp_path)


def test_a_full_disk_says_so_and_keeps_what_is_there(outbox, tmp_path):
    outbox.append("result", "51010", FIELDS)
    pages = outbox._db.execute("PRAGMA page_count").fetchone()[0]
    outbox._db.execute(f"PRAGMA max_page_count={pages}")
    big = msgspec.structs.replace(FIELDS, nv={"x": "y" * 100_000})
    with pytest.raises(OutboxFull, match="no room on the disk"):
        outbox.append("result", "51010", big)
    assert outbox.counts() == Counts(unreceipted=1, issued=1, begun=0, oldest_ms=NOW_MS)


def test_commits_wait_for_the_disk(outbox):
    assert outbox._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert outbox._db.execute("PRAGMA synchronous").fetchone() == (2,)  # sqlite.org/pragma: 2 = FULL


CHILD = """
import sys, pathlib
from edge.outbox.store import Outbox
from edge.schema.record import Fields
box = Outbox.open(pathlib.Path(sys.argv[1]), "kpu-a", site="s", rng_hex=lambda: "7f3a", clock=lambda: 1)
n = 0
while True:
    n += 1
    box.begin(f"n{n}", "result", "51010", Fields(boot="b", ts=1))
    print("begun", n, flush=True)
    box.finish(f"n{n}", Fields(boot="b", ts=1))
    print("done", n, flush=True)
"""


@pytest.mark.parametrize("lines", [1, 2, 7, 40])
def test_a_killed_box_keeps_every_result_and_every_begun_test(tmp_path, lines):
    file = tmp_path / "outbox.db"
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(file)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(lines)]
    os.kill(child.pid, signal.SIGKILL)
    said += child.stdout.read().splitlines(keepends=True)
    child.wait()
    child.stdout.close()
    begun = {f"n{line.split()[1]}" for line in said if line.startswith("begun")}
    reopened = Outbox.open(file, "kpu-a", site="s", rng_hex=lambda: "ffff", clock=lambda: 2)
    reopened.recover()
    rows = reopened.pending(100_000)
    nonces = [decode_record(row.evidence).values["nonce"] for row in rows]
    assert [row.seq for row in rows] == list(range(1, len(nonces) + 1))
    assert len(set(nonces)) == len(nonces)
    assert begun <= set(nonces)
    assert len(begun) >= (lines + 1) // 2
    reopened.close()
    assert sqlite3.connect(file).execute("PRAGMA integrity_check").fetchone() == ("ok",)
