"""Follows the pulses of a GNSS receiver in the board's own microseconds, which wrap at 2**30 (ticks_us).

An expanding least-squares filter over at most MEMORY pulses (gains 2(2n-1)/n(n+1) and 6/n(n+1)); pulses that
do not fit are refused, until so many in a row agree with each other that the loop must be wrong and not they.
"""

from probe.logic import limits

REFUSED, TAKEN, KEPT, STEPPED = range(4)  # of a pulse; KEPT: phase and rate anew, within the old uncertainty
MEMORY = 32
_RATE_PARTS = (
    (32, 19),
    (16, 54),
    (8, 153),
    (0, 433),
)  # from n on: 1000 sqrt(12 / n**3), deviation of the rate
_SECOND_US = 1_000_000


def ticks_apart(later_us: int, earlier_us: int) -> int:
    """Return the microseconds between two times of the board, at most 2**29 either way."""
    return ((later_us - earlier_us + 0x20000000) & 0x3FFFFFFF) - 0x20000000


class PpsLoop:
    """The second that is nearest to now: at `anchor_us` of the board, number `count` since the start."""

    def __init__(self) -> None:
        self.running = False
        self.anchor_us = self.count = 0
        self.age_s = 0  # since the last pulse that was taken
        self.pulses = 0  # in memory; 0: the anchor is a guess from the receiver's talk
        self.rate_q16 = 0  # microseconds of the board in a second, less 1,000,000, times 65,536
        self.refused = self.steps = 0
        self._frac_q16 = 0
        self._error_q4 = 0  # mean size of what pulses were off, 1/16 us
        self._first_us = self._last_us = self._agreed = 0  # refused pulses that agree with each other

    def roll(self, now_us: int) -> None:
        """Move the anchor on to the second nearest to *now_us*."""
        while ticks_apart(now_us, self.anchor_us) > _SECOND_US // 2:
            frac = self._frac_q16 + self.rate_q16
            self.anchor_us = (self.anchor_us + _SECOND_US + (frac >> 16)) & 0x3FFFFFFF
            self._frac_q16 = frac & 0xFFFF
            self.age_s += 1
            self.count = (self.count + 1) & 0x3FFFFFFF

    def guess(self, at_us: int) -> None:
        """Begin with a second at *at_us* that no pulse marked."""
        self.running, self.anchor_us, self._frac_q16 = True, at_us & 0x3FFFFFFF, 0
        self.pulses = self.age_s = self.rate_q16 = 0

    def nudge(self, by_us: int) -> None:
        """Move a guessed anchor a little, as what is said of it has it."""
        self.anchor_us = (self.anchor_us + by_us) & 0x3FFFFFFF
        self.age_s = 0

    def uncertainty_us(self) -> int:
        """Return what the anchor is off at most, 99 % of the time; only with pulses in memory."""
        jitter_us = self._error_q4 >> 2  # four times the mean
        age_s = min(self.age_s, limits.HOLDOVER_S)
        rate_ppb = jitter_us * self._rate_part() + limits.RATE_FLOOR_PPB
        rate_ppb += min(limits.CRYSTAL_PPB, age_s * limits.WANDER_PPB // 2)
        return limits.LATENCY_US + jitter_us + age_s * (rate_ppb // 100) // 10

    def _rate_part(self) -> int:
        for least, part in _RATE_PARTS:
            if self.pulses >= least:
                return part
        return 1000

    def pulse(self, at_us: int) -> int:
        """Take a pulse; return what became of it."""
        if self.running:
            self.roll(at_us)
        off_us = ticks_apart(at_us, self.anchor_us)
        if self.pulses and abs(off_us) <= self._gate_us():
            self._take(off_us)
            return TAKEN
        self.refused += 1
        self._agree(at_us)
        fits = self.pulses > 0 and abs(off_us) <= min(self.uncertainty_us(), limits.KEEP_US)
        needed = limits.ADOPT_PULSES if fits or not self.pulses else limits.STEP_PULSES
        if self._agreed < needed:
            return REFUSED
        self._adopt(at_us)
        if fits:
            return KEPT
        self.steps += 1
        return STEPPED

    def _gate_us(self) -> int:
        return limits.GATE_US + (self._error_q4 >> 1) if self.age_s <= limits.PPS_GAP_S else -1

    def _take(self, off_us: int) -> None:
        self.pulses = min(MEMORY, self.pulses + 1)
        self._error_q4 += (abs(off_us) * 16 - self._error_q4) // 16
        n = self.pulses
        part = ((off_us << 16) - self._frac_q16) // (n * (n + 1))
        frac = self._frac_q16 + part * (4 * n - 2)
        self.rate_q16 += part * 6
        self.anchor_us = (self.anchor_us + (frac >> 16)) & 0x3FFFFFFF
        self._frac_q16 = frac & 0xFFFF
        self.age_s = self._agreed = 0

    def _agree(self, at_us: int) -> None:
        gap_us = ticks_apart(at_us, self._last_us)
        seconds = (gap_us + _SECOND_US // 2) // _SECOND_US
        off_us = gap_us - seconds * _SECOND_US
        agrees = (
            1 <= seconds <= limits.PPS_GAP_S and abs(off_us) <= limits.GATE_US + seconds * limits.CRYSTAL_PPM
        )
        if self._agreed == 0 or not agrees:
            self._agreed, self._first_us = 0, at_us
        self._agreed += 1
        self._last_us = at_us

    def _adopt(self, at_us: int) -> None:
        """Begin anew with the pulses that agree: phase of the last, rate over all of them."""
        gap_us = ticks_apart(at_us, self._first_us)
        seconds = (gap_us + _SECOND_US // 2) // _SECOND_US
        self.guess(at_us)
        self.rate_q16 = ((gap_us - seconds * _SECOND_US) << 16) // seconds
        self.pulses = min(MEMORY, self._agreed)
        self._error_q4 = limits.FIRST_JITTER_US * 16
        self._agreed = 0
