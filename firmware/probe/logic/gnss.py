"""What a GNSS receiver says, out of its RMC, GGA, GSA, GSV and ZDA; no other sentence is needed.

Coordinates are whole degrees and parts of 1e-7 degree with the same sign, because one number of them would
not be a small integer of the VM east of 107 degrees; latitude_e7() and longitude_e7() put them together.
"""

from probe.logic.nmea import Sentence, kind_code

NOTHING, FIX, NO_FIX, TIME, SKY = range(5)  # what a sentence brought

RMC, GGA, GSA, GSV, ZDA = (kind_code(name) for name in (b"RMC", b"GGA", b"GSA", b"GSV", b"ZDA"))
TALKERS = tuple(kind_code(name) for name in (b"GP", b"GL", b"GA", b"GB", b"BD", b"GQ", b"QZ", b"GI", b"GN"))
E7 = 10_000_000
_VALID, _SOUTH, _WEST, _NORTH, _EAST = ord("A"), ord("S"), ord("W"), ord("N"), ord("E")
OWN_FIX_MODES = (0, ord("A"), ord("D"), ord("F"), ord("P"), ord("R"))  # 0: a receiver older than NMEA 2.3
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
UNKNOWN = -1


def civil_days(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a Gregorian date; UNKNOWN if there is no such date."""
    if not (1 <= month <= 12 and 1 <= day <= _MONTH_DAYS[month - 1]):
        return UNKNOWN
    if month == 2 and day == 29 and (year % 4 or (year % 100 == 0 and year % 400)):
        return UNKNOWN
    year -= 1 if month <= 2 else 0
    of_era = year % 400
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return year // 400 * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


class Gnss:
    """The receiver's last word on everything; `UNKNOWN` or None is what it did not say."""

    def __init__(self) -> None:
        self.refused = 0  # sentences whose checksum holds and whose contents make no sense
        self.valid = False  # of the last RMC, by its status and mode
        self.mode = 0
        self.days = self.second = self.ms = UNKNOWN  # UTC: days since 1970, second of the day
        self.lat_deg = self.lat_part = self.lon_deg = self.lon_part = 0
        self.has_position = False
        self.speed_cmps = UNKNOWN
        self.quality = self.used = self.hdop_c = self.pdop_c = self.dimensions = UNKNOWN
        self.altitude_cm: int | None = None
        self._in_view = bytearray(len(TALKERS))
        self._cn0_sum = [0] * len(TALKERS)
        self._cn0_count = bytearray(len(TALKERS))
        self._deg, self._part = 0, 0

    def latitude_e7(self) -> int:
        """Return the latitude in 1e-7 degree, north positive."""
        return self.lat_deg * E7 + self.lat_part

    def longitude_e7(self) -> int:
        """Return the longitude in 1e-7 degree, east positive."""
        return self.lon_deg * E7 + self.lon_part

    def in_view(self) -> int:
        """Return how many satellites of all systems the receiver has told of."""
        return sum(self._in_view)

    def mean_cn0_dbhz(self) -> int:
        """Return the mean C/N0 of the satellites that are heard; UNKNOWN if there are none."""
        count = sum(self._cn0_count)
        return (sum(self._cn0_sum) + count // 2) // count if count else UNKNOWN

    def take(self, sentence: Sentence) -> int:
        """Read a whole sentence; return what it brought."""
        if sentence.talker not in TALKERS:
            return NOTHING
        kind = sentence.kind
        if kind == RMC:
            told = self._rmc(sentence)
        elif kind == GGA:
            told = self._gga(sentence)
        elif kind == GSA:
            told = self._gsa(sentence)
        elif kind == GSV:
            told = self._gsv(sentence)
        else:
            return self._zda(sentence) if kind == ZDA else NOTHING
        return told

    def _refuse(self) -> int:
        self.refused += 1
        return NOTHING

    def _rmc(self, sentence: Sentence) -> int:
        self.mode = sentence.letter(11)
        self.valid = False
        if sentence.letter(1) != _VALID or self.mode not in OWN_FIX_MODES:
            return NO_FIX
        yymm = sentence.digits(8, 4, 2), sentence.digits(8, 2, 2)
        days = civil_days((2000 if yymm[0] < 80 else 1900) + yymm[0], yymm[1], sentence.digits(8, 0, 2))
        if yymm[0] < 0 or days < 0 or not self._clock(sentence) or not self._position(sentence, 2):
            return self._refuse()
        speed = sentence.scaled(6, 0, 3)  # milliknots
        self.speed_cmps = UNKNOWN if speed is None else speed * 463 // 9000  # 1 knot = 1852 m/h
        self.days, self.valid = days, True
        return FIX

    def _gga(self, sentence: Sentence) -> int:
        quality = sentence.whole(5)
        if not 0 <= quality <= 8:
            return self._refuse()
        self.quality, self.used = quality, sentence.whole(6)
        self.hdop_c = _or_unknown(sentence.scaled(7, 0, 2))
        self.altitude_cm = sentence.scaled(8, 0, 2)
        if quality and not self._position(sentence, 1):
            return self._refuse()
        return SKY

    def _gsa(self, sentence: Sentence) -> int:
        self.dimensions = sentence.whole(1)
        self.pdop_c = _or_unknown(sentence.scaled(14, 0, 2))
        return SKY

    def _gsv(self, sentence: Sentence) -> int:
        slot = TALKERS.index(sentence.talker)
        in_view = sentence.whole(2)
        if not 0 <= in_view <= 99:
            return self._refuse()
        if sentence.whole(1) == 1:
            self._cn0_sum[slot] = self._cn0_count[slot] = 0
            self._in_view[slot] = in_view
        for satellite in range((sentence.fields - 3) // 4):
            cn0 = sentence.whole(6 + 4 * satellite)
            if 0 < cn0 <= 99:
                self._cn0_sum[slot] += cn0
                self._cn0_count[slot] = min(255, self._cn0_count[slot] + 1)
        return SKY

    def _zda(self, sentence: Sentence) -> int:
        days = civil_days(sentence.whole(3), sentence.whole(2), sentence.whole(1))
        if sentence.fields < 4 or sentence.whole(3) < 1980 or days < 0:
            return NOTHING
        if not self._clock(sentence):
            return self._refuse()
        self.days = days
        return TIME

    def _clock(self, sentence: Sentence) -> bool:
        """Read hhmmss.sss of field 0."""
        hour, minute = sentence.digits(0, 0, 2), sentence.digits(0, 2, 2)
        ms = sentence.scaled(0, 4, 3)
        if not (0 <= hour < 24 and 0 <= minute < 60) or ms is None or not 0 <= ms < 61_000:
            return False
        self.second = hour * 3600 + minute * 60 + ms // 1000
        self.ms = ms % 1000
        return True

    def _position(self, sentence: Sentence, first: int) -> bool:
        """Read latitude, N or S, longitude, E or W from field *first* on; both or none are kept."""
        if not self._angle(sentence, first, 90, _NORTH, _SOUTH):
            return False
        degrees, part = self._deg, self._part
        if not self._angle(sentence, first + 2, 180, _EAST, _WEST):
            return False
        self.lat_deg, self.lat_part = degrees, part
        self.lon_deg, self.lon_part = self._deg, self._part
        self.has_position = True
        return True

    def _angle(self, sentence: Sentence, field: int, most: int, plus: int, minus: int) -> bool:
        whole = sentence.point(field) - 2
        degrees = sentence.digits(field, 0, whole) if 1 <= whole <= 3 else -1
        minutes_e7 = sentence.scaled(field, whole, 7)
        side = sentence.letter(field + 1)
        if degrees < 0 or minutes_e7 is None or not 0 <= minutes_e7 < 60 * E7 or side not in (plus, minus):
            return False
        part = (minutes_e7 + 30) // 60
        if part == E7:
            degrees, part = degrees + 1, 0
        if degrees > most or (degrees == most and part):
            return False
        self._deg, self._part = (degrees, part) if side == plus else (-degrees, -part)
        return True


def _or_unknown(value: "int | None") -> int:
    return UNKNOWN if value is None else value
