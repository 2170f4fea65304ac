"""A small run of the judge, on real links: real tcpdump, real source, real emulator."""

import random

import pytest

from hil_tests.emulator_bench import draws, goals, tbf
from hil_tests.emulator_bench.scenario import play

pytestmark = [pytest.mark.netns, pytest.mark.xdist_group("alone")]


def test_every_packet_of_two_lines_is_in_all_books():
    whole = draws.load(random.Random(7), seconds=1.5)
    flows = tuple(flow for flow in draws.load(random.Random(7), seconds=1, pps=5000).flows if flow.line < 2)
    trial = draws.Trial(whole.links[:2], flows, 1.5)
    evidence = play(trial, seed=7)  # also of an emulator that is late the books must agree
    assert sum(evidence.sent.packets) > 2500
    for goal in (goals.own_drops(evidence), goals.loss_equal(evidence), goals.unexplained(evidence)):
        assert goal.holds, goal
    assert goals.added_delay_ms(evidence).min() > 0
    assert sum(account.log_lost for account in evidence.accounts) > 5


def test_the_kernels_tbf_has_its_rate_before_the_same_judge():
    assert (
        -5 < tbf.run(23_000_000, seconds=2.0).error_pct < 0.5
    )  # never more than its rate; less, when this machine has no time to fill it
