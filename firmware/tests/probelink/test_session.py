"""Versions, sequence, and commands that are carried out once and in time."""

import pytest
from probelink import session


@pytest.mark.parametrize(
    ("mine", "other", "common"),
    [((1, 1), (1, 1), 1), ((1, 3), (2, 9), 3), ((2, 9), (1, 3), 3), ((1, 1), (2, 2), 0), ((4, 5), (1, 3), 0)],
)
def test_common_version(mine, other, common):
    assert session.common_version(*mine, *other) == common


def test_lost_frames_are_counted_over_the_wrap_and_repeats_are_not():
    watch = session.SequenceWatch()
    assert [watch.saw(seq) for seq in (250, 251, 251, 254, 2, 3)] == [0, 0, 0, 2, 3, 0]
    assert watch.lost == 5


def test_a_command_is_carried_out_once():
    gate = session.CommandGate()
    assert [gate.judge(7, 1000, 10), gate.judge(7, 1000, 20), gate.judge(8, 1000, 20)] == [0, 1, 0]


def test_a_repeat_is_known_behind_fifteen_others_and_also_behind_its_deadline():
    gate = session.CommandGate()
    assert [gate.judge(number, 1000, 10) for number in range(1, 17)] == [0] * 16
    assert gate.judge(1, 1000, 5000) == session.RESULT_REPEATED


@pytest.mark.parametrize(
    ("deadline_ms", "now_ms", "result"),
    [(1000, 1000, 0), (1000, 1001, 2), (5, 0xFFFFFFFF, 0), (0xFFFFFFFF, 5, 2)],
)
def test_a_deadline_also_over_the_wrap(deadline_ms, now_ms, result):
    assert session.CommandGate().judge(1, deadline_ms, now_ms) == result


def test_what_came_too_late_may_come_again_in_time():
    gate = session.CommandGate()
    assert [gate.judge(1, 10, 11), gate.judge(1, 20, 11)] == [2, 0]


def test_a_command_is_sent_until_it_is_acknowledged():
    sender = session.Sender(200)
    sender.begin(9, 1000, 0)
    assert [sender.is_due(now) for now in (199, 200, 399, 400)] == [False, True, False, True]
    assert [sender.acknowledged(8), sender.acknowledged(9), sender.acknowledged(9)] == [False, True, False]
    assert not sender.is_due(600)


def test_a_command_is_given_up_behind_its_deadline():
    sender = session.Sender(200)
    sender.begin(9, 500, 0)
    assert [sender.is_due(now) for now in (500, 501, 900)] == [True, False, False]
    assert sender.expired == 1
