"""A site around the probe board's logic, judged by levels over time: `python -m hil_tests.probe_model`.

Faults come by themselves: silent or idle Pi, mains lost, resets, stalled tasks, bad images, torn writes.
The bounds here are literals of their own. Exit status 0: every bound kept and every transition visited.
"""

import argparse
import secrets
import sys
from collections import Counter
from collections.abc import Sequence
from random import Random

from probe.logic import modems, pi_watch, slots
from probe.logic.board import Board

Key = tuple[int, int]


class Visited:
    """A table of transitions that counts those taken."""

    def __init__(self, table: dict[Key, int]) -> None:
        self._table = table
        self.taken: Counter[Key] = Counter()

    def get(self, key: Key) -> int | None:
        """Return the next state."""
        if key in self._table:
            self.taken[key] += 1
        return self._table.get(key)

    def __len__(self) -> int:
        """Return how many transitions there are."""
        return len(self._table)


class Site:
    """Board, Pi and supply; `broken` counts the bounds that were not kept."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(f"probe {seed}")
        self.broken: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.now_ms = 0
        self.memory = bytearray(pi_watch.MEMORY_BYTES)
        self.copies = [b"\xff" * 12, b"\xff" * 12]
        self.bad_slot = -1
        self.bad_boots = 0
        self.cuts_ms: list[int] = []
        self.command_id = 0
        self.pi_until_ms = 0
        self.pi = "works"
        self.mains_until_ms = 0
        self.mains = 1
        self.battery_mv = 12_600.0
        self.stalled = -1
        self.boot()

    def boot(self) -> None:
        """Start the board: slots first, then everything from nothing but *memory*."""
        self.seen["boots"] += 1
        while not self._boot_slot():
            self.seen["boots cut or bad"] += 1
        self.board = Board(self.now_ms & 0x3FFFFFFF, self.memory)
        self.power_ms = self.mode_until_ms = 0
        self.stalled = -1
        self.fed_ms = self.proof_ms = self.mains_since_ms = self.started_ms = self.now_ms
        self.before = bytes(self.board.modems.levels)
        self.off_ms = [self.now_ms] * 5
        self.pi_power = 1
        if not all(self.before):
            self.broken["not all on after a reset"] += 1

    def _boot_slot(self) -> bool:
        record, spare = slots.newest(self.copies[0], self.copies[1])
        after = slots.at_boot(record)
        if after is not record and not self._write(spare, after):
            return False
        if after.active != self.bad_slot:
            self.bad_boots = 0
            return True
        self.bad_boots += 1
        if self.bad_boots > 3:
            self.broken["a bad image booted more than three times"] += 1
            self.bad_slot = -1
        return False

    def _write(self, spare: int, record: slots.SlotRecord) -> bool:
        octets = slots.encode_copy(record)
        cut = self.rng.randrange(12) if self.rng.random() < 0.3 else 12
        self.copies[spare] = octets[:cut] + b"\xff" * (12 - cut)
        return cut == 12

    def update(self) -> None:
        """Copy an image into the other slot: good, or bad; cut at times."""
        record, spare = slots.newest(self.copies[0], self.copies[1])
        self.seen["updates"] += 1
        old = record.active
        self.bad_slot = 1 - old if self.rng.random() < 0.5 else -1
        self.bad_boots = 0
        self._write(spare, slots.after_copying(record))
        self.boot()
        record, spare = slots.newest(self.copies[0], self.copies[1])
        if not record.confirmed:
            while not self._write(spare, slots.after_self_check(record)):
                self.seen["confirmations cut"] += 1
        if self.bad_slot >= 0 and record.active != old:
            self.broken["the bad image stayed"] += 1

    def change(self) -> None:
        """Let the surroundings change."""
        rng = self.rng
        if self.now_ms >= self.pi_until_ms:
            self.pi = rng.choice(("works", "works", "idle", "silent"))
            self.pi_until_ms = self.now_ms + rng.choice((30_000, 200_000, 450_000, 4_000_000))
        if self.now_ms >= self.mains_until_ms:
            self.mains = int(rng.random() < 0.6)
            self.mains_until_ms = self.now_ms + rng.randrange(1_000, 900_000)
            self.battery_mv = 12_600.0 if self.mains else rng.uniform(10_000, 12_600)
        draw = rng.random()
        if draw < 0.00002:
            self.update()
        elif draw < 0.00004:
            self.boot()
        elif draw < 0.0001:
            self.stalled = rng.randrange(4)
            self.stalled_ms = self.now_ms
        elif draw < 0.05:
            self.command()

    def command(self) -> None:
        """Say something to the board."""
        rng, self.command_id = self.rng, self.command_id + 1
        line, head = rng.randrange(5), (self.command_id, self.board.uptime_ms + rng.randrange(2_000))
        name = rng.choice(("power_off", "power_off", "power_on", "power_cycle"))
        name = "mode" if rng.random() < 0.01 else name
        if name == "mode":
            mode, lasts_s = rng.randrange(3), rng.randrange(1, 900)
            self.mode_until_ms = self.now_ms + lasts_s * 1000 * bool(mode)
            self.board.command(name, (*head, mode, lasts_s))
        elif name == "power_off":
            self.board.command(name, (*head, line, rng.randrange(1, 3600)))
        else:
            self.board.command(name, (*head, line))

    def step(self) -> None:
        """Let 50 to 450 ms pass and look at the levels."""
        self.now_ms += self.rng.randrange(50, 450)
        self.change()
        board = self.board
        lost = board.levels.mains and not self.mains
        if not board.levels.mains and self.mains:
            self.mains_since_ms = self.now_ms
        board.levels.mains, board.levels.battery_mv = self.mains, int(self.battery_mv)
        if self.pi != "silent" and self.rng.random() < 0.2:
            samples = 3 if self.pi == "works" else 0
            board.heartbeat(5_000, (0, 0, samples, 0, 0))
            self.proof_ms = self.now_ms if samples else self.proof_ms
        for task in range(4):
            if task != self.stalled:
                board.feeding.ticked(task)
        board.step(self.now_ms & 0x3FFFFFFF)
        if lost and board.tell != 1:
            self.broken["mains_lost was not told at once"] += 1
        self.judge()

    def judge(self) -> None:
        """Compare the levels with the bounds."""
        levels = self.board.modems.levels
        if not any(levels):
            self.broken["all modems off"] += 1
        for line in range(5):
            if levels[line] != self.before[line]:
                self._edge(line, levels[line])
        self.before = bytes(levels)
        self._judge_lease()
        self._judge_pi()
        self._judge_watchdog()

    def _edge(self, line: int, level: int) -> None:
        self.seen["edges"] += 1
        if not level:
            self.off_ms[line] = self.now_ms
            return
        if self.now_ms - self.started_ms < 500:
            self.broken["two modems within 500 ms"] += 1
        if self.now_ms - self.off_ms[line] < 3_000:
            self.broken["off for less than 3 s"] += 1
        self.started_ms = self.now_ms

    def _judge_lease(self) -> None:
        if all(self.before) or self.now_ms - self.mains_since_ms < 10_000 or not self.mains:
            return
        last_word_ms = max(self.proof_ms, self.mode_until_ms)
        if self.now_ms - last_word_ms > 75_000 and self.now_ms - max(self.off_ms) > 75_000:
            self.broken["off though the Pi is silent"] += 1

    def _judge_pi(self) -> None:
        power = self.board.pi.power
        if self.pi_power and not power:
            self.seen["cuts"] += 1
            self.cuts_ms = [cut for cut in self.cuts_ms if self.now_ms - cut < 86_400_000] + [self.now_ms]
            if len(self.cuts_ms) > 3:
                self.broken["more than 3 cuts in 24 h"] += 1
            if self.now_ms < self.mode_until_ms:
                self.broken["a cut in service or update"] += 1
        self.pi_power = power

    def _judge_watchdog(self) -> None:
        if self.board.feed:
            self.fed_ms = self.now_ms
        elif self.now_ms - self.fed_ms >= 2_000:  # the chip resets itself
            self.seen["watchdog resets"] += 1
            if self.stalled < 0:
                self.broken["the watchdog fired though all ticked"] += 1
            self.boot()
        if self.stalled >= 0 and self.now_ms - self.stalled_ms > 8_000:
            self.broken["a task stalls and no watchdog fires"] += 1
            self.stalled = -1


def visit() -> dict[str, Visited]:
    """Put counting tables in place of the logic's."""
    tables = {"modems": Visited(modems.TRANSITIONS), "pi": Visited(pi_watch.TRANSITIONS)}
    vars(modems)["TRANSITIONS"], vars(pi_watch)["TRANSITIONS"] = tables["modems"], tables["pi"]
    return tables


def run(seed: int, steps: int) -> Site:
    """Return the site after *steps*."""
    site = Site(seed)
    for _ in range(steps):
        site.step()
    return site


def main(words: Sequence[str] | None = None) -> int:
    """Run; see the module for the exit status."""
    line = argparse.ArgumentParser(prog="python -m hil_tests.probe_model", description=__doc__)
    line.add_argument("--seed", type=int, help="repeats a run [drawn and printed]")
    line.add_argument("--steps", type=int, default=1_000_000, help="[%(default)d]")
    arguments = line.parse_args(words)
    seed = arguments.seed if arguments.seed is not None else secrets.randbelow(10**6)
    print(f"probe: seed {seed}", flush=True)
    tables = visit()
    site = run(seed, arguments.steps)
    print(f"probe: {arguments.steps:,} steps, {site.now_ms / 3.6e6:.1f} h: {dict(site.seen)}")
    for name, table in tables.items():
        print(f"probe: {name}: {len(table.taken)} of {len(table)} transitions: {dict(table.taken)}")
    print(f"probe: bounds broken: {dict(site.broken)}")
    missed = any(len(table.taken) < len(table) for table in tables.values())
    return 1 if site.broken or missed else 0


if __name__ == "__main__":
    sys.exit(main())
