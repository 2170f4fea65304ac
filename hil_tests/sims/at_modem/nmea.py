"""Positions on the NMEA port (NMEA 0183): GGA and RMC once a second, while the receiver is on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import reduce

from hil_tests.sims.at_modem.engine import Output
from hil_tests.sims.at_modem.modem import Modem

PERIOD_S = 1.0
SATELLITES, HDOP, ALTITUDE_M, GEOID_M = 9, 0.9, 12.0, 18.0


def sentence(body: str) -> str:
    """Return *body* between $ and its checksum, the exclusive or of its characters."""
    return f"${body}*{reduce(lambda total, char: total ^ ord(char), body, 0):02X}"


def angle(degrees: float, *, letters: str, width: int) -> str:
    """Return an angle as NMEA writes it, ddmm.mmmm,N; whole degrees in *width* digits."""
    whole, minutes = divmod(round(abs(degrees) * 60, 4), 60)
    return f"{int(whole):0{width}d}{minutes:07.4f},{letters[degrees < 0]}"


def gga(utc: datetime, latitude_deg: float, longitude_deg: float) -> str:
    """Return the fix of *utc*."""
    place = f"{angle(latitude_deg, letters='NS', width=2)},{angle(longitude_deg, letters='EW', width=3)}"
    fix = f"1,{SATELLITES:02d},{HDOP},{ALTITUDE_M},M,{GEOID_M},M,,"
    return sentence(f"GPGGA,{utc:%H%M%S}.00,{place},{fix}")


def rmc(utc: datetime, latitude_deg: float, longitude_deg: float) -> str:
    """Return time, date and place of a box that stands still."""
    place = f"{angle(latitude_deg, letters='NS', width=2)},{angle(longitude_deg, letters='EW', width=3)}"
    return sentence(f"GPRMC,{utc:%H%M%S}.00,A,{place},0.0,0.0,{utc:%d%m%y},,,A")


class Receiver:
    """What is behind the NMEA port; it hears nothing the client says."""

    def __init__(self, modem: Modem, is_on: Callable[[Modem], bool]) -> None:
        """*is_on* tells whether the client has switched it on."""
        self._modem, self._is_on = modem, is_on
        self._due_s: float | None = None

    def receive(self, data: bytes) -> None:
        """Take no notice."""

    def run(self, now_s: float) -> list[Output]:
        """Return the sentences due at *now_s*."""
        if not self._is_on(self._modem):
            self._due_s = None
            return []
        if self._due_s is not None and now_s < self._due_s:
            return []
        self._due_s = now_s + PERIOD_S
        utc = self._modem.local_time(now_s) - timedelta(minutes=15 * self._modem.profile.zone_quarters)
        place = self._modem.profile.latitude_deg, self._modem.profile.longitude_deg
        return [Output(f"{line(utc, *place)}\r\n".encode("ascii")) for line in (gga, rmc)]

    def next_due_s(self, now_s: float) -> float | None:
        """Return when the next sentences are due; a receiver that is off is looked at again."""
        return self._due_s if self._due_s is not None else now_s + PERIOD_S


class Mute:
    """A port that takes everything and says nothing: diagnostics, in a binary tongue that is not imitated."""

    def receive(self, data: bytes) -> None:
        """Take no notice."""

    def run(self, now_s: float) -> list[Output]:
        """Return nothing."""
        return []

    def next_due_s(self, now_s: float) -> float | None:
        """Return None: nothing will come."""
        return None
