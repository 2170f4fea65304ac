"""What a box with five lines costs: `python -m hil_tests.holds.box_load --seed N`.

The real `pantau run` on five simulated modems and links, headquarters answering. Idle-measuring: signal once
a second on every line and 10 s of STAMP probes in every 300 s; CPU of all its processes over a whole period,
PSS as the largest of readings taken every second. Then five TCP tests of 20 Mbit/s at the same time: drops of
the rings, `device_limited` and the isolation proof of every result.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hil_tests.bench.box import BoxBench, await_true, clean_link
from hil_tests.bench.process_tree import Cost, costs, cpu_s, pss_bytes
from hil_tests.holds.report import figure, print_figures

LINES, RATE_BPS = 5, 20_000_000
PERIOD_S, STAMP_S = 300.0, 10.0
START_S, READ_EVERY_S = 60.0, 1.0
MB = 1e6
IDLE = (
    f'[schedule]\nevery_s = {PERIOD_S - STAMP_S}\nkinds = ["rtt"]\n'
    f"rtt_probes = {int(STAMP_S * 50)}\nrtt_interval_ms = 20.0\nsignal_every_s = 1.0\n"
)
LOADED = f'[schedule]\nkinds = ["tcp-down", "tcp-up"]\ntcp_seconds = 5.0\nparallel = {LINES}\n'


@dataclass(frozen=True, slots=True)
class Reading:
    """What every process of the box had cost at one moment."""

    t_s: float
    costs: dict[int, Cost]


def bench(folder: Path, schedule: str, rng: random.Random) -> BoxBench:
    """Return five lines with drawn delays."""
    links = [
        clean_link(f"line{number}", rate_bps=RATE_BPS, delay_ms=rng.uniform(10, 40))
        for number in range(LINES)
    ]
    return BoxBench(folder=folder, links=links, schedule=schedule)


def readings(pid: int, seconds: float) -> Iterator[Reading]:
    """Yield a reading every second, the last after *seconds*."""
    start_s = time.monotonic()
    while (passed_s := time.monotonic() - start_s) < seconds:
        yield Reading(passed_s, costs(pid))
        time.sleep(READ_EVERY_S)
    yield Reading(passed_s, costs(pid))


def idle(folder: Path, rng: random.Random, seconds: float) -> list[Reading]:
    """Run the box idle-measuring for *seconds* after its first round began and ended."""
    with bench(folder, IDLE, rng) as here:
        here.start_ingest()
        box = here.start("pantau", "run", "--config", str(here.config))
        captures = here.data / "captures"
        await_true("the first round", lambda: len(list(captures.glob("*"))) == LINES, deadline_s=START_S)
        told = list(readings(box.pid, seconds))
        if box.poll() is not None:
            raise RuntimeError(f"the box ended: {box.communicate()[0][-500:]}")
        return told


def loaded(folder: Path, rng: random.Random) -> list[dict[str, object]]:
    """Return the values of the results of one round of five simultaneous tests each way."""
    with bench(folder, LOADED, rng) as here:
        status, words = here.pantau("once", "--receipt-s", "0.1")
        records = [json.loads(raw) for raw in here.outbox()]
        results = [record["values"] for record in records if record["kind"] == "result"]
        if len(results) != 2 * LINES:
            raise RuntimeError(f"{len(results)} results, exit {status}: {words[-500:]}")
        return results


def say(told: Sequence[Reading]) -> None:
    """Print CPU and memory of each process."""
    first, last = told[0], told[-1]
    span_s = last.t_s - first.t_s
    for pid, cost in last.costs.items():
        used_s = cost.cpu_s - (first.costs[pid].cpu_s if pid in first.costs else 0)
        most = max(one.costs[pid].pss_bytes for one in told if pid in one.costs)
        print(f"{pid} {cost.name}: {100 * used_s / span_s:.2f} % of a core, PSS at most {most / MB:.1f} MB")
    peak = max(told, key=lambda one: pss_bytes(one.costs))
    sizes = ", ".join(f"{cost.name} {cost.pss_bytes / MB:.1f}" for cost in peak.costs.values())
    print(f"PSS was largest {peak.t_s:.0f} s after the first round began: {sizes}", flush=True)


def load_figures(results: Sequence[dict[str, object]]) -> dict[str, object]:
    """Return the figures of the loaded round; what a result does not say counts against it."""
    drops = [int(str(values.get("capture_drops", -1))) for values in results]
    limited = sum(1 for values in results if values.get("device_limited") is not False)
    leaks = sum(1 for values in results if values.get("isolation_ok") is not True)
    rates = [float(str(values.get("sustained_bps", 0))) / 1e6 for values in results]
    detail = f"sustained {min(rates):.1f} to {max(rates):.1f} Mbit/s"
    return {
        "drops": figure([abs(count) for count in drops], n=len(drops), invalid=0, detail=detail),
        "device_limited": figure(
            limited, n=len(results), invalid=0, detail="results not said to be free of it"
        ),
        "isolation": figure(leaks, n=len(results), invalid=0, detail="results without a true proof"),
    }


def main() -> None:
    """Measure both; the last line has the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True, help="from which the links are drawn")
    parser.add_argument("--period-s", type=float, default=PERIOD_S, help="how long to look at the idle box")
    told = parser.parse_args()
    rng = random.Random(told.seed)
    with tempfile.TemporaryDirectory(prefix="box-load-") as folder:
        seen = idle(Path(folder), rng, told.period_s)
    say(seen)
    span_s = seen[-1].t_s - seen[0].t_s
    share = 100 * cpu_s(seen[-1].costs, seen[0].costs) / span_s
    most = max(pss_bytes(one.costs) for one in seen) / MB
    with tempfile.TemporaryDirectory(prefix="box-load-") as folder:
        results = loaded(Path(folder), rng)
    print_figures(
        {
            "cpu": figure(share, n=len(seen), invalid=0, detail=f"per cent of one core over {span_s:.0f} s"),
            "pss": figure(most, n=len(seen), invalid=0, detail="MB, largest of readings every second"),
            **load_figures(results),
        }
    )


if __name__ == "__main__":
    main()
