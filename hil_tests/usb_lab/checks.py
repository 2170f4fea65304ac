"""The checks of the USB lab, by name, in their order: guest/<name>.py runs each, emulated.py "emulator"."""

from typing import NamedTuple


class Check(NamedTuple):
    """A check: its name, what it shows, and how long it may take, in seconds of the guest's clock."""

    name: str
    shows: str
    limit_s: int


CHECKS = (
    Check("emulator", "delay and loss of our emulator, on the host: as netem in the guest", 60),
    Check("netem", "delay and loss of the kernel's netem, by the same packets", 60),
    Check("discovery", "ports found by VID, PID, interface number, USB path and serial", 40),
    Check("driver", "our driver reads identity and signal over a real ttyUSB port", 100),
    Check("unplug", "a cable pulled during read, write and throughput", 100),
    Check("renumber", "ports renumbered because one was held open, and found again", 100),
    Check("sticks", "four identical HiLink sticks, each its own, one pulled out of a stream", 120),
    Check("contract", "the bench's own tests and faults, on a real ttyUSB port", 120),
)
NAMES = tuple(check.name for check in CHECKS)
ON_HOST = ("emulator",)  # emulated.py
