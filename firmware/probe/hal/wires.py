"""Pins and ADC: levels in before a step, levels out behind it. Nothing is allocated after the start."""

import pins
from machine import ADC, Pin

from probe.logic.board import Board, Levels

TEMPERATURE = 4  # the ADC's channel of the chip's own sensor


def full_scale(raw: int, full: int) -> int:
    """Return *raw* (u16) as part of *full*; the product stays a small integer of the VM up to 65,000."""
    return ((raw >> 2) * full) >> 14


def core_cdegc(raw: int) -> int:
    """Return the chip's temperature: 27 degrees at 0.706 V, -1.721 mV a degree (RP2040 datasheet, 4.9.5)."""
    return 2_700 - (full_scale(raw, 33_000) - 7_060) * 10_000 // 1_721


class Wires:
    """Every pin but those of UARTs and I2C."""

    def __init__(self) -> None:
        self._modems = tuple([Pin(pin, Pin.OUT, value=1) for pin in pins.MODEM_POWER])
        self._pi_power = Pin(pins.PI_POWER, Pin.OUT, value=1)
        self._pi_reset = Pin(pins.PI_RESET, Pin.OPEN_DRAIN, value=1)
        self._alarm = Pin(pins.PI_ALARM, Pin.OUT, value=0)
        self._mains = Pin(pins.MAINS, Pin.IN)
        self._button = Pin(pins.BUTTON, Pin.IN, Pin.PULL_UP)
        self._door = Pin(pins.DOOR, Pin.IN, Pin.PULL_UP)
        self._host = Pin(pins.USB_HOST, Pin.IN)
        self._battery = ADC(pins.BATTERY)
        self._rail = ADC(pins.RAIL)
        self._core = ADC(TEMPERATURE)
        self.rail_mv = 0
        self.temperature_cdegc = 0

    def button_held(self) -> bool:
        """Return whether the button is pressed now."""
        return not self._button.value()

    def read(self, levels: Levels) -> None:
        """Bring *levels* and the voltages up to date."""
        levels.mains = self._mains.value()
        levels.battery_mv = full_scale(self._battery.read_u16(), pins.BATTERY_FULL_MV)
        levels.sign = self._door.value() | (1 - self._button.value()) | self._host.value()
        self.rail_mv = full_scale(self._rail.read_u16(), pins.RAIL_FULL_MV)
        self.temperature_cdegc = core_cdegc(self._core.read_u16())

    def write(self, board: Board) -> None:
        """Put the levels of *board* on the pins."""
        for line in range(len(self._modems)):
            self._modems[line].value(board.modems.levels[line])
        self._pi_power.value(board.pi.power)
        self._pi_reset.value(1 - board.pi.reset)
        self._alarm.value(board.pi.alarm)
