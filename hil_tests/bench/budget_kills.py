"""kill -9 of the real box while its tests eat a small budget; then the line's counter is read outside of it.

The counter is that of the emulator's end of the modem's cable: it stays where it is whatever the box does.
"""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from hil_tests.bench.box import BoxBench, clean_link
from hil_tests.sims.operator_net import namespaces

FEEDBACK_S = 0.05
"""One feedback interval, s (RFC 9097: 50 ms)."""
MIB = 1024 * 1024
ROUNDS, RATE_KINDS = 12, 2
LIFE_S = (0.3, 1.6)
"""How long the line's traffic has gone on when the box is killed, s."""
SCHEDULE = (
    "[schedule]\nevery_s = 0.1\nrtt_probes = 10\nrtt_interval_ms = 5\ntcp_seconds = 1.5\n"
    "test_mib = {test_mib}\n"
    "kinds = {kinds}\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One trial: the link, the budget, and whether the server heeds the most bytes it is told."""

    rate_bps: int
    delay_ms: float
    budget_mib: int
    kills: int
    deaf: bool

    @property
    def interval_bytes(self) -> float:
        """What the link carries in one feedback interval."""
        return self.rate_bps / 8 * FEEDBACK_S


@dataclass(slots=True)
class Trial:
    """What came of a plan: bytes by the counter, and how many of its kills fell into a test's traffic."""

    plan: Plan
    taken_bytes: int = 0
    kills: int = 0
    in_traffic: int = 0
    said_spent: bool = False
    words: list[str] = field(default_factory=list)

    @property
    def overshoot_intervals(self) -> float:
        """Return by how many feedback intervals of traffic the budget was overrun."""
        return max(0.0, (self.taken_bytes - self.plan.budget_mib * MIB) / self.plan.interval_bytes)

    @property
    def used(self) -> float:
        """Return the share of the budget that was used."""
        return self.taken_bytes / (self.plan.budget_mib * MIB)


def draw(rng: random.Random, *, deaf: bool) -> Plan:
    """Return a plan."""
    rate_mbit = rng.uniform(5.0, 30.0)
    return Plan(
        rate_bps=round(rate_mbit * 1e6),
        delay_ms=round(rng.uniform(5.0, 60.0), 1),
        budget_mib=max(4, round(rate_mbit / 8 * rng.uniform(3.0, 6.0))),
        kills=rng.randint(3, 5),
        deaf=deaf,
    )


def run_trial(plan: Plan, folder: Path, rng: random.Random) -> Trial:
    """Run box, kill it at drawn moments, let it end its budget, and read the counter."""
    link = clean_link("a", rate_bps=plan.rate_bps, delay_ms=plan.delay_ms)
    kinds = '["tcp-down", "tcp-up"]' if plan.deaf else '["rtt", "tcp-down", "tcp-up"]'
    schedule = SCHEDULE.format(test_mib=max(2, plan.budget_mib // 4), kinds=kinds)
    trial = Trial(plan)
    with BoxBench(
        folder=folder, links=[link], schedule=schedule, server="deaf" if plan.deaf else ""
    ) as bench:
        limits = f'gateway = "192.168.8.1"\nbudget_mib = {plan.budget_mib}\n'
        bench.config.write_text(bench.toml().replace('gateway = "192.168.8.1"\n', limits))
        before = _counter(bench)
        for _ in range(plan.kills):
            _one_life(bench, trial, rng)
        _last_life(bench, trial)
        trial.taken_bytes = _counter(bench) - before
    return trial


def _one_life(bench: BoxBench, trial: Trial, rng: random.Random) -> None:
    """Start the box, wait until its tests move bytes, and kill it a drawn time later."""
    box = bench.start("pantau", "run", "--config", str(bench.config))
    begun = _counter(bench)
    moved = _await(lambda: _counter(bench) - begun > 200_000, 20.0)
    if moved:
        time.sleep(rng.uniform(*LIFE_S))
    last = _counter(bench)
    time.sleep(0.02)
    trial.in_traffic += _counter(bench) > last
    trial.kills += 1
    _kill(box, group=rng.random() < 0.5)


def _last_life(bench: BoxBench, trial: Trial) -> None:
    """Let the box measure round by round until each kind of rate test is refused for want of budget."""
    for _ in range(ROUNDS):
        _, words = bench.pantau("once", "--receipt-s", "0.1")
        if words.count("budget.spent") >= RATE_KINDS:
            trial.said_spent = True
            return
    trial.words.append(words[-200:])


def _await(done: Callable[[], bool], deadline_s: float) -> bool:
    until_s = time.monotonic() + deadline_s
    while time.monotonic() < until_s:
        if done():
            return True
        time.sleep(0.02)
    return False


def _counter(bench: BoxBench) -> int:
    """Return bytes both ways at the emulator's end of the first line's cable."""
    assert bench.lab is not None
    words = ["ip", "-n", bench.lab.emulator_namespace, "-s", "-j", "link", "show", "dev", "c0"]
    (row,) = msgspec.json.decode(namespaces.run(words))
    return int(row["stats64"]["rx"]["bytes"]) + int(row["stats64"]["tx"]["bytes"])


def _kill(process: "subprocess.Popen[str]", *, group: bool) -> None:
    if group:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate(timeout=20)
