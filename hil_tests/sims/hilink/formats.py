"""Radio values as the stick writes them, with their units inside the text, and what such a text expresses.

At the ends of its scale the stick writes a bound, "<=-113dBm" or ">=-51dBm", not a value.
"""

from math import floor
from typing import NamedTuple


class Scale(NamedTuple):
    """Ends of a scale and its unit; digits after the point."""

    low: float
    high: float
    unit: str
    digits: int = 0


RSSI = Scale(-113, -51, "dBm")  # +CSQ's ends, TS 27.007 8.5; "<=-113dBm": luci-app-3ginfo-lite pull 63
RSRP = Scale(-140, -44, "dBm")  # TS 36.133 9.1.4
RSRQ = Scale(-19.5, -3, "dB")  # TS 36.133 9.1.7
SINR = Scale(-20, 30, "dB")  # memory
BANDWIDTH_MHZ = {6: "1.4", 15: "3", 25: "5", 50: "10", 75: "15", 100: "20"}  # TS 36.101 table 5.6-1
ICON_DBM = (-120, -113, -105, -97, -89)  # RSRP from which the icon has 1, 2 .. 5 bars; memory


def say(value: float, scale: Scale) -> str:
    """Return *value* with its unit, or the bound it is beyond."""
    if value <= scale.low:
        return f"<={scale.low:g}{scale.unit}"
    if value >= scale.high:
        return f">={scale.high:g}{scale.unit}"
    return f"{_rounded(value, scale.digits):.{scale.digits}f}{scale.unit}"


def expressed(value: float, scale: Scale) -> float | None:
    """Return the number that `say` writes for *value*; None where it writes a bound."""
    if not scale.low < value < scale.high:
        return None
    return _rounded(value, scale.digits)


def _rounded(value: float, digits: int) -> float:
    """Round half up, so that -97.5 is -97 on each side of an even number."""
    step = float(10**digits)
    return floor(value * step + 0.5) / step


def bars(rsrp_dbm: float) -> int:
    """Return the number of bars of the signal icon, 0..5."""
    return sum(rsrp_dbm >= edge for edge in ICON_DBM)


def uplink_channel(earfcn: int) -> int:
    """Return the uplink channel that belongs to downlink *earfcn* (TS 36.101 table 5.7.3-1); same in TDD."""
    return earfcn if 36_000 <= earfcn < 46_590 else earfcn + 18_000
