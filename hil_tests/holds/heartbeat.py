"""What a heartbeat costs and how soon a dead line is known: `python -m hil_tests.holds.heartbeat --seed N`.

Six lines, real programs at their real pace: two are counted (IPv4, IPv6), four are cut at seeded moments.
"""

import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from hil_tests.heart_bench import run
from hil_tests.heart_bench.run import Counters, Heart
from hil_tests.holds.report import figure, print_figures, seed_from_arguments
from hil_tests.sims.operator_net.lab import Lab

EVERY_S, FAST_S = 20.0, 10.0
WARM_S = 5.0
COUNTED_S = 100.0
KNOWN_WITHIN_S = 90.0
MB = 1e6


@dataclass(frozen=True, slots=True)
class Cut:
    """A line that was cut at_s after its heart began; known_s later its loss was told, None: it was not."""

    every_s: float
    at_s: float
    known_s: float | None


def count(lab: Lab, hearts: list[Heart]) -> list[tuple[float, Counters]]:
    """Return (seconds, what passed the interface meanwhile) of each heart's line, over whole pauses."""
    before = [(time.monotonic(), run.counters(lab, heart.number)) for heart in hearts]
    time.sleep(max(0.0, COUNTED_S))
    after = [(time.monotonic(), run.counters(lab, heart.number)) for heart in hearts]
    return [(t1 - t0, c1 - c0) for (t0, c0), (t1, c1) in zip(before, after, strict=True)]


def cut_lines(lab: Lab, hearts: list[Heart], every_s: list[float], rng: random.Random) -> list[Cut]:
    """Cut each line at a moment of its pause; return how soon each was known."""
    begun_s = time.monotonic()
    plan = sorted((rng.uniform(WARM_S, WARM_S + pause), n) for n, pause in enumerate(every_s))
    cut_ns: dict[int, int] = {}
    moments = {n: at_s for at_s, n in plan}
    for at_s, n in plan:
        time.sleep(max(0.0, begun_s + at_s - time.monotonic()))
        cut_ns[n] = run.cut(lab, hearts[n].number)
    cuts = []
    for n, heart in enumerate(hearts):
        told = run.await_told(heart, "line.lost", within_s=KNOWN_WITHIN_S)
        known_s = None if told is None else (told.t_ns - cut_ns[n]) / 1e9
        cuts.append(Cut(every_s[n], moments[n], known_s))
    return cuts


def megabytes_a_month(seconds: float, counted: Counters) -> float:
    """Return what a month of such seconds carries, 10^6 octets."""
    return counted.octets / seconds * run.SECONDS_A_MONTH / MB


def known_figure(cuts: list[Cut], every_s: float) -> dict[str, object]:
    """Return the longest time until a cut line was known lost; a line that never was counts as an hour."""
    mine = [cut for cut in cuts if cut.every_s == every_s]
    times = [3600.0 if cut.known_s is None else round(cut.known_s, 2) for cut in mine]
    detail = "; ".join(f"cut at {cut.at_s:.1f} s: {known} s" for cut, known in zip(mine, times, strict=True))
    return figure(times, n=len(times), invalid=0, detail=detail)


def main() -> None:
    """Run both parts at once and print the figures."""
    rng = random.Random(f"{seed_from_arguments('Count heartbeats, and cut lines under them.')}/heart")
    delays_ms = [round(rng.uniform(10, 75), 2) for _ in range(6)]
    with (
        tempfile.TemporaryDirectory(prefix="heart-") as folder,
        run.lab_of(Path(folder), delays_ms, seed=1) as lab,
    ):
        key = run.write_key(Path(folder))
        run.start_servers(lab, key)
        counted = [run.start_heart(lab, n, key, every_s=EVERY_S, ipv6=n == 1) for n in (0, 1)]
        paces = [EVERY_S, EVERY_S, FAST_S, FAST_S]
        doomed = [run.start_heart(lab, n + 2, key, every_s=pace) for n, pace in enumerate(paces)]
        for heart in (*counted, *doomed):
            run.await_told(heart, "begun", within_s=30)
        time.sleep(WARM_S)
        for heart in counted:
            run.keep_neighbours(lab, heart.number)
        cuts = cut_lines(lab, doomed, paces, rng)
        print("lines cut and known lost; counting", file=sys.stderr)
        passed = count(lab, counted)
        well = [all(line.told == "begun" for line in heart.lines()) for heart in counted]
    month = [round(megabytes_a_month(*one), 2) for one in passed]
    frames = [f"{c.octets} octets, {c.frames} frames in {s:.1f} s" for s, c in passed]
    detail = f"IPv4: {frames[0]}; IPv6: {frames[1]}; everything on the interface but ARP and its kin"
    print_figures(
        {
            "mb_a_month": figure(month, n=len(month), invalid=0, detail=detail),
            "known_s": known_figure(cuts, EVERY_S),
            "known_fast_s": known_figure(cuts, FAST_S),
            "false_alarms": figure(well.count(False), n=len(well), invalid=0, detail="on lines nobody cut"),
        }
    )


if __name__ == "__main__":
    main()
