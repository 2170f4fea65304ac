"""UTC of the board against times written by hand; 20782 is 2026-11-25."""

import pytest
from probe.logic.pps import REFUSED, STEPPED, TAKEN, PpsLoop
from probe.logic.timekeeping import COARSE, HOLDOVER, LOCKED, NONE, Timekeeper

DAY = 20_782
WRAP = 2**30


def run(
    keeper, seconds, *, begin_us=0, second=1000, ppm=0, pulse=True, label=True, has_fix=True, lag_us=100_000
):
    """Let *seconds* pass; return the board's time of the last second. A crystal fast by *ppm* counts more."""
    at_us = begin_us
    for n in range(seconds):
        at_us = begin_us + n * (1_000_000 + ppm)
        if pulse:
            keeper.pulse(at_us % WRAP, has_fix=has_fix)
        if label:
            keeper.label((at_us + lag_us) % WRAP, DAY, second + n, 0)
        keeper.tick((at_us + 500_000) % WRAP)
    return at_us


def utc(keeper):
    return keeper.quality, keeper.days, keeper.second, keeper.us


def test_pulses_and_names_make_utc():
    keeper = Timekeeper(DAY)
    at_us = run(keeper, 60)
    keeper.tick(at_us + 250_000)
    assert utc(keeper) == (LOCKED, DAY, 1059, 250_000)
    assert 60 <= keeper.uncertainty_us() <= 100
    keeper.tick(at_us + 999_999)
    assert utc(keeper)[2:] == (1059, 999_999)


def test_pulses_alone_are_no_utc():
    keeper = Timekeeper(DAY)
    run(keeper, 100, label=False)
    assert (keeper.quality, keeper.loop.pulses) == (NONE, 32)


def test_talk_alone_is_coarse_and_only_after_three_words():
    keeper, seen = Timekeeper(DAY), []
    for n in range(4):
        run(keeper, 1, begin_us=n * 1_000_000, second=1000 + n, pulse=False, lag_us=300_000)
        seen.append(keeper.quality)
    assert seen == [NONE, NONE, COARSE, COARSE]
    assert keeper.uncertainty_us() >= 700_000


def test_a_date_before_the_firmware_was_made_is_no_date():
    keeper = Timekeeper(DAY + 1)
    run(keeper, 100)
    assert (keeper.quality, keeper.refused_labels) == (NONE, 100)


def test_a_pulse_without_a_fix_marks_no_second():
    keeper = Timekeeper(DAY)
    at_us = run(keeper, 60)
    for n in range(100):
        keeper.pulse(at_us + 1_300_000 + n * 1_000_000, has_fix=False)
    keeper.tick(at_us + 100_000_000)
    assert utc(keeper) == (HOLDOVER, DAY, 1159, 0)


def test_a_holdover_goes_on_with_the_crystals_rate_and_is_ever_less_certain():
    keeper = Timekeeper(DAY)
    at_us = run(keeper, 120, ppm=25)
    assert keeper.loop.rate_q16 == pytest.approx(25 * 65_536, abs=6_554)  # 0.1 ppm
    stated = [keeper.uncertainty_us()]
    for n in range(1, 601):
        keeper.tick((at_us + n * 1_000_025) % WRAP)
        stated.append(keeper.uncertainty_us())
    assert keeper.quality == HOLDOVER
    off_us = (keeper.second - 1119 - 600) * 1_000_000 + keeper.us
    assert abs(off_us) <= 60
    assert stated == sorted(stated)
    assert 1_800 <= stated[-1] <= 3_000  # half of 10 ppb a second over 600 s is 1800 us


def test_what_is_off_by_more_than_a_second_is_no_utc():
    keeper = Timekeeper(DAY)
    at_us, hours = run(keeper, 60), 0
    while keeper.quality != NONE:
        for _ in range(3600):
            at_us += 1_000_000
            keeper.tick(at_us % WRAP)
        hours += 1
    assert hours == 7  # 40.05 ppm of 24,970 s


def test_the_wrap_of_the_clock_and_midnight():
    keeper = Timekeeper(DAY)
    at_us = run(keeper, 30, begin_us=WRAP - 20_000_000, second=86_370)
    keeper.tick((at_us + 1_400_000) % WRAP)
    assert utc(keeper) == (LOCKED, DAY + 1, 0, 400_000)


def test_late_pulses_are_refused_and_do_not_matter():
    keeper = Timekeeper(DAY)
    at_us = run(keeper, 60)
    assert keeper.loop.pulse(at_us + 1_003_000) == REFUSED
    assert keeper.loop.pulse(at_us + 2_000_000) == TAKEN
    keeper.tick(at_us + 2_000_000)
    assert utc(keeper) == (LOCKED, DAY, 1061, 0)


def test_pulses_that_agree_on_another_phase_take_the_name_of_the_second_away():
    keeper = Timekeeper(DAY)
    at_us = run(keeper, 60)
    told = [keeper.loop.pulse(at_us + 300_000 + n * 1_000_000) for n in range(1, 31)]
    assert told == [REFUSED] * 29 + [STEPPED]


def test_a_receiver_that_contradicts_itself_is_doubted_for_a_minute():
    keeper = Timekeeper(DAY)
    at_us = run(keeper, 60)
    at_us = run(keeper, 59, begin_us=at_us + 1_000_000, second=2000)
    assert (keeper.doubted, keeper.second, keeper.utc_steps) == (True, 1118, 0)
    run(keeper, 1, begin_us=at_us + 1_000_000, second=2059)
    assert (keeper.doubted, keeper.second, keeper.utc_steps) == (False, 2059, 1)


def test_a_fix_between_two_seconds_names_the_second_of_its_pulse():
    keeper = Timekeeper(DAY)
    for n in range(60):  # fixes at .148 as the L76X told them, the sentence 50 ms later
        keeper.pulse(n * 1_000_000, has_fix=True)
        keeper.label(n * 1_000_000 + 198_000, DAY, 1000 + n, 148)
    keeper.tick(59_200_000)
    assert utc(keeper) == (LOCKED, DAY, 1059, 200_000)


def test_a_sentence_that_may_belong_to_either_second_is_refused():
    keeper = Timekeeper(DAY)
    run(keeper, 60, lag_us=980_000)
    assert keeper.quality == NONE


def test_the_loop_needs_four_pulses_that_agree():
    loop = PpsLoop()
    told = [loop.pulse(at_us) for at_us in (5, 700_000, 1_700_000, 2_700_003, 3_700_001, 4_700_002)]
    assert told == [REFUSED, REFUSED, REFUSED, REFUSED, STEPPED, TAKEN]
