"""What a bench can grant and a test can ask for: the vocabulary. Nobody asks for "sim"."""

from typing import NamedTuple

from hil_tests.faults.table import FAULTS


class Capability(NamedTuple):
    """One row. hardware_only: no simulator may grant it. of_modem: a modem may grant it, else the bench."""

    name: str
    sentence: str
    of_modem: bool = True
    hardware_only: bool = False


CAPABILITIES = (
    Capability("modem.identity", "The modem tells maker, model, firmware and IMEI."),
    Capability("modem.registration", "The modem is registered in a network."),
    Capability("modem.signal", "The modem tells the serving cell's level and quality."),
    Capability("modem.cell", "The modem tells the serving cell."),
    Capability("modem.name", "The network's name can be read."),
    Capability("modem.sms", "A short message can be sent."),
    Capability("modem.clock", "The modem knows the time."),
    Capability("modem.states", "The modem can be put into every state of its session: it is simulated."),
    Capability(
        "stick.states", "So can a HiLink stick, which no bench file can name: it has no port.", of_modem=False
    ),
    Capability("net.data", "A measurement server is reached through the modem's own interface."),
    Capability("power.cut", "The modem's power can be cut and given back."),
    Capability("usb.identity", "The port belongs to a USB device whose place in sysfs is known."),
    Capability("timing", "Nothing else runs on the bench while a timing test does.", of_modem=False),
    Capability(
        "operator.live", "A real SIM card in a real operator's network; acts may cost.", hardware_only=True
    ),
    *(Capability(f"inject:{row.name}", f"Fault: {row.effect}.", of_modem=row.of_modem) for row in FAULTS),
)
NAMES = tuple(row.name for row in CAPABILITIES)
OF_BENCH = frozenset(row.name for row in CAPABILITIES if not row.of_modem)
HARDWARE_ONLY = frozenset(row.name for row in CAPABILITIES if row.hardware_only)
