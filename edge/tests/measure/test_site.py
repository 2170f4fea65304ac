"""What lost mains and a hand at the box explain, and when."""

import pytest

from edge.measure.site import CALM, SiteLog, SiteState, outcome_at_site

DARK, OPEN = SiteState(mains=False, window=False), SiteState(mains=True, window=True)
BOTH = SiteState(mains=False, window=True)


@pytest.mark.parametrize(
    ("outcome", "seen", "told"),
    [
        ("undetermined", CALM, "undetermined"),
        ("undetermined", DARK, "site"),
        ("operator", DARK, "site"),
        ("area", DARK, "site"),  # the contract: area needs mains that are normal
        ("box", OPEN, "maintenance"),
        ("operator", BOTH, "maintenance"),
        ("server", BOTH, "server"),
        ("policy", BOTH, "policy"),
        ("ok", BOTH, "ok"),
        ("maintenance", CALM, "maintenance"),
    ],
)
def test_whose_failure_it_is(outcome, seen, told):
    assert outcome_at_site(outcome, seen) == told


@pytest.mark.parametrize(
    ("start_ns", "end_ns", "seen"),
    [
        (0, 99, CALM),
        (0, 100, DARK),
        (150, 160, DARK),
        (150, 250, BOTH),  # one after the other
        (200, 210, OPEN),
        (301, 400, CALM),
        (250, 400, OPEN),
    ],
)
def test_what_was_so_at_any_moment_of_a_test(start_ns, end_ns, seen):
    log = SiteLog()
    assert log.now == CALM
    assert [log.add(100, DARK), log.add(120, DARK), log.add(200, OPEN), log.add(300, CALM)] == [
        *(True, False),
        *(True, True),
    ]
    assert log.during(start_ns, end_ns) == seen
