"""Each shape of a cellular link by figures worked out by hand. 1250 bytes at 10 Mbit/s take 1 ms."""

import itertools
import os
import random
import subprocess
import sys

import numpy as np
import pytest

from hil_tests.sims.operator_net import capacity
from hil_tests.sims.operator_net.fates import Fate, Kind
from hil_tests.sims.operator_net.link import Direction
from hil_tests.sims.operator_net.links import Links
from hil_tests.sims.operator_net.records import CAPACITY_DTYPE
from hil_tests.sims.operator_net.settings import (
    Codel,
    DirectionSetting,
    LossBursts,
    Policer,
    Promotion,
    Ramp,
    RateStep,
    Reorder,
    Scheduler,
    TraceRow,
    Window,
)
from hil_tests.sims.operator_net.tables import USES

MS = 1_000_000
S = 1_000_000_000
T0 = 5 * S
TEN = 10_000_000


class Scripted(random.Random):
    """Gives the numbers it was told, over and over."""

    def __init__(self, *numbers):
        super().__init__(0)
        self._numbers = itertools.cycle(numbers)

    def random(self):
        return next(self._numbers)


def make(rngs=None, **settings):
    every = {"loss_rng": random.Random(1), "jitter_rng": random.Random(2), **(rngs or {})}
    return Direction(DirectionSetting(**settings), T0, T0, **every)


def due_ms(decided):
    assert decided[0] is Fate.DELIVERED
    return (decided[1] - T0) / MS


def test_loss_in_bursts_follows_the_chain():
    move = Scripted(0.9, 0.1, 0.9, 0.1)  # stays good, turns bad, stays bad, turns good
    link = make({"move": move}, loss_bursts=LossBursts(enter=0.5, leave=0.5))
    fates = [link.admit(T0 + k, 100)[0] for k in range(8)]
    assert fates == [Fate.DELIVERED, Fate.LOSS, Fate.LOSS, Fate.DELIVERED] * 2


def test_the_bad_state_may_lose_only_a_part():
    link = make(
        {"move": Scripted(0.0, 0.9, 0.9), "loss_rng": Scripted(0.2, 0.5, 0.2)},
        loss_bursts=LossBursts(enter=0.5, leave=0.5, loss_bad=0.3),
    )
    assert [link.admit(T0 + k, 100)[0] for k in range(3)] == [Fate.LOSS, Fate.DELIVERED, Fate.LOSS]


def test_bursts_have_the_share_and_length_that_were_set():
    # stationary loss 0.01 / 0.26 = 0.0385; n = 20000, correlation 0.74: sigma 0.0035, five of them
    link = make({"move": random.Random(3)}, loss_bursts=LossBursts(enter=0.01, leave=0.25))
    lost = [link.admit(T0 + k, 100)[0] is Fate.LOSS for k in range(20_000)]
    assert 0.0209 < sum(lost) / len(lost) < 0.0561
    bursts = [len(list(run)) for is_lost, run in itertools.groupby(lost) if is_lost]
    assert 3 < np.mean(bursts) < 5  # 1 / 0.25 = 4; about 200 bursts of sigma 3.5: 0.25


def test_the_reordered_come_later_and_are_overtaken():
    link = make({"reorder": Scripted(0.1, 0.9, 0.9)}, delay_ms=10, reorder=Reorder(share=0.5, by_ms=3))
    assert [due_ms(link.admit(T0 + k * MS, 100)) for k in range(3)] == [13, 11, 12]


def test_codel_drops_at_the_times_of_its_control_law():
    # all at once: frame n waits n ms, above 5 ms from frame 5 on, so the first drop is 100 ms later, at 105;
    # then after 100, 100/sqrt(2) = 70.7, 100/sqrt(3) = 57.7 ms, each rounded up to the next frame's start
    link = make(rate_bps=TEN, codel=Codel())
    fates = [link.admit(T0, 1250)[0] for _ in range(380)]
    assert [n for n, fate in enumerate(fates) if fate is Fate.CODEL] == [105, 206, 278, 337]


