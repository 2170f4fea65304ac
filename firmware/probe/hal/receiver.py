"""The GNSS receiver on its UART and PPS on its pin."""

import time

import machine
import pins

from probe.logic import limits
from probe.logic.sky import Sky

BAUD = 9_600  # what u-blox and MTK receivers say out of the box: memory
OCTETS_A_STEP = 24  # at 9,600 baud 10 ms bring ten
_CAUGHT = 4


class Receiver:
    """Catches pulses in an interrupt and brings everything to *sky* in `step`."""

    def __init__(self) -> None:
        self.sky = Sky(limits.EARLIEST_DAYS)
        self._ticks = [0] * _CAUGHT
        self._caught = self._taken = 0
        self._octets = bytearray(OCTETS_A_STEP)
        tx, rx = machine.Pin(pins.UART_GNSS_TX), machine.Pin(pins.UART_GNSS_RX)
        self._uart = machine.UART(pins.UART_GNSS, BAUD, tx=tx, rx=rx, rxbuf=512)
        self._pin = machine.Pin(pins.PPS, machine.Pin.IN)
        self._pin.irq(self._catch, machine.Pin.IRQ_RISING, hard=True)

    def _catch(self, _pin: machine.Pin) -> None:
        self._ticks[self._caught & (_CAUGHT - 1)] = int(time.ticks_us())
        self._caught = (self._caught + 1) & 0xFFFF

    def step(self, elapsed_ms: int, now_ms: int) -> None:
        """Let time pass; take what has come."""
        sky, now_us = self.sky, int(time.ticks_us())
        while self._taken != self._caught:
            sky.pulse(self._ticks[self._taken & (_CAUGHT - 1)])
            self._taken = (self._taken + 1) & 0xFFFF
        sky.tick(elapsed_ms, now_us)
        count = min(self._uart.any(), OCTETS_A_STEP)
        if count:
            self._uart.readinto(self._octets, count)
            for index in range(count):
                sky.octet(now_ms, now_us, self._octets[index])
