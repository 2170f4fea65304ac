"""A packet's arrival in, its fate and due time out: compiled, and no clock, socket or generator in it.

The link is a virtual clock: a frame starts when the one before has ended, takes what the bottleneck serves
(service.py), then travels delay + jitter. What is decided about a packet is never taken back, except by a
blackhole. Order: blackhole, policer, loss, promotion, queue, CoDel, delay, jitter, reorder, batching.
"""

import math

import numpy as np

from hil_tests.sims.operator_net.compiled import compiled
from hil_tests.sims.operator_net.fates import Cause, Fate, Kind, State
from hil_tests.sims.operator_net.service import (
    change,
    end_of_service,
    follow_burst,
    follow_plan,
    take_steps,
    up_to_multiple,
)
from hil_tests.sims.operator_net.tables import DRAWS, JITTER, LOSS, MOVE, NS_PER_S, REORDER, WAITING, Tables

DELIVERED, LOST, QUEUE_FULL = int(Fate.DELIVERED), int(Fate.LOSS), int(Fate.QUEUE_FULL)
CODEL, POLICED, BLACKHOLE = int(Fate.CODEL), int(Fate.POLICED), int(Fate.BLACKHOLE)
NEED_PLAN = -1  # not decided: the plan must reach further, then ask again
GATE, PROMOTION = int(Kind.GATE), int(Cause.PROMOTION)
PROMOTED, BAD, REORDERED = int(State.PROMOTED), int(State.BAD), int(State.REORDERED)
PEAK_BYTES = 1514


@compiled
def admit(tables: Tables, k: int, t_ns: int, length_bytes: int) -> tuple[int, int]:
    """Return (fate, due_ns) of a frame that reached direction *k* at t_ns; due_ns = 0 when it never leaves.

    NEED_PLAN: call again with the same frame when the plan is longer.
    """
    s = tables.states[k]
    if not s.passed:
        s.queue_out_ns = 0
        s.state_out = 0
        fate = _at_entry(tables, k, t_ns, length_bytes)
        if fate != DELIVERED:
            return fate, 0
        s.passed = 1
    fate, end_ns = _through_queue(tables, k, t_ns, length_bytes)
    if fate == NEED_PLAN:
        return NEED_PLAN, 0
    s.passed = 0
    if fate != DELIVERED:
        return fate, 0
    if _is_black(tables, k, end_ns):
        return BLACKHOLE, 0
    return DELIVERED, _under_way(tables, k, end_ns)


@compiled
def _draw(tables: Tables, k: int, use: int) -> float:
    drawn = tables.states[k].drawn
    value: float = tables.draws[k, use, drawn[use] & (DRAWS - 1)]
    drawn[use] += 1
    return value


@compiled
def _at_entry(tables: Tables, k: int, t_ns: int, length_bytes: int) -> int:
    s = tables.states[k]
    if s.is_black or _is_black(tables, k, t_ns):
        return BLACKHOLE
    if s.policer_rate > 0 and not _conforms(tables, k, t_ns, length_bytes):
        return POLICED
    if s.loss > 0 and _draw(tables, k, LOSS) < s.loss:
        return LOST
    if s.has_bursts and _lost_in_burst(tables, k):
        return LOST
    if s.promotion_ns > 0:
        _promote(tables, k, t_ns)
    if s.steps > 0 or s.first_rate > 0:
        follow_burst(tables, k, t_ns, length_bytes)
    return DELIVERED


@compiled
def _is_black(tables: Tables, k: int, t_ns: int) -> bool:
    for n in range(tables.states[k].windows):
        if tables.windows[k, n, 0] <= t_ns < tables.windows[k, n, 1]:
            return True
    return False


@compiled
def _conforms(tables: Tables, k: int, t_ns: int, length_bytes: int) -> bool:
    """Take the frame's tokens if both buckets hold enough."""
    s = tables.states[k]
    passed_s = max(0, t_ns - s.tokens_ns) / NS_PER_S if s.tokens_ns else 0.0
    s.tokens_ns = max(t_ns, s.tokens_ns)
    s.tokens = min(s.policer_burst, s.tokens + passed_s * s.policer_rate / 8)
    if s.policer_peak > 0:
        s.peak_tokens = min(float(PEAK_BYTES), s.peak_tokens + passed_s * s.policer_peak / 8)
        if s.peak_tokens < length_bytes:
            return False
    if s.tokens < length_bytes:
        return False
    s.tokens = s.tokens - length_bytes
    s.peak_tokens = s.peak_tokens - length_bytes
    return True


@compiled
def _lost_in_burst(tables: Tables, k: int) -> bool:
    s = tables.states[k]
    turn = s.leave if s.bad else s.enter
    if _draw(tables, k, MOVE) < turn:
        s.bad = 1 - s.bad
    share = s.loss_bad if s.bad else s.loss_good
    s.state_out |= BAD * s.bad
    return bool(_draw(tables, k, LOSS) < share)


