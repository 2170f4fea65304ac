"""Questions to the emulator's packet log (docs/interfaces.md section 5), a numpy record array."""

import numpy as np
import numpy.typing as npt

Packets = npt.NDArray[np.void]
Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]

UP, DOWN = 0, 1
DELIVERED, LOST, QUEUE_FULL, EMULATOR_FAILED = 0, 1, 2, 3
TCP, UDP = 6, 17
TCP_PAYLOAD_SHARE = 1448 / 1514
"""TCP payload in an Ethernet frame without FCS: timestamps on, MTU 1500 (design: words with one meaning)."""


def of_link(packets: Packets, link: int) -> Packets:
    """Return the IPv4 packets of one link, in the order they came in."""
    mine = packets[(packets["link"] == link) & (packets["proto"] != 0)]
    ordered: Packets = mine[np.argsort(mine["t_in_ns"], kind="stable")]
    return ordered


def of_flow(packets: Packets, *, proto: int, direction: int, client_port: int) -> Packets:
    """Return the packets of the client's port in one direction."""
    port = packets["sport"] if direction == UP else packets["dport"]
    mine: Packets = packets[
        (packets["proto"] == proto) & (packets["dir"] == direction) & (port == client_port)
    ]
    return mine


def was_delivered(packets: Packets) -> npt.NDArray[np.bool_]:
    """Return which packets left the emulator."""
    left: npt.NDArray[np.bool_] = (packets["fate"] == DELIVERED) & (packets["t_out_ns"] > 0)
    return left


def delivered_bins(packets: Packets, *, t0_ns: int, width_ns: int, count: int) -> Floats:
    """Return the L2 bytes delivered in each of *count* bins from *t0_ns* on.

    What had been delivered by a bin's edge is interpolated between the packets around it, as the published
    bins are: else a bin of a slow line holds whole packets only, and medians differ by half a packet.
    """
    out = packets[was_delivered(packets)]
    out = out[np.argsort(out["t_out_ns"], kind="stable")]
    if not len(out):
        return np.zeros(count)
    times = (out["t_out_ns"].astype(np.int64) - t0_ns).astype(np.float64)
    edges = np.arange(count + 1, dtype=np.float64) * width_ns
    by_edge = np.interp(edges, times, np.cumsum(out["len"].astype(np.float64)), left=0.0)
    bins: Floats = np.diff(by_edge)
    return bins


def transit_ns(packets: Packets) -> Times:
    """Return the time each packet spent in the emulator; only for delivered packets."""
    took: Times = packets["t_out_ns"].astype(np.int64) - packets["t_in_ns"].astype(np.int64)
    return took
