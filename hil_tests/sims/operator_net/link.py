"""One direction of a link, sans-IO: a packet's arrival in, its fate and due time out.

The link is a virtual clock: a frame starts when the one before has ended, needs length / rate, then travels
delay + jitter. Order is kept. Loss is drawn before the queue: a lost frame uses none of the rate.
"""

import random
from collections import deque
from dataclasses import dataclass
from enum import IntEnum

from hil_tests.sims.operator_net.settings import DirectionSetting

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
BULK_BYTES = 1000  # frames above this belong to a burst (a bulk transfer); probes and ACKs are below
BURST_IDLE_NS = NS_PER_S  # so long without a bulk frame ends a burst


class Fate(IntEnum):
    """What became of a packet; the numbers stand in the log."""

    DELIVERED = 0
    LOSS = 1
    QUEUE_FULL = 2
    EMULATOR_FAILURE = 3


@dataclass(frozen=True, slots=True)
class RateChange:
    """From t_ns on the direction runs at rate_bps; cause: "burst" (back to the first rate) or "step"."""

    t_ns: int
    rate_bps: int
    cause: str
    since_burst_s: float


class Direction:
    """Decides over the packets of one direction, in the order they arrive."""

    def __init__(
        self, setting: DirectionSetting, *, loss_rng: random.Random, jitter_rng: random.Random
    ) -> None:
        self._setting = setting
        self._loss_rng = loss_rng
        self._jitter_rng = jitter_rng
        self._rate_bps = setting.rate_bps
        self._delay_ns = round(setting.delay_ms * NS_PER_MS)
        self._jitter_ns = setting.jitter_ms * NS_PER_MS
        self._queue_ns = None if setting.queue_ms is None else round(setting.queue_ms * NS_PER_MS)
        self._waiting: deque[tuple[int, int]] = deque()  # (end of transmission, bytes), for queue_bytes
        self._waiting_bytes = 0
        self._free_ns = 0  # when the link has sent all it holds
        self._last_due_ns = 0
        self._burst_ns: int | None = None
        self._last_bulk_ns = 0
        self._next_step = 0
        self.changes: list[RateChange] = []  # the caller takes them away

    def admit(self, t_ns: int, length_bytes: int) -> tuple[Fate, int]:
        """Return (fate, due_ns) of a frame that arrived at t_ns; due_ns = 0 when it will never leave."""
        setting = self._setting
        if setting.loss and self._loss_rng.random() < setting.loss:
            return Fate.LOSS, 0
        if setting.rate_steps:
            self._follow_burst(t_ns, length_bytes)
        end_ns = self._end_of_transmission(t_ns, length_bytes)
        if not self._fits(t_ns, end_ns, length_bytes):
            return Fate.QUEUE_FULL, 0
        self._free_ns = end_ns
        due_ns = end_ns + self._delay_ns
        if self._jitter_ns:
            due_ns += round(self._jitter_rng.random() * self._jitter_ns)
        self._last_due_ns = due_ns = max(due_ns, self._last_due_ns)
        return Fate.DELIVERED, due_ns

    def _end_of_transmission(self, t_ns: int, length_bytes: int) -> int:
        start_ns = max(t_ns, self._free_ns)
        if self._burst_ns is not None:
            self._take_steps(start_ns)
        if self._rate_bps is None:
            return start_ns
        return start_ns + round(length_bytes * 8 * NS_PER_S / self._rate_bps)

    def _fits(self, t_ns: int, end_ns: int, length_bytes: int) -> bool:
        if self._queue_ns is not None and end_ns - t_ns > self._queue_ns:
            return False
        limit_bytes = self._setting.queue_bytes
        if limit_bytes is None:
            return True
        waiting = self._waiting
        while waiting and waiting[0][0] <= t_ns:
            self._waiting_bytes -= waiting.popleft()[1]
        if self._waiting_bytes + length_bytes > limit_bytes:
            return False
        waiting.append((end_ns, length_bytes))
        self._waiting_bytes += length_bytes
        return True

    def _follow_burst(self, t_ns: int, length_bytes: int) -> None:
        if length_bytes <= BULK_BYTES:
            return
        if self._burst_ns is None or t_ns - self._last_bulk_ns > BURST_IDLE_NS:
            self._burst_ns = t_ns
            self._next_step = 0
            self._change(t_ns, self._setting.rate_bps, "burst")
        self._last_bulk_ns = t_ns

    def _take_steps(self, start_ns: int) -> None:
        steps, burst_ns = self._setting.rate_steps, self._burst_ns or 0
        while self._next_step < len(steps):
            step_ns = burst_ns + round(steps[self._next_step].t_s * NS_PER_S)
            if step_ns > start_ns:
                return
            self._change(step_ns, steps[self._next_step].rate_bps, "step")
            self._next_step += 1

    def _change(self, t_ns: int, rate_bps: int | None, cause: str) -> None:
        if rate_bps is None:
            return
        self._rate_bps = rate_bps
        since_burst_s = (t_ns - (self._burst_ns or t_ns)) / NS_PER_S
        self.changes.append(RateChange(t_ns, rate_bps, cause, since_burst_s))
