"""The receive rings of all interfaces as one array, and whole frames going out.

TPACKET_V2 (kernel Documentation/networking/packet_mmap.rst): each frame with the kernel's stamp; own
transmissions ignored (PACKET_IGNORE_OUTGOING). Frames are copied out at once (carry.py): a ring only bridges
the time between two looks. All rings are mapped side by side, so that compiled code sees one array.
"""

import ctypes
import mmap
import os
import socket
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SOL_PACKET = 263  # linux/socket.h
PACKET_RX_RING, PACKET_STATISTICS, PACKET_VERSION, PACKET_IGNORE_OUTGOING = 5, 6, 10, 23  # linux/if_packet.h
TPACKET_V2 = 1
ETH_P_ALL = 3
TP_STATUS_USER, TP_STATUS_CSUM_NOT_READY = 1, 1 << 3
FRAME_BYTES = 2048
BLOCK_BYTES = 1 << 16
FRAMES = 4096  # 8 MiB; at 5000 frames/s the emulator may look away for 0.8 s
SEND_BUFFER_BYTES = 4 << 20
MAP_FIXED = 0x10  # asm-generic/mman-common.h


class Rings(NamedTuple):
    """What compiled code needs of the rings; first index = port."""

    frames: NDArray[np.uint8]  # (ports, frames, FRAME_BYTES)
    words: NDArray[
        np.uint32
    ]  # the same memory; struct tpacket2_hdr: status, len, snaplen, mac | net << 16, s, ns
    heads: NDArray[np.int64]  # the next frame to look at
    received: NDArray[np.int64]
    unfinished: NDArray[np.int64]  # frames whose checksum was left to hardware that is not there
    fds: NDArray[np.int64]


class Ports:
    """The interfaces *names* of this process's namespace. Raises: OSError, with the interface's name."""

    def __init__(self, names: Sequence[str], frames: int = FRAMES) -> None:
        self.names = tuple(names)
        self.sockets = [socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) for _ in names]
        self._dropped = [0] * len(names)
        self._map = mmap.mmap(-1, max(1, len(names)) * frames * FRAME_BYTES)  # gives the room; see _map_ring
        try:
            for k, name in enumerate(names):
                self._open(k, name, frames)
        except BaseException:
            self._close_sockets()
            raise
        memory = np.frombuffer(self._map, np.uint8).reshape(len(names), frames, FRAME_BYTES)
        self.rings = make_rings(memory, [sock.fileno() for sock in self.sockets])

    def _open(self, k: int, name: str, frames: int) -> None:
        sock = self.sockets[k]
        blocks = frames * FRAME_BYTES // BLOCK_BYTES
        request = struct.pack("4I", BLOCK_BYTES, blocks, FRAME_BYTES, frames)
        try:
            sock.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V2)
            sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
            sock.setsockopt(SOL_PACKET, PACKET_RX_RING, request)
            self._map_ring(k * frames * FRAME_BYTES, frames * FRAME_BYTES, sock.fileno())
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            sock.bind((name, ETH_P_ALL))
            sock.setblocking(False)
        except OSError as error:
            text = f"interface {name}: {error.strerror}; was it made and is this root?"
            raise OSError(error.errno, text) from error

    def _map_ring(self, offset: int, length: int, descriptor: int) -> None:
        """Map a ring over its part of the room, by mmap(2) with MAP_FIXED."""
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *(ctypes.c_int,) * 3, ctypes.c_long]
        start = np.frombuffer(self._map, np.uint8).ctypes.data + offset
        flags = mmap.MAP_SHARED | MAP_FIXED
        if libc.mmap(start, length, mmap.PROT_READ | mmap.PROT_WRITE, flags, descriptor, 0) != start:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    def has_arrivals(self, k: int) -> bool:
        """Return whether a frame of port *k* waits to be looked at."""
        head = int(self.rings.heads[k])
        return bool(self.rings.words[k, head, 0] & TP_STATUS_USER)

    def dropped(self, k: int) -> int:
        """Return how many frames the kernel found no room for in the ring, since the port was opened."""
        _packets, drops = struct.unpack("II", self.sockets[k].getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        self._dropped[k] += drops  # the kernel's counter restarts at each reading
        return self._dropped[k]

    def pending_error(self, k: int) -> int:
        """Return and clear the socket's error (errno; 0 = none): ENETDOWN when the interface went away."""
        return self.sockets[k].getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)

    def _close_sockets(self) -> None:
        for sock in self.sockets:
            sock.close()

    def close(self) -> None:
        """Give the sockets back; the memory goes with the process, as arrays may still point into it."""
        self._close_sockets()


def make_rings(frames: NDArray[np.uint8], fds: Sequence[int]) -> Rings:
    """Return rings over *frames*, (ports, frames, FRAME_BYTES), none looked at yet."""
    heads, received, unfinished = (np.zeros(len(fds), np.int64) for _ in range(3))
    return Rings(frames, frames.view(np.uint32), heads, received, unfinished, np.array(fds, np.int64))


def interface_drops() -> dict[str, int]:
    """Return {interface: frames its driver dropped while sending} of this namespace (proc(5) net/dev)."""
    table = Path("/proc/thread-self/net/dev").read_text(encoding="ascii")
    rows = [line.partition(":") for line in table.splitlines()[2:]]
    return {name.strip(): int(cells.split()[11]) for name, _, cells in rows}
