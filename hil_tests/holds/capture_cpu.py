"""Our capture beside tcpdump and scapy on the same packets: `python -m hil_tests.holds.capture_cpu --seed N`.

Frames of 66 and 1400 bytes mixed; ours and `tcpdump -s 96 -B 16384 -w` (tmpfs both) listen to the same
interface at the same time. Ours is counted as the whole tree of worker and child from the order to the closed
file; the compiler ran before. scapy's sniffer listens beside ours to the same 20,000 packets a second.
"""

import os
import platform
import random
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.capture.machine_code import prepare, usual_folder
from hil_tests.capture_bench import trial
from hil_tests.capture_bench.place import place
from hil_tests.capture_bench.source import Order
from hil_tests.capture_bench.trial import Trial
from hil_tests.holds.report import figure, print_figures, seed_from_arguments

TMPFS = Path("/dev/shm")
REACHED = 0.98  # a source that was starved by other work sent less: that trial says nothing


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of trial: how many interfaces, packets a second on each, seconds, trials, whom beside ours."""

    name: str
    interfaces: int
    pps: int
    seconds: float
    trials: int
    peer: str


KINDS = (
    Kind("100k", 1, 100_000, 5, 5, "tcpdump"),
    Kind("20k", 1, 20_000, 10, 5, "tcpdump"),
    Kind("five", 5, 20_000, 4, 2, "tcpdump"),
    Kind("scapy", 1, 20_000, 6, 3, "scapy"),
)


@dataclass(frozen=True, slots=True)
class Round:
    """A trial, and by how many packets tshark's count of our files differs from what was sent."""

    trial: Trial
    wrong: int


def tshark_count(path: Path) -> int:
    """Return how many packets tshark finds in *path*."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-e", "frame.number"]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    return len(told.stdout.split())


def play(kind: Kind, seed: int) -> Round:
    """Run one trial of *kind*."""
    with place(kind.interfaces) as here, tempfile.TemporaryDirectory(dir=TMPFS) as folder:
        order = Order(here.addresses, kind.pps, kind.seconds, seed)
        done = trial.run(here, Path(folder), order, [kind.peer])
        found = [tshark_count(Path(folder) / f"{name}.pcapng") for name in here.interfaces]
    return Round(done, sum(abs(a - b) for a, b in zip(found, done.sent.packets, strict=True)))


def reached(kind: Kind, one: Round) -> bool:
    """Return whether the source kept the pace of *kind*."""
    return min(one.trial.sent.packets) >= REACHED * kind.pps * kind.seconds


def say(kind: Kind, one: Round) -> None:
    """Print what came out of one trial."""
    done = one.trial
    peer = f"tcpdump {done.tcpdump_us:.3f} us" if done.tcpdump else f"scapy {scapy_us(done):.0f} us"
    whole_us = 1e6 * sum(ours.whole_s for ours in done.ours) / sum(ours.packets for ours in done.ours)
    drops = [sum(side.drops for side in sides) for sides in (done.ours, done.tcpdump)]
    print(
        f"{kind.name}: sent {sum(done.sent.packets)}, ours {done.ours_us:.3f} us a packet "
        f"({whole_us:.3f} with the start of Python), {peer}; drops {drops[0]}, tcpdump's {drops[1]}; "
        f"tshark's count off by {one.wrong}",
        flush=True,
    )


def scapy_us(done: Trial) -> float:
    """Return the CPU microseconds of scapy per packet that it captured."""
    return 1e6 * sum(one.cpu_s for one in done.scapy) / sum(one.packets for one in done.scapy)


def machine() -> str:
    """Return what the figures were seen on."""
    names = [line.partition(":")[2].strip() for line in _cpu_lines() if line.startswith("model name")]
    return f"{os.cpu_count()} x {names[0] if names else platform.machine()}, Linux {platform.release()}"


def _cpu_lines() -> list[str]:
    return Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()


def figures(rounds: dict[str, list[Round]], spoilt: dict[str, int]) -> dict[str, object]:
    """Return what `make holds` reads."""
    all_rounds = [one for many in rounds.values() for one in many]
    drops = [ours.drops for one in all_rounds for ours in one.trial.ours]
    told: dict[str, object] = {}
    for name in ("100k", "20k", "five"):
        ratios = [one.trial.ours_us / one.trial.tcpdump_us for one in rounds[name]]
        told[f"ratio_{name}"] = _figure(ratios, spoilt[name])
    scapy = [scapy_us(one.trial) / one.trial.ours_us for one in rounds["scapy"]]
    told["scapy"] = _figure(scapy, spoilt["scapy"])
    told["drops"] = figure(drops, n=len(drops), invalid=sum(spoilt.values()), detail=machine())
    wrong = [one.wrong for one in all_rounds]
    told["counts"] = figure(
        wrong, n=len(wrong), invalid=sum(spoilt.values()), detail="tshark -r of our files"
    )
    return told


def _figure(numbers: Sequence[float], spoilt: int) -> dict[str, object]:
    spread = f"{min(numbers):.2f} to {max(numbers):.2f}, median {statistics.median(numbers):.2f}; {machine()}"
    return figure(numbers, n=len(numbers), invalid=spoilt, detail=spread)


def main() -> None:
    """Run every kind; the last line has the figures."""
    rng = random.Random(seed_from_arguments("Capture beside tcpdump and scapy on the same packets."))
    if why := prepare(usual_folder()):
        raise SystemExit(why)
    rounds: dict[str, list[Round]] = {}
    spoilt: dict[str, int] = {}
    for kind in KINDS:
        played = [play(kind, rng.randrange(2**31)) for _ in range(kind.trials)]
        for one in played:
            say(kind, one)
        rounds[kind.name] = [one for one in played if reached(kind, one)]
        spoilt[kind.name] = kind.trials - len(rounds[kind.name])
    print_figures(figures(rounds, spoilt))


if __name__ == "__main__":
    main()
