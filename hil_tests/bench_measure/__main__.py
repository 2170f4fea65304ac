"""`python -m hil_tests.bench_measure --cells 24 --seed N`: the judged bench (docs/benchmarks.md)."""

import argparse
import contextlib
import functools
import math
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from hil_tests.bench_measure import plan, rtt_runs, runs
from hil_tests.bench_measure.cells import JUDGED, TBF, TUNING, grid
from hil_tests.bench_measure.errors import BenchError
from hil_tests.bench_measure.frozen import demand_frozen
from hil_tests.bench_measure.journal import Journal, Line
from hil_tests.bench_measure.network import BenchNet, emulated, shaped
from hil_tests.bench_measure.plan import OURS, PEERS, RTT, Item
from hil_tests.bench_measure.provenance import ROOT, commit, now_utc, session
from hil_tests.bench_measure.runs import Setting
from hil_tests.link.errors import LinkError
from hil_tests.link.isolated import hidden_folders
from hil_tests.sims.operator_net.children import ChildError
from hil_tests.sims.operator_net.log import LogError
from hil_tests.sims.operator_net.namespaces import NetworkError

UNPACKED = ROOT / "build/apt/bin"  # `make programs` puts them there
FOLDER = ROOT / "build/bench"
COULD_NOT, INTERRUPTED = 2, 130
FAULTS = (BenchError, LinkError, NetworkError, ChildError, LogError, OSError)


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    out = argparse.ArgumentParser(prog="python -m hil_tests.bench_measure", description=__doc__)
    out.add_argument("--cells", type=int, default=24, help="cells, half of them FIFO (24)")
    out.add_argument(
        "--seed", type=int, help="from which cells and all else are drawn; drawn itself if not given"
    )
    out.add_argument("--full", action="store_true", help="the whole grid of FIFO cells, and 40 others")
    out.add_argument(
        "--half", choices=(JUDGED, TUNING), default=JUDGED, help="which cells may be drawn (judged)"
    )
    out.add_argument(
        "--runs", type=int, default=plan.JUDGED_RUNS, help="of ours, of each kind, at least (40)"
    )
    out.add_argument(
        "--method", choices=sorted(runs.METHODS), default="capacity", help="which estimator of ours"
    )
    out.add_argument("--journal", type=Path, help="raw journal; one that exists is gone on with")
    out.add_argument("--only", help="runs whose name begins with this, such as fifo/ or other/3/ours")
    out.add_argument(
        "--out", type=Path, default=ROOT / "build/bench.json", help="the verdicts (build/bench.json)"
    )
    out.add_argument("--for-s", type=float, default=math.inf, help="begin no run after so long; go on later")
    out.add_argument("--no-peers", action="store_true", help="ours alone, to try something")
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the journal lacks, then let the checker judge it; return its status, 2 or 130."""
    given = parser().parse_args(arguments)
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    size = "full" if given.full else str(given.cells)
    path = given.journal or FOLDER / f"{given.half}-{size}-{given.method}-{seed}.jsonl"
    os.environ["PATH"] = os.pathsep.join(
        (str(UNPACKED), os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin")
    )
    every = plan.plan_full(len(grid(given.half))) if given.full else plan.plan(given.cells, runs=given.runs)
    items = chosen(every, only=given.only or "", peers=not given.no_peers)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        journal = Journal(path)
        say(f"seed {seed}, {len(items)} runs, journal {path}")
        frozen = demand_frozen(ROOT, given.method) if given.half == JUDGED else {}
        open_plan(journal, {"seed": seed, "half": given.half, "method": given.method}, items, frozen)
        with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
            setting = Setting(
                seed=seed, half=given.half, method=given.method, scratch=Path(scratch), full=given.full,
                hidden=hidden_folders(path.parent, Path(scratch)),
            )  # fmt: skip
            play(journal, setting, items, for_s=given.for_s)
    except FAULTS as error:
        print(f"bench: {error}", file=sys.stderr)
        return COULD_NOT
    except KeyboardInterrupt:
        print("bench: interrupted; the same command goes on from here", file=sys.stderr)
        return INTERRUPTED
    check = [sys.executable, "-m", "hil_tests.bench_check", str(path), "--out", str(given.out)]
    return subprocess.run(check, check=False).returncode


def chosen(items: Sequence[Item], *, only: str, peers: bool) -> list[Item]:
    """Return those of *items* that were asked for."""
    return [item for item in items if item.run.startswith(only) and (peers or item.who != PEERS)]


def open_plan(journal: Journal, what: Line, items: Sequence[Item], frozen: Mapping[str, str]) -> None:
    """Write the plan into a new journal, demand the same of an old one. Raises: JournalError."""
    journal.mend()
    line = {"type": "plan", **what, "runs": [item.run for item in items]}
    journal.begin_with(line)
    journal.append({"type": "session", **session(), "frozen": dict(frozen)})


def play(journal: Journal, setting: Setting, items: Sequence[Item], *, for_s: float) -> None:
    """Do every run that the journal lacks; spoiled ones again. None begins after for_s."""
    with contextlib.ExitStack() as undo:
        opened = functools.cache(lambda kind: undo.enter_context(network_of(kind, setting.scratch)))
        begun_s, done = time.monotonic(), 0
        while todo := plan.missing(items, journal.lines()):
            for left, item in zip(reversed(range(len(todo))), todo, strict=True):
                if time.monotonic() - begun_s > for_s:
                    return
                line = journaled(journal, opened(item.kind == TBF), setting, item)
                done += 1
                left_min = (time.monotonic() - begun_s) / done * left / 60
                say(f"{item.run}: {words(line)}; {left} runs left, {left_min:.1f} min")


def network_of(is_tbf: bool, scratch: Path) -> contextlib.AbstractContextManager[BenchNet]:
    """Return the network for cells of the kernel's tbf, or of the emulator."""
    return shaped(scratch) if is_tbf else emulated(scratch)


