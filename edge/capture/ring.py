"""A TPACKET_V3 receive ring on one interface: the kernel stamps and counts, we read blocks out of shared
memory.

Sources: Linux Documentation/networking/packet_mmap.rst (TPACKET_V3); linux/if_packet.h for every offset;
net/packet/af_packet.c: only opening the socket takes CAP_NET_RAW; a ring of 0 blocks gives the old one back.
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
PACKET_RX_RING, PACKET_STATISTICS, PACKET_VERSION, PACKET_RESERVE = 5, 6, 10, 12
TPACKET_V3 = 2
SO_ATTACH_FILTER, SO_LOCK_FILTER = 26, 44
ETH_P_ALL = 3
TP_STATUS_USER = 1
PACKET_OUTGOING = 4
FRAME_BYTES = 2048
RESERVE_BYTES = 6  # then a frame's Ethernet header starts at a multiple of 8
PARKED = "lo"

_BLOCK = struct.Struct(
    "=8xIII"
)  # struct tpacket_hdr_v1 behind version and offset_to_priv: status, packets, first
_HEADER = struct.Struct(
    "=IIIII4xH32xB"
)  # tpacket3_hdr: next, sec, nsec, snaplen, len, (status), mac; then sll_pkttype
_REQUEST = struct.Struct("=7I")
_STATISTICS = struct.Struct("=3I")
_STATUS = struct.Struct("=I")
_ADDRESS = struct.Struct("=HHi12x")  # struct sockaddr_ll: family, protocol, interface
STATUS_OFFSET = 8


@dataclass(frozen=True, slots=True)
class RingSetting:
    """blocks x block_bytes of memory; a block is handed over when full or after timeout_ms."""

    blocks: int = 32
    block_bytes: int = 128 * 1024
    timeout_ms: int = 20
    snap_bytes: int = 96


def open_packet_socket(program: Sequence[Instruction]) -> socket.socket:
    """Return a packet socket of this network namespace that will let through what *program* does, for good
    (the filter is locked), and receives nothing before a ring is put on it.

    Raises: OSError (PermissionError without CAP_NET_RAW).
    """
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)  # protocol 0: nothing arrives before bind
    try:
        code = ctypes.create_string_buffer(pack(program))
        fprog = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
        sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, fprog)
        sock.setsockopt(socket.SOL_SOCKET, SO_LOCK_FILTER, 1)
        sock.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V3)
        sock.setsockopt(SOL_PACKET, PACKET_RESERVE, RESERVE_BYTES)
    except OSError:
        sock.close()
        raise
    return sock


class PacketRing:
    """Packets of one interface, both directions, that pass the socket's filter."""

    def __init__(
        self, interface: str, setting: RingSetting, sock: socket.socket, *, may_be_away: bool = False
    ) -> None:
        """Take *sock* (open_packet_socket), also from another process; *interface* "" means every one.

        *may_be_away*: one that is not there is taken up by follow(). Raises: OSError.
        """
        self.interface, self.setting = interface, setting
        self._socket = sock
        try:
            self.memory = self._arm()
            if not (self.follow() or may_be_away):
                raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), interface)
        except OSError:
            sock.close()
            raise
        self._next = 0
        self._seen = self._dropped = 0
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN | select.POLLERR)

    def _arm(self) -> mmap.mmap:
        self._free()
        size = self.setting.blocks * self.setting.block_bytes
        request = (self.setting.block_bytes, self.setting.blocks, FRAME_BYTES, size // FRAME_BYTES)
        self._socket.setsockopt(
            SOL_PACKET, PACKET_RX_RING, _REQUEST.pack(*request, self.setting.timeout_ms, 0, 0)
        )
        memory = mmap.mmap(self._socket.fileno(), size, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
        self._read_statistics()  # what an earlier ring saw is not ours
        return memory

    def _free(self) -> None:
        """Give back the ring that a process which was killed left on the socket."""
        self._socket.setsockopt(SOL_PACKET, PACKET_RX_RING, _REQUEST.pack(*[0] * 7))

    def fileno(self) -> int:
        """The socket's descriptor: readable when a block is ready."""
        return self._socket.fileno()

    def ready(self) -> Iterator[tuple[int, int]]:
        """Yield (byte offset of the first packet in memory, packets) of every ready block, oldest first; a
        block returns to the kernel when the next is asked for.
        """
        for _ in range(self.setting.blocks):
            start = self._next * self.setting.block_bytes
            status, count, first = _BLOCK.unpack_from(self.memory, start)
            if not status & TP_STATUS_USER:
                return
            yield start + first, count
            _STATUS.pack_into(self.memory, start + STATUS_OFFSET, 0)
            self._next = (self._next + 1) % self.setting.blocks

    def take(self) -> Iterator[Packet]:
        """Yield the packets of every ready block."""
        memory = self.memory
        for first, count in self.ready():
            at = first
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
        try:
            _bind(self._socket, self.interface)
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
        """Return (packets offered, packets dropped for want of room) since the ring was made."""
        seen, dropped = self._read_statistics()
        self._seen, self._dropped = self._seen + seen, self._dropped + dropped
        return self._seen, self._dropped

    def _read_statistics(self) -> tuple[int, int]:
        raw = self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, _STATISTICS.size)
        seen, dropped, _ = _STATISTICS.unpack(raw)
        return seen, dropped

    def release(self) -> None:
        """Give the ring back to the kernel and leave the socket where none of our packets pass."""
        self.memory.close()
        _bind(self._socket, PARKED)
        self._free()

    def close(self) -> None:
        """Give ring and socket back."""
        self.memory.close()
        self._socket.close()


def _bind(sock: socket.socket, interface: str) -> None:
    """Receive all protocols of *interface*, "" = every one; socket.bind cannot say the latter."""
    try:
        index = socket.if_nametoindex(interface) if interface else 0
    except OSError as exc:
        raise OSError(errno.ENODEV, f"{interface}: {os.strerror(errno.ENODEV)}") from exc
    address = _ADDRESS.pack(socket.AF_PACKET, socket.htons(ETH_P_ALL), index)
    if ctypes.CDLL(None, use_errno=True).bind(sock.fileno(), address, len(address)):
        code = ctypes.get_errno()
        raise OSError(code, f"{interface}: {os.strerror(code)}")
