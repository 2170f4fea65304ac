"""Whether the server itself was the limit of a test: its processor, or its own line."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, process_time

BUSY = 0.9
"""Share of one core from which on our single thread is the limit."""
FULL = 0.9
"""Share of the server's own bandwidth from which on that is the limit."""
LEAST_S = 0.2
"""A shorter test says nothing about a limit."""


@dataclass(slots=True)
class Traffic:
    """Payload bytes of all tests so far, by direction; capacity_bps: the server's own bandwidth, if told."""

    capacity_bps: int | None = None
    bytes: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Watch:
    """One test's time: made when it begins."""

    traffic: Traffic
    direction: str
    mono_s: Callable[[], float] = monotonic
    cpu_s: Callable[[], float] = process_time
    _begun_s: float = field(init=False)
    _begun_cpu_s: float = field(init=False)
    _begun_bytes: int = field(init=False)

    def __post_init__(self) -> None:
        self._begun_s, self._begun_cpu_s = self.mono_s(), self.cpu_s()
        self._begun_bytes = self.traffic.bytes[self.direction]

    def count(self, size: int) -> None:
        """Count payload of this test."""
        self.traffic.bytes[self.direction] += size

    def limited(self) -> str:
        """Return why the server was the limit from the beginning until now, in words; "" if it was not."""
        lasted_s = self.mono_s() - self._begun_s
        if lasted_s < LEAST_S:
            return ""
        busy = (self.cpu_s() - self._begun_cpu_s) / lasted_s
        if busy >= BUSY:
            return f"the server's processor: {busy:.0%} of one core"
        rate_bps = (self.traffic.bytes[self.direction] - self._begun_bytes) * 8 / lasted_s
        most_bps = self.traffic.capacity_bps
        if most_bps and rate_bps >= FULL * most_bps:
            return f"the server's own line: {rate_bps / 1e6:.1f} of {most_bps / 1e6:g} Mbit/s by all tests"
        return ""
