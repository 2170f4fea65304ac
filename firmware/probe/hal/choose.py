"""Which image runs. In the root; the modules of the logic it needs stand in /loader, apart from any slot."""

import sys
import time

import disk
import machine

LOADER = "/loader"
TRIAL_MS = 8_000  # of the watchdog under an image that was not confirmed: it may hang before it feeds
PAUSE_MS = 3_000  # between its failure and the next boot; Ctrl-C ends it at the prompt


def choose() -> "tuple[int, bool]":
    """Return the slot to run, its boot counted (-1: no image is whole), and whether it was confirmed."""
    sys.path.insert(0, LOADER)
    try:
        from probe.logic.images import Images

        images = Images(disk.Disk())
        slot = images.boot(may_write=disk.may_write())
        return slot, bool(images.record()[0].confirmed)
    finally:
        sys.path.remove(LOADER)
        for name in list(sys.modules):  # the image has its own
            if name.startswith("probe"):
                del sys.modules[name]


def begin_trial() -> None:
    """Start the watchdog under an image that was not confirmed."""
    machine.WDT(timeout=TRIAL_MS)


def fail_trial() -> None:
    """Reset, so that the image is counted once more and rolled back in the end."""
    time.sleep_ms(PAUSE_MS)
    machine.reset()
