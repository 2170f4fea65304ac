"""What has been received so far, and the short-term figures that steer a test."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from edge.measure.capacity import IP_BYTES, NS_PER_MS, NS_PER_S, Seen

_QUEUE_NS = 60 * NS_PER_MS


class Record:
    """The packets of a test in order of arrival."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.times_ns: list[int] = []
        self.highest = -1
        self.least_delay_ns = 0

    def add(self, seen: Sequence[Seen]) -> None:
        """Take in packets, in order of arrival."""
        for packet in seen:
            delay_ns = packet.received_ns - packet.sent_ns
            if not self.seen or delay_ns < self.least_delay_ns:
                self.least_delay_ns = delay_ns
            self.highest = max(self.highest, packet.seq)
            self.seen.append(packet)
            self.times_ns.append(packet.received_ns)

    @property
    def elapsed_s(self) -> float:
        """Seconds from the first to the last packet received."""
        return (self.times_ns[-1] - self.times_ns[0]) / NS_PER_S if self.times_ns else 0.0

    @property
    def last_ns(self) -> int:
        """When the last packet came, by the receiver's clock."""
        return self.times_ns[-1] if self.times_ns else 0

    def rate_bps(self, over_s: float) -> float | None:
        """Return the rate of what came in *over_s* until the last packet; None with fewer than three."""
        first = bisect_right(self.times_ns, self.last_ns - round(over_s * NS_PER_S))
        count = len(self.times_ns) - first
        return None if count < 3 else count * IP_BYTES * 8 / over_s

    def queue_s(self) -> float:
        """Return the median of the delay above the least of the last 60 ms, s."""
        if not self.seen:
            return 0.0
        first = bisect_left(self.times_ns, self.last_ns - _QUEUE_NS)
        delays = sorted(one.received_ns - one.sent_ns for one in self.seen[first:])
        return (delays[len(delays) // 2] - self.least_delay_ns) / NS_PER_S

    def lost_share(self, since_ns: int) -> float:
        """Return what share of the packets from since_ns on is missing, by sequence numbers."""
        first = bisect_left(self.times_ns, since_ns)
        part = self.seen[first:]
        if len(part) < 2:
            return 0.0
        numbers = [one.seq for one in part]
        return 1 - len(part) / (max(numbers) - min(numbers) + 1)
