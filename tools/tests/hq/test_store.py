"""The store on a real file: upsert, verbatim bytes, progress, and what a kill leaves."""

import json
import os
import signal
import subprocess
import sys

import duckdb
import pytest

from tools.hq.intake import Accepted, Rejected, take_in
from tools.hq.store.duck import Store
from tools.hq.store.errors import StoreBusy, StoreFailed


def accepted(seq, *, epoch="7f3a", extra=b"", received_ns=1):
    raw = b'{"v":1,"id":"kpu-a/%s/%06d","box":"kpu-a","line":"51010","kind":"result"%s}' % (
        epoch.encode(),
        seq,
        extra,
    )
    got = take_in("pantau/v1/31/3171/kpu-a/51010/result", raw, received_ns)
    assert isinstance(got, Accepted)
    return got


def rejected():
    got = take_in("a/b", b"x", 1)
    assert isinstance(got, Rejected)
    return got


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "store")
    yield opened
    opened.close()


def test_the_first_arrival_of_an_id_stays_verbatim(store):
    first, again = accepted(1, extra=b',"tx":5,"x":"\xc3\xa9\\u0000"'), accepted(1, extra=b',"tx":6')
    assert store.add([first, again], []) == 1
    assert store.add([again], []) == 0
    assert list(store.payloads()) == [first.raw]
    assert store.counts() == [("kpu-a", "51010", "result", 1)]


def test_progress_is_the_end_of_the_part_without_holes(store):
    assert store.progress("kpu-a", "7f3a") == (0, set())
    store.add([accepted(n) for n in (2, 3)], [])
    assert store.progress("kpu-a", "7f3a") == (0, {2, 3})
    store.add([accepted(n) for n in (1, 4, 7)], [])
    assert store.progress("kpu-a", "7f3a") == (4, {7})
    assert store.progress("kpu-a", "beef") == (0, set())


def test_poison_is_counted_by_reason(store):
    poison = rejected()
    store.add([], [poison, poison])
    store.add([], [poison])
    assert store.rejections() == [("topic 'a/b' has 2 levels, not 7", 3)]
    assert store.counts() == []


def test_parquet_holds_the_bytes(store, tmp_path):
    store.add([accepted(2), accepted(1)], [])
    file = tmp_path / "it's.parquet"
    assert store.export(file) == 2
    rows = duckdb.read_parquet(str(file)).project("seq, raw").fetchall()
    assert rows == [(1, accepted(1).raw), (2, accepted(2).raw)]


def test_a_second_program_is_told_so(store, tmp_path):
    code = "import sys, pathlib, tools.hq.store.duck as d; d.Store.open(pathlib.Path(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(tmp_path / "store")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "another program (pantau-hq ingest?) has it open; stop that one first" in ended.stderr
    assert StoreBusy.__name__ in ended.stderr


def test_garbage_and_missing_stores_are_named(tmp_path):
    with pytest.raises(StoreFailed, match=f"store {tmp_path}/none: .*check the path"):
        Store.open(tmp_path / "none", read_only=True)
    (tmp_path / "records.duckdb").write_bytes(b"garbage" * 5000)
    with pytest.raises(StoreFailed, match="not a valid DuckDB database file"):
        Store.open(tmp_path)


CHILD = """
import sys, pathlib
sys.path.insert(0, sys.argv[2])
from test_store import accepted
from tools.hq.store.duck import Store
store, n = Store.open(pathlib.Path(sys.argv[1])), 0
while True:
    store.add([accepted(n + k) for k in range(1, 4)], [])
    n += 3
    print(n, flush=True)
"""


@pytest.mark.parametrize("commits", [1, 3, 25])
def test_what_was_committed_survives_a_kill(tmp_path, commits, request):
    here = str(request.path.parent)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path), here], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(commits)]
    os.kill(child.pid, signal.SIGKILL)
    said += child.stdout.read().split()
    child.wait()
    child.stdout.close()
    committed = int(said[-1])
    store = Store.open(tmp_path)
    watermark, above = store.progress("kpu-a", "7f3a")
    store.close()
    assert watermark >= committed >= commits * 3
    assert above == set()
    assert watermark % 3 == 0  # a batch is there whole or not at all


def test_the_count_command_reads_the_store(tmp_path):
    store = Store.open(tmp_path)
    store.add([accepted(1)], [rejected()])
    store.close()
    command = [sys.executable, "-m", "tools.hq.cli", "count", "--store", str(tmp_path), "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(ended.stdout) == {
        "records": 1,
        "stored": [{"box": "kpu-a", "line": "51010", "kind": "result", "n": 1}],
        "rejected": [{"reason": "topic 'a/b' has 2 levels, not 7", "n": 1}],
    }
