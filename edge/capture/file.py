"""A finished pcapng of one round: headers of our own flows, bounded in bytes, with the kernel's drop count
at its end.
"""

from pathlib import Path
from typing import BinaryIO

from edge.capture.packets import Packet
from edge.capture.pcapng import enhanced_packet, interface_description, interface_statistics, section_header

APPLICATION = "pantau"


class CaptureFile:
    """Write-once; begin() and end() take the ring's running totals so that the file states its own share."""

    def __init__(self, path: Path, *, interface: str, snap_bytes: int, comment: str, max_bytes: int) -> None:
        """Create the file. Raises: OSError when the folder cannot be written."""
        self.path, self.packets, self.drops, self.cut = path, 0, 0, 0
        self._room = max_bytes
        self._seen0 = self._dropped0 = 0
        self._file: BinaryIO = path.open("xb")
        self._file.write(section_header(comment, APPLICATION) + interface_description(interface, snap_bytes))

    def begin(self, seen: int, dropped: int) -> None:
        """Remember the ring's totals at the start."""
        self._seen0, self._dropped0 = seen, dropped

    def write(self, packet: Packet) -> None:
        """Append one packet; beyond the byte bound it is counted as cut instead."""
        block = enhanced_packet(packet)
        if len(block) > self._room:
            self.cut += 1
            return
        self._room -= len(block)
        self.packets += 1
        self._file.write(block)

    def end(self, t_ns: int, seen: int, dropped: int) -> None:
        """Write the statistics block (drops of the ring plus packets cut by the byte bound) and close."""
        self.drops = dropped - self._dropped0
        lost = self.drops + self.cut
        self._file.write(interface_statistics(t_ns, received=seen - self._seen0, dropped=lost))
        self._file.close()


def prune(folder: Path, keep: int) -> int:
    """Delete the oldest captures of *folder* beyond *keep*; return how many went."""
    files = sorted(folder.glob("*.pcapng"), key=lambda path: path.stat().st_mtime_ns)
    old = files[: max(0, len(files) - keep)]
    for path in old:
        path.unlink()
    return len(old)
