"""`machine` of rp2 for the VM without one: what it does is done by the simulated board behind `_board`.

Handlers of pins and timers run where a board's scheduler would run them, but only while the program waits:
in `time.sleep*`, `machine.idle` and at the prompt; never inside a loop that does not wait.
"""

import _board
import sys
import uctypes

PWRON_RESET = 1
WDT_RESET = 3

_pin_read = _board.pin_read
_pin_write = _board.pin_write
_adc_read = _board.adc_read
_uart_any = _board.uart_any
_uart_read = _board.uart_read
_uart_write = _board.uart_write
_uart_idle = _board.uart_idle
_watchdog = _board.watchdog
_addressof = uctypes.addressof
_irqs = {}
_timers = {}
_memories = ()  # I2C devices that can be read: none


def _run_due():
    for _ in range(64):
        pin = _board.pin_seen()
        timer = _board.timer_due()
        if pin < 0 and timer < 0:
            return
        for found in (_irqs.get(pin), _timers.get(timer)):
            if found is None:
                continue
            try:
                found[0](found[1])
            except Exception as error:
                sys.print_exception(error)


class Pin:
    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    PULL_UP = 1
    PULL_DOWN = 2
    IRQ_FALLING = 4
    IRQ_RISING = 8

    def __init__(self, id, mode=-1, pull=-1, *, value=None):
        self._id = id
        self.init(mode, pull, value=value)

    def init(self, mode=-1, pull=-1, *, value=None):
        if value is not None:
            _pin_write(self._id, 1 if value else 0)
        if mode is not None and mode >= 0:
            _board.pin_setup(self._id, mode, pull if pull is not None and pull > 0 else 0)

    def value(self, x=None):
        if x is None:
            return _pin_read(self._id)
        _pin_write(self._id, 1 if x else 0)

    __call__ = value

    def on(self):
        _pin_write(self._id, 1)

    high = on

    def off(self):
        _pin_write(self._id, 0)

    low = off

    def toggle(self):
        _pin_write(self._id, 1 - _pin_read(self._id))

    def irq(self, handler=None, trigger=12, *, hard=False):
        _irqs[self._id] = (handler, self)
        _board.pin_irq(self._id, (trigger >> 2) if handler else 0)

    def __repr__(self):
        return "Pin(GPIO%d)" % self._id


class ADC:
    CORE_TEMP = 4

    def __init__(self, pin):
        number = pin._id if isinstance(pin, Pin) else pin
        self._channel = number - 26 if number >= 26 else number

    def read_u16(self):
        return _adc_read(self._channel)


class UART:
    def __init__(self, id, baudrate=115200, *, tx=None, rx=None, rxbuf=256, txbuf=256, timeout=0, **more):
        self._id = id
        self._one = bytearray(1)
        _board.uart_setup(id, baudrate, rxbuf)

    def any(self):
        return _uart_any(self._id)

    def readinto(self, buf, n=None):
        count = _uart_read(self._id, _addressof(buf), len(buf) if n is None else n)
        return count or None

    def read(self, n=-1):
        waiting = _uart_any(self._id)
        data = bytearray(waiting if n < 0 else min(n, waiting))
        return bytes(data) if self.readinto(data) else None

    def write(self, buf):
        return _uart_write(self._id, _addressof(buf), len(buf))

    def txdone(self):
        return bool(_uart_idle(self._id))

    def flush(self):
        while not _uart_idle(self._id):
            idle()


class WDT:
    def __init__(self, id=0, timeout=5000):
        if not 1 <= timeout <= 8388:
            raise ValueError("timeout exceeds 8388")
        self._timeout = timeout
        _watchdog(timeout)

    def feed(self):
        _watchdog(self._timeout)


class Timer:
    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, id=-1, **words):
        self._key = id if id >= 0 else len(_timers) + 100
        if words:
            self.init(**words)

    def init(self, *, mode=1, period=-1, freq=0, callback=None, hard=False):
        _timers[self._key] = (callback, self)
        _board.timer_start(self._key, period if period > 0 else 1000 / freq, mode == 0)

    def deinit(self):
        _board.timer_stop(self._key)
        _timers.pop(self._key, None)


class I2C:
    def __init__(self, id, *, scl=None, sda=None, freq=400000, timeout=50000):
        self._id = id

    def scan(self):
        return [address for address in range(8, 120) if _board.i2c_present(address)]

    def writeto(self, addr, buf, stop=True):
        if not _board.i2c_present(addr):
            raise OSError(5)
        _board.i2c(addr, _addressof(buf), len(buf), 0)
        return len(buf)

    def writevto(self, addr, vector, stop=True):
        return self.writeto(addr, b"".join(vector), stop)

    def readfrom_mem(self, addr, memaddr, nbytes, *, addrsize=8):
        if addr not in _memories:
            raise OSError(5)  # nobody answers
        return bytes(nbytes)

    def writeto_mem(self, addr, memaddr, buf, *, addrsize=8):
        self.writeto(addr, bytes([memaddr]) + bytes(buf))


SoftI2C = I2C


class RTC:
    _offset = [0]

    def datetime(self, value=None):
        if value is None:
            time = sys.modules["time"].gmtime()
            return (time[0], time[1], time[2], time[6], time[3], time[4], time[5], 0)
        mktime = sys.modules["time"].mktime
        at = mktime((value[0], value[1], value[2], value[4], value[5], value[6], 0, 0))
        self._offset[0] = at - _board.uptime_s() - _STARTS_AT


_STARTS_AT = 1609459200  # 2021-01-01, where rp2's clock starts


class _Registers:
    def __getitem__(self, address):
        if address & 0xFFFF == 0x8000:  # CTRL of the watchdog; bit 30: enabled
            return 0x40000000 if _board.watchdog_runs() else 0
        return 0

    def __setitem__(self, address, value):
        raise OSError("no register %x in this simulator" % address)


mem32 = _Registers()


def reset():
    _board.reset("reset")


def reset_cause():
    return _board.reset_cause()


def unique_id():
    return bytes(int(_board.serial()[at : at + 2], 16) for at in range(0, 16, 2))


def freq(hz=None):
    return 125000000 if hz is None else None


def idle():
    _board.sleep_begin(1)
    if _board.sleep_some():
        _run_due()


def disable_irq():
    return 0


def enable_irq(state):
    pass
