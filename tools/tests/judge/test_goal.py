"""Goals parse, and judge numbers and lists."""

import math

import pytest

from tools.judge.goal import Goal, GoalError, parse_goal


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("max <= 5.0", Goal("max", "<=", 5.0)),
        ("== 0", Goal("", "==", 0.0)),
        ("median < 180", Goal("median", "<", 180.0)),
        ("sum >= -3", Goal("sum", ">=", -3.0)),
    ],
)
def test_goal_parses(text, goal):
    assert parse_goal(text) == goal


@pytest.mark.parametrize("text", ["", "5", "<= x", "top <= 3", "max<=3", "max <= 3 ms"])
def test_nonsense_is_no_goal(text):
    with pytest.raises(GoalError, match=r"write it as `max <= 5\.0`"):
        parse_goal(text)


@pytest.mark.parametrize(
    ("goal", "result", "met"),
    [
        ("max <= 5.0", [1.0, 4.9], True),
        ("max <= 5.0", [1.0, 5.1], False),
        ("max <= 5.0", 5.0, True),
        ("== 0", 0, True),
        ("== 0", [0, 0, 1], False),
        ("<= 2", [1, 3], False),
        ("median <= 2", [1, 2, 9], True),
        ("mean <= 2", [1, 2, 9], False),
        ("max <= 5.0", [], False),
        ("== 0", [], False),
        ("max <= 5.0", [1.0, math.nan], False),
        ("min >= 0", math.inf, False),
    ],
)
def test_goal_is_met(goal, result, met):
    assert parse_goal(goal).is_met(result) is met
