"""Every signal of pins.py: the kind of pin it needs, what it is wired to. The wiring page is made of it."""

from typing import NamedTuple


class Signal(NamedTuple):
    """One signal. *far* is a block of the diagram; {n} stands for the number of a modem."""

    name: str
    kind: str  # out | in | adc | uart_tx | uart_rx | i2c_sda | i2c_scl
    far: str
    wire: str  # what is between
    when_undriven: str  # what happens while the board is in reset, or has no program


BLOCKS = ("Modem rail", "Raspberry Pi", "Supply", "Front panel", "GNSS receiver", "I2C devices")
MODEM, PI, SUPPLY, PANEL, GNSS, I2C = BLOCKS

SIGNALS = (
    Signal("MODEM_POWER", "out", MODEM, "ON of load switch {n}; 4.7k to 3.3 V", "all modems are on"),
    Signal("PI_ALARM", "out", PI, "GPIO 25 of the Pi; 4.7k to ground", "no alarm"),
    Signal("PI_RESET", "out", PI, "RUN pad of the Pi, open drain", "not pressed"),
    Signal("PI_POWER", "out", PI, "ON of the Pi's load switch; 4.7k to 3.3 V", "the Pi is on"),
    Signal("UART_PI_TX", "uart_tx", PI, "GPIO 15 (RXD) of the Pi; 1k in series", "nothing is said"),
    Signal("UART_PI_RX", "uart_rx", PI, "GPIO 14 (TXD) of the Pi; 1k in series", "nothing is heard"),
    Signal(
        "MAINS",
        "in",
        SUPPLY,
        "3.3 V by an opto-coupler while mains are there; 4.7k to ground",
        "is not read",
    ),
    Signal("BATTERY", "adc", SUPPLY, "battery through 100k : 22k, 100 nF", "is not read"),
    Signal("RAIL", "adc", SUPPLY, "5 V rail through 10k : 10k, 100 nF", "is not read"),
    Signal("BUTTON", "in", PANEL, "button to ground; 10k to 3.3 V", "is not read"),
    Signal("DOOR", "in", PANEL, "door switch to ground, closed with the door; 10k to 3.3 V", "is not read"),
    Signal("LED_GREEN", "out", PANEL, "green LED, 1k to ground", "dark"),
    Signal("LED_RED", "out", PANEL, "red LED, 1k to ground", "dark"),
    Signal("USB_HOST", "in", PANEL, "5 V of the USB socket, sensed on the board", "is not read"),
    Signal("UART_GNSS_TX", "uart_tx", GNSS, "RXD of the receiver", "nothing is said"),
    Signal("UART_GNSS_RX", "uart_rx", GNSS, "TXD of the receiver", "nothing is heard"),
    Signal("PPS", "in", GNSS, "PPS of the receiver, 100R in series", "no pulse is seen"),
    Signal("I2C_SDA", "i2c_sda", I2C, "OLED 0x3C, INA3221 0x40 and 0x41; 4.7k to 3.3 V", "the bus is idle"),
    Signal("I2C_SCL", "i2c_scl", I2C, "OLED 0x3C, INA3221 0x40 and 0x41; 4.7k to 3.3 V", "the bus is idle"),
)
