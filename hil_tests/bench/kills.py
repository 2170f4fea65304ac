"""Kills the box and the ingest at seeded moments with records in flight, then looks for every test served.

`run_kills` stands for the box with `hil_tests.bench.producer`; whoever has another box gives its command.
"""

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FIRST_S = 20.0
DRAIN_S = 60.0


@dataclass(slots=True)
class KillReport:
    """What was lost (served, and not stored), what is stored twice, and how the kills went."""

    kills: list[str] = field(default_factory=list)
    in_flight: list[int] = field(default_factory=list)
    served: int = 0
    stored: int = 0
    lost: list[str] = field(default_factory=list)
    duplicates: int = 0
    holes: int = 0
    interrupted: int = 0


class Program:
    """A program that is started, killed and started again."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        """*command* and where its words go."""
        self._command, self._log = list(command), log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def end(self, number: signal.Signals, *, timeout_s: float = DRAIN_S) -> int:
        """Send a signal and wait for the end; return the exit status."""
        if self.process is None:
            return 0
        self.process.send_signal(number)
        try:
            return self.process.wait(timeout_s)
        finally:
            self.process.kill()
            self.process.wait()


def producer_command(broker: str, data: Path, box: str) -> list[str]:
    """Return the command of the box without modems."""
    module = [sys.executable, "-m", "hil_tests.bench.producer"]
    return [*module, "--broker", broker, "--data", str(data), "--box", box, "--rate", "150"]


def ingest_command(broker: str, store: Path, box: str) -> list[str]:
    """Return the command of headquarters for one box: on a shared broker others have their own."""
    command = [sys.executable, "-m", "tools.hq.cli", "ingest", "--broker", broker]
    return [*command, "--store", str(store), "--box", box]


def run_kills(folder: Path, broker: str, *, box: str, kills: int, seed: int) -> KillReport:
    """Kill *kills* times, box and ingest in turn; return what became of the records."""
    rng, report = random.Random(seed), KillReport()
    data, store = folder / "box", folder / "store"
    data.mkdir()
    producer = Program(producer_command(broker, data, box), folder / "producer.log")
    ingest = Program(ingest_command(broker, store, box), folder / "ingest.log")
    try:
        ingest.start()
        producer.start()
        for turn in range(kills):
            _kill_one(producer if turn % 2 == 0 else ingest, data, rng, report, box_dies=turn % 2 == 0)
        _await(lambda: _counts(data, "issued") >= 50, "50 records", FIRST_S)
        producer.end(signal.SIGUSR1)
        ingest.end(signal.SIGTERM)
    finally:
        producer.end(signal.SIGKILL)
        ingest.end(signal.SIGKILL)
    _judge(report, folder, store, data, box)
    return report


def _kill_one(victim: Program, data: Path, rng: random.Random, report: KillReport, *, box_dies: bool) -> None:
    """Wait for a seeded number of new records and one in flight, kill, start again."""
    goal = _counts(data, "issued") + rng.randint(10, 80)
    _await(lambda: _counts(data, "issued") >= goal and _counts(data, "unreceipted") > 0, "records", FIRST_S)
    in_flight = _counts(data, "unreceipted")
    victim.end(signal.SIGKILL)
    report.kills.append("box" if box_dies else "ingest")
    report.in_flight.append(_rows(data) if box_dies else in_flight)
    victim.start()


def _await(condition: Callable[[], bool], what: str, timeout_s: float) -> None:
    until_s = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > until_s:
            raise TimeoutError(f"no {what} within {timeout_s:g} s")
        time.sleep(0.002)


def _counts(data: Path, key: str) -> int:
    try:
        return int(json.loads((data / "counts.json").read_text())[key])
    except FileNotFoundError:
        return 0


def _rows(data: Path) -> int:
    """Return how many records a dead box's outbox holds."""
    db = sqlite3.connect(data / "outbox.db")
    try:
        return int(db.execute("SELECT count(*) FROM rows").fetchone()[0])
    finally:
        db.close()


def _judge(report: KillReport, folder: Path, store: Path, data: Path, box: str) -> None:
    lines = folder / "stored.jsonl"
    command = [sys.executable, "-m", "tools.hq.cli", "export", "--store", str(store), "--jsonl", str(lines)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    records = [json.loads(line) for line in lines.read_bytes().splitlines()]
    mine = [record for record in records if record["box"] == box]
    nonces = Counter(record["values"]["nonce"] for record in mine)
    served = (data / "served.log").read_text().split()
    report.served, report.stored = len(served), len(mine)
    report.lost = [nonce for nonce in served if nonce not in nonces]
    report.duplicates = sum(nonces.values()) - len(nonces)
    report.holes = len(mine) - len({int(record["id"].split("/")[2]) for record in mine})
    report.holes += max((int(record["id"].split("/")[2]) for record in mine), default=0) - len(mine)
    report.interrupted = sum(1 for record in mine if record["err"] is not None)
