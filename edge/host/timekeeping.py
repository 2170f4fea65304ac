"""Whether the kernel's clock is disciplined, and by how much it may err.

Source: adjtimex(2): STA_UNSYNC in status, maxerror in microseconds; struct timex of linux/timex.h (64-bit).
"""

import ctypes
from typing import NamedTuple

STA_UNSYNC = 0x0040
TIME_ERROR = 5
MAXERROR_UNKNOWN_US = 16_000_000
FREE_RUN_PPM = 100.0  # of a clock that nobody disciplines: a crystal's tolerance, by judgement
COMPARISON_HOLDS_S = 3600.0


class Timex(ctypes.Structure):
    """The leading fields of struct timex; the rest is room for the kernel to write."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 256),
    )


class ClockState(NamedTuple):
    """source: "ntp" when some daemon disciplines the kernel's clock, "gnss" when it is known by a receiver's
    time alone, else "none"; error_ms: a bound.
    """

    source: str
    error_ms: float | None


class Compared(NamedTuple):
    """The kernel's clock beside a receiver's UTC, when that was told: ahead by offset_ms, known to within
    bound_ms; age_s: how long ago that was.
    """

    offset_ms: float
    bound_ms: float
    age_s: float


def by_receiver(kernel: ClockState, compared: Compared | None) -> ClockState:
    """Return how good the clock is: the kernel's word where it is disciplined, else by comparison."""
    if kernel.source != "none" or compared is None or compared.age_s > COMPARISON_HOLDS_S:
        return kernel
    error_ms = abs(compared.offset_ms) + compared.bound_ms + FREE_RUN_PPM * compared.age_s / 1000
    return ClockState("gnss", round(error_ms, 3))


def read_clock_state() -> ClockState:
    """Ask the kernel; it never fails, for "unknown" is an answer."""
    timex = Timex()
    state = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    return clock_state(state, timex.status, timex.maxerror)


def clock_state(state: int, status: int, maxerror_us: int) -> ClockState:
    """Return what adjtimex's return value, status and maxerror say."""
    if state < 0 or state == TIME_ERROR or status & STA_UNSYNC or maxerror_us >= MAXERROR_UNKNOWN_US:
        return ClockState("none", None)
    return ClockState("ntp", maxerror_us / 1000)
