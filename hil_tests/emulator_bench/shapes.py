"""Every shape of a link seen from outside: what is set, what is sent, and what the captures must show."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from hil_tests.emulator_bench import estimates
from hil_tests.emulator_bench.draws import MBIT, Trial, both_ways, saturating_pps
from hil_tests.emulator_bench.estimates import Window
from hil_tests.emulator_bench.flows import Flow
from hil_tests.emulator_bench.reconcile import Joined
from hil_tests.sims.operator_net.settings import (
    Codel,
    DirectionSetting,
    LossBursts,
    Policer,
    Promotion,
    Ramp,
    Reorder,
    Scheduler,
    TraceRow,
)
from hil_tests.sims.operator_net.settings import Window as Blackhole

SLACK_MS = 3.0  # by which a packet may be late and still count as on time here; the delay has its own goal
MEAN_SLACK_MS = 0.15  # by which every packet is late on average: wake-up, and the far end's own path
FRAME_BYTES = 1400


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One figure of a shape beside its limit; it holds when the figure is not above it."""

    shape: str
    what: str
    figure: float
    limit: float

    @property
    def holds(self) -> bool:
        """Return whether the figure keeps its limit; what is not a number does not."""
        return self.figure <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A flow as its captures have it, without packet 0; began_ns: second 0 of the link's own time."""

    setting: DirectionSetting
    joined: Joined
    began_ns: int
    seconds: float

    @property
    def whole(self) -> Window:
        """Return the seconds in which the flow surely fills the link."""
        return Window(0.5, self.seconds)