def journaled(journal: Journal, net: BenchNet, setting: Setting, item: Item) -> Line:
    """Do one run between its two lines in the journal; return the second."""
    head = {"run": item.run, "who": item.who, "commit": commit()}
    journal.append({"type": "begin", **head, "date": now_utc()})
    begun_s = time.monotonic()
    try:
        found = DO[item.who](net, setting, item)
    except KeyboardInterrupt:
        journal.append({"type": "end", **head, "date": now_utc(), "invalid": plan.BY_HAND})
        raise
    except (NetworkError, ChildError, LogError) as error:
        journal.append({"type": "end", **head, "date": now_utc(), "invalid": f"the bench failed: {error}"})
        raise
    line = {"type": "end", **head, "date": now_utc(), **found, "took_s": round(time.monotonic() - begun_s, 2)}
    journal.append(line)
    return line


DO = {OURS: runs.ours, PEERS: runs.peers, RTT: rtt_runs.rtt}


def words(line: Line) -> str:
    """Return one run in a few words for the screen: its link and what the program said, unjudged."""
    if line["invalid"] is not None:
        return f"INVALID, {line['invalid']}"
    raw, cell = line.get("raw"), line.get("cell")
    told = raw if isinstance(raw, dict) else {}
    told = told.get("iperf3") or told.get("ours") or told
    link = " ".join(cell["link"][:10]) if isinstance(cell, dict) else ""
    return f"{link}: {figure_words(told)}, took {line['took_s']} s"


def figure_words(told: Line) -> str:
    """Return a result's rate, or median round trip, or why there is none."""
    rate, rtt = told.get("capacity_bps") or told.get("sustained_bps"), told.get("rtt_ms")
    if isinstance(rate, float | int):
        return f"{rate / 1e6:.3f} Mbit/s"
    return f"{rtt.get('p50')} ms" if isinstance(rtt, dict) else f"no figure ({told.get('outcome')})"


def say(text: str) -> None:
    """Print a line of progress."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
