"""How many packets are due: a rate and a limit in, counts out; no clock inside."""

from edge.measure.capacity import IP_BYTES, NS_PER_S, Grant

LEASE_S = 0.4
"""Without a new grant for so long nothing more is sent: who should receive may be gone."""
_CATCH_UP_S = 0.02


class Pacer:
    """Counts what may be sent. A stall of the program is caught up with for 20 ms, no longer."""

    def __init__(self) -> None:
        self.sent = 0
        self._grant = Grant(-1, 0.0, 0)
        self._granted_ns = 0
        self._paced_ns = 0

    def take(self, grant: Grant, now_ns: int) -> None:
        """Obey *grant* from now on, unless a later one is known."""
        if grant.number <= self._grant.number:
            return
        if self.sent >= self._grant.limit:
            self._paced_ns = now_ns
        self._grant, self._granted_ns = grant, now_ns

    def due(self, now_ns: int) -> int:
        """Return how many packets to send now; they count as sent."""
        rate_bps, left = self._grant.rate_bps, self._grant.limit - self.sent
        if left <= 0 or rate_bps <= 0 or now_ns - self._granted_ns > LEASE_S * NS_PER_S:
            self._paced_ns = now_ns
            return 0
        packet_ns = IP_BYTES * 8 * NS_PER_S / rate_bps
        self._paced_ns = max(self._paced_ns, round(now_ns - max(_CATCH_UP_S * NS_PER_S, packet_ns)))
        count = min(left, int((now_ns - self._paced_ns) / packet_ns))
        self._paced_ns += round(count * packet_ns)
        self.sent += count
        return count

    def next_ns(self) -> int | None:
        """Return when the next packet is due; None while nothing may be sent."""
        if self.sent >= self._grant.limit or self._grant.rate_bps <= 0:
            return None
        return self._paced_ns + round(IP_BYTES * 8 * NS_PER_S / self._grant.rate_bps)
