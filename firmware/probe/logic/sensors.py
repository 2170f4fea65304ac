"""Voltages, currents and temperature with the age of each; door and button without their bounces.

The currents come from two INA3221 (manual: TI SBOS576B, 8.6.2.2 and 8.6.2.3): registers are two's complement
with three low bits of nothing; 40 uV and 8 mV a step.
"""

from probe.logic import limits

UNKNOWN = -32_768
SUPPLY, RAIL, BATTERY, CORE, LINE_0 = range(
    5
)  # places of `Sensors.values`: mV, mV, mV, cdegC; from LINE_0 on mA
PLACES = LINE_0 + limits.LINES
NAMES = ("supply", "rail", "battery", "core", "line 0", "line 1", "line 2", "line 3", "line 4")


def _signed(raw: int) -> int:
    return (raw - 0x10000 if raw & 0x8000 else raw) >> 3


def shunt_ma(raw: int, shunt_mohm: int) -> int:
    """Return the current of a shunt voltage register (u16)."""
    return _signed(raw) * 40 // shunt_mohm


def bus_mv(raw: int) -> int:
    """Return the voltage of a bus voltage register (u16)."""
    return _signed(raw) * 8


class Sensors:
    """The last values; UNKNOWN is what nobody read for SENSOR_STALE_MS."""

    def __init__(self) -> None:
        self.values = [UNKNOWN] * PLACES
        self._age_ms = [0] * PLACES

    def put(self, place: int, value: int) -> None:
        """Take a value that was just read."""
        self.values[place] = value
        self._age_ms[place] = 0

    def tick(self, elapsed_ms: int) -> None:
        """Let time pass: values grow old."""
        ages = self._age_ms
        for place in range(PLACES):
            ages[place] = min(limits.SENSOR_STALE_MS, ages[place] + elapsed_ms)
            if ages[place] == limits.SENSOR_STALE_MS:
                self.values[place] = UNKNOWN

    def wrong(self) -> int:
        """Return a bit for each place whose value is known and outside its limits."""
        bits = 0
        for place in range(PLACES):
            value = self.values[place]
            low, high = limits.SENSOR_LIMITS[min(place, LINE_0)]
            if value != UNKNOWN and not low <= value <= high:
                bits |= 1 << place
        return bits


class Contact:
    """A switch: `closed` follows its level once that is still for CONTACT_STILL_MS."""

    def __init__(self, closed: int) -> None:
        self.closed = closed
        self.held_ms = 0  # since it closed or opened
        self._still_ms = 0

    def tick(self, elapsed_ms: int, level: int) -> bool:
        """Let time pass with *level* on the pin; return whether `closed` has changed."""
        self.held_ms = min(limits.DAY_MS, self.held_ms + elapsed_ms)
        if level == self.closed:
            self._still_ms = 0
            return False
        self._still_ms += elapsed_ms
        if self._still_ms < limits.CONTACT_STILL_MS:
            return False
        self.closed, self._still_ms, self.held_ms = level, 0, 0
        return True
