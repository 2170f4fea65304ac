"""Check "unplug": the cable is pulled while a port is read, written, streamed, and asked by our driver."""

import asyncio
import time
from collections.abc import Awaitable
from contextlib import ExitStack
from signal import Signals

from hil_tests.usb_lab.guest.bus import BusPort, await_no_ports, await_ports, names
from hil_tests.usb_lab.guest.devices import EC25
from hil_tests.usb_lab.guest.driver import AT_INTERFACE, SEED, WAKE_S
from hil_tests.usb_lab.guest.gadgets import Gadget, plugged
from hil_tests.usb_lab.guest.hands import opened, reader, writer
from hil_tests.usb_lab.guest.simulator import Simulator, at_modem
from hil_tests.usb_lab.guest.waiting import await_value
from hil_tests.usb_lab.guest.witness import Witness
from modem_drivers.errors import ModemError
from modem_drivers.modem import Modem

AT_ONCE_S = 2.0
STREAM_BYTES = 100_000
BLOCKED_S = 0.5
GONE = ("end of file", "Input/output error", "No such device")  # a read; a write; one begun before


def run(witness: Witness) -> None:
    """Each on a device plugged in afresh."""
    with plugged(EC25, 0) as gadget:
        raw_hands(witness, gadget, await_ports(gadget.usb_path, 4))
    with plugged(EC25, 0) as gadget:
        ports = await_ports(gadget.usb_path, 4)
        with at_modem(gadget.tty(AT_INTERFACE), SEED) as simulator:
            path = f"/dev/{ports[AT_INTERFACE].name}"
            asyncio.run(driver_in_flight(witness, gadget, path, simulator))
            simulator.signal(Signals.SIGCONT)
            witness.equal("the simulated modem sees it too: exit status", 0, simulator.wait(AT_ONCE_S))


def raw_hands(witness: Witness, gadget: Gadget, ports: list[BusPort]) -> None:
    """One port is read in vain, one written to a modem that takes nothing, one streams."""
    silent, stalled, source = (f"/dev/{port.name}" for port in ports[:3])
    with ExitStack() as files:
        read = reader(files.enter_context(opened(silent)))
        write = writer(files.enter_context(opened(stalled)))
        stream = reader(files.enter_context(opened(source)))
        feed = writer(files.enter_context(opened(gadget.tty(2))))
        await_value("the stream", lambda: stream.moved_bytes > STREAM_BYTES)
        await_value("the writer is blocked", lambda: write.idle_s() > BLOCKED_S)
        witness.note(f"names before: {names(ports)}; {stream.moved_bytes} bytes streamed")
        pulled_s = time.monotonic()
        gadget.unplug()
        for what, hand in (("read", read), ("write", write), ("throughput", stream), ("modem's end", feed)):
            hand.await_end(AT_ONCE_S)
            witness.one_of(f"{what} ends with", GONE, hand.outcome)
            witness.within(f"{what} ends after", 0.0, AT_ONCE_S, hand.ended_mono_s - pulled_s, "s")
        witness.equal("bytes read in vain", 0, read.moved_bytes)
        witness.within(
            "bytes streamed until then", STREAM_BYTES, feed.moved_bytes, stream.moved_bytes, "bytes"
        )
    await_no_ports(gadget.usb_path)
    witness.note("names after: none")


async def driver_in_flight(witness: Witness, gadget: Gadget, path: str, simulator: Simulator) -> None:
    """A command waits for its answer from a modem that hangs; then the cable is pulled."""
    modem = await Modem.open(path, wake_s=WAKE_S)
    simulator.signal(Signals.SIGSTOP)
    asked = asyncio.ensure_future(modem.command("AT+CSQ", timeout_s=60.0))
    await asyncio.wait({asked}, timeout=BLOCKED_S)
    witness.equal("command in flight", False, asked.done())
    pulled_s = time.monotonic()
    gadget.unplug()
    await asyncio.wait({asked}, timeout=AT_ONCE_S)
    witness.within("driver: the command ends after", 0.0, AT_ONCE_S, time.monotonic() - pulled_s, "s")
    witness.equal("driver: the command", "PortLost", await outcome(asked))
    witness.equal("driver: the next command", "PortLost", await outcome(modem.command("AT")))
    modem.close()
    witness.equal("driver: opened again", "PortLost", await outcome(Modem.open(path)))


async def outcome(asked: Awaitable[object]) -> str:
    """Return the name of the driver's error that *asked* ends in, or what it returned."""
    try:
        return f"answered {await asked}"
    except ModemError as error:
        return type(error).__name__
