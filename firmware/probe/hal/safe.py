"""What must work even if no image does: modems on, a running watchdog fed. In the root, by main.py.

Soft resets (mpremote makes one before most of its commands) do not stop the watchdog, and the program that
feeds it does not run behind them: for the length of a maintenance window it is fed from here.
"""

import machine
import pins

BRIDGE_MS = 600_000  # a maintenance window, as limits.WINDOW_MS
FEED_MS = 400
WATCHDOG_MS = 2_000  # as limits.WATCHDOG_MS
RUNS = 1 << 30

_bridge: "list[machine.Timer]" = []
_left = [0]


def modems_on() -> None:
    """Switch every modem on, and the Pi; nothing else is needed for it but the pins."""
    for pin in pins.MODEM_POWER + (pins.PI_POWER,):
        machine.Pin(pin, machine.Pin.OUT, value=1)


def watchdog_runs() -> bool:
    """Return whether the chip's watchdog was started since the last hard reset."""
    return bool(machine.mem32[pins.WATCHDOG_CTRL] & RUNS)


def bridge() -> None:
    """Feed the watchdog, if it runs, until the program does, or for BRIDGE_MS."""
    if not watchdog_runs():
        return
    dog = machine.WDT(timeout=WATCHDOG_MS)
    _left[0] = BRIDGE_MS // FEED_MS

    def feed(_timer: machine.Timer) -> None:
        if _left[0] > 0:
            _left[0] -= 1
            dog.feed()

    _bridge.append(machine.Timer(-1, period=FEED_MS, mode=machine.Timer.PERIODIC, callback=feed))


def end_bridge() -> None:
    """The program feeds by itself from now on."""
    while _bridge:
        _bridge.pop().deinit()
