"""What can be done to a modem from outside, given by whoever runs it: its power, its USB place.

The box has both from its privileged helper and its probe board; a bench from its own switches.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from modem_drivers.discovery.directory import DeviceDirectory
from modem_drivers.discovery.slots import find_at_port, group_slots
from modem_drivers.families.usb_ports import find_state

STORAGE = "usb_modeswitch"


class PowerPort(Protocol):
    """The power of one modem; both may raise PortLost, saying why it cannot be switched."""

    async def off(self) -> None:
        """Cut it."""

    async def on(self) -> None:
        """Give it back."""


class UsbPort(Protocol):
    """One USB place; both may raise PortLost, saying why it cannot be done."""

    async def rebind(self) -> None:
        """Take the device from its drivers and give it back: authorized 0, then 1."""

    async def switch_mode(self) -> None:
        """Switch a stick that shows itself as a disk to its modem."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is at a place: usb is "absent", "storage" or "modem"; path of its AT port, if there is one."""

    usb: str
    path: str | None = None


class Place(Protocol):
    """Where a modem is plugged in, whatever its port is called today."""

    name: str

    def find(self) -> Found:
        """Look, now."""


class PathPlace:
    """A place that is known by a path which leads to the AT port: a udev link by USB place, or a test's."""

    def __init__(self, path: str) -> None:
        self.name = path

    def find(self) -> Found:
        """Look whether the path leads to anything."""
        there = Path(self.name).exists()
        return Found("modem", self.name) if there else Found("absent")


class UsbPlace:
    """A place on the bus ("1-1.2"), looked up anew each time; *serial*: no other device is taken."""

    def __init__(self, directory: DeviceDirectory, usb_path: str, *, serial: str = "") -> None:
        self.name, self._directory, self._serial = usb_path, directory, serial

    def find(self) -> Found:
        """Look at what is on the bus."""
        ports = self._directory.ports()
        slot = next((slot for slot in group_slots(ports) if slot.usb_path == self.name), None)
        if slot is None:
            return Found("storage" if self._is_disk() else "absent")
        if slot.other_state is not None and slot.other_state.needs == STORAGE:
            return Found("storage")
        port = find_at_port(ports, self.name, serial=self._serial)
        return Found("modem", port.device if port else None)

    def _is_disk(self) -> bool:
        """Tell whether the device there has no port because it still shows itself as a disk."""
        device = next((one for one in self._directory.devices() if one.usb_path == self.name), None)
        state = find_state(device.vid, device.pid) if device is not None else None
        return state is not None and state.needs == STORAGE


class NumberedPlace:
    """A place on the bus that the configuration names with a port as well ("/dev/ttyUSB2").

    The kernel numbers such ports as they come, so the number is believed only of a port of that very place,
    and only where no row of the families tells which of its ports speaks AT.
    """

    def __init__(self, directory: DeviceDirectory, usb_path: str, device: str) -> None:
        self.name, self._directory, self._device = usb_path, directory, device
        self._usb = UsbPlace(directory, usb_path)

    def find(self) -> Found:
        """Look at what is on the bus."""
        found = self._usb.find()
        if found.usb != "modem" or found.path is not None:
            return found
        own = any(
            port.usb_path == self.name and port.device == self._device for port in self._directory.ports()
        )
        return Found("modem", self._device if own else None)


@dataclass(frozen=True, slots=True)
class Means:
    """A modem's place and what can be done there; None: nobody can."""

    place: Place
    power: PowerPort | None = None
    usb: UsbPort | None = None
