"""From ports to modems: a slot is a place on the bus; whatever is plugged there has the place's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modem_drivers.discovery.directory import PortKind, UsbPort
from modem_drivers.families.usb_ports import OtherState, PortRole, find_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One USB device with ports, by its place."""

    usb_path: str
    vid: int
    pid: int
    serial: str
    ports: tuple[UsbPort, ...]

    @property
    def other_state(self) -> OtherState | None:
        """What the device is if it is no modem with ports (yet)."""
        return find_state(self.vid, self.pid)

    def port_with(self, role: PortRole) -> UsbPort | None:
        """Return the first port of that role."""
        return next((port for port in self.ports if port.role is role), None)


def group_slots(ports: Sequence[UsbPort]) -> tuple[Slot, ...]:
    """Return the devices that *ports* belong to, in the order of their places."""
    by_place: dict[str, list[UsbPort]] = {}
    for port in ports:
        by_place.setdefault(port.usb_path, []).append(port)
    return tuple(
        Slot(
            usb_path=place,
            vid=members[0].vid,
            pid=members[0].pid,
            serial=members[0].serial,
            ports=tuple(members),
        )
        for place, members in sorted(by_place.items())
    )


def find_at_port(ports: Sequence[UsbPort], usb_path: str, *, serial: str = "") -> UsbPort | None:
    """Return the port to speak AT on of the device at *usb_path*, whatever its name is today.

    Given *serial*, another device at that place is not taken. Where no row of the tables tells the role,
    None: guessing would talk to a debug port.
    """
    return _first_tty(ports, usb_path, serial, (PortRole.AT, PortRole.AT_SECOND))


def find_scan_port(ports: Sequence[UsbPort], usb_path: str, *, serial: str = "") -> UsbPort | None:
    """Return the port of that device to say on what takes minutes: never the one of find_at_port.

    The second AT port, or the one kept for dialling. None: there is no other (ports.pair: what is lost).
    """
    first = find_at_port(ports, usb_path, serial=serial)
    found = _first_tty(ports, usb_path, serial, (PortRole.AT_SECOND, PortRole.PPP))
    return found if first is not None and found != first else None


def _first_tty(
    ports: Sequence[UsbPort], usb_path: str, serial: str, roles: Sequence[PortRole]
) -> UsbPort | None:
    """Return the first port of the first of *roles* that the device has, if it is a tty."""
    for slot in group_slots(ports):
        if slot.usb_path != usb_path or (serial and slot.serial != serial):
            continue
        found = next((port for role in roles if (port := slot.port_with(role)) is not None), None)
        return found if found and found.kind is PortKind.TTY else None
    return None
