"""Whether what the receiver says of a box that stands still can be true: jumps, drag-off, jumps of time.

Distances are on the plane through the first place, in centimetres, clipped at FAR_CM. Nothing here corrects
anything: a flag is told, and who uses position or time decides.
"""

from probe.logic import limits
from probe.logic.gnss import E7

JUMPED, AWAY, TIME_JUMPED = 1, 2, 4  # bits of `flags`; JUMPED and TIME_JUMPED stand for FLAG_STAYS_MS
FAR_CM = 1_000_000
_FAR_E7 = 900_000  # clips before the product leaves 30 bits
_SMOOTH = 16  # fixes
# fmt: off
COS_PARTS = (1024, 1020, 1008, 989, 962, 928, 887, 839, 784, 724, 658, 587, 512, 433, 350, 265, 178, 89, 0)
# fmt: on


def cos_1024(degrees: int) -> int:
    """Return 1024 times the cosine of *degrees*, straight between the table's rows (5 degrees apart)."""
    row, rest = divmod(min(abs(degrees), 89), 5)
    return (COS_PARTS[row] * (5 - rest) + COS_PARTS[row + 1] * rest) // 5


def apart_e7(degrees: int, part: int, from_degrees: int, from_part: int) -> int:
    """Return how far one coordinate is from another, 1e-7 degree, clipped; over the date line too."""
    whole = degrees - from_degrees
    if whole > 180:
        whole -= 360
    elif whole < -180:
        whole += 360
    if not -2 <= whole <= 2:
        return _FAR_E7 if whole > 0 else -_FAR_E7
    return max(-_FAR_E7, min(_FAR_E7, whole * E7 + part - from_part))


class Guard:
    """Of one receiver at one place. `flags` holds now; the counts are since the start."""

    def __init__(self) -> None:
        self.flags = 0
        self.jumps = self.excursions = self.time_jumps = 0
        self.north_cm = self.east_cm = 0  # smoothed, from the anchor
        self.anchored = False
        self._origin: tuple[int, int, int, int] | None = None
        self._cos_1024 = 0
        self._anchor_north = self._anchor_east = 0
        self._fixes = 0
        self._last_north = self._last_east = self._last_fix_ms = 0
        self._offset_known = False
        self._offset_ms = self._offset_days = self._slew_ms = self._last_time_ms = 0
        self._jump_left_ms = self._time_left_ms = 0

    def tick(self, elapsed_ms: int) -> None:
        """Let time pass: flags of what is over go out."""
        self._jump_left_ms = max(0, self._jump_left_ms - elapsed_ms)
        self._time_left_ms = max(0, self._time_left_ms - elapsed_ms)
        self.flags &= (
            AWAY | (JUMPED if self._jump_left_ms else 0) | (TIME_JUMPED if self._time_left_ms else 0)
        )

    def set_anchor(self, lat_deg: int, lat_part: int, lon_deg: int, lon_part: int) -> None:
        """Take the place where the box stands, as it was provisioned; else the first fixes are it."""
        self._origin = (lat_deg, lat_part, lon_deg, lon_part)
        self._cos_1024 = cos_1024(lat_deg)
        self._anchor_north = self._anchor_east = self.north_cm = self.east_cm = 0
        self.anchored = True

    def fix(self, now_ms: int, lat_deg: int, lat_part: int, lon_deg: int, lon_part: int) -> int:
        """Judge a fix at *now_ms* (wraps at 2**30); return the flags it newly raised."""
        if self._origin is None:
            self.set_anchor(lat_deg, lat_part, lon_deg, lon_part)
            self.anchored = False
        origin = self._origin
        if origin is None:
            return 0
        north = apart_e7(lat_deg, lat_part, origin[0], origin[1]) * 1113 // 1000  # 1e-7 degree: 1.113 cm
        east = apart_e7(lon_deg, lon_part, origin[2], origin[3]) * 1113 // 1000 * self._cos_1024 // 1024
        raised = self._judge_step(now_ms, north, east)
        self._last_north, self._last_east, self._last_fix_ms = north, east, now_ms
        self._fixes += 1
        if not self.anchored:
            self._gather(north, east)
        else:
            raised |= self._judge_place(north, east)
        self.flags |= raised
        return raised

    def _judge_step(self, now_ms: int, north: int, east: int) -> int:
        if not self._fixes:
            return 0
        gap_s = ((now_ms - self._last_fix_ms) & 0x3FFFFFFF) // 1000
        allowed = limits.JUMP_M + min(limits.JUMP_MORE_M, gap_s) if self.anchored else limits.JUMP_AT_START_M
        if not is_beyond(north - self._last_north, east - self._last_east, allowed):
            return 0
        self.jumps += 1
        self._jump_left_ms = limits.FLAG_STAYS_MS
        return JUMPED

    def _gather(self, north: int, east: int) -> None:
        """Make the mean of the first fixes the anchor."""
        count = self._fixes
        self._anchor_north += (north - self._anchor_north) // count
        self._anchor_east += (east - self._anchor_east) // count
        self.anchored = count >= limits.ANCHOR_FIXES

    def _judge_place(self, north: int, east: int) -> int:
        self.north_cm += (north - self._anchor_north - self.north_cm) // _SMOOTH
        self.east_cm += (east - self._anchor_east - self.east_cm) // _SMOOTH
        if self.flags & AWAY:
            if not is_beyond(self.north_cm, self.east_cm, limits.BACK_M):
                self.flags &= ~AWAY
            return 0
        if not is_beyond(self.north_cm, self.east_cm, limits.AWAY_M):
            return 0
        self.excursions += 1
        return AWAY

    def time(self, now_ms: int, days: int, ms_of_day: int) -> int:
        """Judge the receiver's time, told at *now_ms*, by the board's own crystal; return new flags."""
        elapsed_ms = (now_ms - self._last_time_ms) & 0x3FFFFFFF
        self._last_time_ms = now_ms
        if not self._offset_known:
            self._offset_known, self._offset_ms, self._offset_days = True, ms_of_day, days
            return 0
        self._advance(elapsed_ms)
        off_days = days - self._offset_days
        off_ms = (
            ms_of_day
            - self._offset_ms
            + (off_days * limits.DAY_MS if -2 < off_days < 2 else 2 * limits.DAY_MS)
        )
        allowed_ms = limits.TIME_JUMP_MS + elapsed_ms // limits.SLEW_MS
        if -allowed_ms < off_ms < allowed_ms:
            self._follow(off_ms, elapsed_ms)
            return 0
        self._offset_ms, self._offset_days, self._slew_ms = ms_of_day, days, 0
        self.time_jumps += 1
        self._time_left_ms = limits.FLAG_STAYS_MS
        self.flags |= TIME_JUMPED
        return TIME_JUMPED

    def _advance(self, elapsed_ms: int) -> None:
        self._offset_ms += elapsed_ms
        while self._offset_ms >= limits.DAY_MS:
            self._offset_ms -= limits.DAY_MS
            self._offset_days += 1

    def _follow(self, off_ms: int, elapsed_ms: int) -> None:
        """Follow the receiver by no more than a crystal can be wrong."""
        self._slew_ms = min(limits.SLEW_MS, self._slew_ms + elapsed_ms)
        if self._slew_ms == limits.SLEW_MS and off_ms:
            self._offset_ms += 1 if off_ms > 0 else -1
            self._slew_ms = 0


def is_beyond(north_cm: int, east_cm: int, radius_m: int) -> bool:
    """Return whether a point is farther than *radius_m* from the origin."""
    north_m, east_m = north_cm // 100, east_cm // 100
    return north_m * north_m + east_m * east_m > radius_m * radius_m
