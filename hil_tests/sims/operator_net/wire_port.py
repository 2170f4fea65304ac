"""One interface as a place where whole frames come in with the kernel's stamp and go out.

TPACKET_V2 receive ring (kernel Documentation/networking/packet_mmap.rst), own transmissions ignored
(PACKET_IGNORE_OUTGOING), frames copied out at once so that the ring only bridges the time between two looks.
"""

import mmap
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SOL_PACKET = 263  # linux/socket.h
PACKET_RX_RING, PACKET_STATISTICS, PACKET_VERSION, PACKET_IGNORE_OUTGOING = 5, 6, 10, 23  # linux/if_packet.h
TPACKET_V2 = 1
ETH_P_ALL = 3
TP_STATUS_USER, TP_STATUS_CSUM_NOT_READY = 1, 1 << 3
FRAME_BYTES = 2048
BLOCK_BYTES = 1 << 16
FRAMES = 4096  # 8 MiB; at 5000 frames/s the emulator may look away for 0.8 s
MAX_FRAME_BYTES = 1514  # an Ethernet frame of MTU 1500, without FCS
SEND_BUFFER_BYTES = 4 << 20
_HEADER = struct.Struct("=IIIHHII")  # struct tpacket2_hdr: status, len, snaplen, mac, net, sec, nsec
_STATUS_WORDS = FRAME_BYTES // 4
NS_PER_S = 1_000_000_000


class Arrival(NamedTuple):
    """A frame and the kernel's time of it."""

    t_ns: int
    frame: bytes
    length_bytes: int  # as it was; frame is shorter when it did not fit


class WirePort:
    """The interface *name* of this process's namespace. Raises: OSError, with the interface's name."""

    def __init__(self, name: str, frames: int = FRAMES) -> None:
        self.name = name
        self.received = 0
        self.partial_checksums = 0  # frames whose sender left the checksum to hardware that is not there
        self._dropped = 0
        self._frames = frames
        self._head = 0
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        try:
            self._ring = self._open()
        except OSError as error:
            self.socket.close()
            raise OSError(
                error.errno, f"interface {name}: {error.strerror}; was it made and is this root?"
            ) from error
        self._status = memoryview(self._ring).cast("I")

    def _open(self) -> mmap.mmap:
        sock = self.socket
        sock.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V2)
        sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        blocks = self._frames * FRAME_BYTES // BLOCK_BYTES
        sock.setsockopt(
            SOL_PACKET, PACKET_RX_RING, struct.pack("4I", BLOCK_BYTES, blocks, FRAME_BYTES, self._frames)
        )
        ring = mmap.mmap(sock.fileno(), self._frames * FRAME_BYTES)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        sock.bind((self.name, ETH_P_ALL))
        sock.setblocking(False)
        return ring

    def arrivals(self) -> Iterator[Arrival]:
        """Yield the frames that have come in since the last call, oldest first."""
        status, ring, head = self._status, self._ring, self._head
        while status[head * _STATUS_WORDS] & TP_STATUS_USER:
            offset = head * FRAME_BYTES
            flags, length, snapped, mac, _net, sec, nsec = _HEADER.unpack_from(ring, offset)
            frame = ring[offset + mac : offset + mac + snapped]
            status[head * _STATUS_WORDS] = 0
            self._head = head = (head + 1) % self._frames
            self.received += 1
            if flags & TP_STATUS_CSUM_NOT_READY:
                self.partial_checksums += 1
            yield Arrival(sec * NS_PER_S + nsec, frame, length)

    def has_arrivals(self) -> bool:
        """Return whether arrivals() would yield something."""
        return bool(self._status[self._head * _STATUS_WORDS] & TP_STATUS_USER)

    def dropped(self) -> int:
        """Return how many frames the kernel found no room for in the ring, since the port was opened."""
        _packets, drops = struct.unpack("II", self.socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        self._dropped += drops  # the kernel's counter restarts at each reading
        return self._dropped

    def pending_error(self) -> int:
        """Return and clear the socket's error (errno; 0 = none): ENETDOWN when the interface went away."""
        return self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)

    def send(self, frame: bytes) -> None:
        """Put *frame* on the wire. Raises: OSError."""
        self.socket.send(frame)

    def close(self) -> None:
        """Give the ring and the socket back."""
        self._status.release()
        self._ring.close()
        self.socket.close()


def interface_drops() -> dict[str, int]:
    """Return {interface: frames its driver dropped while sending} of this namespace (proc(5) net/dev)."""
    table = Path("/proc/thread-self/net/dev").read_text(encoding="ascii")
    rows = [line.partition(":") for line in table.splitlines()[2:]]
    return {name.strip(): int(cells.split()[11]) for name, _, cells in rows}
