"""What the pure cores and the line worker ask of the outside: Protocols, no implementation."""

from typing import NamedTuple, Protocol


class Flow(NamedTuple):
    """One transport flow as this end sees it: *proto* is "tcp" or "udp", *remote_ip* a literal address."""

    proto: str
    local_port: int
    remote_ip: str
    remote_port: int


class FlowTap(Protocol):
    """Counts the packets of watched flows at the line's interface, by the kernel's own stamps."""

    def watch(self, flow: Flow) -> None:
        """Count *flow* from now on; packets before the call are not promised."""

    def arrivals(self, flow: Flow) -> list[tuple[int, int]]:
        """Return (t_ns CLOCK_REALTIME, L4 payload bytes) of each INBOUND packet of *flow*, oldest first."""

    def bytes_of(self, flow: Flow) -> int:
        """Return the L4 payload bytes of *flow* so far, both ways, as packets carried them."""

    def drops(self) -> int:
        """Return how many packets the kernel could not hand over since the tap was opened."""


class Clock(Protocol):
    """The box's clocks."""

    def unix_ns(self) -> int:
        """Return CLOCK_REALTIME in nanoseconds since 1970."""

    def mono_s(self) -> float:
        """Return CLOCK_MONOTONIC in seconds: for durations and deadlines."""
