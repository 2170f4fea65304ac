"""Steers a capacity test: what may be sent next, and when to stop. Sans-IO: packets and time in, grants out.

pulses: each as long as the last one showed to be harmless, until one lasts PULSE_S at the bottleneck;
fill: a window that keeps QUEUE_S of queue, so that the bottleneck never idles;
bursts: BURST_SHARE of the time, for links whose rate varies: a longer test for the same bytes.
"""

from collections.abc import Callable, Sequence
from enum import Enum

from edge.measure.capacity import (
    IP_BYTES,
    LEAST_VARYING_S,
    LONGEST_S,
    NS_PER_S,
    TICK_S,
    Estimate,
    Grant,
    Seen,
)
from edge.measure.capacity_record import Record

FIRST_PULSE = 10
PULSE_S = 0.045
"""A pulse that took so long at the bottleneck tells its rate well enough to begin with."""
HARMLESS_S = 0.08
"""No pulse is to take longer than this at the rate shown so far."""
JITTER_S = 0.016
"""What batches and jitter may hide of how long a pulse took."""
QUEUE_S = 0.06
PLAIN_S = 2.15
"""A ramp may come two seconds after the first packet: a link is a plain FIFO when nothing came by then."""
PATIENT_S, FILLED_S = 2.9, 0.02
"""A link whose queue has just run empty may have become faster: that long it is given to fill it again."""
LOOK_S = 0.2
RATE_S, SOON_S = 0.4, 0.15
MOST_GROWTH = 1.3
"""So much may the rate that is reckoned with grow from one tick to the next."""
HASTE, EMPTY_HASTE = 1.25, 1.6
EARLIEST_LOOK_S = 0.5
VARYING_LOOKS = 2
"""So many looks in a row must find a varying rate before the test goes on in bursts."""
PERIOD_S = 0.12
ALL_SHARE = 0.54
"""What a test of a varying link takes of LONGEST_S at the mean rate."""
MOST_SHARE = 0.6
POLICED_HASTE = 1.08
SILENT_S = 1.5
HARM_S, HARM_FOR_S = 0.2, 1.0


class Phase(Enum):
    """What a test is doing."""

    PULSES = "pulses"
    FILL = "fill"
    BURSTS = "bursts"
    OVER = "over"


Judge = Callable[[Sequence[Seen]], Estimate]
Glance = Callable[[Sequence[Seen]], str]


