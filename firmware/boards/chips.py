"""What the pins of each board can do: facts that the pin tables are checked against.

Sources: functions of GPIO 0 to 28 and their places on the header: public-driver jmysu/RPi-Pico,
firmware/PlatformIO.projects/picoPioNeoPixelOledI2C/src/z2040Pinout.h; header numbers again: Pimoroni
pico_display_pack_schematic.pdf. ADC: RP2040 on GPIO 26 to 29 (rp2040.implrust.com/adc/in-rp2040.html),
RP2350A the same, RP2350B on 40 to 47 (public-driver brianvarren/ADCless, src/ADCless.h). GPIO 23 to 25 and 29
of a Pico are used on the board itself: memory, Pico datasheet 2.1.
"""

from typing import NamedTuple

UART_TX: dict[int, tuple[int, ...]] = {0: (0, 12, 16), 1: (4, 8, 20)}
UART_RX: dict[int, tuple[int, ...]] = {0: (1, 13, 17), 1: (5, 9, 21)}
I2C_SDA: dict[int, tuple[int, ...]] = {0: (0, 4, 8, 12, 16, 20), 1: (2, 6, 10, 14, 18, 26)}
I2C_SCL: dict[int, tuple[int, ...]] = {0: (1, 5, 9, 13, 17, 21), 1: (3, 7, 11, 15, 19, 27)}

# fmt: off
PICO_HEADER = {  # GPIO: number on the header
    0: 1, 1: 2, 2: 4, 3: 5, 4: 6, 5: 7, 6: 9, 7: 10, 8: 11, 9: 12, 10: 14, 11: 15, 12: 16, 13: 17, 14: 19,
    15: 20, 16: 21, 17: 22, 18: 24, 19: 25, 20: 26, 21: 27, 22: 29, 26: 31, 27: 32, 28: 34,
}
# fmt: on
PICO_POWER = {"GND": 38, "VSYS": 39, "3V3": 36}


class Chip(NamedTuple):
    """Of one board: GPIOs that can be wired, those that are fixed on the board, and those with an ADC."""

    name: str
    wired: frozenset[int]
    fixed: dict[str, int]  # signal of pins.py: its GPIO
    adc: frozenset[int]
    header: dict[int, int]


_PICO_FIXED = {"USB_HOST": 24}
CHIPS = {
    "pico": Chip("RP2040", frozenset(PICO_HEADER), _PICO_FIXED, frozenset(range(26, 30)), PICO_HEADER),
    "pico2": Chip("RP2350A", frozenset(PICO_HEADER), _PICO_FIXED, frozenset(range(26, 30)), PICO_HEADER),
    "carrier": Chip("RP2350B", frozenset(range(48)), {}, frozenset(range(40, 48)), {}),
}
