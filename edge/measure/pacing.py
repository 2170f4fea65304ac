"""How much unsent data a sender of bulk TCP keeps in the kernel, and how often a receiver reads."""

LEAST_BYTES = 16_384
MOST_BYTES = 1_048_576
QUEUE_S = 0.05
READ_BYTES = 262_144
"""Room for one read."""
READ_PAUSE_S = 0.002
"""Pause after a read that emptied the socket: a read a packet would make the processor the limit."""


def lowat_bytes(rate_bps: float) -> int:
    """Return TCP_NOTSENT_LOWAT for a flow of *rate_bps*: 50 ms of data, 16 KiB to 1 MiB.

    Enough that a busy processor does not starve the flow; so little that a slow line ends soon after.
    """
    return round(min(MOST_BYTES, max(LEAST_BYTES, rate_bps / 8 * QUEUE_S)))
