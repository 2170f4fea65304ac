"""A ring whose memory the test writes as the kernel does (linux/if_packet.h: struct tpacket3_hdr of 48 bytes,
sockaddr_ll of 20, and with PACKET_RESERVE 6 the frame at byte 88; packets at multiples of 16).
"""

import mmap
import struct
from collections.abc import Iterator, Sequence

from edge.capture.packets import Packet
from edge.capture.ring import RingSetting

FRAME_AT = 88
TO_US, OUTGOING = 0, 4  # PACKET_HOST, PACKET_OUTGOING (linux/if_packet.h)


def laid_out(packets: Sequence[Packet]) -> bytes:
    """Return the packets as they stand in a block behind its own head; junk between them."""
    rows = []
    for packet in packets:
        sec, nsec = divmod(packet.t_ns, 1_000_000_000)
        size = -(-(FRAME_AT + len(packet.data)) // 16) * 16
        head = struct.pack(
            "=IIIIIIHH20x", size, sec, nsec, len(packet.data), packet.wire_bytes, 1, FRAME_AT, FRAME_AT + 14
        )
        link = struct.pack("=HHiHBB8x", 17, 8, 1, 1, OUTGOING if packet.outgoing else TO_US, 6)
        rows.append((head + link).ljust(FRAME_AT, b"\xee") + packet.data.ljust(size - FRAME_AT, b"\xee"))
    return b"".join(rows)


class PlayedRing:
    """Hands out each list of packets as one block; `late` ones only when somebody waits."""

    def __init__(self, *blocks: Sequence[Packet], totals: tuple[int, int] = (0, 0)) -> None:
        self.interface, self.setting = "wwan0", RingSetting(blocks=4, block_bytes=1 << 16)
        self.memory = mmap.mmap(-1, 1 << 18)
        self.totals = totals
        self.waiting, self.late = list(blocks), list[Sequence[Packet]]()
        self.waits_ms: list[int] = []

    def ready(self) -> Iterator[tuple[int, int]]:
        """Yield where each block's first packet is, and how many there are."""
        while self.waiting:
            block = self.waiting.pop(0)
            self.memory[48 : 48 + len(laid_out(block))] = laid_out(block)
            yield 48, len(block)

    def wait(self, timeout_ms: int) -> bool:
        """Return whether there was a late block; it is ready now."""
        self.waits_ms.append(timeout_ms)
        if self.late:
            self.waiting.append(self.late.pop(0))
        return bool(self.waiting)

    def statistics(self) -> tuple[int, int]:
        """Return what the test says the kernel counted."""
        return self.totals
