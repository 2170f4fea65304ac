"""What the bottleneck of a direction serves, and when: rate, bursts and ramps, the plan of grants. Compiled.

The rate at a moment = min(rate, cap) x share: rate by the trace (plan), or the set rate and its steps; cap by
the ramp; share by the scheduler (plan).
"""

import math

from hil_tests.sims.operator_net.compiled import compiled
from hil_tests.sims.operator_net.fates import Cause, Kind, State
from hil_tests.sims.operator_net.tables import CHANGES, NS_PER_S, Tables

BULK_BYTES = 1000  # frames above this belong to a burst (a bulk transfer); probes and ACKs are below
NEVER_NS = 1 << 62
BURST_IDLE_NS = NS_PER_S  # so long without a bulk frame ends a burst
RATE, CAP = int(Kind.RATE), int(Kind.CAP)
BURST, STEP = int(Cause.BURST), int(Cause.STEP)
SECOND_CARRIER = int(State.SECOND_CARRIER)


@compiled
def up_to_multiple(t_ns: int, step_ns: int) -> int:
    """Return t_ns, or the next multiple of step_ns (0: none)."""
    if step_ns <= 0:
        return t_ns
    return (t_ns + step_ns - 1) // step_ns * step_ns


@compiled
def change(tables: Tables, k: int, t_ns: int, value: float, kind: int, cause: int) -> None:
    """Note that *kind* is *value* from t_ns on."""
    s = tables.states[k]
    if s.changes < CHANGES:
        row = tables.changes[k, s.changes]
        row.t_ns = t_ns
        row.value = value
        row.kind = kind
        row.cause = cause
        s.changes += 1


@compiled
def follow_burst(tables: Tables, k: int, t_ns: int, length_bytes: int) -> None:
    """Let a frame begin or prolong a burst; a new burst is served at the first rate."""
    s = tables.states[k]
    if length_bytes <= BULK_BYTES:
        return
    if s.burst_ns < 0 or t_ns - s.last_bulk_ns > BURST_IDLE_NS:
        s.burst_ns = t_ns
        s.next_step = 0
        if s.steps > 0:
            s.rate = s.set_rate
            change(tables, k, t_ns, s.rate, RATE, BURST)
        if s.first_rate > 0:
            s.cap = s.first_rate
            change(tables, k, t_ns, s.cap, CAP, BURST)
    s.last_bulk_ns = t_ns


@compiled
def take_steps(tables: Tables, k: int, start_ns: int) -> None:
    """Take the steps of the burst that are due when a frame starts at start_ns."""
    s = tables.states[k]
    if s.burst_ns < 0:
        return
    while s.next_step < s.steps:
        step_ns = s.burst_ns + round(tables.steps[k, s.next_step, 0] * NS_PER_S)
        if step_ns > start_ns:
            break
        s.rate = tables.steps[k, s.next_step, 1]
        change(tables, k, step_ns, s.rate, RATE, STEP)
        s.next_step += 1
    if s.first_rate > 0:
        _add_carrier(tables, k, start_ns)
        if s.cap == math.inf:
            s.state_out |= SECOND_CARRIER


@compiled
def _add_carrier(tables: Tables, k: int, start_ns: int) -> None:
    """Lift the cap when the burst has lasted long enough."""
    s = tables.states[k]
    step_ns = s.burst_ns + s.ramp_after_ns
    lasted = step_ns - s.last_bulk_ns <= BURST_IDLE_NS
    if s.cap != math.inf and step_ns <= start_ns and lasted:
        s.cap = math.inf
        change(tables, k, step_ns, s.cap, CAP, STEP)


@compiled
def end_of_service(tables: Tables, k: int, start_ns: int, length_bytes: int) -> int:
    """Return when a frame that starts at start_ns has been served; -1: the plan does not reach so far.

    Steps of the burst within the frame are foreseen, not taken: the frame may yet be dropped.
    """
    s = tables.states[k]
    rate, cap, step = s.rate, s.cap, s.next_step
    left = length_bytes * 8.0
    while True:
        step_ns, next_rate, next_cap = _next_step(tables, k, step, rate, cap)
        if s.planned > 0:
            end_ns, left = _serve_by_plan(tables, k, start_ns, step_ns, left, rate, cap)
        else:
            end_ns, left = _serve(start_ns, step_ns, left, min(rate, cap) if rate > 0 else math.inf)
        if end_ns < 0 or left <= 0:
            return int(end_ns)
        start_ns, rate, cap, step = step_ns, next_rate, next_cap, step + 1


@compiled
def _next_step(tables: Tables, k: int, step: int, rate: float, cap: float) -> tuple[int, float, float]:
    """Return (when, rate, cap) of the step that follows; NEVER_NS if there is none."""
    s = tables.states[k]
    if s.burst_ns >= 0 and step < s.steps:
        step_ns = s.burst_ns + round(tables.steps[k, step, 0] * NS_PER_S)
        return int(step_ns), tables.steps[k, step, 1], cap
    step_ns = s.burst_ns + s.ramp_after_ns
    if s.burst_ns >= 0 and s.first_rate > 0 and cap < math.inf and step_ns - s.last_bulk_ns <= BURST_IDLE_NS:
        return int(step_ns), rate, math.inf
    return NEVER_NS, rate, cap


@compiled
def _serve(start_ns: int, until_ns: int, bits: float, rate: float) -> tuple[int, float]:
    """Return (when it ends, bits left then) of serving *bits* at *rate*, at most until until_ns."""
    needed_ns = bits * NS_PER_S / rate if rate > 0 else math.inf
    if needed_ns <= until_ns - start_ns:
        return start_ns + round(needed_ns), 0.0
    return until_ns, bits - rate * max(0, until_ns - start_ns) / NS_PER_S


@compiled
def _serve_by_plan(
    tables: Tables, k: int, start_ns: int, until_ns: int, bits: float, rate: float, cap: float
) -> tuple[int, float]:
    """As _serve, by the plan; (-1, bits) when it does not reach so far."""
    s = tables.states[k]
    plan = tables.plans[k]
    at = s.plan_at
    while at + 1 < s.planned and plan[at + 1].t_ns <= start_ns:
        at += 1
    while True:
        ends_ns = plan[at + 1].t_ns if at + 1 < s.planned else s.plan_until_ns
        in_force = plan[at].rate if plan[at].rate >= 0 else rate
        end_ns, bits = _serve(start_ns, min(ends_ns, until_ns), bits, min(in_force, cap) * plan[at].share)
        if bits <= 0 or end_ns >= until_ns:
            return int(end_ns), bits
        at += 1
        if at >= s.planned:
            return -1, bits
        start_ns = end_ns


@compiled
def follow_plan(tables: Tables, k: int, start_ns: int) -> None:
    """Go to the row of the plan in force at start_ns; no frame starts before one that came earlier."""
    s = tables.states[k]
    while s.plan_at + 1 < s.planned and tables.plans[k, s.plan_at + 1].t_ns <= start_ns:
        s.plan_at += 1
