"""Whether the board's port can be used at all: is it there, who holds it, are there several boards."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from edge.measure.failures import failure
from edge.measure.result import Failure
from modem_drivers.discovery import SysfsDirectory
from modem_drivers.discovery.directory import UsbDevice
from modem_drivers.discovery.holders import Holder, find_holders

RASPBERRY_PI = (
    0x2E8A  # vendor of RP2040 and RP2350 boards: datasheet RP2040 2.8.5; public driver raspberrypi/usb-pid
)


def boards_on_usb(devices: Sequence[UsbDevice]) -> list[UsbDevice]:
    """Return the boards among *devices*: their consoles, whatever runs on them."""
    return [device for device in devices if device.vid == RASPBERRY_PI]


def obstacle(
    port: str,
    *,
    devices: Callable[[], Sequence[UsbDevice]] = lambda: SysfsDirectory().devices(),
    holders: Callable[[Path], tuple[Holder, ...]] = find_holders,
) -> Failure | None:
    """Return what is wrong around *port*, None if nothing is. With board.two it can be used all the same."""
    if not Path(port).exists():
        return failure("board.absent", where=port, detail=f"there is no such port{_seen_on_usb(devices())}")
    others = [holder for holder in holders(Path(port)) if holder.pid != os.getpid()]
    if others:
        names = ", ".join(f"{holder.command} (process {holder.pid})" for holder in others)
        return failure("board.held", where=port, detail=names)
    boards = boards_on_usb(devices())
    if len(boards) > 1:
        return failure("board.two", where=port, detail=f"on USB {_places(boards)}")
    return None


def _places(boards: Sequence[UsbDevice]) -> str:
    return ", ".join(f"{board.usb_path} (serial {board.serial or 'none'})" for board in boards)


def _seen_on_usb(devices: Sequence[UsbDevice]) -> str:
    boards = boards_on_usb(devices)
    return f", though one is on USB {_places(boards)}" if boards else ""
