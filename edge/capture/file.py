"""A finished pcapng of one round: headers of our own flows, bounded in bytes, with the kernel's drop count
at its end.
"""

import errno
import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from edge.capture.machine_code import bind
from edge.capture.pcapng import COMMENT_BYTES, interface_description, interface_statistics, section_header
from edge.capture.ring import PacketRing, RingSetting

WORD_BYTES = 4
TAIL_BYTES = 128 + COMMENT_BYTES
LEAST_BYTES = 8192
ENGINES = {False: "pantau, plain Python", True: "pantau, machine code"}
BLOCK_BYTES, BLOCK_MS, SLACK_MS = 1 << 20, 250, 50


class Recorded(msgspec.Struct, frozen=True):
    """What a finished file holds: packets; drops of the ring, packets cut by a bound; err: why it ended."""

    path: str
    packets: int = 0
    drops: int = 0
    cut: int = 0
    err: str = ""


@dataclass(frozen=True, slots=True)
class FileOrder:
    """A file to write. code: address of the machine code, 0: none; comment: for the head of the file."""

    path: Path
    comment: str
    max_bytes: int
    code: int = 0


def file_setting(live: RingSetting) -> RingSetting:
    """Return the ring of a capture file: as much memory as the *live* one, in fewer and rarer blocks."""
    size = live.blocks * live.block_bytes
    block = min(BLOCK_BYTES, size // 4) if live.blocks > 1 else live.block_bytes
    return RingSetting(size // block, block, BLOCK_MS, live.snap_bytes)


class CaptureFile:
    """Write-once. pump() whenever the ring is readable; end() once."""

    def __init__(self, ring: PacketRing, order: FileOrder) -> None:
        """Create the file. Raises: OSError when the folder cannot be written."""
        self._ring, self._path = ring, order.path
        self._out = bytearray(ring.setting.block_bytes)
        self._copy = bind(order.code, ring.memory, self._out)
        self._packets = self._cut = self._end = 0
        self._last = (0, 0)  # bytes and packets of the last write
        self._err = ""
        head = section_header(order.comment, ENGINES[bool(order.code)])
        head += interface_description(ring.interface or "any", ring.setting.snap_bytes)
        self._room = max(order.max_bytes, LEAST_BYTES) - len(head) - TAIL_BYTES
        self._file = os.open(order.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        if not self._store(head):
            os.close(self._file)
            raise OSError(errno.ENOSPC, self._err)

    def pump(self) -> None:
        """Store every packet that is ready; beyond the byte bound they are counted as cut instead."""
        for at, count in self._ring.ready():
            if self._err:
                self._cut += count
                continue
            done, words = self._copy(at, count, min(len(self._out), self._room) // WORD_BYTES)
            self._cut += count - done
            if done:
                self._keep(memoryview(self._out)[: words * WORD_BYTES], done)

    def _keep(self, data: memoryview, packets: int) -> None:
        if self._store(data):
            self._packets, self._last = self._packets + packets, (len(data), packets)
        else:
            self._cut += packets

    def _store(self, data: bytes | memoryview) -> bool:
        """Append whole blocks; what the disk refuses is taken back, so that the file stays valid."""
        try:
            _write_all(self._file, data, self._end)
        except OSError as exc:
            self._err = f"{self._path}: {exc.strerror}"
            os.ftruncate(self._file, self._end)
            return False
        self._end += len(data)
        self._room -= len(data)
        return True

    def end(self, t_ns: int, comment: str = "") -> Recorded:
        """Write the statistics block, close the file and say what it holds. *comment*: what is known only at
        the end (results, radio state). settle() first.
        """
        seen, drops = self._ring.statistics()
        if not self._store(self._tail(t_ns, seen, drops, comment)):
            self._take_back()
            self._store(self._tail(t_ns, seen, drops, comment))
        os.close(self._file)
        return Recorded(str(self._path), self._packets, drops, self._cut, self._err)

    def _tail(self, t_ns: int, seen: int, drops: int, comment: str) -> bytes:
        return interface_statistics(t_ns, received=seen, dropped=drops + self._cut, comment=comment)

    def _take_back(self) -> None:
        """Make room for the statistics where the last packets stood; those are counted as cut."""
        size, packets = self._last
        self._end -= size
        os.ftruncate(self._file, self._end)
        self._packets, self._cut, self._last = self._packets - packets, self._cut + packets, (0, 0)


def settle(ring: PacketRing, file: CaptureFile) -> None:
    """Store what the kernel still holds: a block lies at most timeout_ms unread."""
    file.pump()
    for _ in range(2):
        if not ring.wait(ring.setting.timeout_ms + SLACK_MS):
            return
        file.pump()


def _write_all(descriptor: int, data: bytes | memoryview, at: int) -> None:
    while data:
        written = os.pwrite(descriptor, data, at)
        data, at = data[written:], at + written


def prune(folder: Path, keep: int) -> int:
    """Delete the oldest captures of *folder* beyond *keep*; return how many went."""
    files = sorted(folder.glob("*.pcapng"), key=lambda path: path.stat().st_mtime_ns)
    old = files[: max(0, len(files) - keep)]
    for path in old:
        path.unlink()
    return len(old)
