"""From arrivals to rates: payload bytes in 100 ms bins, their median after slow start."""

from collections.abc import Sequence

from edge.measure.result import BIN_MS, WARMUP_S, Bins
from edge.stats.percentiles import median

Arrival = tuple[int, int]
"""(t_ns, payload bytes) of one packet or one read."""

_MS_NS = 1_000_000


def bin_arrivals(arrivals: Sequence[Arrival]) -> Bins:
    """Return the payload of *arrivals* (oldest first) in bins of 100 ms from the first one on.

    Only whole bins: the one the last arrival falls into is left out.
    Raises: ValueError, if there is no arrival.
    """
    if not arrivals:
        raise ValueError("no arrivals to put into bins: say no_data instead")
    t0_ns = arrivals[0][0]
    width_ns = BIN_MS * _MS_NS
    sums = [0] * ((max(t for t, _ in arrivals) - t0_ns) // width_ns)
    for t_ns, size in arrivals:
        index = max(0, t_ns - t0_ns) // width_ns
        if index < len(sums):
            sums[index] += size
    return Bins(t0_ns=t0_ns, bytes=sums)


def sustained_bps(bins: Bins) -> float | None:
    """Return the median of the bins after slow start, bit/s; None without bins or with half of them empty."""
    steady = bins.bytes[bins.skip :]
    middle = median(steady) if steady else 0
    return middle * 8000 / bins.width_ms or None


def why_not_sustained(bins: Bins) -> str:
    """Return in words why `sustained_bps` of *bins* is None."""
    if len(bins.bytes) <= bins.skip:
        return f"the data ended within the {WARMUP_S} s left out for slow start: measure for longer"
    return f"half of the {bins.width_ms} ms bins are empty: too slow a line for them, see mean_bps"


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
