"""One run over the emulator: the link put in, programs run over it, and what there is to journal of it."""

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

from hil_tests.bench_measure import isolated
from hil_tests.bench_measure.cells import Cell, direction_of, draw, options_of
from hil_tests.bench_measure.facts import Judged, read_facts
from hil_tests.bench_measure.isolated import Said, Waiting
from hil_tests.bench_measure.network import PORT, EmulatedNet
from hil_tests.bench_measure.plan import Item
from hil_tests.link import iperf3, run
from hil_tests.link.errors import ToolError
from hil_tests.link.net import Net
from hil_tests.link.options import Options
from hil_tests.sims.operator_net import log

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


def estimator_command(method: str, address: str, direction: str) -> list[str]:
    """Return the command of our estimator: no rate is given."""
    kind, more = METHODS[method]
    program = str(Path(sys.executable).parent / "pantau")
    where = ["--server", f"{address}:{PORT}"]
    return [program, "measure", kind.format(direction), *where, *more, "--await-go", "--json"]


def run_seed(setting: Setting, item: Item) -> int:
    """Return the seed of this run's loss, jitter and users; the cell's parameters do not depend on it."""
    return random.Random(f"{setting.seed}/{item.run}").randrange(2**31)


def ours(net: EmulatedNet, setting: Setting, item: Item) -> Line:
    """Run our estimator once: it waits for its go before the link's parameters are drawn."""
    with run_folder(setting) as folder, waiting_estimator(net.net, setting, item, folder) as started:
        drawn_ns, seed = time.time_ns(), run_seed(setting, item)
        cell = draw(setting.seed, item.kind, item.index, setting.half)
        options = options_of(cell, folder, seed=seed)
        log_path = net.link(options, folder, seed=seed)
        go_ns = time.time_ns()
        started.waiting.go()
        said = started.waiting.finished(LONGEST_S)
        time.sleep(drain_s(options))
        net.unlink()
        times = {"started_ns": started.t_ns, "drawn_ns": drawn_ns, "go_ns": go_ns}
        part = Judged(since_ns=go_ns, until_ns=time.time_ns())
        facts = {"truth": msgspec.to_builtins(read_facts(log_path, options, part))}
        return {
            **described(cell, seed, log_path), **times, **facts, **said_of(said), "command": started.command,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Started:
    """An estimator that waits, its command, and when it was started."""

    waiting: Waiting
    command: Sequence[str]
    t_ns: int


@contextlib.contextmanager
def waiting_estimator(net: Net, setting: Setting, item: Item, folder: Path) -> Iterator[Started]:
    """Yield our estimator, isolated and waiting; it has ended after the block. Raises: EstimatorError."""
    command = estimator_command(setting.method, net.address, direction_of(item.kind, item.index))
    t_ns = time.time_ns()
    waiting = isolated.start(command, folder, namespace=net.client, hidden=setting.hidden)
    try:
        yield Started(waiting, command, t_ns)
    finally:
        waiting.end()


def peers(net: EmulatedNet, setting: Setting, item: Item) -> Line:
    """Run iperf3 and irtt once over a cell, one after the other."""
    with run_folder(setting) as folder:
        seed = run_seed(setting, item)
        cell = draw(setting.seed, item.kind, item.index, setting.half)
        options = options_of(cell, folder, seed=seed)
        log_path = net.link(options, folder, seed=seed)
        begun_ns = time.time_ns()
        said = {"iperf3": peer_said(net.net, options)}
        time.sleep(drain_s(options))
        net.unlink()
        part = Judged(begun_ns, time.time_ns(), omit_s=options.omit_s, seconds=options.seconds)
        truth = {"iperf3": msgspec.to_builtins(read_facts(log_path, options, part))}
        return {
            **described(cell, seed, log_path),
            "raw": said,
            "truth": truth,
            "command": peer_commands(options),
        }


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


def described(cell: Cell, seed: int, log_path: Path) -> Line:
    """Return the cell, and whether the emulator's own log makes the run worthless."""
    facts = {"name": cell.name, "half": cell.half, **msgspec.to_builtins(cell)}
    return {"cell": facts, "seed": seed, "invalid": log.why_invalid(log_path)}


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
