"""A simulated modem in service: its ports opened, served until a signal, and taken away again."""

import select
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from hil_tests.sims.at_modem.closewatch import CloseWatch
from hil_tests.sims.at_modem.device import INVENTORY, by_path_name, inventory, serial_ports
from hil_tests.sims.at_modem.faults import Injector, Plan
from hil_tests.sims.at_modem.model import Model, Port, Role
from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.nmea import Mute
from hil_tests.sims.at_modem.port import PortTakenError, ReplyLog, raw_pty, raw_tty, stop_signals
from hil_tests.sims.at_modem.pump import Answerer, Clockwork, Line, Pump

OF_ONE_PORT = frozenset({"drop-port", "reset", "brown-out"})  # counted on the first port, for all of them


@dataclass(frozen=True, slots=True)
class Places:
    """Where the ports shall be: a symlink to the AT port, a terminal in place of it, a folder for all."""

    link: Path | None
    tty: Path | None = None
    folder: Path | None = None
    usb_path: str = "1-1.1"

    @property
    def name(self) -> Path:
        """What READY and DROPPED name."""
        named = self.link or self.tty or self.folder
        assert named is not None
        return named

    def links(self, port: Port) -> tuple[Path, ...]:
        """Return the symlinks to *port*."""
        own = (self.link,) if self.link and port.role is Role.AT else ()
        return own + ((self.folder / by_path_name(self.usb_path, port.interface),) if self.folder else ())


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with the modem; each port spoils on its own, only the first is dropped."""

    plan: Plan
    seed: int
    start_s: float
    reboot: Callable[[float], None]

    def injector(self, port: Port) -> Injector:
        """Return the spoiler of *port*: the modem's faults on AT ports, none elsewhere."""
        amounts = self.plan.amounts if port.role in {Role.AT, Role.MODEM} else {}
        if port.role is not Role.AT:
            amounts = {name: amount for name, amount in amounts.items() if name not in OF_ONE_PORT}
        salt = "" if port.role is Role.AT else f" {port.interface}"
        return Injector(Plan(dict(amounts)), Random(f"{self.seed} faults{salt}"), self.start_s, self.reboot)


class Boot:
    """Takes the ports away while the modem starts; cold: it is off, and starts when it is served."""

    def __init__(self, modem: Modem, takes_s: float, *, cold: bool) -> None:
        """Watch *modem*, which takes *takes_s* to start."""
        self._modem, self.takes_s, self.cold = modem, takes_s, cold
        self.injector: Injector | None = None
        self._seen, self._gone = modem.boots, False

    def turn(self, now_s: float) -> None:
        """Let the ports go if the modem was restarted; that they come back is a start too, not one more."""
        if self._modem.boots == self._seen:
            return
        self._seen, self._gone = self._modem.boots, not self._gone
        if self._gone and self.injector:
            self.injector.leave(now_s, self.takes_s)

    def next_due_s(self, now_s: float) -> float | None:
        """Return None: it is asked whenever the modem has said something."""
        return None


@contextmanager
def _listed(places: Places, model: Model, ports: Sequence[Port]) -> Iterator[None]:
    """Have the inventory in the folder, if there is one. Raises: PortTakenError, if it cannot be written."""
    if places.folder is None:
        yield
        return
    path = places.folder / INVENTORY
    links = {port: places.folder / by_path_name(places.usb_path, port.interface) for port in ports}
    try:
        places.folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(inventory(model, places.usb_path, links))
    except OSError as exc:
        raise PortTakenError(
            f"{path}: {exc.strerror}; name a folder for --ports that can be written"
        ) from exc
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _opened(stack: ExitStack, places: Places, port: Port) -> tuple[int, CloseWatch | None]:
    if places.tty:
        return stack.enter_context(raw_tty(places.tty)), None
    return stack.enter_context(raw_pty(*places.links(port)))


def serve(
    places: Places,
    model: Model,
    behind: Mapping[Role, Answerer],
    faults: Faults,
    log: ReplyLog,
    clockwork: Sequence[Clockwork] = (),
    boot: Boot | None = None,
) -> None:
    """Be *model* at *places* until SIGTERM or SIGINT; prints READY once clients may open the ports.

    A dropped or pulled port takes all of them away: DROPPED is printed; on ptys the signal is still awaited,
    and after a brown-out the ports come back.
    """
    ports = serial_ports(model)
    injectors = {port: faults.injector(port) for port in (ports if places.folder else ports[:1])}
    first = injectors[ports[0]]
    if boot:
        boot.injector, clockwork = first, (*clockwork, boot)
    with stop_signals() as stop:
        if boot and boot.cold and select.select([stop], [], [], boot.takes_s)[0]:
            return
        while True:
            with ExitStack() as stack:
                stack.enter_context(_listed(places, model, ports))
                lines = _lines(stack, places, behind, injectors, log)
                print(f"READY {places.name}", flush=True)
                if Pump(lines, clockwork).run(stop.fileno()):
                    return
            print(f"DROPPED {places.name}", flush=True)
            if places.tty or select.select([stop], [], [], first.dark_s)[0]:
                return
            first.power_on(time.monotonic())


def _lines(
    stack: ExitStack,
    places: Places,
    behind: Mapping[Role, Answerer],
    injectors: Mapping[Port, Injector],
    log: ReplyLog,
) -> list[Line]:
    """Open every port; what was opened is on *stack*."""
    lines = []
    for port, injector in injectors.items():
        descriptor, clients = _opened(stack, places, port)
        name = "" if port.role is Role.AT else port.role.value
        lines.append(Line(descriptor, clients, behind.get(port.role, Mute()), injector, log, name))
    return lines
