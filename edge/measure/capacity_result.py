"""The result of a capacity test, from its steering and the server's count."""

from itertools import pairwise

from msgspec.structs import replace

from edge.measure.capacity import IP_BYTES, NS_PER_S, Seen
from edge.measure.capacity_control import Controller
from edge.measure.capacity_estimate import estimate
from edge.measure.protocol import CapacityCount
from edge.measure.result import Capacity

TCP_OVERHEAD_BYTES = 104
"""Headers of a line's segment and of its acknowledgement, IPv4 with time stamps (RFC 7323)."""
_GAP_NS = 20_000_000


def control_bytes(payload: int) -> int:
    """Return about how many bytes of IP packets a line of *payload* bytes and its acknowledgement take."""
    return payload + TCP_OVERHEAD_BYTES


def capacity_result(
    bare: Capacity, steering: Controller, count: CapacityCount | None, wire_bytes: int
) -> Capacity:
    """Return *bare* with the figures of the test."""
    record = steering.record
    made = estimate(record.seen)
    nv = {} if made.reason is None else dict.fromkeys(("capacity_bps", "sustained_bps", "shape"), made.reason)
    if made.interval_bps is None:
        nv["interval_bps"] = made.reason or "too few blocks for an interval"
    if made.burst_bps is None:
        nv["burst_bps"] = made.reason or "no rate above the sustained one was seen"
    return replace(
        bare,
        seconds=record.elapsed_s,
        bytes=wire_bytes,
        shape=made.shape,
        capacity_bps=made.capacity_bps,
        sustained_bps=made.sustained_bps,
        interval_bps=made.interval_bps,
        burst_bps=made.burst_bps,
        received=len(record.seen),
        sent=count.sent or None if count and bare.kind.endswith("down") else None,
        packet_bytes=IP_BYTES,
        queue_ms=round(record.queue_s() * 1000, 1) if record.seen else None,
        paced_bps=paced_bps(record.seen),
        stopped=steering.stopped,
        limited=(count.limited or None) if count else None,
        nv={**bare.nv, **nv},
    )


def paced_bps(seen: list[Seen]) -> float | None:
    """Return the mean rate between packets sent less than 20 ms apart; None without such."""
    by_number = sorted(seen)
    pairs = [(b.seq - a.seq, b.sent_ns - a.sent_ns) for a, b in pairwise(by_number)]
    near = [(count, took) for count, took in pairs if 0 <= took < _GAP_NS]
    took_ns = sum(took for _, took in near)
    return sum(count for count, _ in near) * IP_BYTES * 8 * NS_PER_S / took_ns if took_ns else None
