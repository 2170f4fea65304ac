"""Who is next on one line."""

from modem_drivers.at.turns import MOST_PASSED, Priority, Turns


def test_the_most_urgent_goes_first_and_equals_in_their_order():
    turns = Turns()
    scan = turns.enter(Priority.LONG)
    first, second = turns.enter(Priority.NORMAL), turns.enter(Priority.NORMAL)
    sample = turns.enter(Priority.SAMPLE)
    assert [turns.next() for _ in range(5)] == [sample, first, second, scan, None]


def test_nobody_waits_for_ever():
    turns = Turns()
    scan = turns.enter(Priority.LONG)
    passed = 0
    while True:
        turns.enter(Priority.SAMPLE)
        if turns.next() is scan:
            break
        passed += 1
    assert passed == MOST_PASSED == 8


def test_who_has_left_is_not_called():
    turns = Turns()
    gone, here = turns.enter(Priority.SAMPLE), turns.enter(Priority.LONG)
    turns.leave(gone)
    turns.leave(gone)
    assert turns.next() is here
