"""One direction of a link, by figures worked out by hand: service time = bytes x 8 / rate."""

import random

from hil_tests.sims.operator_net.link import Direction, Fate
from hil_tests.sims.operator_net.settings import DirectionSetting, RateStep

MS = 1_000_000
S = 1_000_000_000


def make(seed=1, **settings):
    rngs = {"loss_rng": random.Random(seed), "jitter_rng": random.Random(seed + 1)}
    return Direction(DirectionSetting(**settings), **rngs)


def test_a_frame_takes_its_service_time_and_the_delay():
    # 1250 bytes at 10 Mbit/s = 1 ms; the second frame waits for the first
    link = make(rate_bps=10_000_000, delay_ms=20)
    assert link.admit(5 * S, 1250) == (Fate.DELIVERED, 5 * S + 21 * MS)
    assert link.admit(5 * S, 1250) == (Fate.DELIVERED, 5 * S + 22 * MS)
    assert link.admit(6 * S, 1250) == (Fate.DELIVERED, 6 * S + 21 * MS)


def test_without_a_rate_only_the_delay_counts():
    link = make(delay_ms=2.5)
    assert [link.admit(S, 1514) for _ in range(3)] == [(Fate.DELIVERED, S + 2_500_000)] * 3


def test_queue_in_ms_drops_what_would_need_longer():
    link = make(rate_bps=10_000_000, queue_ms=3)
    fates = [link.admit(S, 1250)[0] for _ in range(5)]
    assert fates == [Fate.DELIVERED] * 3 + [Fate.QUEUE_FULL] * 2
    assert link.admit(S + 1 * MS, 1250) == (Fate.DELIVERED, S + 4 * MS)  # one has left


def test_queue_in_bytes_counts_what_waits_or_is_being_sent():
    link = make(rate_bps=10_000_000, queue_bytes=2500)
    assert [link.admit(S, 1250)[0] for _ in range(3)] == [Fate.DELIVERED, Fate.DELIVERED, Fate.QUEUE_FULL]
    assert link.admit(S + 1 * MS, 1250)[0] is Fate.DELIVERED
    assert link.admit(S + 1 * MS, 60)[0] is Fate.QUEUE_FULL


def test_a_dropped_frame_uses_none_of_the_rate():
    link = make(rate_bps=10_000_000, queue_ms=1)
    assert link.admit(S, 1250)[0] is Fate.DELIVERED
    assert link.admit(S, 1250) == (Fate.QUEUE_FULL, 0)
    assert link.admit(S + 1 * MS, 1250) == (Fate.DELIVERED, S + 2 * MS)


def test_loss_is_the_share_that_was_set():
    # binomial, n = 20000, p = 0.02: mean 400, sigma 19.8; five sigma
    link = make(loss=0.02)
    lost = sum(link.admit(S + k, 100)[0] is Fate.LOSS for k in range(20_000))
    assert 301 <= lost <= 499


def test_all_or_nothing_is_lost_at_the_ends():
    assert {make(loss=1.0).admit(S, 100)[0] for _ in range(50)} == {Fate.LOSS}
    link = make(loss=0.0)
    assert {link.admit(S, 100)[0] for _ in range(50)} == {Fate.DELIVERED}


def test_jitter_keeps_order_and_stays_in_its_range():
    link = make(delay_ms=10, jitter_ms=5)
    due_ns = [link.admit(S + k * MS, 100)[1] for k in range(500)]
    extra_ms = [(due - S - k * MS) / MS - 10 for k, due in enumerate(due_ns)]
    assert due_ns == sorted(due_ns)
    assert min(extra_ms) >= 0
    assert max(extra_ms) <= 5
    assert max(extra_ms) - min(extra_ms) > 2


def test_the_same_seed_decides_the_same():
    def decide(seed):
        link = make(seed, loss=0.1, jitter_ms=3)
        return [link.admit(S + k * MS, 100) for k in range(200)]

    assert decide(7) == decide(7)
    assert decide(7) != decide(8)


def stepping():
    return make(rate_bps=10_000_000, rate_steps=(RateStep(2.0, 5_000_000),))


def test_the_rate_steps_that_long_after_the_first_bulk_frame():
    link = stepping()
    assert link.admit(100 * S, 1250) == (Fate.DELIVERED, 100 * S + 1 * MS)
    for k in range(1, 20):
        assert link.admit(100 * S + k * S // 10, 1250)[1] == 100 * S + k * S // 10 + 1 * MS
    assert link.admit(102 * S, 1250)[1] == 102 * S + 2 * MS
    assert [(c.t_ns, c.rate_bps, c.cause, c.since_burst_s) for c in link.changes] == [
        (100 * S, 10_000_000, "burst", 0.0),
        (102 * S, 5_000_000, "step", 2.0),
    ]


def test_small_frames_start_no_burst_and_see_the_first_rate():
    link = stepping()
    for k in range(40):
        assert link.admit(100 * S + k * S // 10, 125)[1] == 100 * S + k * S // 10 + MS // 10
    assert link.changes == []


def test_a_new_burst_begins_at_the_first_rate_again():
    link = stepping()
    for k in range(30):
        link.admit(100 * S + k * S // 10, 1250)
    assert link.admit(104 * S, 1250)[1] == 104 * S + 1 * MS  # the last bulk frame was at 102.9 s
    assert [c.cause for c in link.changes] == ["burst", "step", "burst"]


def test_a_step_holds_from_its_time_for_what_still_waits():
    # 100 frames at once: 50 take 1 ms each, then the rate halves and 50 take 2 ms each
    link = make(rate_bps=10_000_000, rate_steps=(RateStep(0.05, 5_000_000),))
    due_ns = [link.admit(100 * S, 1250)[1] for _ in range(100)]
    assert due_ns[49] == 100 * S + 50 * MS
    assert due_ns[99] == 100 * S + 150 * MS
