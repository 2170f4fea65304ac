"""What adjtimex says of the clock; constants from linux/timex.h, cases from adjtimex(2)."""

import json
import subprocess
import sys

import pytest

from edge.host.timekeeping import ClockState, clock_state, read_clock_state

TIME_OK, TIME_INS, TIME_ERROR = 0, 1, 5
STA_PLL, STA_UNSYNC, STA_NANO = 0x0001, 0x0040, 0x2000
UNKNOWN = ClockState("none", None)


@pytest.mark.parametrize(
    ("state", "status", "maxerror_us", "expected"),
    [
        (TIME_OK, STA_PLL | STA_NANO, 1500, ClockState("ntp", 1.5)),
        (TIME_OK, 0, 0, ClockState("ntp", 0.0)),
        (TIME_INS, STA_PLL, 250_000, ClockState("ntp", 250.0)),  # a leap second is announced
        (TIME_OK, 0, 15_999_999, ClockState("ntp", 15999.999)),
        (TIME_OK, 0, 16_000_000, UNKNOWN),  # NTP_PHASE_LIMIT: the kernel's "no idea"
        (TIME_OK, STA_UNSYNC | STA_PLL, 1500, UNKNOWN),
        (TIME_ERROR, STA_PLL, 1500, UNKNOWN),
        (-1, 0, 0, UNKNOWN),  # the call itself failed
    ],
)
def test_the_kernel_s_answer_in_words(state, status, maxerror_us, expected):
    assert clock_state(state, status, maxerror_us) == expected


def test_this_machine_s_clock_is_read_as_the_c_library_reads_it():
    # ntp_adjtime by its documented layout: long words 0..5 on a 64-bit machine (modes padded to one)
    code = (
        "import ctypes,json;b=(ctypes.c_long*40)();r=ctypes.CDLL(None).ntp_adjtime(b);"
        "print(json.dumps([r, b[3], b[5] & 0xffffffff]))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=10)
    state, maxerror_us, status = json.loads(told.stdout)
    seen = read_clock_state()
    synced = state != TIME_ERROR and not status & STA_UNSYNC and maxerror_us < 16_000_000
    assert seen.source == ("ntp" if synced else "none")
    assert (seen.error_ms is None) is not synced
    if seen.error_ms is not None:
        assert seen.error_ms == pytest.approx(maxerror_us / 1000, abs=10)  # it grows by 0.5 ms a second
