"""What is plugged in, as whoever looks is told: the injected interface of discovery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from modem_drivers.families.usb_ports import PortRole, find_role


class PortKind(Enum):
    """How the kernel shows a port."""

    TTY = "tty"
    NETWORK = "net"
    CONTROL = "usbmisc"  # cdc-wdm: QMI, MBIM


@dataclass(frozen=True, slots=True, kw_only=True)
class UsbPort:
    """One port of one USB device.

    name: the kernel's ("ttyUSB2", "wwan0"), which may change; usb_path: the place ("1-1.2"), which does not.
    interface: bInterfaceNumber. interface_class: class, subclass, protocol. controller: the host controller's
    device, which tells a simulated bus from a real one.
    """

    name: str
    kind: PortKind
    vid: int
    pid: int
    interface: int
    interface_class: tuple[int, int, int]
    usb_path: str
    serial: str = ""
    driver: str = ""
    controller: str = ""

    @property
    def role(self) -> PortRole:
        """What the port is good for, by the families' tables."""
        if self.kind is PortKind.NETWORK:
            return PortRole.NETWORK
        if self.kind is PortKind.CONTROL:
            return PortRole.CONTROL
        return find_role(self.vid, self.pid, self.interface, self.interface_class)

    @property
    def device(self) -> str:
        """The path of a tty or control port; of a network interface its name."""
        return self.name if self.kind is PortKind.NETWORK else f"/dev/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsbDevice:
    """One USB device, with ports or without (a stick that is still a disk); product: what it calls itself."""

    usb_path: str
    vid: int
    pid: int
    serial: str = ""
    product: str = ""


class PortDirectory(Protocol):
    """Somebody who knows what is plugged in now."""

    def ports(self) -> Sequence[UsbPort]:
        """Return every port of every USB device, in the order of place and interface."""
        ...


class DeviceDirectory(PortDirectory, Protocol):
    """Somebody who knows the devices without ports, too."""

    def devices(self) -> Sequence[UsbDevice]:
        """Return every USB device but hubs' roots, in the order of place."""
        ...
