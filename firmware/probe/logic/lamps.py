"""What the two LEDs say: sixteen steps of LAMP_STEP_MS, the lowest bit first."""

from probe.logic import limits

DARK = 0x0000
GOOD = 0x0001  # a short flash every two seconds
NO_PI = 0x0005  # two flashes: the Pi is silent
WINDOW = 0x7FFF  # on but for a blink: somebody is at the box
BATTERY = 0x00FF  # slow: mains are lost
ALARM = 0x5555  # fast


def green(*, window: bool, silent: bool) -> int:
    """Return the pattern of the green LED."""
    if window:
        return WINDOW
    return NO_PI if silent else GOOD


def red(*, alarm: bool, mains: bool, wrong: int) -> int:
    """Return the pattern of the red LED; *wrong* are bits of Sensors.wrong()."""
    if alarm or wrong:
        return ALARM
    return DARK if mains else BATTERY


def level(pattern: int, now_ms: int) -> int:
    """Return the LED's level at *now_ms*."""
    return pattern >> (now_ms // limits.LAMP_STEP_MS & 15) & 1
