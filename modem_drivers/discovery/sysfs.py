"""What the kernel says is plugged in: class folders of sysfs, up to the USB interface and its device.

Source: Documentation/ABI/stable/sysfs-bus-usb, testing/sysfs-bus-usb (kernel); the USB path is the device
folder's own name, "1-1.2" = bus 1, port 1, port 2 of the hub there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from modem_drivers.discovery.directory import PortKind, UsbDevice, UsbPort

SYSFS = Path("/sys")
FAR = 8  # folders from a port up to its USB interface: a tty is two below, a network interface one or two


class SysfsDirectory:
    """A PortDirectory that reads sysfs afresh at each call; *root* is /sys, or a made tree."""

    def __init__(self, root: Path = SYSFS) -> None:
        self._root = root

    def ports(self) -> Sequence[UsbPort]:
        """Return every port; one that vanishes while it is read is left out."""
        found = [port for kind in PortKind for port in self._of_kind(kind)]
        return sorted(found, key=lambda port: (port.usb_path, port.interface, port.name))

    def devices(self) -> Sequence[UsbDevice]:
        """Return every device on the bus, roots left out; one that vanishes while it is read is left out."""
        folder = self._root / "bus" / "usb" / "devices"
        found = (_read_device(entry) for entry in sorted(folder.iterdir() if folder.is_dir() else ()))
        return [device for device in found if device is not None]

    def _of_kind(self, kind: PortKind) -> Iterator[UsbPort]:
        folder = self._root / "class" / kind.value
        for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
            try:
                port = _read_port(entry, kind)
            except (OSError, ValueError):  # unplugged between two reads
                continue
            if port is not None:
                yield port


def _read_port(entry: Path, kind: PortKind) -> UsbPort | None:
    """Return the port of class entry *entry*, None if it is not on USB. Raises: OSError, ValueError."""
    interface = _interface_above(Path(os.path.realpath(entry)))
    if interface is None:
        return None
    device = interface.parent
    return UsbPort(
        name=entry.name,
        kind=kind,
        vid=_hex(device / "idVendor"),
        pid=_hex(device / "idProduct"),
        interface=_hex(interface / "bInterfaceNumber"),
        interface_class=(
            _hex(interface / "bInterfaceClass"),
            _hex(interface / "bInterfaceSubClass"),
            _hex(interface / "bInterfaceProtocol"),
        ),
        usb_path=device.name,
        serial=_text(device / "serial"),
        driver=_driver(interface),
        controller=_controller(device),
    )


def _read_device(entry: Path) -> UsbDevice | None:
    """Return the device of an entry like "1-1.2"; None for an interface, a root, or one that is gone."""
    if ":" in entry.name or entry.name.startswith("usb"):
        return None
    try:
        vid, pid = _hex(entry / "idVendor"), _hex(entry / "idProduct")
    except (OSError, ValueError):
        return None
    serial, product = _text(entry / "serial"), _text(entry / "product")
    return UsbDevice(usb_path=entry.name, vid=vid, pid=pid, serial=serial, product=product)


def _interface_above(folder: Path) -> Path | None:
    for candidate in (folder, *folder.parents[:FAR]):
        if (candidate / "bInterfaceNumber").is_file():
            return candidate
    return None


def _hex(path: Path) -> int:
    return int(path.read_text(encoding="ascii").strip(), 16)


def _text(path: Path) -> str:
    """Return a file's line, "" if there is none: not every device has a serial number."""
    try:
        return path.read_bytes().decode("utf-8", "replace").strip()
    except OSError:
        return ""


def _driver(interface: Path) -> str:
    try:
        return (interface / "driver").readlink().name
    except OSError:
        return ""


def _controller(device: Path) -> str:
    """Return the name of the host controller's device: what holds the root hub (usb1, usb2, ...)."""
    hub = next((folder for folder in device.parents if folder.name.startswith("usb")), None)
    return hub.parent.name if hub else ""
