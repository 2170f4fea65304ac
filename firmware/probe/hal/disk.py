"""The file system as the logic sees it (logic/files.py), and whether the flash may be written now."""

import os

import machine
import pins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

WRITE_MV = 10_800  # as limits.WRITE_FLASH_MV


class Disk:
    """Of the board; errors are OSError."""

    def open(self, path: str, mode: str) -> "IO[bytes]":
        """Open a file: rb, wb or ab."""
        return open("/" + path.lstrip("/"), mode)

    def remove(self, path: str) -> None:
        """Remove a file."""
        os.remove("/" + path.lstrip("/"))

    def mkdir(self, path: str) -> None:
        """Make a folder."""
        os.mkdir("/" + path.lstrip("/"))

    def listdir(self, path: str) -> "list[str]":
        """Return the names in a folder."""
        return os.listdir("/" + path.lstrip("/"))


def may_write() -> bool:
    """Return whether the supply is good enough for the flash, read from the pins."""
    if machine.Pin(pins.MAINS, machine.Pin.IN).value():
        return True
    raw = machine.ADC(pins.BATTERY).read_u16()
    return ((raw >> 2) * pins.BATTERY_FULL_MV) >> 14 >= WRITE_MV
