"""How late the emulator was: a histogram that costs the same for a second and for an hour."""

import numpy as np
from numpy.typing import NDArray

from hil_tests.sims.operator_net.compiled import compiled

WIDTH_US = 10
BUCKETS = 10_000  # 0 to 100 ms; what is later counts in the last one, and its maximum is kept behind it
TOP = BUCKETS + 1


@compiled
def count_late(counts: NDArray[np.int64], late_ns: int) -> None:
    """Count one packet that left late_ns after it was due, in BUCKETS + 1 counts and the maximum (us)."""
    late_us = max(0, late_ns // 1000)
    counts[min(late_us // WIDTH_US, BUCKETS)] += 1
    counts[TOP] = max(counts[TOP], late_us)


class Lateness:
    """Reads t_out - t_due of delivered packets out of *counts*, which count_late fills."""

    def __init__(self, counts: NDArray[np.int64] | None = None) -> None:
        self._counts = np.zeros(BUCKETS + 2, np.int64) if counts is None else counts

    def add(self, late_ns: int) -> None:
        """Count one packet that left late_ns after it was due."""
        count_late(self._counts, late_ns)

    def summary(self) -> dict[str, int | None]:
        """Return {"n", "p50", "p90", "p99", "max"}, microseconds (bucket edges); None without packets."""
        p50, p90, p99 = (self._percentile_us(share) for share in (0.5, 0.9, 0.99))
        n = int(self._counts[:TOP].sum())
        return {"n": n, "p50": p50, "p90": p90, "p99": p99, "max": int(self._counts[TOP]) if n else None}

    def _percentile_us(self, share: float) -> int | None:
        reached = np.cumsum(self._counts[:TOP])
        if not reached[-1]:
            return None
        bucket = int(np.searchsorted(reached, share * reached[-1]))
        return min((bucket + 1) * WIDTH_US, int(self._counts[TOP]))
