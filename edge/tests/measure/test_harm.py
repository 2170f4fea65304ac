"""A test ends when loaded round trips stay more than 200 ms above idle for 1 s (the order, Build 7)."""

import pytest

from edge.measure.harm import Harm, HarmWatch


def harm_at_s(watch, *seen):
    """Return when the first of (now_s, rtt_ms) of answered probes was harm; None if none was."""
    return next((now_s for now_s, rtt_ms in seen if watch.answered(rtt_ms, now_s)), None)


def test_a_round_trip_201_ms_above_idle_for_a_second_is_harm():
    every_100_ms = [(10 + n / 10, 241.0) for n in range(20)]
    assert harm_at_s(HarmWatch(40.0), *every_100_ms) == 11.0


@pytest.mark.parametrize("rtt_ms", [41.0, 120.0, 240.0])
def test_200_ms_above_idle_or_less_is_none(rtt_ms):
    assert harm_at_s(HarmWatch(40.0), *[(n / 10, rtt_ms) for n in range(100)]) is None


def test_one_short_round_trip_starts_the_second_anew():
    seen = [(n / 10, 60.0 if n == 9 else 300.0) for n in range(30)]
    assert harm_at_s(HarmWatch(40.0), *seen) == 2.0


def test_idle_is_the_least_seen_so_a_slow_first_exchange_spoils_nothing():
    watch = HarmWatch(340.0)  # the radio had to wake up
    assert watch.answered(38.0, 0.5) is None
    assert watch.idle_ms == 38.0
    assert harm_at_s(watch, *[(1 + n / 10, 250.0) for n in range(20)]) == 2.0


def test_without_any_idle_the_first_round_trip_is_the_idle():
    assert harm_at_s(HarmWatch(), *[(n / 10, 900.0) for n in range(30)]) is None


def test_a_probe_that_waits_is_as_long_as_it_waits():
    watch = HarmWatch(40.0)
    assert watch.answered(300.0, 5.0) is None
    assert watch.waiting(241.0, 5.5) is None
    assert watch.waiting(700.0, 6.0) == Harm(40.0, 700.0, 1.0)


def test_a_probe_that_waits_for_less_than_the_limit_says_nothing():
    watch = HarmWatch(40.0)
    assert watch.answered(300.0, 5.0) is None
    assert watch.waiting(30.0, 5.5) is None
    assert watch.answered(300.0, 6.0) is not None


def test_silence_alone_is_no_harm_until_a_late_answer_comes():
    watch = HarmWatch(40.0)
    assert [watch.waiting(250.0 + 100 * n, n / 10) for n in range(40)] == [None] * 40
    assert watch.answered(4000.0, 4.0) == Harm(40.0, 4000.0, 4.0)


def test_the_words_say_what_was_seen():
    assert Harm(41.6, 287.2, 1.04).words == "round trips 287 ms, 246 ms above idle, for 1.0 s"
