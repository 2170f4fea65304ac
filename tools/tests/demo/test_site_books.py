"""The site against its own truth, and the books. Links are played packet by packet, apart from the code."""

import random

import pytest

from tools.demo.verdict import books
from tools.demo.verdict.messages import Receipt, Result
from tools.demo.verdict.site import Told, emulator_failures, judge_loss, judge_rate
from tools.demo.verdict.site_log import Way, told_steps
from tools.demo.verdict.throughput import RateStep
from tools.tests.demo.demo_data import DOWN, MS, TCP, UDP, UP, log, packet


def play(arrivals_ms, rate_at_ms, *, delay_ms=20.0, jitter_ms=0.0, length=1514):
    """Send packets through a queue one after the other, as a clerk would."""
    rng, free_ms, last_ms, records = random.Random(7), 0.0, 0.0, []
    for at_ms in arrivals_ms:
        start_ms = max(at_ms, free_ms)
        free_ms = start_ms + length * 8 / (rate_at_ms(start_ms) / 1000)
        last_ms = max(last_ms, free_ms + delay_ms + rng.random() * jitter_ms)
        records.append(packet(at_ms, last_ms, DOWN, TCP, 40000, length=length))
    return log(*records)


def arrivals(rate_bps, seconds, *, length=1514):
    """Bursts of ten packets whose mean is rate_bps."""
    every_ms = 10 * length * 8 / (rate_bps / 1000)
    return [burst * every_ms for burst in range(int(seconds * 1000 / every_ms)) for _ in range(10)]


def told(*steps):
    return Told(direction=DOWN, loss=0.0, steps=[RateStep(*step) for step in steps])


@pytest.mark.parametrize("jitter_ms", [0.0, 4.0])
def test_the_rate_of_a_busy_link_is_seen(jitter_ms):
    packets = play(arrivals(9e6, 3), lambda _t: 8.23e6, jitter_ms=jitter_ms)
    figure = judge_rate("1-1.1", told((0, 8.23e6)), packets)
    assert figure.ok
    assert figure.measured == pytest.approx(8.23, rel=0.002)


@pytest.mark.parametrize("factor", [0.75, 0.985, 1.015])
def test_a_link_that_runs_at_another_rate_fails(factor):
    packets = play(arrivals(9e6, 3), lambda _t: 8.23e6 * factor, jitter_ms=4.0)
    figure = judge_rate("1-1.1", told((0, 8.23e6)), packets)
    assert figure.ok is False
    assert figure.error == pytest.approx(100 * (factor - 1), abs=0.25)


def test_a_step_of_the_rate_is_followed():
    packets = play(arrivals(12e6, 3), lambda t: 10e6 if t < 1500 else 5e6, jitter_ms=2.0)
    assert judge_rate("1-1.1", told((0, 10e6), (1500 * MS, 5e6)), packets).ok
    late = judge_rate("1-1.1", told((0, 10e6), (1500 * MS, 7e6)), packets)
    assert late.ok is False


def test_an_idle_link_tells_no_rate():
    packets = play([20.0 * k for k in range(300)], lambda _t: 8e6, jitter_ms=2.0)
    figure = judge_rate("1-1.1", told((0, 8e6)), packets)
    assert figure.ok is False
    assert "never busy" in figure.reason


def test_steps_count_from_each_burst():
    way = Way(rate_bps=8e6, steps=[(2.0, 4e6)])
    assert told_steps(way, [10_000 * MS, 11_000 * MS]) == [
        (0, 8e6),
        (10_000 * MS, 8e6),
        (11_000 * MS, 8e6),
        (13_000 * MS, 4e6),
    ]


@pytest.mark.parametrize(
    ("lost", "loss", "ok"),
    [
        (0, 0.0, True),
        (1, 0.0, False),
        (20, 0.02, True),  # of 1000 packets: mean 20, sigma sqrt(1000 * 0.02 * 0.98) = 4.43
        (37, 0.02, True),
        (38, 0.02, False),
        (2, 0.02, False),
    ],
)
def test_loss_within_four_sigma(lost, loss, ok):
    rows = [
        packet(k, None if k < lost else k + 1, UP, UDP, 1, fate=1 if k < lost else 0) for k in range(1000)
    ]
    figure = judge_loss("1-1.1", [Told(direction=UP, loss=loss, steps=[])], log(*rows))
    assert (figure.ok, figure.measured) == (ok, lost)


def test_packets_without_room_in_the_queue_are_no_random_loss():
    rows = [packet(k, None, UP, UDP, 1, fate=2) for k in range(100)]
    assert judge_loss("1-1.1", [Told(direction=UP, loss=0.0, steps=[])], log(*rows)).ok


def test_an_emulator_that_failed_allows_no_verdict():
    good, bad = packet(0, 1, UP, UDP, 1), packet(0, None, UP, UDP, 1, fate=3)
    assert emulator_failures(log(good), ring_drops=0) == ""
    assert "no verdict: the emulator was late" in emulator_failures(log(good, bad), ring_drops=0)
    assert "2 ring drops" in emulator_failures(log(good), ring_drops=2)


def receipt(watermark, *also, epoch="e"):
    return Receipt(box="b", epoch=epoch, watermark=watermark, also=list(also))


@pytest.mark.parametrize(
    ("receipts", "stored", "oks"),
    [
        ([receipt(3)], 3, [True, True]),
        ([receipt(1), receipt(1, 3, 2)], 3, [True, True]),
        ([receipt(2)], 3, [False, True]),
        ([receipt(3, epoch="older")], 3, [False, True]),
        ([receipt(3)], 0, [True, False]),  # receipted and not stored: a lie
        ([receipt(3)], 4, [True, False]),
        ([receipt(3)], None, [True, False]),
    ],
)
def test_published_receipted_stored(receipts, stored, oks):
    ids = ["b/e/1", "b/e/000002", "b/e/3", "b/e/3"]
    figures = books.judge_records("1-1.1", ids, receipts, stored)
    assert [figure.ok for figure in figures] == oks


def test_nothing_published_is_not_all_stored():
    assert [f.ok for f in books.judge_records("1-1.1", [], [receipt(9)], 0)] == [False, False]


def one(**values):
    return Result(id="b/e/1", box="b", line="51010", ok=True, outcome="ok", values=values)


@pytest.mark.parametrize(
    ("values", "ok", "words"),
    [
        ({"isolation_ok": True}, True, ""),
        ({"isolation_ok": False}, False, "rtt: False"),
        ({}, False, "rtt: not judged"),
    ],
)
def test_isolation_must_be_proven(values, ok, words):
    figure = books.judge_isolation("1-1.1", {"rtt": one(**values)})
    assert (figure.ok, figure.reason) == (ok, words)


def test_bytes_stand_beside():
    figure = books.judge_bytes("1-1.1", [one(bytes=1_500_000), one(bytes=500_000), one()])
    assert (figure.measured, figure.ok) == (2.0, None)
    assert "2 results of 3" in figure.reason
