"""What a capacity test is made of: packets seen, grants, limits, and its estimate.

A sender sends at a granted rate up to a granted sequence number; the receiver stamps every packet. Who holds
the grants (the client, both ways) sees (sequence number, sent, received) of each packet and nothing else.
"""

from typing import Literal, NamedTuple

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000

IP_BYTES = 1400
"""Size of a measuring packet with its IP header: below the MTU of tunnelled cellular paths."""
TICK_S = 0.025
"""How often grants are renewed, s."""
LONGEST_S = 10.0
"""A test lasts no longer than this from its first packet on, s."""
LEAST_VARYING_S = 3.0
"""The least length of a test whose link is not a plain FIFO, s."""

Shape = Literal["fifo", "scheduler", "policer", "batching", "ramp"]


class Seen(NamedTuple):
    """One packet received: times in ns of the sender's and of the receiver's clock."""

    seq: int
    sent_ns: int
    received_ns: int


class Grant(NamedTuple):
    """Leave to send at rate_bps (IP layer) up to, not including, sequence number limit."""

    number: int
    rate_bps: float
    limit: int


class Estimate(NamedTuple):
    """What the packets say of the link, bit/s at the IP layer; None where it cannot be told.

    sustained_bps is the mean over the steady part with interval_bps, its 95 % interval; capacity_bps is what
    the bottleneck served while there was something to serve; burst_bps what it gave for a short time only.
    """

    shape: Shape | None
    capacity_bps: float | None = None
    sustained_bps: float | None = None
    interval_bps: tuple[float, float] | None = None
    burst_bps: float | None = None
    reason: str | None = None
