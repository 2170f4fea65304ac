"""One modem as a USB device: a port per interface, two AT ports on one state, names by place, inventory."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hil_tests.sims.at_modem.engine import Engine
from hil_tests.sims.at_modem.model import Model, Port, Role
from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.nmea import Mute, Receiver
from hil_tests.sims.at_modem.pump import Answerer
from hil_tests.sims.at_modem.reply import Reply
from hil_tests.sims.at_modem.syntax import Command
from hil_tests.sims.at_modem.table import TablePersonality

CONTROLLER = "pci-0000:00:14.0"
INVENTORY = "device.json"
TALKING = (Role.AT, Role.MODEM)


def by_path_name(usb_path: str, interface: int) -> str:
    """Return the name udev's by-path rule gives a serial port: 1-1.2, 3 is ...-usb-0:1.2:1.3-port0."""
    chain = usb_path.partition("-")[2]
    return f"{CONTROLLER}-usb-0:{chain}:1.{interface}-port0"


@dataclass(frozen=True, slots=True)
class Voice:
    """The words of one AT port over the shared personality; what is said unasked goes to one port only."""

    words: TablePersonality
    modem: Modem
    model: Model
    role: Role

    def delay_s(self, command: Command) -> float:
        """Return how long *command* takes, seconds."""
        return self.words.delay_s(command)

    def answer(self, command: Command, now_s: float) -> Reply:
        """Return the reply to *command*."""
        return self.words.answer(command, now_s)

    def restore(self) -> None:
        """Take the settings back to their defaults."""
        self.words.restore()

    @property
    def _asked(self) -> bool:
        return self.model.unsolicited(self.modem) is self.role

    def urcs(self, now_s: float) -> Sequence[str]:
        """Return the unsolicited lines due, if they go to this port."""
        return self.words.urcs(now_s) if self._asked else ()

    def next_urc_s(self, now_s: float) -> float | None:
        """Return when to ask again; a port that they do not go to looks now and then."""
        return self.words.next_urc_s(now_s) if self._asked else None


def answerers(model: Model, modem: Modem, *, echo_stuck: bool) -> dict[Role, Answerer]:
    """Return what is behind each kind of port of *model*: both AT ports share the *modem*."""
    words = model.build(modem)
    found: dict[Role, Answerer] = {Role.NMEA: Receiver(modem, model.positions), Role.DIAG: Mute()}
    for role in TALKING:
        voice = Voice(words, modem, model, role)
        found[role] = Engine(voice, echo_stuck=echo_stuck, registers=model.registers)
    return found


def serial_ports(model: Model) -> tuple[Port, ...]:
    """Return the ports that get a tty; the one of `--link` first."""
    ports = [port for port in model.ports if port.role in {*TALKING, Role.NMEA, Role.DIAG, Role.AUDIO}]
    return tuple(sorted(ports, key=lambda port: (port.role is not Role.AT, port.interface)))


def inventory(model: Model, usb_path: str, links: Mapping[Port, Path]) -> bytes:
    """Return the JSON a bench reads in place of sysfs: identity, place, ports with their roles."""
    vendor, product = model.usb_id
    ports = [
        {"interface": port.interface, "role": port.role.value, "path": str(path)}
        for port, path in sorted(links.items())
    ]
    facts = {"personality": model.name, "usb_id": f"{vendor:04x}:{product:04x}", "usb_path": usb_path}
    return json.dumps({**facts, "ports": ports}, indent=1).encode() + b"\n"
