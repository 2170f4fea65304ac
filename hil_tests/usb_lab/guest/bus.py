"""What the host's side of the bus shows of ports and networks, read from sysfs by nothing of ours but this.

Source: Documentation/ABI/testing/sysfs-bus-usb of the kernel; usb-serial ports: /sys/bus/usb-serial/devices.
"""

from pathlib import Path
from typing import NamedTuple

from hil_tests.usb_lab.guest.waiting import await_value

PORTS, NETWORKS = Path("/sys/bus/usb-serial/devices"), Path("/sys/class/net")


class BusPort(NamedTuple):
    """One ttyUSB: its name, its device's path, its interface, ids and serial number."""

    name: str
    usb_path: str
    interface: str
    ids: str
    serial: str
    driver: str


def read(path: Path) -> str:
    """Return the attribute *path*, empty if it is not there."""
    return path.read_text().strip() if path.exists() else ""


def read_port(entry: Path) -> BusPort:
    """Return the port of one *entry* of PORTS."""
    interface = entry.resolve().parent
    device = interface.parent
    return BusPort(
        entry.name,
        device.name,
        read(interface / "bInterfaceNumber"),
        f"{read(device / 'idVendor')}:{read(device / 'idProduct')}",
        read(device / "serial"),
        (interface / "driver").resolve().name,
    )


def list_ports(usb_path: str = "") -> list[BusPort]:
    """Return the ports there are, or those of the device at *usb_path*, in the order of their interfaces.

    A port that goes while it is read is left out.
    """
    found = []
    for entry in PORTS.iterdir():
        try:
            found.append(read_port(entry))
        except OSError:
            continue
    rows = [port for port in found if usb_path in ("", port.usb_path)]
    return sorted(rows, key=lambda port: (port.usb_path, port.interface))


def await_ports(usb_path: str, count: int) -> list[BusPort]:
    """Return the *count* ports of the device at *usb_path* once they are there. Raises TimeoutError."""

    def ready() -> list[BusPort]:
        ports = list_ports(usb_path)
        usable = len(ports) == count and all(Path(f"/dev/{port.name}").exists() for port in ports)
        return ports if usable else []

    return await_value(f"{count} ports at {usb_path}", ready)


def await_no_ports(usb_path: str) -> None:
    """Return once no port is at *usb_path*. Raises TimeoutError."""
    await_value(f"no port at {usb_path}", lambda: not list_ports(usb_path))


def names(ports: list[BusPort]) -> str:
    """Return the names of *ports* with their places: "ttyUSB0=1-1:00 ttyUSB1=1-1:01"."""
    return " ".join(f"{port.name}={port.usb_path}:{port.interface}" for port in ports)
