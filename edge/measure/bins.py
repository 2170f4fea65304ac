"""From arrivals to rates: payload bytes in 100 ms bins, their median after slow start."""

from collections.abc import Sequence
from itertools import pairwise

from edge.measure.result import BIN_MS, WARMUP_S, Bins
from edge.stats.percentiles import median

Arrival = tuple[int, int]
"""(t_ns, payload bytes) of one packet or one read."""

_MS_NS = 1_000_000


def bin_arrivals(arrivals: Sequence[Arrival]) -> Bins:
    """Return the payload of *arrivals* (oldest first) in bins of 100 ms from the first one on.

    What had arrived by a bin's edge is interpolated between the arrivals around it (as RMBT does at t*): else
    a bin of a slow line holds whole packets only, and the median errs by up to one. Only whole bins: the one
    the last arrival falls into is left out. Raises: ValueError, if there is no arrival.
    """
    if not arrivals:
        raise ValueError("no arrivals to put into bins: say no_data instead")
    t0_ns = last_ns = arrivals[0][0]
    width_ns = BIN_MS * _MS_NS
    edges: list[int] = []
    total, edge_ns = arrivals[0][1], t0_ns + width_ns
    for t_ns, size in arrivals[1:]:
        while edge_ns <= t_ns:
            edges.append(total + size * (edge_ns - last_ns) // (t_ns - last_ns))
            edge_ns += width_ns
        total += size
        last_ns = max(last_ns, t_ns)
    return Bins(t0_ns=t0_ns, bytes=[high - low for low, high in pairwise([0, *edges])])


def sustained_bps(bins: Bins) -> float | None:
    """Return the median of the bins after slow start, bit/s; None without such bins, or if half are empty."""
    steady = bins.bytes[bins.skip :]
    middle = median(steady) if steady else 0
    return middle * 8000 / bins.width_ms or None


def why_not_sustained(bins: Bins) -> str:
    """Return in words why `sustained_bps` of *bins* is None."""
    if len(bins.bytes) <= bins.skip:
        return f"the data ended within the {WARMUP_S} s left out for slow start: measure for longer"
    return f"half of the {bins.width_ms} ms bins are empty: nothing came for most of the test"


def skip_payload(arrivals: Sequence[Arrival], count: int, *, since_ns: int = 0) -> list[Arrival]:
    """Return *arrivals* from *since_ns* on, without their first *count* payload bytes and empty packets.

    So the protocol's own lines in front of the bulk data are not counted as bulk data.
    """
    rest: list[Arrival] = []
    for t_ns, size in arrivals:
        if t_ns < since_ns:
            continue
        taken = min(size, count)
        count -= taken
        if size > taken:
            rest.append((t_ns, size - taken))
    return rest