def test_codel_leaves_a_short_queue_alone():
    link = make(rate_bps=TEN, codel=Codel())
    assert {link.admit(T0 + k * 2 * MS, 1250)[0] for k in range(300)} == {Fate.DELIVERED}


def test_frames_leave_at_the_end_of_a_tti():
    link = make(rate_bps=TEN, scheduler=Scheduler(0))
    assert due_ms(link.admit(T0 + 300_000, 1250)) == 2  # served at 1.3 ms
    assert [due_ms(link.admit(T0 + 4 * MS, 625)) for _ in range(3)] == [5, 5, 6]


def test_a_user_takes_half_of_each_tti_while_it_is_there():
    there_first = Scripted(0.0)  # there for 20 ms, away for 20 ms, and so on
    link = make({"users": there_first}, rate_bps=TEN, scheduler=Scheduler(1))
    due = [due_ms(link.admit(T0, 1250)) for _ in range(31)]
    assert (due[0], due[9], due[10], due[29], due[30]) == (2, 20, 21, 40, 42)


def test_in_turns_every_second_tti_is_the_users():
    link = make({"users": Scripted(0.0)}, rate_bps=TEN, scheduler=Scheduler(1, grant="turns"))
    due = [due_ms(link.admit(T0, 1250)) for _ in range(12)]
    assert (due[0], due[1], due[9], due[10], due[11]) == (1, 3, 19, 21, 22)  # TTI 5000 of the epoch is ours


def test_a_bucket_lets_a_burst_through_and_then_its_rate():
    link = make(policer=Policer(rate_bps=8_000_000, burst_bytes=3000))  # 1000 bytes a ms
    assert [link.admit(T0, 1000)[0] for _ in range(4)] == [Fate.DELIVERED] * 3 + [Fate.POLICED]
    assert [link.admit(T0 + MS, 1000)[0] for _ in range(2)] == [Fate.DELIVERED, Fate.POLICED]


