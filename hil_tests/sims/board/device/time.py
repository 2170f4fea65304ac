"""`time` on the simulated board's clock: microseconds, and sleeps in which handlers run and Ctrl-C works."""

from utime import gmtime, localtime, mktime, ticks_add, ticks_diff
import _board
import machine

ticks_us = _board.ticks_us
ticks_ms = _board.ticks_ms
ticks_cpu = _board.ticks_us
_sleep_begin = _board.sleep_begin
_sleep_some = _board.sleep_some
_run_due = machine._run_due


def sleep_ms(ms):
    _sleep_begin(ms)
    while _sleep_some():
        _run_due()


def sleep_us(us):
    sleep_ms(us / 1000)


def sleep(s):
    sleep_ms(s * 1000)


def time():
    return machine._STARTS_AT + machine.RTC._offset[0] + _board.uptime_s()


def time_ns():
    return time() * 1000000000
