"""The checks of the USB lab, by name, in the order in which they run: guest/<name>.py runs each."""

from typing import NamedTuple


class Check(NamedTuple):
    """A check: its name, what it shows, and how long it may take, in seconds of the guest's clock."""

    name: str
    shows: str
    limit_s: int


CHECKS = (
    Check("discovery", "ports found by VID, PID, interface number, USB path and serial", 40),
    Check("driver", "our driver reads identity and signal over a real ttyUSB port", 60),
    Check("unplug", "a cable pulled during read, write and throughput", 60),
    Check("renumber", "ports renumbered because one was held open, and found again", 60),
    Check("sticks", "four identical HiLink sticks, each its own, one pulled out of a stream", 90),
    Check("contract", "the tests every bench must pass, on a real ttyUSB port", 90),
)
NAMES = tuple(check.name for check in CHECKS)
