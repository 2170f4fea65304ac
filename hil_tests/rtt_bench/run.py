"""One cell: the link, both programs over it one after the other, and what the log says of their packets."""

from dataclasses import dataclass, field
from pathlib import Path

from hil_tests.link import irtt, net, stamp, truth
from hil_tests.link.irtt import RoundTrip
from hil_tests.link.net import Net
from hil_tests.link.run import await_port, finished
from hil_tests.link.stamp import Report
from hil_tests.link.trips import Trip, session
from hil_tests.rtt_bench.cells import Cell
from hil_tests.sims.operator_net import log

SECONDS = 4.0
SPARE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What both said and what was. why_invalid: by the emulator's own log; None for a run that counts."""

    ours: Report
    trips: list[Trip] = field(default_factory=list)
    theirs: list[RoundTrip] = field(default_factory=list)
    their_trips_ms: list[float | None] = field(default_factory=list)
    why_invalid: str | None = None


def run(cell: Cell, folder: Path, *, seed: int, seconds: float = SECONDS) -> Run:
    """Probe one cell. Raises: NetworkError, ChildError, ToolError, LogError, OSError."""
    with net.emulated(cell.link, folder, seed=seed, ipv6=cell.ipv6) as here:
        if cell.ours_first:
            ours, theirs = _ours(here, cell, folder, seconds), _theirs(here, cell, seconds)
        else:
            theirs, ours = _theirs(here, cell, seconds), _ours(here, cell, folder, seconds)
    path = folder / "emulator.bin"
    records = log.load(path)
    return Run(
        ours=ours,
        trips=session(records, stamp.PORT, ours.probes.local_port),
        theirs=theirs,
        their_trips_ms=truth.probes_ms(records, irtt.PORT),
        why_invalid=log.why_invalid(path),
    )


def _ours(here: Net, cell: Cell, folder: Path, seconds: float) -> Report:
    key = stamp.write_key(folder)
    server = here.start("pantau-server", stamp.server_command(here.address, key), namespace=here.server)
    await_port(server, stamp.PORT, "udp")
    command = stamp.client_command(here.address, key, seconds=seconds, interval_ms=cell.interval_ms)
    text, _ = finished(here.start("pantau", command, namespace=here.client), seconds + SPARE_S)
    return stamp.read_report(text)


def _theirs(here: Net, cell: Cell, seconds: float) -> list[RoundTrip]:
    server = here.start("irtt-server", irtt.server_command(here.address), namespace=here.server)
    await_port(server, irtt.PORT, "udp")
    command = irtt.client_command(here.address, seconds=seconds, interval_ms=cell.interval_ms)
    text, _ = finished(here.start("irtt", command, namespace=here.client), seconds + SPARE_S)
    return list(irtt.round_trips(text))
