"""Check "driver": modem_drivers over the kernel's option driver, to our simulated modem behind ttyGS."""

import asyncio

from hil_tests.usb_lab.guest.bus import await_ports
from hil_tests.usb_lab.guest.devices import EC25
from hil_tests.usb_lab.guest.gadgets import plugged
from hil_tests.usb_lab.guest.simulator import at_modem, last_truth, write_profile
from hil_tests.usb_lab.guest.witness import Witness
from modem_drivers.modem import Modem
from modem_drivers.reading import Identity, SignalReading

AT_INTERFACE = 2
SEED = 7
IMEI = "490154203237518"  # any fifteen digits with a right check digit
WAKE_S = 20.0


async def read_modem(path: str) -> tuple[Identity, SignalReading]:
    """Return who answers at *path* and what it hears. Raises ModemError."""
    modem = await Modem.open(path, wake_s=WAKE_S)
    try:
        return modem.identity, await modem.signal()
    finally:
        modem.close()


def run(witness: Witness) -> None:
    """Identity against literals, signal against the truth of that very reply."""
    profile = write_profile("modem", imei=IMEI)
    witness.note(f"seed {SEED}")
    with plugged(EC25, 0) as gadget:
        ports = await_ports(gadget.usb_path, 4)
        with at_modem(gadget.tty(AT_INTERFACE), SEED, "--profile", str(profile)):
            identity, signal = asyncio.run(read_modem(f"/dev/{ports[AT_INTERFACE].name}"))
    truth = last_truth(signal.command)
    witness.equal("model", "EC25", identity.model)
    witness.equal("IMEI", IMEI, identity.imei)
    witness.equal("family", "quectel-lte", identity.family)
    witness.equal("RSRP, dBm", truth["rsrp_dbm"], signal.rsrp_dbm)
    witness.equal("RSRQ, dB", truth["rsrq_db"], signal.rsrq_db)
    witness.equal("SINR, dB", truth["sinr_db"], signal.sinr_db)
