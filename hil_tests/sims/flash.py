"""NOR flash under littlefs, as on the board: what was done is recorded, so that power can be cut anywhere.

Sizes are the board's: rp2.Flash has sectors of 4,096 octets (memory); MicroPython mounts it with progsize=256
(public-driver: ports/rp2/modules/_boot.py), cache 4 x 256, block_cycles 100 (extmod/vfs_lfsx.c). A program
only clears bits; a cut leaves a program half done, or a sector with the old, the erased and anything between.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import IO, NamedTuple

from littlefs import LFSConfig, LittleFS, LittleFSError, UserContext

BLOCK_OCTETS = 4096
PROGRAM_OCTETS = 256
ERASED = 0xFF


class Done(NamedTuple):
    """One operation on the flash; *data* is empty for an erase."""

    block: int
    offset: int
    data: bytes

    @property
    def start(self) -> int:
        """Return where it begins in the image."""
        return self.block * BLOCK_OCTETS + self.offset


class Flash(UserContext):
    """An image of so many sectors; `done` is what was done to it since the start, in order."""

    def __init__(self, image: bytes) -> None:
        super().__init__(buffer=bytearray(image))
        self.done: list[Done] = []
        self.overwritten = 0  # programs that would have had to set a bit

    def prog(self, cfg: LFSConfig, block: int, off: int, data: bytes) -> int:
        """Clear bits."""
        operation = Done(block, off, bytes(data))
        self.done.append(operation)
        self.overwritten += apply(self.buffer, operation) != operation.data
        return 0

    def erase(self, cfg: LFSConfig, block: int) -> int:
        """Set all bits of a sector."""
        operation = Done(block, 0, b"")
        self.done.append(operation)
        apply(self.buffer, operation)
        return 0


def apply(image: bytearray, operation: Done) -> bytes:
    """Do *operation* on *image*; return what stands there now."""
    start, size = operation.start, len(operation.data) or BLOCK_OCTETS
    if not operation.data:
        image[start : start + size] = bytes([ERASED]) * size
    else:
        image[start : start + size] = bytes(
            old & new for old, new in zip(image[start : start + size], operation.data, strict=True)
        )
    return bytes(image[start : start + size])


def tear(image: bytearray, operation: Done, rng: Random) -> None:
    """Do a drawn part of *operation* on *image*; the octet or the rest at the cut is anything between."""
    start, size = operation.start, len(operation.data) or BLOCK_OCTETS
    old = bytes(image[start : start + size])
    apply(image, operation)
    new = bytes(image[start : start + size])
    cut = rng.randrange(size)
    if operation.data:
        between = old[cut] & (new[cut] | rng.randrange(256))
        image[start + cut : start + size] = bytes([between]) + old[cut + 1 :]
    else:
        rest = bytes(octet | rng.randrange(256) for octet in old[cut:])
        image[start + cut : start + size] = rest


@contextmanager
def as_os_error(path: str) -> Iterator[None]:
    """Turn littlefs' errors into those that MicroPython raises."""
    try:
        yield
    except LittleFSError as error:
        raise OSError(-error.code, str(error), path) from error


class BoardFile:
    """An open file; what was written stays from `close` on."""

    def __init__(self, raw: IO[bytes], path: str) -> None:
        self._raw, self._path = raw, path

    def __enter__(self) -> "BoardFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, size: int = -1) -> bytes:
        """Return so many octets, all if it is negative."""
        with as_os_error(self._path):
            return self._raw.read(size)

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Write octets."""
        with as_os_error(self._path):
            return self._raw.write(data)

    def close(self) -> None:
        """Make it stay."""
        with as_os_error(self._path):
            self._raw.close()


class BoardFiles:
    """littlefs as the board's logic sees a file system: errors are OSError."""

    def __init__(self, flash: Flash, *, make: bool = False) -> None:
        self._fs = LittleFS(
            flash,
            mount=False,
            block_size=BLOCK_OCTETS,
            block_count=len(flash.buffer) // BLOCK_OCTETS,
            read_size=32,
            prog_size=PROGRAM_OCTETS,
            cache_size=4 * PROGRAM_OCTETS,
            lookahead_size=32,
            block_cycles=100,
        )
        if make:
            self._fs.format()
        self._fs.mount()

    def open(self, path: str, mode: str) -> BoardFile:
        """Open *path*: rb, wb or ab."""
        with as_os_error(path):
            return BoardFile(self._fs.open(path, mode, buffering=0), path)

    def remove(self, path: str) -> None:
        """Remove a file."""
        with as_os_error(path):
            self._fs.remove(path)

    def mkdir(self, path: str) -> None:
        """Make a folder."""
        with as_os_error(path):
            self._fs.mkdir(path)

    def listdir(self, path: str) -> list[str]:
        """Return the names in a folder."""
        with as_os_error(path):
            return self._fs.listdir(path)

    def tree(self, top: str = "/") -> dict[str, bytes]:
        """Return {path below *top*: contents} of every file: what a board that boots from here finds."""
        return dict(self._walk(top.rstrip("/"), ""))

    def _walk(self, folder: str, below: str) -> Iterator[tuple[str, bytes]]:
        for entry in self._fs.scandir(folder or "/"):
            if entry.type == 2:
                yield from self._walk(f"{folder}/{entry.name}", f"{below}{entry.name}/")
            else:
                with self.open(f"{folder}/{entry.name}", "rb") as file:
                    yield f"{below}{entry.name}", file.read()


def blank(sectors: int) -> bytes:
    """Return the image of erased flash."""
    return bytes([ERASED]) * (sectors * BLOCK_OCTETS)