def test_the_peak_rate_holds_inside_the_burst():
    link = make(policer=Policer(rate_bps=8_000_000, burst_bytes=9000, peak_bps=16_000_000))  # 2000 bytes a ms
    assert [link.admit(T0, 1000)[0] for _ in range(2)] == [Fate.DELIVERED, Fate.POLICED]
    assert link.admit(T0 + MS // 4, 1000)[0] is Fate.DELIVERED  # 514 + 500 tokens


def test_batches_end_at_multiples_of_their_time():
    link = make(delay_ms=1, batching_ms=4)
    assert [due_ms(link.admit(T0 + k * MS, 100)) for k in (0, 2, 3, 4)] == [4, 4, 4, 8]


def test_the_second_carrier_comes_after_half_a_second_of_traffic():
    link = make(rate_bps=TEN, ramp=Ramp(first_rate_bps=5_000_000, after_s=0.5))
    service = [due_ms(link.admit(T0 + k * 100 * MS, 1250)) - k * 100 for k in range(7)]
    assert service == [2, 2, 2, 2, 2, 1, 1]
    caps = [(step.t_ns - T0, step.value) for step in link.steps if step.kind is Kind.CAP]
    assert caps == [(0, 5e6), (0, 5e6), (500 * MS, float("inf"))]
    assert due_ms(link.admit(T0 + 3000 * MS, 1250)) == 3002  # a new burst


def test_a_short_burst_brings_no_second_carrier():
    link = make(rate_bps=TEN, ramp=Ramp(first_rate_bps=5_000_000, after_s=2))
    link.admit(T0, 1250)
    assert due_ms(link.admit(T0 + 4000 * MS, 125)) == 4000.2


def test_promotion_makes_the_first_packets_after_idleness_wait():
    link = make(promotion=Promotion(promotion_ms=100, idle_ms=1000))
    due = [due_ms(link.admit(T0 + t * MS, 100)) for t in (0, 50, 500, 1500, 2600)]
    assert due == [100, 100, 500, 1500, 2700]
    gates = [((step.t_ns - T0) // MS, step.value) for step in link.steps if step.kind is Kind.GATE]
    assert gates == [(0, 0), (100, 1), (2600, 0), (2700, 1)]


def test_one_direction_promotes_both():
    setting = DirectionSetting(promotion=Promotion(promotion_ms=100, idle_ms=1000))
    rngs = [{use: random.Random(0) for use in (*USES, "users")} for _ in range(2)]
    links = Links([setting] * 2, rngs, start_ns=T0, begin_ns=T0)
    assert due_ms(links.admit(0, T0, 100)) == 100
    assert due_ms(links.admit(1, T0 + 50 * MS, 100)) == 100
    assert due_ms(links.admit(1, T0 + 200 * MS, 100)) == 200


def test_a_trace_sets_the_rate_also_within_a_frame():
    link = make(rate_trace=(TraceRow(0, TEN), TraceRow(1, TEN // 2)))
    assert due_ms(link.admit(T0 + 500 * MS, 1250)) == 501
    assert due_ms(link.admit(T0 + 999_500_000, 1250)) == 1001  # half in 0.5 ms, half in 1 ms
    assert due_ms(link.admit(T0 + 1500 * MS, 1250)) == 1502


def test_a_hole_in_the_trace_is_waited_out_however_long():
    link = make(rate_trace=(TraceRow(0, TEN), TraceRow(1, 0), TraceRow(61, TEN)))
    assert due_ms(link.admit(T0 + 1500 * MS, 1250)) == 61_001
    assert due_ms(link.admit(T0 + 62_000 * MS, 1250)) == 62_001


def test_a_blackhole_swallows_what_comes_or_would_be_served_in_it():
    link = make(rate_bps=TEN, delay_ms=20, blackholes=(Window(1, 2),))
    fates = [link.admit(T0 + t * MS, 1250)[0] for t in (970, 990, 998, 998, 998, 1000, 1998, 1999, 2000)]
    # of three that come at 998 ms the second is served until 1000 ms: the beginning belongs to the window
    assert [fate is Fate.BLACKHOLE for fate in fates] == [False] * 3 + [True] * 5 + [False]


SATURATED: dict[str, dict[str, object]] = {
    "share": {"rate_bps": TEN, "scheduler": Scheduler(3)},
    "turns": {"rate_bps": TEN, "scheduler": Scheduler(3, grant="turns")},
    "ramp": {"rate_bps": TEN, "ramp": Ramp(first_rate_bps=3_000_000, after_s=0.7)},
    "steps": {"rate_bps": 2_000_000, "rate_steps": (RateStep(0.6, TEN), RateStep(1.1, 3_000_000))},
    "trace": {"rate_trace": (TraceRow(0, TEN), TraceRow(0.5, 2_000_000), TraceRow(1.25, 7_000_000))},
    "all": {
        "rate_trace": (TraceRow(0, TEN), TraceRow(0.7, 4_000_000)),
        "scheduler": Scheduler(2),
        "ramp": Ramp(first_rate_bps=5_000_000, after_s=0.4),
        "promotion": Promotion(promotion_ms=100, idle_ms=1000),
    },
}


@pytest.mark.parametrize("name", SATURATED)
def test_what_a_saturated_link_delivers_is_what_its_log_says_it_could_serve(name):
    link = make({"users": random.Random(5)}, **SATURATED[name])
    served = [link.admit(T0 + k * MS // 2, 1250)[1] for k in range(4000)]  # 20 Mbit/s for 2 s
    rows = [(step.t_ns, step.value, 0, 0, step.kind, step.cause) for step in link.steps]
    rate = capacity.served_rate(np.array(rows, CAPACITY_DTYPE))
    for t0_ms, t1_ms in ((0, 1900), (300, 900), (777, 1333)):
        got = sum(1250 for t_ns in served if T0 + t0_ms * MS < t_ns <= T0 + t1_ms * MS)
        could = capacity.served_bytes(rate, T0 + t0_ms * MS, T0 + t1_ms * MS)
        assert abs(got - could) <= 1250 + 1250  # a frame at an edge, and what one TTI holds


def test_as_plain_python_the_functions_decide_the_same():
    if os.environ.get("NUMBA_DISABLE_JIT"):
        return  # this is that run
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", __file__]
    chosen = ["-k", "not share_and_length and not saturated"]  # those with few packets
    plain = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([*command, *chosen], env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert " passed" in done.stdout
