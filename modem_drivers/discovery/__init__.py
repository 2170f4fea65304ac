"""Which modem is where: USB devices by their place, ports by their role, and who holds them."""

from modem_drivers.discovery.directory import PortDirectory, UsbPort
from modem_drivers.discovery.slots import Slot, find_at_port, find_scan_port, group_slots
from modem_drivers.discovery.sysfs import SysfsDirectory

__all__ = [
    "PortDirectory",
    "Slot",
    "SysfsDirectory",
    "UsbPort",
    "find_at_port",
    "find_scan_port",
    "group_slots",
]
