"""Delivery and back-off, with time as a number."""

from edge.mqtt.backoff import Backoff
from edge.mqtt.delivery import IN_FLIGHT_MAX, STUCK_TRIES, WINDOW, Delivery
from edge.schema.receipt import make_receipt
from edge.schema.row import Row

NOW_MS = 1766000000000


def rows(first, last):
    return [
        Row(seq=n, id=f"a/7f3a/{n:06d}", line="51010", kind="result", committed_ms=NOW_MS, evidence=b"{}")
        for n in range(first, last + 1)
    ]


def taken(delivery, now_s, now_ms=NOW_MS):
    return [row.seq for row, _, _ in delivery.take(now_s, now_ms)]


def test_rows_go_in_order_and_at_most_twenty_wait_for_the_broker():
    delivery = Delivery()
    delivery.offer(rows(1, 30))
    assert IN_FLIGHT_MAX == 20  # the order's words
    assert taken(delivery, 0.0) == list(range(1, 21))
    assert taken(delivery, 0.0) == []
    delivery.acknowledged(5)
    delivery.acknowledged(999)
    assert taken(delivery, 0.0) == [21]


def test_the_brokers_word_removes_nothing():
    delivery = Delivery(resend_s=30)
    delivery.offer(rows(1, 2))
    taken(delivery, 0.0)
    delivery.acknowledged(1)
    delivery.acknowledged(2)
    assert taken(delivery, 29.9) == []
    assert taken(delivery, 30.0) == [1, 2]


def test_a_receipt_ends_it():
    delivery = Delivery()
    delivery.offer(rows(1, 4))
    taken(delivery, 0.0)
    delivery.receipted(make_receipt("a", "7f3a", 1, [3]), 1.0)
    delivery.reconnected()
    assert taken(delivery, 1.0) == [2, 4]


def test_repetitions_become_rarer_until_a_receipt_shows_that_the_store_lives():
    delivery = Delivery(resend_s=30)
    delivery.offer(rows(1, 2))
    times = [t for t in range(0, 1000, 10) if taken(delivery, float(t))]
    assert times == [0, 30, 90, 210, 450, 750]  # 30, 60, 120, 240, then 300 s at most
    assert delivery.wait_s(760.0) == 290.0
    delivery.receipted(make_receipt("a", "7f3a", 1), 760.0)
    assert delivery.wait_s(760.0) == 30.0


def test_all_is_due_again_after_a_reconnection():
    delivery = Delivery()
    delivery.offer(rows(1, 3))
    taken(delivery, 0.0)
    delivery.reconnected()
    assert delivery.in_flight == 0
    assert taken(delivery, 0.1) == [1, 2, 3]


def test_tx_is_the_first_time_and_old_rows_are_history():
    delivery = Delivery(resend_s=1)
    delivery.offer(rows(1, 1))
    assert [(tx, hist) for _, tx, hist in delivery.take(0.0, NOW_MS + 60_000)] == [(NOW_MS + 60_000, False)]
    assert [(tx, hist) for _, tx, hist in delivery.take(1.0, NOW_MS + 70_000)] == [(NOW_MS + 60_000, False)]
    late = Delivery()
    late.offer(rows(1, 1))
    assert [(tx, hist) for _, tx, hist in late.take(0.0, NOW_MS + 60_001)] == [(NOW_MS + 60_001, True)]


def test_rows_nobody_wants_do_not_hold_up_those_behind():
    delivery = Delivery(resend_s=1)
    delivery.offer(rows(1, WINDOW))
    assert delivery.room() == 0
    now_s = 0.0
    for _ in range(STUCK_TRIES):
        while sent := taken(delivery, now_s):
            for seq in sent:
                delivery.acknowledged(seq)
        now_s += 20.0
    assert delivery.stuck == WINDOW
    assert delivery.room() == WINDOW
    assert delivery.last_seq == WINDOW


def test_nothing_to_do_means_no_waking():
    delivery = Delivery(resend_s=30)
    assert delivery.wait_s(0.0) is None
    delivery.offer(rows(1, 21))
    assert delivery.wait_s(0.0) == 0.0
    taken(delivery, 0.0)
    assert delivery.wait_s(1.0) == 29.0  # twenty in flight: the 21st waits for them
    delivery.acknowledged(1)
    assert delivery.wait_s(1.0) == 0.0


def test_back_off_doubles_to_five_minutes_with_jitter_and_begins_anew():
    low, high = Backoff(lambda: 0.0), Backoff(lambda: 1.0)
    assert [low.wait_s() for _ in range(11)] == [1, 1, 2, 4, 8, 16, 32, 64, 128, 150, 150]
    assert [high.wait_s() for _ in range(11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    high.reset()
    assert high.wait_s() == 1
