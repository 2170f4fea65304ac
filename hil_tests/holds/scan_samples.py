"""Samples while a modem scans: `python -m hil_tests.holds.scan_samples --seed N`.

A simulated modem with two AT ports scans for SCAN_S seconds on the second, while the first is asked for its
signal once a second. The figure is every gap between two samples that touches the scan. A second modem shows
what is lost without the second port (for comparison; no figure of the hold).
"""

import asyncio
import tempfile
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path

from hil_tests.bench.at_program import modem
from hil_tests.holds.report import figure, print_figures, seed_from_arguments
from modem_drivers.families.usb_ports import PortRole, find_role
from modem_drivers.modem import Modem
from modem_drivers.ports.pair import PortPair
from modem_drivers.ports.session import AtSession
from modem_drivers.ports.tty import SerialPort
from modem_drivers.procedures.scan import scan_networks

SCAN_S = 30.0  # in place of 180 s
EVERY_S = 1.0
PLACE = "1-1.3"
EC25 = (0x2C7C, 0x0125)


async def sample(one: Modem, until: asyncio.Task[int]) -> list[float]:
    """Ask *one* for its signal once a second until *until* is done, and once more; return the gaps, s."""
    loop = asyncio.get_running_loop()
    read_ns: list[int] = []
    due_s, is_last = loop.time(), False
    while not is_last:
        is_last = until.done()
        read_ns.append((await one.signal()).t_received_ns or 0)  # a reading without its time is a huge gap
        due_s += EVERY_S
        await asyncio.sleep(max(due_s - loop.time(), 0))
    return [(after - before) / 1e9 for before, after in pairwise(read_ns)]


async def scan(ports: PortPair) -> int:
    """Return how many networks were heard."""
    return len(await scan_networks(ports))


async def measure(first: str, second: str | None) -> tuple[list[float], int, str]:
    """Return (gaps between samples during a scan in s, networks heard, what was said to be lost)."""
    one = await Modem.open(first)
    with closing(one):
        loop = asyncio.get_running_loop()
        session = AtSession(SerialPort(second), clock=time.time_ns, loop=loop) if second else None
        ports = PortPair(one.session, session)
        with closing(ports):
            await ports.open()
            await one.signal()
            scanning = asyncio.create_task(scan(ports))
            gaps = await sample(one, scanning)
            return gaps, await scanning, ports.lost


def by_place(folder: Path) -> str:
    """Return the port in *folder* that is the second AT port, by the drivers' table of interfaces."""
    ports = {path: int(path.name.rpartition(":1.")[2].partition("-")[0]) for path in folder.glob("*-port0")}
    found = [
        path for path, number in ports.items() if find_role(*EC25, number, (0xFF, 0, 0)) is PortRole.AT_SECOND
    ]
    return str(found[0])


def run(seed: int, folder: Path, scan_s: float, *, has_second: bool) -> tuple[list[float], int, str]:
    """Start a modem in *folder* that scans for *scan_s*; return as measure."""
    link, ports = folder / "modem", folder / "ports"
    ports.mkdir(parents=True)
    words = ("--personality", "quectel-ec25", "--seed", seed, "--scan-s", scan_s)
    with modem(link, *words, "--ports", ports, "--usb-path", PLACE):
        return asyncio.run(measure(str(link), by_place(ports) if has_second else None))


def main() -> None:
    """Measure; the last line is the figure."""
    seed = seed_from_arguments("Samples while a modem scans.")
    with tempfile.TemporaryDirectory(prefix="scan-samples-") as name:
        gaps, networks, lost = run(seed, Path(name, "two"), SCAN_S, has_second=True)
        alone, _, said = run(seed, Path(name, "one"), 5.0, has_second=False)
    print(f"without a second port, a scan of 5 s: longest gap {max(alone):.2f} s; said: {said}")
    detail = f"a scan of {SCAN_S:g} s on the second port heard {networks} networks; {len(gaps)} gaps"
    print_figures({"gap": figure(gaps, n=len(gaps), invalid=int(not networks or bool(lost)), detail=detail)})


if __name__ == "__main__":
    main()
