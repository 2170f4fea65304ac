"""A cpio archive of the kind the kernel unpacks as its first root: "newc".

Source: Documentation/driver-api/early-userspace/buffer-format.rst of the kernel.
"""

from collections.abc import Iterable
from typing import NamedTuple

FOLDER, PROGRAM, DATA, CONSOLE = 0o040755, 0o100755, 0o100644, 0o020600
CONSOLE_DEVICE = (5, 1)  # Documentation/admin-guide/devices.txt: /dev/console
TRAILER = "TRAILER!!!"


class Entry(NamedTuple):
    """One file of the archive: its path without a leading slash, its mode with the type, its bytes."""

    path: str
    mode: int
    data: bytes = b""
    device: tuple[int, int] = (0, 0)


def padded(data: bytes) -> bytes:
    """Return *data* with zeros up to a multiple of four bytes."""
    return data + b"\0" * (-len(data) % 4)


def encode_entry(entry: Entry, number: int) -> bytes:
    """Return the bytes of *entry*; *number* is its inode, different for each."""
    name = entry.path.encode() + b"\0"
    links = 2 if entry.mode == FOLDER else 1
    fields = (number, entry.mode, 0, 0, links, 0, len(entry.data), 0, 0, *entry.device, len(name), 0)
    head = b"070701" + b"".join(b"%08x" % field for field in fields)
    return padded(head + name) + padded(entry.data)


def encode_archive(entries: Iterable[Entry]) -> bytes:
    """Return the archive of *entries*, in their order: folders before what is in them."""
    listed = [*entries, Entry(TRAILER, 0)]
    return b"".join(encode_entry(entry, number) for number, entry in enumerate(listed, start=1))
