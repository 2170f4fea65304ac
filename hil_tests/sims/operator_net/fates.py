"""What can become of a packet, and why a link's state changed; the numbers stand in the log."""

from enum import IntEnum


class Fate(IntEnum):
    """What became of a packet."""

    DELIVERED = 0
    LOSS = 1
    QUEUE_FULL = 2
    EMULATOR_FAILURE = 3
    CODEL = 4
    POLICED = 5
    BLACKHOLE = 6


class Kind(IntEnum):
    """A step function of what a bottleneck could serve (the capacity log)."""

    RATE = 0  # bit/s
    SHARE = 1  # of the scheduler, 0 to 1
    CAP = 2  # bit/s, at most (the ramp)
    GATE = 3  # 0 while a promotion lasts, else 1
    OPEN = 4  # 0 in a blackhole window, else 1
    SWITCH = 5  # 0 while control has switched it to a blackhole, else 1


class Cause(IntEnum):
    """Why a step came."""

    START = 0
    BURST = 1
    STEP = 2
    PROMOTION = 3
    PLAN = 4
    CONTROL = 5


class State(IntEnum):
    """Bits of the record's `state`."""

    SECOND_CARRIER = 1
    PROMOTED = 2
    BAD = 4
    REORDERED = 8
    IPV6 = 16
