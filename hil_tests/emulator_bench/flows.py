"""What the source sends: numbered UDP packets, both ways over every line, straight between the link's ends.

Packets go between the client and its router, not to the server behind: the link alone is under test. The
first four bytes of the payload are the number, as the emulator logs it.
"""

import msgspec

CLIENT_PORT, ROUTER_PORT = 7000, 7100  # plus the line's number
PORTS = "7000-7199"
FRAME_OVERHEAD_BYTES = 42  # Ethernet, IPv4, UDP
SMALL_EVERY = 10  # the numbers that are multiples of it are small frames
LEAST_FRAME_BYTES = 96  # what a capture keeps of a frame: none is shorter, so that all records have one size


class Flow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One direction of one line.

    Every tenth frame has small_bytes, the others frame_bytes (without FCS). The flow sends pps for on_s, then
    is silent for off_s, again and again; off_s 0: it never pauses.
    """

    line: int
    up: bool
    pps: float
    frame_bytes: int = 1400
    small_bytes: int = 200
    on_s: float = 1.0
    off_s: float = 0.0

    def due(self, t_s: float) -> int:
        """Return how many packets are due by t_s seconds after the start."""
        cycles, rest_s = divmod(t_s, self.on_s + self.off_s) if self.off_s else (0.0, t_s)
        sending_s = cycles * self.on_s + (min(rest_s, self.on_s) if self.off_s else rest_s)
        return int(sending_s * self.pps)

    @property
    def rate_bps(self) -> float:
        """Return what it offers while it sends, layer-2 bit/s."""
        return self.pps * 8 * (0.9 * self.frame_bytes + 0.1 * self.small_bytes)


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a flow's socket lives, and from where to where it sends."""

    namespace: str
    here: tuple[str, int]
    there: tuple[str, int]


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The source's orders: flows, where each stands, and for how long."""

    flows: tuple[Flow, ...]
    places: tuple[Place, ...]
    seconds: float


class Sent(msgspec.Struct, frozen=True):
    """What the source did: packets of each flow the kernel took, and when it began and ended, Unix ns."""

    packets: tuple[int, ...]
    begun_ns: int
    ended_ns: int
    cpu_s: float
    worst_tick_ms: float
