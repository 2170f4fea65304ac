"""Pins of the probe board built with a Raspberry Pi Pico. Wiring: docs/wiring.md."""

BOARD = "pico"
MODEM_POWER = (2, 3, 4, 5, 6)  # 1: on. Pulled up: on while nobody drives them, so also in any reset
PI_ALARM = 7  # 1: alarm. Pulled down
PI_RESET = 8  # 0: pressed, else open. Pulled up by the Pi
PI_POWER = 9  # 1: on. Pulled up
MAINS = 10  # 1: mains present
BUTTON = 11  # 0: pressed. Pulled up
DOOR = 12  # 1: open. Pulled up, the switch goes to ground
LED_GREEN, LED_RED = 13, 14  # 1: lit
USB_HOST = 24  # 1: a host feeds the USB port
UART_PI, UART_PI_TX, UART_PI_RX = 0, 0, 1
UART_GNSS, UART_GNSS_TX, UART_GNSS_RX = 1, 20, 21
PPS = 22
I2C, I2C_SDA, I2C_SCL = 0, 16, 17
BATTERY, BATTERY_FULL_MV = 26, 18_300  # divider 100k : 22k before 3.3 V
RAIL, RAIL_FULL_MV = 27, 6_600  # divider 1 : 1
WATCHDOG_CTRL = 0x4005_8000  # RP2040 datasheet, 4.7: bit 30 says that it runs
