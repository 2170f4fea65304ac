"""The histogram of lateness, with values counted by hand."""

from hil_tests.sims.operator_net.lateness import Lateness


def test_nothing_sent_is_not_zero_lateness():
    assert Lateness().summary() == {"n": 0, "p50": None, "p90": None, "p99": None, "max": None}


def test_percentiles_are_upper_edges_of_10_us():
    late = Lateness()
    for us in range(0, 1000, 10):  # 0, 10, ... 990 us: one in each bucket
        late.add(us * 1000 + 500)
    assert late.summary() == {"n": 100, "p50": 500, "p90": 900, "p99": 990, "max": 990}


def test_one_that_is_very_late_shows_in_the_maximum():
    late = Lateness()
    for _ in range(99):
        late.add(5_000)
    late.add(3_000_000_000)
    assert late.summary() == {"n": 100, "p50": 10, "p90": 10, "p99": 10, "max": 3_000_000}