@compiled
def _promote(tables: Tables, k: int, t_ns: int) -> None:
    s = tables.states[k]
    link = tables.shared[k // 2]
    if t_ns - max(link.last_ns, link.gate_ns) > s.idle_ns:
        link.gate_ns = t_ns + s.promotion_ns
        for way in range(k // 2 * 2, min(k // 2 * 2 + 2, len(tables.states))):
            if tables.states[way].promotion_ns > 0:
                change(tables, way, t_ns, 0.0, GATE, PROMOTION)
                change(tables, way, link.gate_ns, 1.0, GATE, PROMOTION)
    if t_ns < link.gate_ns:
        s.state_out |= PROMOTED
    link.last_ns = max(link.last_ns, t_ns)


@compiled
def _through_queue(tables: Tables, k: int, t_ns: int, length_bytes: int) -> tuple[int, int]:
    """Return (fate, when the frame has left the bottleneck)."""
    s = tables.states[k]
    start_ns = max(t_ns, s.free_ns)
    if s.promotion_ns > 0:
        start_ns = max(start_ns, tables.shared[k // 2].gate_ns)
    take_steps(tables, k, start_ns)
    follow_plan(tables, k, start_ns)
    end_ns = end_of_service(tables, k, start_ns, length_bytes)
    if end_ns < 0:
        return NEED_PLAN, 0
    left_ns = up_to_multiple(end_ns, s.tti_ns)
    s.queue_out_ns = left_ns - t_ns
    if s.queue_ns >= 0 and left_ns - t_ns > s.queue_ns:
        return QUEUE_FULL, 0
    if s.queue_bytes >= 0 and not _has_room(tables, k, t_ns, length_bytes):
        return QUEUE_FULL, 0
    if s.codel_target_ns > 0 and _codel_drops(tables, k, start_ns, start_ns - t_ns):
        _wait(tables, k, start_ns, length_bytes)
        s.queue_out_ns = start_ns - t_ns
        return CODEL, 0
    s.free_ns = end_ns
    _wait(tables, k, end_ns, length_bytes)
    return DELIVERED, left_ns


@compiled
def _has_room(tables: Tables, k: int, t_ns: int, length_bytes: int) -> bool:
    s = tables.states[k]
    waiting = tables.waiting[k]
    while s.waits > 0 and waiting[s.wait_head, 0] <= t_ns:
        s.waiting_bytes -= waiting[s.wait_head, 1]
        s.wait_head = (s.wait_head + 1) % WAITING
        s.waits -= 1
    return bool(s.waits < WAITING and s.waiting_bytes + length_bytes <= s.queue_bytes)


@compiled
def _wait(tables: Tables, k: int, end_ns: int, length_bytes: int) -> None:
    s = tables.states[k]
    if s.queue_bytes < 0:
        return
    place = (s.wait_head + s.waits) % WAITING
    tables.waiting[k, place, 0] = end_ns
    tables.waiting[k, place, 1] = length_bytes
    s.waits += 1
    s.waiting_bytes += length_bytes


@compiled
def _codel_drops(tables: Tables, k: int, now_ns: int, sojourn_ns: int) -> bool:
    """Return whether CoDel drops the frame at the head of the queue (RFC 8289 5.5 and 5.6)."""
    s = tables.states[k]
    may_drop = _stays_above(tables, k, now_ns, sojourn_ns)
    if s.dropping:
        if not may_drop:
            s.dropping = 0
        elif now_ns >= s.drop_next_ns:
            s.drops += 1
            s.drop_next_ns += round(s.codel_interval_ns / math.sqrt(s.drops))
            return True
        return False
    if not may_drop:
        return False
    s.dropping = 1
    fresh = s.drops - s.last_drops
    recent = now_ns - s.drop_next_ns < 16 * s.codel_interval_ns
    s.drops = fresh if fresh > 1 and recent else 1
    s.last_drops = s.drops
    s.drop_next_ns = now_ns + round(s.codel_interval_ns / math.sqrt(s.drops))
    return True


@compiled
def _stays_above(tables: Tables, k: int, now_ns: int, sojourn_ns: int) -> bool:
    s = tables.states[k]
    if sojourn_ns < s.codel_target_ns:
        s.above_ns = 0
    elif s.above_ns == 0:
        s.above_ns = now_ns + s.codel_interval_ns
    else:
        return bool(now_ns >= s.above_ns)
    return False


@compiled
def _under_way(tables: Tables, k: int, left_ns: int) -> int:
    """Return when a frame that left the bottleneck at left_ns comes out."""
    s = tables.states[k]
    due_ns = left_ns + s.delay_ns
    if s.jitter_ns > 0:
        due_ns += round(_draw(tables, k, JITTER) * s.jitter_ns)
    if s.reorder_share > 0 and _draw(tables, k, REORDER) < s.reorder_share:
        s.state_out |= REORDERED
        return up_to_multiple(due_ns + s.reorder_ns, s.batch_ns)
    s.last_due_ns = due_ns = max(due_ns, s.last_due_ns)
    return up_to_multiple(due_ns, s.batch_ns)


@compiled
def observed(tables: Tables, k: int, t_ns: int) -> tuple[int, int]:
    """Return (row of the trace, competing users) at t_ns, which does not go back."""
    s = tables.states[k]
    if s.planned == 0:
        return 0xFFFF, 0
    plan = tables.plans[k]
    while s.plan_seen + 1 < s.planned and plan[s.plan_seen + 1].t_ns <= t_ns:
        s.plan_seen += 1
    return int(np.int64(plan[s.plan_seen].row)), int(np.int64(plan[s.plan_seen].users))
