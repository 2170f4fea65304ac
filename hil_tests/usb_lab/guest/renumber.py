"""Check "renumber": a port held open over a replug keeps its name, so the modem's other ports move up."""

import asyncio
import os

from hil_tests.usb_lab.guest.bus import BusPort, await_no_ports, await_ports, names
from hil_tests.usb_lab.guest.devices import EC25
from hil_tests.usb_lab.guest.discovery import at_port
from hil_tests.usb_lab.guest.driver import AT_INTERFACE, SEED, read_modem
from hil_tests.usb_lab.guest.gadgets import Gadget, plugged
from hil_tests.usb_lab.guest.hands import opened
from hil_tests.usb_lab.guest.simulator import at_modem
from hil_tests.usb_lab.guest.witness import Witness

HELD_INTERFACE = 1


def run(witness: Witness) -> None:
    """Held open, then let go: "ttyUSB0 2 3 4", then "ttyUSB0 1 2 3"."""
    with plugged(EC25, 0) as gadget:
        before = await_ports(gadget.usb_path, 4)
        witness.note(f"names before: {names(before)}")
        with opened(f"/dev/{before[HELD_INTERFACE].name}") as held:
            moved = replug(gadget)
            witness.note(f"names after: {names(moved)}")
            witness.equal(
                "names, one held open", "ttyUSB0 ttyUSB2 ttyUSB3 ttyUSB4", " ".join(p.name for p in moved)
            )
            witness.equal("the held port writes", "Input/output error", write_error(held))
            port = at_port(gadget.usb_path)
            witness.equal("the AT port, by our discovery", "/dev/ttyUSB3", port)
            with at_modem(gadget.tty(AT_INTERFACE), SEED):
                identity, _ = asyncio.run(read_modem(port))
            witness.equal("our driver reads there", "EC25", identity.model)
        again = replug(gadget)
        witness.equal("names, none held", "ttyUSB0 ttyUSB1 ttyUSB2 ttyUSB3", " ".join(p.name for p in again))


def replug(gadget: Gadget) -> list[BusPort]:
    """Pull the cable and put it in again; return the ports there are then."""
    gadget.unplug()
    await_no_ports(gadget.usb_path)
    gadget.plug()
    return await_ports(gadget.usb_path, 4)


def write_error(descriptor: int) -> str:
    """Return what the kernel says to a write on *descriptor*, "none" if it takes it."""
    try:
        os.write(descriptor, b"AT\r")
    except OSError as error:
        return os.strerror(error.errno or 0)
    return "none"
