"""Check "discovery": which port is which, by VID, PID, interface number, USB path and serial number."""

from hil_tests.usb_lab.guest.bus import BusPort, await_no_ports, await_ports, names
from hil_tests.usb_lab.guest.devices import EC25, SIM7600
from hil_tests.usb_lab.guest.gadgets import plugged
from hil_tests.usb_lab.guest.witness import Witness
from modem_drivers.discovery import SysfsDirectory, find_at_port


def run(witness: Witness) -> None:
    """Two makers at once, then two of a kind with one serial number."""
    with plugged(EC25, 0) as gadget:
        first = await_ports(gadget.usb_path, 4)
        with plugged(SIM7600, 1) as other:
            second = await_ports(other.usb_path, 4)
            witness.note(f"names: {names(first)} {names(second)}")
            for number in range(4):
                witness.equal(f"ttyUSB{number}", f"2c7c:0125 0000 1-1 0{number} option", place(first[number]))
                wanted = f"1e0e:9001 0123456789ABCDEF 2-1 0{number} option"
                witness.equal(f"ttyUSB{number + 4}", wanted, place(second[number]))
            witness.equal("AT port at 1-1, by our discovery", "/dev/ttyUSB2", at_port("1-1", "0000"))
            witness.equal("AT port at 2-1, by our discovery", "/dev/ttyUSB6", at_port("2-1"))
            witness.equal("another serial number at 1-1", "none", at_port("1-1", "0001"))
        await_no_ports(other.usb_path)
        with plugged(EC25, 2) as twin:
            alike = await_ports(twin.usb_path, 4)
            witness.note(f"names: {names(first)} {names(alike)}")
            for number in range(4):
                witness.equal(
                    f"twin's port {number}", f"2c7c:0125 0000 3-1 0{number} option", place(alike[number])
                )
            witness.equal("its AT port, by our discovery", f"/dev/{alike[2].name}", at_port("3-1", "0000"))


def place(port: BusPort) -> str:
    """Return what tells *port* from others: ids, serial number, USB path, interface; and its driver."""
    return f"{port.ids} {port.serial} {port.usb_path} {port.interface} {port.driver}"


def at_port(usb_path: str, serial: str = "") -> str:
    """Return the AT port that modem_drivers.discovery finds at *usb_path*, or "none"."""
    found = find_at_port(SysfsDirectory().ports(), usb_path, serial=serial)
    return found.device if found else "none"
