"""Errors packet by packet, and what must be equal to the log; the links drawn."""

import random

import pytest

from hil_tests.link.irtt import Delay, RoundTrip
from hil_tests.link.stamp import Probes, Report
from hil_tests.link.trips import Trip
from hil_tests.rtt_bench.cells import draw
from hil_tests.rtt_bench.errors_us import ours_us, theirs_us, unlike_the_log
from hil_tests.sims.operator_net.settings import check_link

US, MS = 1_000, 1_000_000
TRIPS = [
    Trip(20 * MS, 20 * MS, 40 * MS),
    Trip(None),
    Trip(20 * MS, 21 * MS, 90 * MS),
    Trip(20 * MS, 19 * MS, 80 * MS),
    Trip(20 * MS),
]
REPORT = Report(
    outcome="ok", sent=5, lost=2, lost_up=1, lost_down=1, reordered=1,
    probes=Probes(local_port=1, rtt_us=[40_030, None, 41_020, 38_990, None]),
)  # fmt: skip


def test_our_errors_are_of_the_probes_with_an_answer():
    assert ours_us(REPORT, TRIPS) == [30, 20, -10]


def test_irtt_s_errors_are_of_its_own_packets():
    theirs = [
        RoundTrip(0, "false", Delay(40_300 * US)),
        RoundTrip(1, "true"),
        RoundTrip(2, "false", Delay(1)),
    ]
    assert theirs_us(theirs, [40.0, None, None]) == [pytest.approx(300)]


def test_a_report_like_the_log_has_no_difference():
    assert unlike_the_log(REPORT, TRIPS) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sent": 6}, "sent 6, log 5"),
        ({"lost_up": 2}, "lost up 2, log 1"),
        ({"lost_down": None}, "lost down None, log 1"),
        ({"reordered": 0}, "reordered 0, log 1"),
        ({"probes": Probes(1, [40_030, None, 41_020, None, 39_000])}, "gaps [1, 3], log [1, 4]"),
    ],
)
def test_each_difference_is_told(change, words):
    fields = {name: getattr(REPORT, name) for name in REPORT.__struct_fields__}
    assert unlike_the_log(Report(**(fields | change)), TRIPS) == [words]


def test_cells_are_links_that_can_be_and_are_drawn_from_the_seed():
    cells = draw(random.Random("7/rtt"), 6)
    for cell in cells:
        check_link(cell.link)
    assert [cell.ipv6 for cell in cells] == [False, False, True, False, False, True]
    assert [cell.link.up.reorder is not None for cell in cells] == [False, True] * 3
    assert cells[0].link.up.loss == 0 < cells[1].link.up.loss
    assert draw(random.Random("7/rtt"), 6) == cells != draw(random.Random("8/rtt"), 6)
