"""The machine's clocks behind edge.ports.Clock; the only place of the service that reads one."""

import time


class SystemClock:
    """CLOCK_REALTIME and CLOCK_MONOTONIC."""

    def unix_ns(self) -> int:
        """Return Unix nanoseconds."""
        return time.time_ns()

    def unix_ms(self) -> int:
        """Return Unix milliseconds."""
        return time.time_ns() // 1_000_000

    def mono_s(self) -> float:
        """Return monotonic seconds: for durations and deadlines."""
        return time.monotonic()