class Controller:
    """One test's steering. Call tick() every TICK_S and after every batch of packets; send its grant."""

    def __init__(self, *, rtt_s: float, judge: Judge, glance: Glance, most_bytes: int, now_ns: int) -> None:
        self.record = Record()
        self.phase = Phase.PULSES
        self.stopped: str | None = None
        """Why the test ended before it was to, if so: "silence", "queue" or "bytes"."""
        self._rtt_s, self._judge, self._glance = rtt_s, judge, glance
        self._most = most_bytes // IP_BYTES
        self._haste, self._varying = HASTE, 0
        self._number = 0
        self._limit = self._pulse_from = 0
        self._rate_bps = 1e9
        self._began_ns = self._heard_ns = self._granted_ns = now_ns
        self._rate_guess_bps = 0.0
        self._fill_ns = self._looked_ns = 0
        self._window_s = rtt_s + TICK_S + QUEUE_S
        self._trimmed_ns = self._burst_ns = self._harm_ns = 0
        self.estimate: Estimate | None = None

    def arrived(self, seen: Sequence[Seen], now_ns: int) -> None:
        """Take in what was received."""
        if seen:
            self._heard_ns = now_ns
            self.record.add(seen)

    @property
    def loaded_rtt_s(self) -> float:
        """The round trip as it is now: idle and queue, s."""
        return self._rtt_s + self.record.queue_s()

    def tick(self, now_ns: int) -> Grant:
        """Return the grant in force now; phase OVER ends the test."""
        if self.phase is not Phase.OVER:
            self._watch(now_ns)
        step = {Phase.PULSES: self._pulses, Phase.FILL: self._fill, Phase.BURSTS: self._bursts}
        if self.phase in step:
            step[self.phase](now_ns)
        self._limit = min(self._limit, self._most)
        self._number += 1
        rate = 0.0 if self.phase is Phase.OVER else self._rate_bps
        return Grant(self._number, rate, 0 if self.phase is Phase.OVER else self._limit)

    def _watch(self, now_ns: int) -> None:
        """End the test where it went silent, does harm, or is as long or as large as it may be."""
        if now_ns - self._heard_ns > (SILENT_S + self._rtt_s) * NS_PER_S:
            self.stop("silence")
        elif self.record.highest + 1 >= self._most:
            self.stop("bytes")
        elif now_ns - self._began_ns > (LONGEST_S + self._rtt_s) * NS_PER_S:
            self.stop(None)
        elif self._is_harmful(now_ns):
            self.stop("queue")

    def _is_harmful(self, now_ns: int) -> bool:
        if self.record.queue_s() < HARM_S:
            self._harm_ns = 0
            return False
        self._harm_ns = self._harm_ns or now_ns
        return now_ns - self._harm_ns > HARM_FOR_S * NS_PER_S

    def stop(self, why: str | None) -> None:
        """End the test; *why* says why before its time, if so."""
        self.phase, self.stopped = Phase.OVER, why

    def _pulses(self, now_ns: int) -> None:
        """Grant the first pulse, and the next one whenever one is through."""
        if self._limit == 0:
            self._grant_pulse(FIRST_PULSE, now_ns)
            return
        pulse = [one for one in self.record.seen if one.seq >= self._pulse_from]
        through = bool(pulse) and pulse[-1].seq >= self._limit - 1
        late = now_ns - self._granted_ns > (self._rtt_s + 0.3) * NS_PER_S
        quiet = now_ns - self._heard_ns > 0.06 * NS_PER_S
        if not through and not (late and quiet):
            return
        if len(pulse) < 3:
            self._grant_pulse(FIRST_PULSE, now_ns)
            return
        took_s = (pulse[-1].received_ns - pulse[0].received_ns) / NS_PER_S
        bits = (len(pulse) - 1) * IP_BYTES * 8
        if took_s >= PULSE_S:
            self._begin_fill(bits / took_s, now_ns)
            return
        surely_bps = bits / (took_s + JITTER_S)
        count = int(surely_bps * HARMLESS_S / 8 / IP_BYTES)
        size = self._limit - self._pulse_from
        self._grant_pulse(min(6 * size, max(count, size + 2)), now_ns, 8 * surely_bps)

    def _grant_pulse(self, count: int, now_ns: int, rate_bps: float = 1e9) -> None:
        self._pulse_from, self._limit = self._limit, self._limit + count
        self._rate_bps, self._granted_ns = max(rate_bps, 2e7), now_ns

    def _begin_fill(self, rate_bps: float, now_ns: int) -> None:
        self.phase, self._rate_guess_bps = Phase.FILL, rate_bps
        self._fill_ns = self._looked_ns = self._trimmed_ns = now_ns
        self._fill(now_ns)

    def _fill(self, now_ns: int) -> None:
        """Grant a window beyond the highest number received: round trip and QUEUE_S at the rate received."""
        record = self.record
        since_s = (now_ns - self._fill_ns) / NS_PER_S
        settled_s = since_s - self._rtt_s - 0.1
        if settled_s > 0:
            over_s = min(RATE_S if record.queue_s() > FILLED_S else SOON_S, settled_s)
            came_bps = record.rate_bps(over_s) or self._rate_guess_bps
            self._rate_guess_bps = min(came_bps, MOST_GROWTH * self._rate_guess_bps)
        if now_ns - self._trimmed_ns > (self._rtt_s + 0.1) * NS_PER_S:
            self._trimmed_ns = now_ns
            off_s = QUEUE_S - record.queue_s()
            self._window_s = min(self._rtt_s + 0.25, max(self._rtt_s, self._window_s + 0.5 * off_s))
        empty = settled_s > 0 and self._haste > POLICED_HASTE and record.queue_s() < FILLED_S
        self._grant_window(EMPTY_HASTE if empty else self._haste)
        if now_ns - self._looked_ns > LOOK_S * NS_PER_S and since_s > self._rtt_s + EARLIEST_LOOK_S:
            self._looked_ns = now_ns
            self._look(now_ns)

    def _grant_window(self, haste: float) -> None:
        window = max(4, round(self._window_s * self._rate_guess_bps / 8 / IP_BYTES))
        self._limit = max(self._limit, self.record.highest + 1 + window)
        self._rate_bps = haste * self._rate_guess_bps

    def _look(self, now_ns: int) -> None:
        """Decide whether the test is over, or goes on in bursts."""
        found = self._glance(self.record.seen)
        self._haste = POLICED_HASTE if found == "policer" else HASTE
        self._varying = self._varying + 1 if found == "varying" else 0
        elapsed_s = self.record.elapsed_s
        if self._varying >= VARYING_LOOKS:
            self.phase = Phase.BURSTS
        elif elapsed_s >= PLAIN_S and (elapsed_s > PATIENT_S or self.record.queue_s() > FILLED_S):
            self._end_if_known(elapsed_s)
        elif elapsed_s > PLAIN_S - LOOK_S:
            self._looked_ns = now_ns - round((LOOK_S - (PLAIN_S - elapsed_s)) * NS_PER_S)

    def _end_if_known(self, elapsed_s: float) -> None:
        """End the test of a plain FIFO, or after LEAST_VARYING_S once the interval is tight."""
        made = self._judge(self.record.seen)
        if made.shape == "fifo" or (elapsed_s >= LEAST_VARYING_S and is_tight(made)):
            self.stop(None)

    def _bursts(self, now_ns: int) -> None:
        """Grant a burst every PERIOD_S; look whether the interval is tight every second."""
        if now_ns - self._burst_ns < PERIOD_S * NS_PER_S:
            return
        self._burst_ns = now_ns
        elapsed_s = self.record.elapsed_s
        if now_ns - self._looked_ns > NS_PER_S:
            self._looked_ns = now_ns
            made = self._judge(self.record.seen)
            self._rate_guess_bps = made.sustained_bps or self._rate_guess_bps
            if elapsed_s >= LEAST_VARYING_S and is_tight(made):
                self.stop(None)
                return
        packets_a_s = self._rate_guess_bps / 8 / IP_BYTES
        left = ALL_SHARE * LONGEST_S * packets_a_s - self._limit
        share = min(MOST_SHARE, left / packets_a_s / max(0.5, LONGEST_S - elapsed_s))
        self._limit = max(self._limit, self.record.highest + 1) + max(
            6, round(PERIOD_S * share * packets_a_s)
        )
        self._rate_bps = 4 * self._rate_guess_bps


def is_tight(estimate: Estimate) -> bool:
    """Return whether the interval of the sustained rate is within 10 % of it, both ways together."""
    if estimate.interval_bps is None or not estimate.sustained_bps:
        return False
    low, high = estimate.interval_bps
    return high - low <= 0.1 * estimate.sustained_bps
