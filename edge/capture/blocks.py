"""The loop that turns a block of the kernel's ring into packets of a pcapng file.

It runs as machine code (machine_code.py) and, as it stands, as plain Python; both are tested. Arithmetic is
on 32-bit little-endian words. Sources: linux/if_packet.h (struct tpacket3_hdr, sockaddr_ll),
draft-ietf-opsawg-pcapng 4.3 (enhanced packet block).
"""

from typing import Protocol

WORD_BYTES = 4
ENHANCED, FLAGS = 6, 2 | 4 << 16  # block type; option epb_flags of four bytes
INBOUND, OUTBOUND = 1, 2
PACKET_OUTGOING = 4
WORDS_BESIDE_DATA = 11  # 7 before the data; option head, option, end of options, total length after it


class Words(Protocol):
    """Memory as numbers: of 32 bits, `told` of 64."""

    def __getitem__(self, at: int, /) -> int:
        """Return one of them."""

    def __setitem__(self, at: int, value: int, /) -> None:
        """Change one of them."""


def copy_packets(ring: Words, at: int, packets: int, out: Words, room: int, told: Words) -> int:
    """Write the *packets* that start at byte *at* of *ring* into *out*; return how many fitted into *room*
    words. told[0] becomes the number of words written. The ring's data must start at multiples of 4 bytes.
    """
    used = 0
    for done in range(packets):
        head = at >> 2
        captured = ring[head + 3]
        words = (captured + 3) >> 2
        size = words + WORDS_BESIDE_DATA
        if used + size > room:
            told[0] = used
            return done
        t_ns = ring[head + 1] * 1000000000 + ring[head + 2]
        out[used] = ENHANCED
        out[used + 1] = size * 4
        out[used + 2] = 0
        out[used + 3] = t_ns >> 32
        out[used + 4] = t_ns & 0xFFFFFFFF
        out[used + 5] = captured
        out[used + 6] = ring[head + 4]
        data = (at + (ring[head + 6] & 0xFFFF)) >> 2
        for word in range(words):
            out[used + 7 + word] = ring[data + word]
        after = used + 7 + words
        odd = captured & 3
        if odd:
            out[after - 1] = out[after - 1] & ((1 << (8 * odd)) - 1)
        out[after] = FLAGS
        out[after + 1] = OUTBOUND if (ring[head + 14] >> 16) & 0xFF == PACKET_OUTGOING else INBOUND
        out[after + 2] = 0
        out[after + 3] = size * 4
        used += size
        at += ring[head]
    told[0] = used
    return packets