Judge = Callable[[Seen], Iterator[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A shape: how it is set, what is sent (of line 0, up), who judges it, and whether the link is full."""

    name: str
    setting: DirectionSetting
    flow: Flow
    judge: Judge
    is_full: bool = False


def error_pct(value: float, wanted: float) -> float:
    """Return the relative error, per cent."""
    return abs(value / wanted - 1) * 100


def saturated(rate_bps: float, times: float = 1.4) -> Flow:
    """Return a flow that offers *times* that rate."""
    return Flow(0, True, saturating_pps(rate_bps, times))


def policer(rng: random.Random) -> Case:
    """A burst at line rate, then the tokens' rate."""
    rate_bps = round(rng.uniform(4, 9) * MBIT)
    bucket = Policer(rate_bps=rate_bps, burst_bytes=round(rate_bps / 8 * rng.uniform(0.2, 0.5)))
    setting = DirectionSetting(rate_bps=4 * rate_bps, delay_ms=10, queue_ms=200, policer=bucket)

    def judge(seen: Seen) -> Iterator[Finding]:
        excess = estimates.bucket_excess_bytes(seen.joined, rate_bps, setting.delay_ms)
        yield Finding(
            shape="policer", what="sustained rate, error %", limit=0.5,
            figure=error_pct(estimates.rate_bps(seen.joined, Window(2.0, seen.seconds)), rate_bps),
        )  # fmt: skip
        yield Finding(
            shape="policer", what="burst beyond the rate, error %", limit=3.0,
            figure=error_pct(float(excess.max()), bucket.burst_bytes),
        )  # fmt: skip

    return Case(name="policer", setting=setting, flow=saturated(rate_bps, 2.0), judge=judge, is_full=True)


def ramp(rng: random.Random) -> Case:
    """The first rate, then a step to the last."""
    last_bps = round(rng.uniform(8, 14) * MBIT)
    first_bps = round(last_bps * rng.uniform(0.4, 0.7))
    after_s = round(rng.uniform(0.5, 1.8), 3)
    setting = DirectionSetting(
        rate_bps=last_bps, delay_ms=15, queue_ms=250, ramp=Ramp(first_rate_bps=first_bps, after_s=after_s)
    )

    def judge(seen: Seen) -> Iterator[Finding]:
        before = estimates.rate_bps(seen.joined, Window(0.1, after_s - 0.05))
        after = estimates.rate_bps(seen.joined, Window(after_s + 0.3, seen.seconds))
        yield Finding(
            shape="ramp", what="first rate, error %", figure=error_pct(before, first_bps), limit=1.0
        )
        yield Finding(shape="ramp", what="last rate, error %", figure=error_pct(after, last_bps), limit=0.5)
        step_s = step_at_s(seen, first_bps, last_bps) - setting.delay_ms / 1000
        yield Finding(shape="ramp", what="step, ms off", figure=abs(step_s - after_s) * 1000, limit=20.0)

    return Case(name="ramp", setting=setting, flow=saturated(last_bps), judge=judge, is_full=True)


def step_at_s(seen: Seen, first_bps: float, last_bps: float) -> float:
    """Return when the rate stepped, from what came out in all: first x t + last x (T - t) = bits."""
    out = seen.joined.by_arrival()
    end_s = float(out.far_ns[-1] - seen.joined.near_ns.min()) / estimates.NS_PER_S
    bits = 8 * float(out.length.sum())
    delay_s = seen.setting.delay_ms / 1000
    return (last_bps * (end_s - delay_s) - bits) / (last_bps - first_bps) + delay_s


def batching(rng: random.Random) -> Case:
    """Arrivals in batches, at multiples of the batch's length."""
    step_ms = round(rng.uniform(4, 16), 2)
    setting = DirectionSetting(rate_bps=20 * MBIT, delay_ms=10, queue_ms=100, batching_ms=step_ms)

    def judge(seen: Seen) -> Iterator[Finding]:
        out = seen.joined.by_arrival()
        late_ms = estimates.after_multiple_ms(out.far_ns, step_ms)
        gap_ms = float(np.median(estimates.clusters_ms(seen.joined, step_ms / 2)))
        off = float(np.mean(late_ms > SLACK_MS)) * 100
        yield Finding(shape="batching", what="arrivals outside a batch's moment, %", figure=off, limit=2.0)
        yield Finding(
            shape="batching", what="batch to batch, error %", figure=error_pct(gap_ms, step_ms), limit=3.0
        )

    return Case(name="batching", setting=setting, flow=Flow(0, True, 1500.0), judge=judge)


def promotion(rng: random.Random) -> Case:
    """After each silence the first packet waits."""
    wait = Promotion(promotion_ms=round(rng.uniform(60, 280), 1), idle_ms=round(rng.uniform(200, 600), 1))
    setting = DirectionSetting(rate_bps=30 * MBIT, delay_ms=20, queue_ms=1000, promotion=wait)

    def judge(seen: Seen) -> Iterator[Finding]:
        joined = seen.joined
        first = np.concatenate(([False], np.diff(joined.near_ns) > wait.idle_ms * estimates.NS_PER_MS))
        extra_ms = estimates.transit_ms(joined) - setting.delay_ms
        off_ms = float(np.abs(extra_ms[first] - wait.promotion_ms).max())
        yield Finding(
            shape="promotion", what="first packet's extra wait, ms off", figure=off_ms, limit=SLACK_MS
        )
        yield Finding(
            shape="promotion", what="silences missed", figure=float(np.count_nonzero(first) < 3), limit=0.0
        )
        settled_ms = float(np.percentile(extra_ms[~first], 25))
        yield Finding(
            shape="promotion", what="later packets' extra wait, ms", figure=settled_ms, limit=SLACK_MS
        )

    flow = Flow(0, True, 400.0, on_s=0.8, off_s=wait.idle_ms / 1000 + 0.25)
    return Case(name="promotion", setting=setting, flow=flow, judge=judge)


def scheduler(rng: random.Random) -> Case:
    """Grants of 1 ms, and a share that comes and goes with the other users."""
    rate_bps = round(rng.uniform(15, 30) * MBIT)
    shape = Scheduler(users=rng.randint(2, 4), grant=rng.choice(("share", "turns")))
    setting = DirectionSetting(rate_bps=rate_bps, delay_ms=12, queue_ms=200, scheduler=shape)

    def judge(seen: Seen) -> Iterator[Finding]:
        out = seen.joined.by_arrival()
        late_ms = estimates.after_multiple_ms(out.far_ns - round(setting.delay_ms * estimates.NS_PER_MS), 1.0)
        spans = [Window(k / 10, k / 10 + 0.1) for k in range(5, round(seen.seconds * 10) - 1)]
        rates = np.array([estimates.rate_bps(seen.joined, span) for span in spans])
        off = float(np.mean(late_ms > 0.8)) * 100  # a moment drawn at random is there in 20 of 100
        yield Finding(shape="scheduler", what="arrivals late in the TTI, %", figure=off, limit=12.0)
        most = error_pct(float(np.nanmax(rates)), rate_bps) if np.nanmax(rates) > rate_bps else 0.0
        yield Finding(shape="scheduler", what="100 ms above the whole cell, %", figure=most, limit=5.0)
        spread = float(np.nanpercentile(rates, 90) / np.nanpercentile(rates, 10))
        yield Finding(shape="scheduler", what="1 / (p90 / p10 of 100 ms rates)", figure=1 / spread, limit=0.8)
        least = rate_bps / (shape.users + 1) / float(np.nanmean(rates))
        yield Finding(shape="scheduler", what="least share / mean rate", figure=least, limit=1.0)

    return Case(name="scheduler", setting=setting, flow=saturated(rate_bps, 1.2), judge=judge, is_full=True)


def trace(rng: random.Random) -> Case:
    """A rate that follows a file, seconds counted from the link's start."""
    first_bps, then_bps = round(rng.uniform(10, 14) * MBIT), round(rng.uniform(4, 8) * MBIT)
    turn_s = round(rng.uniform(3, 4), 3)
    rows = (TraceRow(0.0, first_bps, -90.0, -10.0, 12.0), TraceRow(turn_s, then_bps, -110.0, -14.0, 1.0))
    setting = DirectionSetting(delay_ms=10, queue_ms=250, rate_trace=rows)

    def judge(seen: Seen) -> Iterator[Finding]:
        at_s = turn_s - (float(seen.joined.near_ns.min()) - seen.began_ns) / estimates.NS_PER_S
        before = estimates.rate_bps(seen.joined, Window(0.3, at_s - 0.05))
        after = estimates.rate_bps(seen.joined, Window(at_s + 0.3, seen.seconds))
        yield Finding(
            shape="trace", what="rate before, error %", figure=error_pct(before, first_bps), limit=0.5
        )
        yield Finding(shape="trace", what="rate after, error %", figure=error_pct(after, then_bps), limit=0.5)
        step_s = step_at_s(seen, first_bps, then_bps) - setting.delay_ms / 1000
        yield Finding(shape="trace", what="turn, ms off", figure=abs(step_s - at_s) * 1000, limit=20.0)

    return Case(name="trace", setting=setting, flow=saturated(first_bps), judge=judge, is_full=True)


def reorder(rng: random.Random) -> Case:
    """A share of the packets comes later and is overtaken."""
    shape = Reorder(share=round(rng.uniform(0.02, 0.08), 4), by_ms=round(rng.uniform(12, 25), 2))
    setting = DirectionSetting(rate_bps=200 * MBIT, delay_ms=10, queue_ms=100, reorder=shape)

    def judge(seen: Seen) -> Iterator[Finding]:
        extra_ms = estimates.transit_ms(seen.joined) - setting.delay_ms
        late = int(np.count_nonzero(extra_ms > shape.by_ms * 0.7))
        z = estimates.sigmas(late, len(extra_ms), shape.share)
        yield Finding(shape="reorder", what="share, sigmas off", figure=z, limit=3.5)
        gap = abs(estimates.overtaken(seen.joined) - late) / max(late, 1) * 100
        yield Finding(
            shape="reorder", what="overtaken but not late, or late but not overtaken, %", figure=gap, limit=2
        )

    return Case(name="reorder", setting=setting, flow=Flow(0, True, 1200.0), judge=judge)


def loss_bursts(rng: random.Random) -> Case:
    """Loss that comes in bursts: the share, and the mean length."""
    leave, share = round(rng.uniform(0.15, 0.4), 3), rng.uniform(0.02, 0.06)
    shape = LossBursts(enter=round(leave * share / (1 - share), 5), leave=leave)
    setting = DirectionSetting(rate_bps=50 * MBIT, delay_ms=10, queue_ms=100, loss_bursts=shape)

    def judge(seen: Seen) -> Iterator[Finding]:
        gone = estimates.lost(seen.joined)
        real = shape.enter / (shape.enter + shape.leave)
        memory = 1 - shape.enter - shape.leave  # a chain's counts spread more than a coin's
        spread = (1 + memory) / (1 - memory)
        z = estimates.sigmas(int(gone.sum()), len(gone), real, spread=spread)
        yield Finding(shape="loss bursts", what="share, sigmas off", figure=z, limit=3.5)
        lengths = estimates.bursts_of_loss(gone)
        scale = float(np.sqrt(1 - leave)) / leave / float(np.sqrt(max(len(lengths), 1)))
        z = abs(float(lengths.mean()) - 1 / leave) / scale if len(lengths) else float("inf")
        yield Finding(shape="loss bursts", what="mean length, sigmas off", figure=z, limit=3.5)

    return Case(name="loss bursts", setting=setting, flow=Flow(0, True, 2000.0), judge=judge)


def codel(rng: random.Random) -> Case:
    """A queue that CoDel keeps short, although what is offered is too much and never yields."""
    rate_bps = round(rng.uniform(9, 13) * MBIT)
    setting = DirectionSetting(rate_bps=rate_bps, delay_ms=10, queue_ms=400, codel=Codel())

    def judge(seen: Seen) -> Iterator[Finding]:
        joined = seen.joined
        late = estimates.entered_s(joined)[joined.arrived] > seen.seconds * 0.6
        wait_ms = float(np.median((estimates.transit_ms(joined) - setting.delay_ms)[late]))
        yield Finding(shape="codel", what="standing queue, ms (400 without)", figure=wait_ms, limit=40.0)
        rate = estimates.rate_bps(joined, seen.whole)
        yield Finding(shape="codel", what="rate, error %", figure=error_pct(rate, rate_bps), limit=1.0)

    return Case(name="codel", setting=setting, flow=saturated(rate_bps, 1.05), judge=judge, is_full=True)


def blackhole(rng: random.Random) -> Case:
    """What enters in the window is gone, what enters outside of it is not (nothing waits here)."""
    from_s = round(rng.uniform(2, 3), 3)
    window = Blackhole(from_s, round(from_s + rng.uniform(0.5, 1.5), 3))
    setting = DirectionSetting(rate_bps=30 * MBIT, delay_ms=10, queue_ms=100, blackholes=(window,))

    def judge(seen: Seen) -> Iterator[Finding]:
        t_s = (seen.joined.near_ns - seen.began_ns) / estimates.NS_PER_S
        edge_s = SLACK_MS / 1000
        inside = (t_s > window.from_s + edge_s) & (t_s < window.until_s - edge_s)
        outside = (t_s < window.from_s - edge_s) | (t_s > window.until_s + edge_s)
        arrived = seen.joined.arrived
        came = float(np.count_nonzero(arrived & inside)) + float(not inside.any())
        yield Finding(shape="blackhole", what="came through", figure=came, limit=0)
        least_ms = float(estimates.transit_ms(seen.joined).min()) - setting.delay_ms
        yield Finding(shape="blackhole", what="least delay, ms off", figure=abs(least_ms), limit=0.3)
        gone = float(np.count_nonzero(~arrived & outside))
        yield Finding(shape="blackhole", what="swallowed outside of it", figure=gone, limit=0)

    return Case(name="blackhole", setting=setting, flow=Flow(0, True, 800.0), judge=judge)


def jitter(rng: random.Random) -> Case:
    """Each packet waits for a time of its own: uniform, where packets come too far apart to meet."""
    jitter_ms = round(rng.uniform(2, 6), 2)
    setting = DirectionSetting(rate_bps=100 * MBIT, delay_ms=15, jitter_ms=jitter_ms, queue_ms=100)

    def judge(seen: Seen) -> Iterator[Finding]:
        extra_ms = estimates.transit_ms(seen.joined) - setting.delay_ms - FRAME_BYTES * 8 / 100e3
        spread_ms = jitter_ms / float(np.sqrt(12 * len(extra_ms)))
        off_ms = max(0.0, abs(float(extra_ms.mean()) - jitter_ms / 2) - MEAN_SLACK_MS)
        yield Finding(shape="jitter", what="mean, sigmas off", figure=off_ms / spread_ms, limit=3.5)
        least_ms = abs(float(np.percentile(extra_ms, 1)) - jitter_ms / 100)
        yield Finding(shape="jitter", what="first per cent, ms off", figure=least_ms, limit=0.5)
        most_ms = abs(float(np.percentile(extra_ms, 95)) - jitter_ms * 0.95)
        yield Finding(shape="jitter", what="95th per cent, ms off", figure=most_ms, limit=0.5)

    return Case(name="jitter", setting=setting, flow=Flow(0, True, 120.0), judge=judge)


def queue(rng: random.Random) -> Case:
    """A full queue: what finds no room is dropped, what finds some waits no longer than that."""
    rate_bps, queue_ms = round(rng.uniform(6, 12) * MBIT), round(rng.uniform(150, 300), 1)
    setting = DirectionSetting(rate_bps=rate_bps, delay_ms=10, queue_ms=queue_ms)

    def judge(seen: Seen) -> Iterator[Finding]:
        extra_ms = estimates.transit_ms(seen.joined) - setting.delay_ms
        frame_ms = FRAME_BYTES * 8 / rate_bps * 1000
        over_ms = float(np.percentile(extra_ms, 99)) - queue_ms
        yield Finding(shape="queue", what="longest wait beyond the limit, ms", figure=over_ms, limit=SLACK_MS)
        yield Finding(shape="queue", what="limit beyond it, ms", figure=-over_ms, limit=2 * frame_ms)
        rate = estimates.rate_bps(seen.joined, seen.whole)
        yield Finding(shape="queue", what="rate, error %", figure=error_pct(rate, rate_bps), limit=0.1)

    return Case(name="queue", setting=setting, flow=saturated(rate_bps, 1.5), judge=judge, is_full=True)


CASES = (
    policer,
    ramp,
    batching,
    promotion,
    scheduler,
    trace,
    reorder,
    loss_bursts,
    codel,
    blackhole,
    jitter,
    queue,
)


def drawn(rng: random.Random, *, seconds: float) -> tuple[Trial, list[Case]]:
    """Return every shape, one a direction of five links, and the cases in the order of the trial's flows."""
    cases = [make(rng) for make in CASES]
    links, flows = [], []
    for line in range(len(cases) // 2):
        up, down = cases[2 * line : 2 * line + 2]
        links.append(both_ways(line, up.setting, down.setting))
        flows += [on_line(up.flow, line, up=True), on_line(down.flow, line, up=False)]
    return Trial(tuple(links), tuple(flows), seconds), cases


def on_line(flow: Flow, line: int, *, up: bool) -> Flow:
    """Return *flow* on another line or way."""
    return Flow(line, up, flow.pps, flow.frame_bytes, flow.small_bytes, flow.on_s, flow.off_s)
