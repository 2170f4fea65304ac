"""The receiver as a whole: octets and pulses in; place, time, flags out. Nothing waits for a sky view."""

from probe.logic import limits
from probe.logic.gnss import FIX, NO_FIX, Gnss
from probe.logic.gnss_guard import Guard
from probe.logic.nmea import Sentence
from probe.logic.timekeeping import Timekeeper


class Sky:
    """Times of the board wrap at 2**30: milliseconds (ticks_ms) and microseconds (ticks_us)."""

    def __init__(self, earliest_days: int) -> None:
        self.sentence = Sentence()
        self.gnss = Gnss()
        self.guard = Guard()
        self.time = Timekeeper(earliest_days)
        self.raised = 0  # the guard's flags since the caller last set it to 0
        self._fix_age_ms = limits.FIX_FRESH_MS

    def has_fix(self) -> bool:
        """Return whether the receiver has a fix of its own now."""
        return self._fix_age_ms < limits.FIX_FRESH_MS

    def octet(self, now_ms: int, now_us: int, octet: int) -> int:
        """Take one octet of the receiver; return what its sentence brought (gnss.NOTHING to SKY)."""
        if not self.sentence.push(octet):
            return 0
        told = self.gnss.take(self.sentence)
        if told == NO_FIX:
            self._fix_age_ms = limits.FIX_FRESH_MS
        elif told == FIX:
            self._fix_age_ms = 0
            self._fix(now_ms, now_us)
        return told

    def _fix(self, now_ms: int, now_us: int) -> None:
        gnss = self.gnss
        self.time.label(now_us, gnss.days, gnss.second, gnss.ms)
        self.raised |= self.guard.time(now_ms, gnss.days, gnss.second * 1000 + gnss.ms)
        if gnss.hdop_c <= limits.HDOP_MOST_C:
            self.raised |= self.guard.fix(now_ms, gnss.lat_deg, gnss.lat_part, gnss.lon_deg, gnss.lon_part)

    def pulse(self, at_us: int) -> None:
        """Take a pulse, caught at *at_us*."""
        self.time.pulse(at_us, has_fix=self.has_fix())

    def tick(self, elapsed_ms: int, now_us: int) -> None:
        """Let time pass."""
        self._fix_age_ms = min(limits.FIX_FRESH_MS, self._fix_age_ms + elapsed_ms)
        self.guard.tick(elapsed_ms)
        self.time.tick(now_us)
