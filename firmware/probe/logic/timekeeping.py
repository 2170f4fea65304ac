"""UTC from pulses and the receiver's words: with its age and an uncertainty, or not at all.

Only a receiver with a fix of its own names a second, and only after it agreed with itself; a date before the
firmware was made is no date (the receiver's week number ran over). Call `tick` at least every 500 s.
"""

from probe.logic import limits
from probe.logic.pps import STEPPED, PpsLoop, ticks_apart

NONE, COARSE, HOLDOVER, LOCKED = range(4)  # of `quality`: no UTC; by the receiver's talk alone; PPS lost; PPS
_DAY_S = 86_400
_SECOND_US = 1_000_000


class Timekeeper:
    """After `tick`: `quality`, and if it is not NONE, UTC: `days` since 1970, `second` of the day, `us`."""

    def __init__(self, earliest_days: int) -> None:
        self.loop = PpsLoop()
        self.quality = NONE
        self.days = self.second = self.us = 0
        self.doubted = False  # the receiver's last word contradicts
        self.refused_labels = self.utc_steps = 0
        self._earliest_days = earliest_days
        self._named = False
        self._days = self._second = self._count = 0  # the name of the loop's second number `_count`
        self._new_days = self._new_second = self._new_count = 0  # a name that is not believed yet
        self._agreed = 0

    def uncertainty_us(self) -> int:
        """Return what UTC is off at most, 99 % of the time; without UTC it says nothing."""
        if self.loop.pulses:
            return self.loop.uncertainty_us()
        return limits.LABEL_UNCERTAIN_US + min(self.loop.age_s, limits.HOLDOVER_S) * limits.CRYSTAL_PPM

    def pulse(self, at_us: int, *, has_fix: bool) -> None:
        """Take a pulse at *at_us*; without a fix of the receiver it marks no second."""
        if has_fix and self.loop.pulse(at_us) == STEPPED:
            self._named, self._agreed = False, 0

    def label(self, at_us: int, days: int, second: int, ms: int) -> None:
        """Take the receiver's UTC of a fix, whose sentence ended at *at_us*."""
        loop = self.loop
        if days < self._earliest_days or second >= _DAY_S:
            self.refused_labels += 1
            return
        if loop.running and loop.pulses and loop.uncertainty_us() > limits.LABEL_UNCERTAIN_US:
            loop.running = False
        if not loop.running:
            self._guess(at_us, ms)
        loop.roll(at_us)
        since_us = ticks_apart(at_us, loop.anchor_us)
        count = loop.count if since_us >= 0 else loop.count - 1
        lag_us = (since_us if since_us >= 0 else since_us + _SECOND_US) - ms * 1000
        if lag_us < 0:  # the fix is of the second before
            count -= 1
            lag_us += _SECOND_US
        if limits.LABEL_LAG_LEAST_US <= lag_us <= limits.LABEL_LAG_MOST_US:
            self._believe(days, second, count)
            if not loop.pulses:
                loop.nudge((lag_us - limits.LABEL_LAG_US) // 16)
        else:
            self.refused_labels += 1
            loop.running = loop.running and loop.pulses > 0

    def _guess(self, at_us: int, ms: int) -> None:
        self.loop.guess(at_us - ms * 1000 - limits.LABEL_LAG_US)
        self._named, self._agreed = False, 0

    def _believe(self, days: int, second: int, count: int) -> None:
        passed = ticks_apart(count, self._new_count)
        same = (
            days - self._new_days
        ) * _DAY_S + second - self._new_second == passed and 0 <= passed <= _DAY_S
        self._agreed = self._agreed + 1 if same and self._agreed else 1
        self._new_days, self._new_second, self._new_count = days, second, count
        if self._named:
            behind = ticks_apart(count, self._count)
            self.doubted = (days - self._days) * _DAY_S + second - self._second != behind
            if not self.doubted or self._agreed < limits.STEP_LABELS:
                return
            self.utc_steps += 1
        elif self._agreed < limits.FIRST_LABELS:
            return
        self._named, self.doubted = True, False
        self._days, self._second, self._count = days, second, count

    def tick(self, now_us: int) -> None:
        """Let time pass up to *now_us* of the board."""
        loop = self.loop
        if not loop.running:
            self.quality = NONE
            return
        loop.roll(now_us)
        if self.uncertainty_us() > limits.UNCERTAIN_US:
            loop.running = self._named = False
        if not self._named:
            self.quality = NONE
            return
        self._second += ticks_apart(loop.count, self._count)
        self._count = loop.count
        while self._second >= _DAY_S:
            self._second -= _DAY_S
            self._days += 1
        self._read(ticks_apart(now_us, loop.anchor_us))
        if not loop.pulses:
            self.quality = COARSE
        else:
            self.quality = LOCKED if loop.age_s <= limits.PPS_GAP_S else HOLDOVER

    def _read(self, us: int) -> None:
        self.days, self.second, self.us = self._days, self._second, us
        if us < 0:
            self.us += _SECOND_US
            self.second -= 1
        if self.second < 0:
            self.second += _DAY_S
            self.days -= 1
