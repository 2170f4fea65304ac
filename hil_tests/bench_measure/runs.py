"""One run: the link put in, programs run over it, and what there is to journal of it."""

import contextlib
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from hil_tests.bench_measure.cells import Cell, cell_of, direction_of, options_of
from hil_tests.bench_measure.facts import Judged
from hil_tests.bench_measure.network import PORT, BenchNet
from hil_tests.bench_measure.plan import Item
from hil_tests.link import iperf3, isolated, run
from hil_tests.link.errors import NotReady, ToolError
from hil_tests.link.isolated import Said, Waiting
from hil_tests.link.net import Net
from hil_tests.link.options import Options

LONGEST_S = 25.0  # of an estimator, from its go
SPARE_S = 0.15
METHODS = {"capacity": ("capacity-{}", ()), "tcp": ("tcp-{}", ("--seconds", "5"))}
Line = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all runs of a bench share. *hidden*: folders the estimator must not see."""

    seed: int
    half: str
    method: str
    hidden: Sequence[str]
    scratch: Path
    full: bool = False

    def cell(self, item: Item) -> Cell:
        """Return the cell of *item*: drawn now."""
        return cell_of(self.seed, item.kind, item.index, self.half, full=self.full)


def estimator_command(method: str, address: str, direction: str) -> list[str]:
    """Return the command of our estimator: no rate is given."""
    kind, more = METHODS[method]
    return pantau_command(kind.format(direction), address, *more)


def pantau_command(kind: str, address: str, *more: str) -> list[str]:
    """Return a measurement of ours that waits for its go."""
    program = str(Path(sys.executable).parent / "pantau")
    where = ["--server", f"{address}:{PORT}"]
    return [program, "measure", kind, *where, *more, "--await-go", "--json"]


def run_seed(setting: Setting, item: Item) -> int:
    """Return the seed of this run's loss, jitter and users; the cell's parameters do not depend on it."""
    return random.Random(f"{setting.seed}/{item.run}").randrange(2**31)


def ours(net: BenchNet, setting: Setting, item: Item) -> Line:
    """Run our estimator once: it waits for its go before the link's parameters are drawn.

    One that does not get as far as waiting has failed: its words are journaled like any other result.
    """
    command = estimator_command(setting.method, net.net.address, direction_of(item.kind, item.index))
    with run_folder(setting) as folder:
        started_ns = time.time_ns()
        try:
            waiting = isolated.start(command, folder, namespace=net.net.client, hidden=setting.hidden)
        except NotReady as error:
            found = stillborn(setting, item, error)
        else:
            with contextlib.closing(waiting):
                found = blind(net, setting, item, waiting, folder)
    return {**found, "started_ns": started_ns, "command": command}


def blind(net: BenchNet, setting: Setting, item: Item, waiting: Waiting, folder: Path) -> Line:
    """Draw the link, put it in, let the estimator go; return what it said beside what the link did."""
    drawn_ns, seed = time.time_ns(), run_seed(setting, item)
    cell = setting.cell(item)
    options = options_of(cell, folder, seed=seed)
    net.link(options, folder, seed=seed)
    go_ns = time.time_ns()
    waiting.go()
    said = waiting.finished(LONGEST_S)
    times = {"drawn_ns": drawn_ns, "go_ns": go_ns, "ended_ns": time.time_ns()}
    time.sleep(drain_s(options))
    net.unlink()
    truth = net.facts(options, Judged(since_ns=go_ns, until_ns=time.time_ns()))
    head = described(cell, seed, invalid=net.why_invalid())
    return {**head, **times, "truth": msgspec.to_builtins(truth), **said_of(said)}


def stillborn(setting: Setting, item: Item, error: NotReady) -> Line:
    """Return what there is to journal of an estimator that never waited for its go."""
    drawn_ns = time.time_ns()
    cell = setting.cell(item)
    times = {"drawn_ns": drawn_ns, "go_ns": drawn_ns}
    head = described(cell, run_seed(setting, item), invalid=None)
    return {**head, **times, "truth": {}, "raw": None, "printed": str(error), "status": None, "cpu_s": None}


def peers(net: BenchNet, setting: Setting, item: Item) -> Line:
    """Run iperf3 once over a cell."""
    with run_folder(setting) as folder:
        seed = run_seed(setting, item)
        cell = setting.cell(item)
        options = options_of(cell, folder, seed=seed)
        net.link(options, folder, seed=seed)
        begun_ns = time.time_ns()
        said = {"iperf3": peer_said(net.net, options)}
        time.sleep(drain_s(options))
        net.unlink()
        part = Judged(begun_ns, time.time_ns(), omit_s=options.omit_s, seconds=options.seconds)
        truth = {"iperf3": msgspec.to_builtins(net.facts(options, part))}
        head = described(cell, seed, invalid=net.why_invalid())
    return {**head, "raw": said, "truth": truth, "command": peer_commands(options)}


def peer_said(net: Net, options: Options) -> Line:
    """Return iperf3's figures; where it has none, why."""
    try:
        return run.run_iperf3(net, options, lambda _words: contextlib.nullcontext()).as_json()
    except ToolError as error:
        return {"outcome": f"failed: {error}"}


def peer_commands(options: Options) -> dict[str, str]:
    """Return the peers' commands as they can be typed."""
    length_s = options.seconds + options.omit_s
    words = iperf3.client_command(
        "SERVER", down=options.down, seconds=length_s, congestion=options.congestion
    )
    return {"iperf3": " ".join(words)}


def described(cell: Cell, seed: int, *, invalid: str | None) -> Line:
    """Return the cell, and what makes the run worthless, if so."""
    facts = {"name": cell.name, "half": cell.half, **msgspec.to_builtins(cell)}
    return {"cell": facts, "seed": seed, "invalid": invalid}


def said_of(said: Said) -> Line:
    """Return what the estimator printed: its result, or its words where it printed none."""
    try:
        raw: object = json.loads(said.text)
    except ValueError:
        raw = None
    words = {} if isinstance(raw, dict) else {"printed": (said.text + said.errors)[-600:]}
    return {"raw": raw, **words, "status": said.status, "cpu_s": said.cpu_s}


def drain_s(options: Options) -> float:
    """Return how long anything can be left in the link."""
    return (options.queue_ms + options.rtt_ms + options.jitter_ms) / 1000 + SPARE_S


@contextlib.contextmanager
def run_folder(setting: Setting) -> Iterator[Path]:
    """Yield a folder of the run's own; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="run-", dir=setting.scratch) as folder:
        yield Path(folder)
