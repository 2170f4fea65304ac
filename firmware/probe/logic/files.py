"""What storage needs of a file system: on the board the hal gives it, in tests littlefs on simulated flash.

Errors are OSError. Paths are relative to the root, with "/" between.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:  # MicroPython has no typing
    from typing import Protocol

    class File(Protocol):
        """An open file of octets."""

        def read(self, __size: int = -1) -> bytes:
            """Return at most so many octets; all of them if it is negative."""
            ...

        def write(self, __data: "bytes | bytearray | memoryview") -> int:
            """Write octets."""
            ...

        def close(self) -> None:
            """Make what was written stay; only then, and wholly or not at all."""
            ...

    class Files(Protocol):
        """A file system."""

        def open(self, __path: str, __mode: str) -> File:
            """Open a path: rb, wb or ab."""
            ...

        def remove(self, __path: str) -> None:
            """Remove a file."""
            ...

        def mkdir(self, __path: str) -> None:
            """Make a folder whose parent is there."""
            ...

        def listdir(self, __path: str) -> "list[str]":
            """Return the names in a folder."""
            ...


def read_all(files: "Files", path: str) -> bytes:
    """Return what is in *path*; nothing if it is not there or cannot be read."""
    try:
        file = files.open(path, "rb")
    except OSError:
        return b""
    try:
        return file.read()
    except OSError:
        return b""
    finally:
        file.close()


def write_all(files: "Files", path: str, data: bytes) -> None:
    """Put *data* in place of what was in *path*.

    Raises: OSError.
    """
    file = files.open(path, "wb")
    try:
        file.write(data)
    finally:
        file.close()
