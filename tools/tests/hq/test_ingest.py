"""The order of commit, receipt and PUBACK; watermarks; the batch's limits. With a store in memory."""

import json

import pytest

from edge.schema.receipt import make_receipt
from tools.hq.ingest import Ingest
from tools.hq.intake import Accepted, take_in
from tools.hq.receipts import Receipts
from tools.hq.store.errors import StoreFailed


def message(seq, box="kpu-a", epoch="7f3a"):
    record = {"v": 1, "id": f"{box}/{epoch}/{seq:06d}", "box": box, "line": "51010", "kind": "result"}
    return f"pantau/v1/31/3171/{box}/51010/result", json.dumps(record).encode()


def accepted(seq, epoch="7f3a"):
    """The record of `message`, taken in."""
    topic, raw = message(seq, epoch=epoch)
    got = take_in(topic, raw, 1)
    assert isinstance(got, Accepted)
    return got


class Diary:
    """A store and a link that write down what happens, in order."""

    def __init__(self):
        self.happened: list[tuple[object, ...]] = []
        self.fails = False

    def add(self, accepted, rejected):
        if self.fails:
            raise StoreFailed("no room")
        self.happened.append(("commit", [a.seq for a in accepted], len(rejected)))
        return len(accepted)

    def progress(self, box, epoch):
        return 0, set()

    def publish(self, topic, payload):
        self.happened.append(("receipt", topic, json.loads(payload)))

    def acknowledge(self, connection, mid):
        self.happened.append(("puback", connection, mid))


@pytest.fixture
def diary():
    return Diary()


@pytest.fixture
def now():
    return [100.0]


@pytest.fixture
def ingest(diary, now):
    return Ingest(diary, diary, clock_ns=lambda: 7, mono_s=lambda: now[0])


def take(ingest, *seqs):
    for seq in seqs:
        ingest.take(*message(seq), connection=1, mid=seq)


def test_commit_then_receipt_then_puback(ingest, diary):
    take(ingest, 1, 2)
    assert diary.happened == []
    ingest.flush()
    receipt = {"v": 1, "box": "kpu-a", "epoch": "7f3a", "watermark": 2, "also": []}
    assert diary.happened == [
        ("commit", [1, 2], 0),
        ("receipt", "pantau/v1/31/3171/kpu-a/box/receipt", receipt),
        ("puback", 1, 1),
        ("puback", 1, 2),
    ]


def test_a_store_that_fails_gives_no_receipt_and_no_puback(ingest, diary):
    take(ingest, 1)
    diary.fails = True
    with pytest.raises(StoreFailed):
        ingest.flush()
    assert diary.happened == []
    diary.fails = False
    ingest.flush()
    assert [event[0] for event in diary.happened] == ["commit", "receipt", "puback"]


def test_poison_is_counted_and_acknowledged_without_a_receipt(ingest, diary):
    ingest.take("pantau/v1/31/3171/kpu-a/51010/result", b"poison", connection=1, mid=4)
    ingest.flush()
    assert diary.happened == [("commit", [], 1), ("puback", 1, 4)]
    assert ingest.totals.rejected == 1


def test_the_end_of_an_alert_is_no_record(ingest, diary):
    ingest.take("pantau/v1/31/3171/kpu-a/51010/alert", b"", connection=1, mid=4)
    ingest.flush()
    assert diary.happened == [("commit", [], 0), ("puback", 1, 4)]


def test_a_batch_ends_at_500_messages_or_200_ms_or_when_it_is_quiet(ingest, diary, now):
    assert ingest.wait_s(0.5) == 0.5
    take(ingest, *range(1, 500))
    assert diary.happened == []
    take(ingest, 500)
    assert diary.happened[0] == ("commit", list(range(1, 501)), 0)
    diary.happened.clear()
    take(ingest, 501)
    ingest.flush_if_due()
    assert diary.happened == []
    now[0] += 0.011  # nothing more came for 10 ms
    ingest.flush_if_due()
    assert diary.happened[0] == ("commit", [501], 0)
    diary.happened.clear()
    for seq in range(502, 525):
        take(ingest, seq)
        now[0] += 0.009
        ingest.flush_if_due()
    assert diary.happened[0] == ("commit", list(range(502, 525)), 0)  # 23 x 9 ms: over 200 ms


@pytest.mark.parametrize(
    ("before", "batch", "watermark", "also"),
    [
        ((0, set()), [1, 2, 3], 3, []),
        ((0, set()), [2, 3], 0, [2, 3]),
        ((0, {2, 3}), [1], 3, []),
        ((5, {8}), [6], 6, []),  # 8 was receipted with its own batch
        ((5, {8}), [7, 6], 8, []),
        ((5, {8}), [3], 5, []),  # a repetition of what is stored is receipted again
        ((5, {8}), [8], 5, [8]),
    ],
)
def test_watermarks(before, batch, watermark, also):
    receipts = Receipts(lambda box, epoch: before)
    ((topic, receipt),) = receipts.of([accepted(seq) for seq in batch])
    assert receipt == make_receipt("kpu-a", "7f3a", watermark, also)
    assert str(topic) == "pantau/v1/31/3171/kpu-a/box/receipt"


def test_each_epoch_has_its_own_watermark():
    receipts = Receipts(lambda box, epoch: (4, set()) if epoch == "7f3a" else (0, set()))
    batch = [accepted(5), accepted(1, epoch="beef")]
    got = {receipt.epoch: receipt.watermark for _, receipt in receipts.of(batch)}
    assert got == {"7f3a": 5, "beef": 1}
