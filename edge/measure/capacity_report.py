"""What the receiver of an upload tells the sender: which packets came, and when."""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator, Sequence
from struct import Struct, error

from edge.measure.capacity import Seen
from edge.measure.protocol import CapacitySeen, ProtocolError

A_LINE = 1000
"""Packets a line: it stays below MAX_LINE_BYTES."""
_UNIT_NS = 100
_PACKET = Struct("!II")


def report_lines(seen: Sequence[Seen]) -> Iterator[CapacitySeen]:
    """Yield *seen*, in order of arrival, as lines: numbers, and times in units of 100 ns after the first."""
    for first in range(0, len(seen), A_LINE):
        part = seen[first : first + A_LINE]
        t0_ns = min(one.received_ns for one in part)
        packed = b"".join(_PACKET.pack(one.seq, (one.received_ns - t0_ns) // _UNIT_NS) for one in part)
        yield CapacitySeen(v=1, t0_ns=t0_ns, seen=b64encode(packed).decode())


def read_report(line: CapacitySeen, sent_ns: Sequence[int]) -> list[Seen]:
    """Return the packets of a line; *sent_ns* is when each number was sent.

    Raises: ProtocolError, if it is none, or tells of a packet that was never sent.
    """
    try:
        packed = b64decode(line.seen, validate=True)
        pairs = list(_PACKET.iter_unpack(packed))
    except (Base64Error, ValueError, error) as exc:
        raise ProtocolError(f"CapacitySeen: {exc}") from exc
    if any(seq >= len(sent_ns) for seq, _ in pairs):
        raise ProtocolError(f"CapacitySeen: a packet that was never sent; {len(sent_ns)} were")
    return [Seen(seq, sent_ns[seq], line.t0_ns + after * _UNIT_NS) for seq, after in pairs]
