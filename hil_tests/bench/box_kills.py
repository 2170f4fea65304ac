"""kill -9 of the real box and of headquarters, with records in flight; then every test served is looked for.

What was served is the measurement server's own log, not the box's word.
"""

import json
import os
import random
import signal
import subprocess
from collections import Counter
from dataclasses import dataclass, field

from hil_tests.bench.box import BoxBench, interrupt
from hil_tests.bench.observer import Observer

DEADLINE_S = 40.0
MOST_RESULTS = 8


@dataclass(slots=True)
class BoxKills:
    """in_flight: per kill, records without receipt at that moment (for the box: counted in its outbox)."""

    victims: list[str] = field(default_factory=list)
    in_flight: list[int] = field(default_factory=list)
    served: int = 0
    stored: int = 0
    lost: list[str] = field(default_factory=list)
    twice: int = 0
    holes: int = 0

    @property
    def invalid(self) -> int:
        """Kills that hit nothing."""
        return sum(1 for count in self.in_flight if count == 0)


def run_box_kills(bench: BoxBench, *, kills: int, seed: int) -> BoxKills:
    """Kill box and ingest in turn, *kills* times together; return what became of the tests."""
    rng, report = random.Random(seed), BoxKills()
    ingest = bench.start_ingest()
    with Observer(bench.broker, bench.box) as observer:
        box = bench.start("pantau", "run", "--config", str(bench.config))
        for turn in range(kills):
            in_flight = observer.await_in_flight(rng.randint(1, MOST_RESULTS), deadline_s=DEADLINE_S)
            if turn % 2 == 0:
                _kill(box, group=rng.random() < 0.5)
                report.victims.append("box")
                report.in_flight.append(len(bench.outbox()))
                box = bench.start("pantau", "run", "--config", str(bench.config))
            else:
                _kill(ingest, group=True)
                report.victims.append("ingest")
                report.in_flight.append(in_flight)
                ingest = bench.start_ingest()
        observer.await_in_flight(1, deadline_s=DEADLINE_S)
    interrupt(box)
    box.communicate(timeout=20)
    status, words = bench.pantau("once", "--receipt-s", "60", deadline_s=150)
    if status:
        raise TimeoutError(f"the last records got no receipt: {words[-500:]}")
    ingest.terminate()
    ingest.communicate(timeout=20)
    _judge(bench, report)
    return report


def _kill(process: "subprocess.Popen[str]", *, group: bool) -> None:
    """SIGKILL a program alone, or with all its processes as a power cut would; wait until it is gone."""
    if group:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate(timeout=20)


def _judge(bench: BoxBench, report: BoxKills) -> None:
    lines = bench.folder / "stored.jsonl"
    export = bench.start("pantau-hq", "export", "--store", str(bench.store), "--jsonl", str(lines))
    words, _ = export.communicate(timeout=60)
    if export.returncode:
        raise RuntimeError(f"pantau-hq export: {words}")
    records = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    results = [record for record in records if record["kind"] == "result"]
    nonces = Counter(record["values"]["nonce"] for record in results)
    served = bench.served()
    numbers = {int(record["id"].split("/")[2]) for record in records}
    report.served, report.stored = len(served), len(results)
    report.lost = [nonce for nonce in served if nonce not in nonces]
    report.twice = (
        sum(nonces.values()) - len(nonces) + len(records) - len({record["id"] for record in records})
    )
    report.holes = max(numbers, default=0) - len(numbers)
