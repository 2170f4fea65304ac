"""A heart over a line that is cut, over servers that are off, and over a caller that comes late."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.measure.heartbeat import Heart, heartbeat_ssid

START_S = 1000.0


def play(heart, until_s, answers, *, take_s=0.05):
    """Drive *heart*; answers(server, t_s) says whether one is answered, take_s later.

    Return ([(t_s, server)] of the beats, [(t_s, told, server)] of the notices), seconds since START_S.
    """
    now_s, beats, notices = START_S, [], []
    coming: list[tuple[float, int]] = []
    while now_s < START_S + until_s:
        due_s = min([heart.due_s(), *(t_s for t_s, _ in coming)])
        now_s = max(now_s, due_s)
        for item in [item for item in coming if item[0] <= now_s]:
            coming.remove(item)
            heart.answered(item[1], take_s * 1000, now_s)
        beat = heart.poll(now_s)
        notices += [(round(now_s - START_S, 3), n.told, n.server) for n in heart.notices()]
        if beat is not None:
            beats.append((round(now_s - START_S, 3), beat.server))
            if answers(beat.server, now_s - START_S):
                coming.append((now_s + take_s, beat.number))
    return beats, notices


def begun(heart, now_s, **how):
    """Return the number of the exchange that begins now."""
    beat = heart.poll(now_s, **how)
    assert beat is not None
    return beat.number


def always(server, t_s):
    return True


def test_every_20_s_two_servers_in_turn():
    beats, notices = play(Heart(2, START_S), 100, always)
    assert beats == [(0, 0), (20, 1), (40, 0), (60, 1), (80, 0), (100, 1)]
    assert notices == []


def test_10_s_when_told_so():
    heart = Heart(2, START_S)
    heart.every_s = 10.0
    assert [t_s for t_s, _ in play(heart, 30, always)[0]] == [0, 10, 20, 30]


@pytest.mark.parametrize(("every_s", "lost_s"), [(20.0, 47.0), (10.0, 27.0)])
def test_a_line_cut_right_after_an_answer_is_known_lost(every_s, lost_s):
    """Two misses of 2 s each, then five exchanges in five seconds: 47 s at 20 s, 27 s at 10 s."""
    beats, notices = play(Heart(2, START_S, every_s=every_s), lost_s, lambda server, t_s: t_s < 1)
    assert notices == [(lost_s, "line.lost", None)]
    doubt_s = lost_s - 5
    assert [t_s for t_s, _ in beats[3:8]] == [doubt_s + n for n in range(5)]
    assert {server for _, server in beats[3:8]} == {0, 1}


def test_a_lost_line_goes_on_at_its_pace_and_its_first_answer_is_told():
    beats, notices = play(Heart(2, START_S), 120, lambda server, t_s: t_s < 1 or t_s > 100)
    assert notices[0] == (47.0, "line.lost", None)
    assert [(told, server) for _, told, server in notices[1:]] == [("line.answers", None)]
    later = [t_s for t_s, _ in beats if t_s > 47]
    assert [round(b - a, 3) for a, b in pairwise(later)] == [20] * (len(later) - 1)


def test_one_lost_exchange_is_no_event():
    beats, notices = play(Heart(2, START_S), 100, lambda server, t_s: not 15 < t_s < 25)
    assert notices == []
    assert [t_s for t_s, _ in beats] == [0, 20, 40, 60, 80, 100]


def test_a_doubt_that_is_answered_is_no_event_and_the_pace_goes_on():
    beats, notices = play(Heart(2, START_S), 80, lambda server, t_s: not 1 < t_s < 43.5)
    assert notices == []
    assert [t_s for t_s, _ in beats[:6]] == [0, 20, 40, 42, 43, 44]
    assert beats[6][0] == pytest.approx(64.05)  # the answer came at 44.05 s


def test_a_server_that_is_off_is_no_lost_line():
    _, notices = play(Heart(2, START_S), 200, lambda server, t_s: server == 0 or t_s > 150)
    assert notices[0] == (62.0, "server.silent", 1)  # missed at 20 and at 60 s
    assert [(told, server) for _, told, server in notices[1:]] == [("server.answers", 1)]


def test_with_one_server_two_misses_are_a_doubt_too():
    _, notices = play(Heart(1, START_S), 47, lambda server, t_s: t_s < 1)
    assert notices == [(47.0, "line.lost", None)]


def test_a_line_that_never_answered_is_lost_too():
    assert play(Heart(2, START_S), 40, lambda server, t_s: False)[1] == [(27.0, "line.lost", None)]


def test_the_notice_says_for_how_long_there_was_silence():
    heart = Heart(2, START_S)
    assert heart.answered(begun(heart, START_S), 40.0, START_S + 0.04)
    for t_s in (20, 22, 40, 42, 43, 44, 45, 46, 47):
        heart.poll(START_S + t_s)
    (notice,) = heart.notices()
    assert (notice.told, notice.missed) == ("line.lost", 6)
    assert notice.silent_s == pytest.approx(46.96)


def test_a_tally_keeps_the_exchanges_after_idle_apart():
    heart = Heart(2, START_S)
    assert heart.answered(begun(heart, START_S), 240.0, START_S + 0.24)
    assert heart.answered(begun(heart, START_S + 20, busy=True), 45.0, START_S + 20.1)
    heart.poll(START_S + 40)
    heart.poll(START_S + 42)
    tally = heart.tally(START_S + 50)
    assert (tally.seconds, tally.sent, tally.received) == (50, 3, 2)
    assert (tally.access_ms, tally.rtt_ms) == ((240.0,), (45.0,))
    assert heart.tally(START_S + 50).sent == 0


def test_an_answer_nobody_waits_for_is_nothing():
    heart = Heart(2, START_S)
    number = begun(heart, START_S)
    heart.poll(START_S + 2.0)
    assert heart.answered(number, 2001.0, START_S + 2.001) is False
    assert heart.answered(77, 1.0, START_S + 3) is False


def test_held_it_sends_nothing_and_loses_nothing():
    heart = Heart(2, START_S)
    heart.poll(START_S)
    for t_s in range(1, 200):
        heart.hold(START_S + t_s)
        assert heart.poll(START_S + t_s) is None
    assert heart.notices() == []
    assert heart.due_s() == START_S + 219


def test_a_late_caller_makes_no_burst():
    heart = Heart(2, START_S)
    heart.answered(begun(heart, START_S), 40, START_S + 0.04)
    assert heart.poll(START_S + 95) is not None
    assert heart.poll(START_S + 95) is None
    assert heart.due_s() == START_S + 97
    heart.poll(START_S + 97)
    assert heart.due_s() == START_S + 105


@given(st.lists(st.booleans(), min_size=60, max_size=60))
def test_no_pattern_of_answers_makes_it_send_more_than_its_budget(answers):
    """A doubt takes two misses, so at most five beats come upon two: 3.5 times the pace."""
    left = iter(answers)
    beats, _ = play(Heart(2, START_S), 400, lambda server, t_s: next(left, True))
    assert len(beats) <= 400 / 20 * 3.5 + 1


def test_session_ids_of_boxes_are_in_the_upper_half():
    assert heartbeat_ssid("kpu-3171-a") == 0xB866  # `printf kpu-3171-a | sha256sum` begins with 3866
    assert all(heartbeat_ssid(f"box-{n}") >= 0x8000 for n in range(100))
