"""`python -m hil_tests.fuzz [--seed N] [--seconds S] [--plant 1..3] [--json FILE]`.

Exit status 0: nothing found and every goal kept; 1: a find, or a goal missed. With --plant, 0 means found.
"""

import argparse
import gc
import importlib
import json
import os
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec

from hil_tests.fuzz.coverage import lines_of
from hil_tests.fuzz.decoders import DECODERS
from hil_tests.fuzz.plants import PLANTS
from hil_tests.fuzz.work import Tally, run_share

ACCEPTED_SHARE = (0.05, 0.95)
REACHED_SHARE = 0.90


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    line = argparse.ArgumentParser(prog="python -m hil_tests.fuzz", description=__doc__)
    line.add_argument("--seed", type=int, help="repeats a run [drawn and printed]")
    line.add_argument("--seconds", type=float, default=240.0, help="how long, on all cores [%(default)g]")
    line.add_argument("--plant", type=int, choices=sorted(PLANTS), help="plant this bug: it must be found")
    line.add_argument("--rate-goal", type=float, default=0.0, help="complain below so many inputs a second")
    line.add_argument("--json", type=Path, help="also write the figures there")
    return line


def _start(plant: int | None) -> None:
    """Prepare a process of the pool: what is there already is no work for the garbage collector."""
    gc.collect()
    gc.freeze()
    if plant is not None:
        PLANTS[plant]()


def run(seed: int, seconds: float, plant: int | None) -> list[dict[str, Tally]]:
    """Return the tallies of one process a core."""
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores, initializer=_start, initargs=(plant,)) as pool:
        shares = [pool.submit(run_share, f"{seed} {n}", seconds, trace=n == 0) for n in range(cores)]
        waited_s = 0
        while not all(share.done() for share in shares):
            time.sleep(1)
            waited_s += 1
            if waited_s % 10 == 0:
                print(f"fuzz: {waited_s} of {seconds:g} s", file=sys.stderr, flush=True)
        return [share.result() for share in shares]


def add_up(shares: Sequence[Mapping[str, Tally]]) -> dict[str, Tally]:
    """Return the sums by decoder."""
    whole: dict[str, Tally] = {}
    for share in shares:
        for name, tally in share.items():
            total = whole.setdefault(name, Tally(reasons={}, reached={}, finds=[]))
            total.inputs += tally.inputs
            total.accepted += tally.accepted
            total.cpu_s += tally.cpu_s
            total.slowest_s = max(total.slowest_s, tally.slowest_s)
            total.finds += tally.finds
            total.reached |= tally.reached
            for reason, count in tally.reasons.items():
                total.reasons[reason] = total.reasons.get(reason, 0) + count
    return whole


def reached_of(tallies: Mapping[str, Tally]) -> tuple[int, int, list[str]]:
    """Return (lines reached, lines there are, "module:line" of those that were not), of all decoders."""
    seen: dict[str, set[int]] = {}
    for tally in tallies.values():
        for name, lines in tally.reached.items():
            seen.setdefault(name, set()).update(lines)
    wanted = {name: lines_of(importlib.import_module(name)) for name in seen}
    left = [f"{name}:{line}" for name, lines in wanted.items() for line in sorted(lines - seen[name])]
    there = sum(len(lines) for lines in wanted.values())
    return there - len(left), there, left


def complaints(tallies: Mapping[str, Tally], seconds: float, rate_goal: float) -> list[str]:
    """Return every goal that was missed, and every find."""
    said: list[str] = []
    for name, tally in tallies.items():
        said += [f"{name}: {find.error}; input {find.data_hex}" for find in tally.finds]
        share = tally.accepted / max(1, tally.inputs)
        if not ACCEPTED_SHARE[0] <= share <= ACCEPTED_SHARE[1]:
            said.append(f"{name}: {share:.1%} accepted, wanted 5 % to 95 %")
    reached, there, left = reached_of(tallies)
    if reached < REACHED_SHARE * there:
        said.append(f"{reached} of {there} lines reached; not {', '.join(left)}")
    rate = sum(tally.inputs for tally in tallies.values()) / seconds
    if rate < rate_goal:
        said.append(f"{rate:,.0f} inputs/s, wanted {rate_goal:,.0f}")
    return said


def show(tallies: Mapping[str, Tally], seconds: float) -> None:
    """Print a line a decoder."""
    print(f"{'decoder':<12}{'inputs':>11}{'accepted':>10}{'slowest':>11}  refused because of")
    for name, tally in tallies.items():
        reasons = sorted(tally.reasons.items(), key=lambda item: -item[1])
        words = ", ".join(f"{reason} {count}" for reason, count in reasons[:6])
        share = tally.accepted / max(1, tally.inputs)
        print(f"{name:<12}{tally.inputs:>11,}{share:>10.1%}{tally.slowest_s * 1e3:>8.1f} ms  {words}")
    total = sum(tally.inputs for tally in tallies.values())
    reached, there, _ = reached_of(tallies)
    print(f"fuzz: {reached} of {there} lines of the decoders reached by these inputs alone")
    print(f"fuzz: {total:,} inputs in {seconds:g} s: {total / seconds:,.0f} a second")


def main(words: Sequence[str] | None = None) -> int:
    """Run; see the module for the exit status."""
    arguments = parser().parse_args(words)
    seed = arguments.seed if arguments.seed is not None else secrets.randbelow(10**6)
    print(f"fuzz: seed {seed}, decoders {', '.join(d.name for d in DECODERS)}", flush=True)
    tallies = add_up(run(seed, arguments.seconds, arguments.plant))
    show(tallies, arguments.seconds)
    if arguments.plant is not None:
        finds = [find for tally in tallies.values() for find in tally.finds]
        print(f"fuzz: planted bug {arguments.plant}: " + (finds[0].error if finds else "NOT FOUND"))
        return 0 if finds else 1
    said = complaints(tallies, arguments.seconds, arguments.rate_goal)
    for line in said:
        print(f"fuzz: {line}")
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(msgspec.to_builtins(tallies)) + "\n", encoding="utf-8")
    print("fuzz: nothing found" if not said else f"fuzz: {len(said)} complaints")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
