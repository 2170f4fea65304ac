"""What a line's packets add up to: bytes per flow, arrivals of the watched flows.

Implements edge.ports.FlowTap over a PacketRing.
"""

from collections import Counter

from edge.capture.packets import dissect
from edge.capture.ring import PacketRing
from edge.ports import Flow


class LineTap:
    """Live counters of one line. Call pump() whenever the ring is readable."""

    def __init__(self, ring: PacketRing) -> None:
        self._ring = ring
        self._bytes: Counter[Flow] = Counter()
        self._arrivals: dict[Flow, list[tuple[int, int]]] = {}

    def fileno(self) -> int:
        """For loop.add_reader."""
        return self._ring.fileno()

    def pump(self) -> None:
        """Count every packet that is ready."""
        for packet in self._ring.take():
            segment = dissect(packet)
            if segment is None:
                continue
            self._bytes[segment.flow] += segment.payload_bytes
            if not packet.outgoing and segment.payload_bytes and segment.flow in self._arrivals:
                self._arrivals[segment.flow].append((packet.t_ns, segment.payload_bytes))

    def calm(self) -> None:
        """Take the error of an interface that went or was set down: else the counter stays readable."""
        self._ring.clear_error()

    def follow(self) -> bool:
        """Count at the interface that came after one that went; False: there is none yet."""
        return self._ring.follow()

    def settle(self) -> None:
        """Pump until the kernel has handed over what it holds: a block lies at most timeout_ms unread."""
        self.pump()
        for _ in range(3):
            if not self._ring.wait(2 * self._ring.setting.timeout_ms):
                return
            self.pump()

    def watch(self, flow: Flow) -> None:
        """Keep the arrival times of *flow* from now on."""
        self._arrivals.setdefault(flow, [])

    def arrivals(self, flow: Flow) -> list[tuple[int, int]]:
        """Return [(kernel stamp, Unix ns; payload bytes)] of the inbound packets of a watched flow, and
        forget them.
        """
        self.settle()
        return self._arrivals.pop(flow, [])

    def bytes_of(self, flow: Flow) -> int:
        """Return the payload bytes of *flow* in both directions since the tap was opened."""
        self.settle()
        return self._bytes[flow]

    def forget(self, flow: Flow) -> None:
        """Drop the counters of a flow that is judged."""
        self._bytes.pop(flow, None)
        self._arrivals.pop(flow, None)

    def drops(self) -> int:
        """Return the packets the kernel had no room for since the tap was opened."""
        return self._ring.statistics()[1]

    def close(self) -> None:
        """Give the ring back."""
        self._ring.close()
