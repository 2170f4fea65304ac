"""What is sent when, and what is drawn."""

import random

import pytest

from hil_tests.emulator_bench import draws, shapes
from hil_tests.emulator_bench.flows import Flow
from hil_tests.sims.operator_net.settings import check_link


def test_a_steady_flow_and_one_that_pauses():
    steady, pausing = Flow(0, True, 100.0), Flow(0, True, 100.0, on_s=0.5, off_s=1.0)
    assert [steady.due(t_s) for t_s in (0, 0.25, 2)] == [0, 25, 200]
    assert [pausing.due(t_s) for t_s in (0.25, 0.5, 1.4, 1.75, 3.0)] == [25, 50, 50, 75, 100]


def test_the_offered_rate_counts_both_sizes():
    assert Flow(0, True, 1000.0).rate_bps == 8000 * (0.9 * 1400 + 0.1 * 200)


def test_the_load_is_67_kpps_over_five_lines_both_ways():
    trial = draws.load(random.Random(1), seconds=1)
    assert sum(flow.pps for flow in trial.flows) == 67_000
    assert [(flow.line, flow.up) for flow in trial.flows] == [
        (k, up) for k in range(5) for up in (True, False)
    ]
    for link in trial.links:
        check_link(link)
        for way in (link.up, link.down):
            assert (way.rate_bps or 0) > 75e6  # 6,700 packets a second: no queue may form
            assert 0.002 <= way.loss <= 0.03


def test_full_lines_are_offered_more_than_they_carry_and_are_drawn_not_chosen():
    trials = [draws.full(random.Random(seed), seconds=1) for seed in range(3)]
    assert len({link.up.rate_bps for trial in trials for link in trial.links}) == 15
    for trial in trials:
        for flow in trial.flows:
            link = trial.links[flow.line]
            rate_bps = (link.up if flow.up else link.down).rate_bps or 0
            assert 1.19 * rate_bps < flow.rate_bps < 1.51 * rate_bps


@pytest.mark.parametrize("seed", range(5))
def test_every_shape_is_drawn_within_what_a_link_may_be(seed):
    trial, cases = shapes.drawn(random.Random(seed), seconds=1)
    assert len(trial.links) == 6
    assert len({case.name for case in cases}) == len(trial.flows) == 12
    for link in trial.links:
        check_link(link)
