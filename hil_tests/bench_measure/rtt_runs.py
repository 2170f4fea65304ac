"""Round trips over a cell: our probes, blind as ever, then irtt's, beside what the log did to each packet."""

import time
from contextlib import closing
from pathlib import Path

from hil_tests.bench_measure.cells import options_of
from hil_tests.bench_measure.errors import BenchError
from hil_tests.bench_measure.network import PORT, BenchNet, EmulatedNet
from hil_tests.bench_measure.plan import Item
from hil_tests.bench_measure.runs import (
    Line,
    Setting,
    described,
    drain_s,
    pantau_command,
    run_folder,
    run_seed,
    said_of,
    stillborn,
)
from hil_tests.link import irtt, isolated, run, truth
from hil_tests.link.errors import NotReady, ToolError
from hil_tests.link.isolated import Waiting
from hil_tests.link.net import Net
from hil_tests.link.trips import session
from hil_tests.sims.operator_net import log
from hil_tests.sims.operator_net.log import LogError

PROBES, INTERVAL_MS = 100, 20
SECONDS = PROBES * INTERVAL_MS / 1000
SPARE_S = 20.0


def rtt(net: BenchNet, setting: Setting, item: Item) -> Line:
    """Probe the link with ours, then with irtt. Raises: BenchError, where no log is kept."""
    if not isinstance(net, EmulatedNet):
        raise BenchError(
            f"{item.run}: round trips are judged packet by packet, and only the emulator has a log"
        )
    words = ("--probes", str(PROBES), "--interval-ms", str(INTERVAL_MS))
    command = pantau_command("rtt", net.net.address, *words)
    with run_folder(setting) as folder:
        started_ns = time.time_ns()
        try:
            waiting = isolated.start(command, folder, namespace=net.net.client, hidden=setting.hidden)
        except NotReady as error:
            found = stillborn(setting, item, error)
        else:
            with closing(waiting):
                found = both(net, setting, item, waiting, folder)
    irtt_words = irtt.client_command("SERVER", seconds=SECONDS, interval_ms=INTERVAL_MS)
    return {**found, "started_ns": started_ns, "command": {"ours": command, "irtt": " ".join(irtt_words)}}


def both(net: EmulatedNet, setting: Setting, item: Item, waiting: Waiting, folder: Path) -> Line:
    """Put the link in, let ours go, then irtt; return what they said beside the log's times."""
    drawn_ns, seed = time.time_ns(), run_seed(setting, item)
    cell = setting.cell(item)
    options = options_of(cell, folder, seed=seed)
    net.link(options, folder, seed=seed)
    go_ns = time.time_ns()
    waiting.go()
    said = waiting.finished(SECONDS + SPARE_S)
    time.sleep(drain_s(options))
    theirs = irtt_rtts(net.net)
    time.sleep(drain_s(options))
    net.unlink()
    told = said_of(said)
    facts = {"ours": our_trips(net.log_path, told), "irtt": their_trips(net.log_path)}
    head = described(cell, seed, invalid=net.why_invalid())
    raw = {"ours": told.pop("raw"), "irtt": theirs}
    return {**head, "drawn_ns": drawn_ns, "go_ns": go_ns, **told, "raw": raw, "truth": facts}


def irtt_rtts(net: Net) -> Line:
    """Return {"rtt_ns": [each probe's, None for one without]} of irtt, or {"error": its words}."""
    server = net.start("irtt-server", irtt.server_command(net.address), namespace=net.server)
    run.await_port(server, irtt.PORT, "udp")
    command = irtt.client_command(net.address, seconds=SECONDS, interval_ms=INTERVAL_MS)
    try:
        text, _ = run.finished(net.start("irtt", command, namespace=net.client), SECONDS + SPARE_S)
        return {"rtt_ns": [trip.delay.rtt for trip in irtt.round_trips(text)]}
    except ToolError as error:
        return {"error": str(error)}
    finally:
        server.process.kill()
        server.process.wait()


def our_trips(log_path: Path, told: Line) -> Line:
    """Return {"trips": [[up_ns, down_ns] or None for what was not delivered]} of our probes, or {"error"}."""
    port = local_port(told)
    if port is None:
        return {"error": "the result names no port"}
    try:
        trips = session(log.load(log_path), PORT, port)
    except LogError as error:
        return {"error": str(error)}
    return {"trips": [[trip.up_ns, trip.down_ns, trip.back_ns] for trip in trips]}


def local_port(told: Line) -> int | None:
    """Return the client's port, out of a result's probes."""
    raw = told["raw"]
    probes = raw.get("probes") if isinstance(raw, dict) else None
    port = probes.get("local_port") if isinstance(probes, dict) else None
    return port if isinstance(port, int) else None


def their_trips(log_path: Path) -> Line:
    """Return {"rtt_ns": [time under way of each of irtt's probes, None for a lost one]}, or {"error"}."""
    try:
        found = truth.probes_ms(log.load(log_path), irtt.PORT)
    except LogError as error:
        return {"error": str(error)}
    return {"rtt_ns": [None if ms is None else round(ms * truth.NS_PER_MS) for ms in found]}
