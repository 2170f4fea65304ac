"""A TPACKET_V3 receive ring on one interface: the kernel stamps and counts, we read blocks out of shared
memory.

Sources: Linux Documentation/networking/packet_mmap.rst (TPACKET_V3); linux/if_packet.h for every offset.
"""

import ctypes
import errno
import mmap
import os
import select
import socket
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edge.capture.filters import Instruction, pack
from edge.capture.packets import Packet

SOL_PACKET = 263
PACKET_RX_RING, PACKET_STATISTICS, PACKET_VERSION = 5, 6, 10
TPACKET_V3 = 2
SO_ATTACH_FILTER = 26
ETH_P_ALL = 3
TP_STATUS_USER = 1
PACKET_OUTGOING = 4
FRAME_BYTES = 2048

_BLOCK = struct.Struct(
    "=8xIII"
)  # struct tpacket_hdr_v1 behind version and offset_to_priv: status, packets, first
_HEADER = struct.Struct(
    "=IIIII4xH32xB"
)  # tpacket3_hdr: next, sec, nsec, snaplen, len, (status), mac; then sll_pkttype
_REQUEST = struct.Struct("=7I")
_STATISTICS = struct.Struct("=3I")
_STATUS = struct.Struct("=I")
STATUS_OFFSET = 8


@dataclass(frozen=True, slots=True)
class RingSetting:
    """blocks x block_bytes of memory; a block is handed over when full or after timeout_ms."""

    blocks: int = 32
    block_bytes: int = 128 * 1024
    timeout_ms: int = 20
    snap_bytes: int = 96


class PacketRing:
    """Packets of one interface, both directions, that pass a filter. Needs CAP_NET_RAW when opened, nothing
    afterwards.
    """

    def __init__(
        self,
        interface: str,
        setting: RingSetting,
        program: Sequence[Instruction],
        *,
        may_be_away: bool = False,
    ) -> None:
        """Open in the caller's network namespace; *interface* "" means every one.

        *may_be_away*: one that is not there is taken up by follow(). Raises: OSError (PermissionError without
        CAP_NET_RAW).
        """
        self.interface, self.setting = interface, setting
        protocol = 0 if interface else socket.htons(ETH_P_ALL)  # 0: nothing arrives before bind
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, protocol)
        try:
            self._memory = self._arm(program)
            if interface and not (self.follow() or may_be_away):
                raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), interface)
        except OSError:
            self._socket.close()
            raise
        self._next = 0
        self._seen = self._dropped = 0
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN | select.POLLERR)

    def _arm(self, program: Sequence[Instruction]) -> mmap.mmap:
        code = ctypes.create_string_buffer(pack(program))
        self._socket.setsockopt(
            socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
        )
        self._socket.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V3)
        size = self.setting.blocks * self.setting.block_bytes
        request = (self.setting.block_bytes, self.setting.blocks, FRAME_BYTES, size // FRAME_BYTES)
        self._socket.setsockopt(
            SOL_PACKET, PACKET_RX_RING, _REQUEST.pack(*request, self.setting.timeout_ms, 0, 0)
        )
        return mmap.mmap(self._socket.fileno(), size, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)

    def fileno(self) -> int:
        """The socket's descriptor: readable when a block is ready."""
        return self._socket.fileno()

    def take(self) -> Iterator[Packet]:
        """Yield the packets of every ready block, oldest first; a block returns to the kernel when it is
        read.
        """
        for _ in range(self.setting.blocks):
            start = self._next * self.setting.block_bytes
            status, count, first = _BLOCK.unpack_from(self._memory, start)
            if not status & TP_STATUS_USER:
                return
            yield from self._packets(start + first, count)
            _STATUS.pack_into(self._memory, start + STATUS_OFFSET, 0)
            self._next = (self._next + 1) % self.setting.blocks

    def _packets(self, at: int, count: int) -> Iterator[Packet]:
        memory = self._memory
        for _ in range(count):
            following, sec, nsec, snap, length, mac, kind = _HEADER.unpack_from(memory, at)
            data = memory[at + mac : at + mac + snap]
            yield Packet(sec * 1_000_000_000 + nsec, length, kind == PACKET_OUTGOING, data)
            at += following

    def wait(self, timeout_ms: int) -> bool:
        """Return whether a block became ready within *timeout_ms*."""
        return bool(self._poll.poll(timeout_ms))

    def follow(self) -> bool:
        """Listen to the interface of the same name that came after one that went; False: there is none yet.

        Needs no right. A socket whose interface went holds an error, and is readable until it is taken.
        """
        if not self.interface:
            return True
        try:
            self._socket.bind((self.interface, ETH_P_ALL))
        except OSError:
            return False
        finally:
            self.clear_error()  # of the old one, or of the new one that is not set up yet
        return True

    def clear_error(self) -> None:
        """Take the error that a vanished interface left (ENETDOWN), so that the socket does not stay
        readable.
        """
        self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)

    def statistics(self) -> tuple[int, int]:
        """Return (packets offered, packets dropped for want of room) since the ring was opened."""
        seen, dropped, _ = _STATISTICS.unpack(
            self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, _STATISTICS.size)
        )
        self._seen, self._dropped = self._seen + seen, self._dropped + dropped
        return self._seen, self._dropped

    def close(self) -> None:
        """Give the ring back to the kernel."""
        self._memory.close()
        self._socket.close()
