"""What the compiled functions work on: arrays with one row a direction, made from the settings.

Facts of the setting stand first in STATE, what moves with the packets behind them. -1 = absent for limits
in nanoseconds and bytes, 0 = absent for rates and shapes.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hil_tests.sims.operator_net.settings import DirectionSetting

NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000
NO_ROW = 0xFFFF
USES = ("loss", "jitter", "move", "reorder")  # a stream of random numbers each
LOSS, JITTER, MOVE, REORDER = range(4)
DRAWS = 8192  # random numbers held of each stream, in a ring; a power of two
WAITING = 1 << 15  # frames that queue_bytes can count
CHANGES = 256
PLANNED = 1 << 13

STATE = np.dtype(
    [
        *((name, "<f8") for name in ("loss", "enter", "leave", "loss_bad", "loss_good", "jitter_ns")),
        *(
            (name, "<i8")
            for name in ("delay_ns", "queue_ns", "queue_bytes", "reorder_ns", "batch_ns", "tti_ns")
        ),
        *((name, "<i8") for name in ("codel_target_ns", "codel_interval_ns", "promotion_ns", "idle_ns")),
        *((name, "<f8") for name in ("set_rate", "first_rate", "reorder_share")),
        *((name, "<f8") for name in ("policer_rate", "policer_burst", "policer_peak")),
        *((name, "<i8") for name in ("ramp_after_ns", "steps", "windows", "has_bursts")),
        # what moves
        *((name, "<f8") for name in ("rate", "cap", "tokens", "peak_tokens")),
        *((name, "<i8") for name in ("tokens_ns", "free_ns", "last_due_ns", "burst_ns", "last_bulk_ns")),
        *((name, "<i8") for name in ("next_step", "bad", "is_black", "passed")),
        *((name, "<i8") for name in ("above_ns", "drop_next_ns", "drops", "last_drops", "dropping")),
        *((name, "<i8") for name in ("planned", "plan_at", "plan_seen", "plan_until_ns")),
        *((name, "<i8") for name in ("wait_head", "waits", "waiting_bytes", "changes")),
        ("drawn", "<i8", (len(USES),)),  # how many of each stream were used
        ("filled", "<i8", (len(USES),)),  # and how many there have been
        # about the packet that was decided last
        *((name, "<i8") for name in ("queue_out_ns", "state_out")),
    ],
    align=True,
)
SHARED = np.dtype([("last_ns", "<i8"), ("gate_ns", "<i8")], align=True)  # of both directions of a link
PLAN = np.dtype(
    [("t_ns", "<i8"), ("rate", "<f8"), ("share", "<f8"), ("row", "<u2"), ("users", "u1")], align=True
)
CHANGE = np.dtype([("t_ns", "<i8"), ("value", "<f8"), ("kind", "u1"), ("cause", "u1")], align=True)

Structs = np.recarray[tuple[int, ...], np.dtype[np.record]]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Tables(NamedTuple):
    """The arrays; first index = direction, but for shared (link = direction // 2)."""

    states: Structs
    shared: Structs
    draws: Floats  # (directions, uses, DRAWS), uniform 0 to 1
    plans: Structs  # (directions, PLANNED): rate and share from t_ns on
    steps: Floats  # (directions, steps, 2): seconds since the burst, bit/s (inf: no cap any more)
    windows: Ints  # (directions, windows, 2): blackholes, Unix ns
    waiting: Ints  # (directions, WAITING, 2): end of transmission, bytes
    changes: Structs  # (directions, CHANGES): the caller takes them away


def structs(shape: int | tuple[int, ...], dtype: np.dtype[np.void]) -> Structs:
    """Return zeroed records whose fields are attributes."""
    made: Structs = np.zeros(shape, dtype).view(np.recarray)
    return made


def make_tables(settings: list[DirectionSetting], start_ns: int) -> Tables:
    """Return the tables of *settings*, two directions a link; draws and plans are still to be filled."""
    count = len(settings)
    tables = Tables(
        states=structs(count, STATE),
        shared=structs((count + 1) // 2, SHARED),
        draws=np.zeros((count, len(USES), DRAWS)),
        plans=structs((count, PLANNED), PLAN),
        steps=np.zeros((count, max([1, *(len(s.rate_steps) for s in settings)]), 2)),
        windows=np.zeros((count, max([1, *(len(s.blackholes) for s in settings)]), 2), np.int64),
        waiting=np.zeros((count, WAITING, 2), np.int64),
        changes=structs((count, CHANGES), CHANGE),
    )
    for k, setting in enumerate(settings):
        _fill(tables, k, setting, start_ns)
    return tables


def _ns(value_ms: float | None, absent: int) -> int:
    return absent if value_ms is None else round(value_ms * NS_PER_MS)


def _fill(tables: Tables, k: int, setting: DirectionSetting, start_ns: int) -> None:
    s = tables.states[k]
    s.delay_ns, s.jitter_ns = _ns(setting.delay_ms, 0), setting.jitter_ms * NS_PER_MS
    s.queue_ns = _ns(setting.queue_ms, -1)
    s.queue_bytes = -1 if setting.queue_bytes is None else setting.queue_bytes
    s.set_rate = s.rate = setting.rate_bps or 0
    s.batch_ns = _ns(setting.batching_ms, 0)
    s.burst_ns = -1
    _fill_losses(s, setting)
    _fill_shapes(s, setting)
    _fill_policer(s, setting)
    _fill_times(tables, k, setting, start_ns)


def _fill_losses(s: np.record, setting: DirectionSetting) -> None:
    s.loss = setting.loss
    if bursts := setting.loss_bursts:
        s.has_bursts = 1
        s.enter, s.leave, s.loss_bad, s.loss_good = (
            bursts.enter,
            bursts.leave,
            bursts.loss_bad,
            bursts.loss_good,
        )
    if reorder := setting.reorder:
        s.reorder_share, s.reorder_ns = reorder.share, _ns(reorder.by_ms, 0)


def _fill_shapes(s: np.record, setting: DirectionSetting) -> None:
    if codel := setting.codel:
        s.codel_target_ns, s.codel_interval_ns = _ns(codel.target_ms, 0), _ns(codel.interval_ms, 0)
    if setting.scheduler:
        s.tti_ns = NS_PER_MS
    if promotion := setting.promotion:
        s.promotion_ns, s.idle_ns = _ns(promotion.promotion_ms, 0), _ns(promotion.idle_ms, 0)
    s.cap = math.inf
    if ramp := setting.ramp:
        s.first_rate = s.cap = ramp.first_rate_bps
        s.ramp_after_ns = round(ramp.after_s * NS_PER_S)


def _fill_policer(s: np.record, setting: DirectionSetting) -> None:
    if policer := setting.policer:
        s.policer_rate, s.policer_peak = policer.rate_bps, policer.peak_bps or 0
        s.policer_burst = s.tokens = policer.burst_bytes
        s.peak_tokens = 1514


def _fill_times(tables: Tables, k: int, setting: DirectionSetting, start_ns: int) -> None:
    s = tables.states[k]
    s.steps, s.windows = len(setting.rate_steps), len(setting.blackholes)
    for n, step in enumerate(setting.rate_steps):
        tables.steps[k, n] = step.t_s, step.rate_bps
    for n, window in enumerate(setting.blackholes):
        edges = (window.from_s, window.until_s)
        tables.windows[k, n] = [start_ns + round(edge_s * NS_PER_S) for edge_s in edges]
