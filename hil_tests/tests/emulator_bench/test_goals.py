"""Goals: what counts as kept, and what a summary of the emulator's own losses adds up to."""

import math

from hil_tests.emulator_bench.goals import Goal, own_losses


def test_a_goal_needs_figures_and_all_of_them():
    assert Goal(name="x", figures=(0.02, 0.1), limit=0.1).holds
    assert not Goal(name="x", figures=(0.02, 0.11), limit=0.1).holds
    assert not Goal(name="x", figures=(), limit=0.1).holds
    assert not Goal(name="x", figures=(0.0, math.nan), limit=0.1).holds


def test_every_way_the_emulator_loses_a_packet_counts():
    summary = {
        "oversized": 1,
        "unsent_at_end": 2,
        "send_errors": {"r0: Network is down": 4},
        "interface_drops": {"c0": 8, "r1": 16},
        "ports": [{"ring_dropped": 32}, {"ring_dropped": 64}],
    }
    assert sum(own_losses(summary).values()) == 127
    assert sum(own_losses({}).values()) == 0
