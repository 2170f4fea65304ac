"""Was the box itself the limit? What the machine did during a test in, a verdict out.

A figure that the device limited is right-censored: the network gives at least this much. It is kept and used
as such; dropping it would punish the fastest operator.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

IDLE_LEAST = 0.05
"""Share of all cores' time left over below which a moment counts as full."""
FULL_MOMENTS = 0.2
"""Share of full moments from which on the processor is the limit."""
SOFTIRQ_MOST = 0.8
OWN_MOST = 0.9
USB_SHARE = 0.6
"""Share of a USB port's signalling rate that bulk data reach at best (USB 2.0 5.5.4, 8.3: 13 of 15 packets a
microframe, less what the host spends); [memory] of 280-320 of 480 Mbit/s measured by many.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A piece of a test: shares (0..1) of time. idle: of all cores; softirq: of the core that has most of it;
    own: of one core, used by the process that measures.
    """

    idle: float
    softirq: float
    own: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """What the machine did in a test. throttled: the Raspberry Pi's bits (None: no such machine); usb_bps:
    the signalling rate of the modem's port (None: not on USB); rate_bps: what was measured (None: nothing).
    """

    moments: Sequence[Moment]
    ring_drops: int = 0
    softnet_drops: int = 0
    throttled: int | None = None
    usb_bps: float | None = None
    rate_bps: float | None = None


class DeviceVerdict(NamedTuple):
    """limited: whether the box was the limit; text: why, or what was looked at."""

    limited: bool
    text: str


class _Rule(NamedTuple):
    """One way a box can be the limit: what it says of the facts, "" if it does not hold."""

    name: str
    says: Callable[[DeviceFacts], str]


def _cpu(facts: DeviceFacts) -> str:
    full = sum(moment.idle < IDLE_LEAST for moment in facts.moments)
    if not facts.moments or full < FULL_MOMENTS * len(facts.moments):
        return ""
    return f"every core was busy in {full} of {len(facts.moments)} moments"


def _softirq(facts: DeviceFacts) -> str:
    most = max((moment.softirq for moment in facts.moments), default=0.0)
    return f"a core spent {most:.0%} on interrupts" if most >= SOFTIRQ_MOST else ""


def _own(facts: DeviceFacts) -> str:
    most = max((moment.own for moment in facts.moments), default=0.0)
    return f"the measuring process used {most:.0%} of a core" if most >= OWN_MOST else ""


def _ring(facts: DeviceFacts) -> str:
    return f"the packet ring lost {facts.ring_drops} packets" if facts.ring_drops else ""


def _softnet(facts: DeviceFacts) -> str:
    return f"the kernel's queue lost {facts.softnet_drops} packets" if facts.softnet_drops else ""


def _usb(facts: DeviceFacts) -> str:
    if not facts.usb_bps or not facts.rate_bps or facts.rate_bps < USB_SHARE * facts.usb_bps:
        return ""
    return f"the modem's USB port carries {facts.usb_bps / 1e6:g} Mbit/s"


def _throttled(facts: DeviceFacts) -> str:
    """Name the bits that are set now; from bit 16 on they tell of the time since boot."""
    now = facts.throttled or 0
    words = [word for bit, word in enumerate(THROTTLE_WORDS) if now >> bit & 1]
    return f"the Pi says: {', '.join(words)}" if words else ""


THROTTLE_WORDS = ("under-voltage", "frequency capped", "throttled", "soft temperature limit")
"""Bits 0 to 3 of get_throttled (raspberrypi/documentation, vcgencmd; [memory])."""

RULES = (
    _Rule("cpu", _cpu),
    _Rule("softirq", _softirq),
    _Rule("own", _own),
    _Rule("ring", _ring),
    _Rule("softnet", _softnet),
    _Rule("usb", _usb),
    _Rule("throttled", _throttled),
)


def judge_device(facts: DeviceFacts) -> DeviceVerdict:
    """Return whether any rule holds, and the words of those that do."""
    said = [words for rule in RULES if (words := rule.says(facts))]
    if said:
        return DeviceVerdict(True, "; ".join(said))
    least = min((moment.idle for moment in facts.moments), default=1.0)
    count = len(facts.moments)
    return DeviceVerdict(False, f"at least {least:.0%} of the processor was free in {count} moments")
