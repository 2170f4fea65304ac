"""How late the emulator was: a histogram that costs the same for a second and for an hour."""

from collections.abc import Sequence

WIDTH_US = 10
BUCKETS = 10_000  # 0 to 100 ms; what is later counts in the last one, and its maximum is kept


class Lateness:
    """Counts t_out - t_due of delivered packets."""

    def __init__(self) -> None:
        self._counts = [0] * (BUCKETS + 1)
        self._n = 0
        self._max_us = 0

    def add(self, late_ns: int) -> None:
        """Count one packet that left late_ns after it was due."""
        late_us = max(0, late_ns // 1000)
        self._counts[min(late_us // WIDTH_US, BUCKETS)] += 1
        self._n += 1
        self._max_us = max(self._max_us, late_us)

    def summary(self) -> dict[str, int | None]:
        """Return {"n", "p50", "p90", "p99", "max"}, microseconds (bucket edges); None without packets."""
        p50, p90, p99 = (self._percentile_us(share) for share in (0.5, 0.9, 0.99))
        return {"n": self._n, "p50": p50, "p90": p90, "p99": p99, "max": self._max_us if self._n else None}

    def _percentile_us(self, share: float) -> int | None:
        below = _first_reaching(self._counts, share * self._n) if self._n else None
        return None if below is None else min((below + 1) * WIDTH_US, self._max_us)


def _first_reaching(counts: Sequence[int], wanted: float) -> int:
    total = 0
    for bucket, count in enumerate(counts):
        total += count
        if total >= wanted:
            return bucket
    return len(counts) - 1
