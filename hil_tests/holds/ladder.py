"""Modems that only one rung of the reset ladder cures: `python -m hil_tests.holds.ladder --seed N`.

One more is gone from the bus with its port, and only its power brings it back: the rungs before are skipped.
One process drives them all, beside four healthy lines that are sampled at 1 Hz. For each: the rungs taken,
how long until the hang was noticed (from the last reading before it: an upper bound), and until the first
reading after it. A simulated modem takes 15 s to boot. One more is unplugged and plugged in again.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random

from hil_tests.bench.hosted_modem import HostedModem, stop_all
from hil_tests.bench.pulse import stalls
from hil_tests.holds.report import figure, print_figures, seed_from_arguments
from modem_drivers.modem import Modem
from modem_drivers.ports.power import Means, PathPlace
from modem_drivers.procedures.keeper import Happened, Keeper

CURES = ("sync", "cfun", "reboot", "rebind", "power", "none")
RUNGS: dict[str, tuple[str, ...]] = (
    {  # taken, up to the one that cures
        cure: CURES[: CURES.index(cure) + 1] for cure in CURES[:-1]
    }
    | {"none": (*CURES[:-1], "give up")}
)
GONE = "gone"
RUNGS[GONE] = ("power",)
PERSONALITIES = ("quectel-ec25", "simcom-sim7600", "quectel-rm520n", "huawei-e3372s", "telit-le910")
LINES, EVERY_S, LIMIT_S = 4, 1.0, 200.0
UNPLUGGED_S = 6.0


@dataclass
class Watched:
    """One modem under a keeper, and what was seen of it; times are of the loop's clock."""

    name: str
    modem: HostedModem
    readings_s: list[float] = field(default_factory=list)
    happened: list[tuple[float, Happened]] = field(default_factory=list)

    async def use(self, modem: Modem) -> None:
        """Sample for ever."""
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while True:
            await modem.signal()
            self.readings_s.append(loop.time())
            due_s = max(due_s + EVERY_S, loop.time())
            await asyncio.sleep(due_s - loop.time())

    async def keep(self) -> None:
        """Keep it for ever."""
        loop = asyncio.get_running_loop()
        means = Means(PathPlace(str(self.modem.link)), power=self.modem, usb=self.modem)
        keeper = Keeper(
            means, clock=time.time_ns, on_event=lambda event: self.happened.append((loop.time(), event))
        )
        await keeper.run(self.use)

    @property
    def noticed_s(self) -> float | None:
        """When its trouble was told: the hang, or that the port is lost."""
        return next((at_s for at_s, event in self.happened if event.what in {"hung", "lost"}), None)

    def first(self, what: str) -> float | None:
        """Return when *what* happened first."""
        return next((at_s for at_s, event in self.happened if event.what == what), None)

    @property
    def taken(self) -> tuple[str, ...]:
        """The rungs, in order; the last may be "give up"."""
        wanted = {"step", "given up"}
        steps = [event.step.value for _, event in self.happened if event.what in wanted and event.step]
        return tuple(steps[: steps.index("give up") + 1] if "give up" in steps else steps)

    @property
    def last_before_s(self) -> float | None:
        """The last reading before the hang was noticed."""
        told_s = self.noticed_s
        return None if told_s is None else max((t for t in self.readings_s if t < told_s), default=None)

    @property
    def first_after_s(self) -> float | None:
        """The first reading after the hang was noticed."""
        told_s = self.noticed_s
        return None if told_s is None else min((t for t in self.readings_s if t > told_s), default=None)

    @property
    def done(self) -> bool:
        """Whether nothing more is awaited of it."""
        return self.first_after_s is not None or self.first("given up") is not None


def gaps(readings_s: Sequence[float], stalls: Sequence[tuple[float, float]]) -> tuple[list[float], int]:
    """Return the times between neighbours, and how many more fell into a stall of the whole machine."""
    pairs = list(pairwise(readings_s))
    kept = [
        after - before
        for before, after in pairs
        if not any(start < after and end > before for start, end in stalls)
    ]
    return kept, len(pairs) - len(kept)


async def replug(watched: Watched) -> float:
    """Unplug and plug in again; return the seconds from there to the first reading."""
    loop = asyncio.get_running_loop()
    await until(lambda: len(watched.readings_s) >= 3)
    await watched.modem.stop()
    await asyncio.sleep(UNPLUGGED_S)
    plugged_s, before = loop.time(), len(watched.readings_s)
    await watched.modem.start()
    await until(lambda: len(watched.readings_s) > before)
    return watched.readings_s[before] - plugged_s


async def until(condition: Callable[[], bool]) -> None:
    """Wait until *condition* holds, at most LIMIT_S. Raises: TimeoutError."""
    async with asyncio.timeout(LIMIT_S):
        while not condition():
            await asyncio.sleep(0.2)


@dataclass(frozen=True)
class Outcome:
    """What the run gave."""

    cases: tuple[Watched, ...]
    lines: tuple[Watched, ...]
    replug_s: float
    stalls: tuple[tuple[float, float], ...]


def draw(folder: Path, seed: int) -> tuple[list[Watched], list[Watched], Watched]:
    """Return the hung ones, the healthy ones, and the one to be unplugged."""
    rng = Random(f"{seed} ladder")

    def one(name: str, cured_by: str = "", *, mute: bool = False) -> Watched:
        personality, number = rng.choice(PERSONALITIES), rng.randrange(10**6)
        modem = HostedModem(folder / name, personality, number, cured_by=cured_by, mute=mute)
        return Watched(f"{name} ({personality}{', mute' if mute else ''})", modem)

    cases = [
        one(f"hung-{cure}", cure, mute=cure in {"cfun", "reboot"} and rng.random() < 0.5) for cure in CURES
    ]
    cases.append(one(GONE))
    return cases, [one(f"line-{number}") for number in range(LINES)], one("unplugged")


async def measure(folder: Path, seed: int) -> tuple[tuple[Watched, ...], tuple[Watched, ...], float]:
    """Run every case at the same time."""
    cases, lines, unplugged = draw(folder, seed)
    everyone = [*cases, *lines, unplugged]
    rng = Random(f"{seed} moments")
    try:
        for one in everyone:
            hang_after_s = 20.0 + 4 * rng.random() if one.modem.cured_by else None
            await one.modem.start(hang_after_s=hang_after_s)
        async with asyncio.TaskGroup() as group:
            keeping = [group.create_task(one.keep()) for one in everyone]
            await until(lambda: len(cases[-1].readings_s) >= 3)
            await cases[-1].modem.stop()
            replug_s = await replug(unplugged)
            await until(lambda: all(case.done for case in cases))
            for task in keeping:
                task.cancel()
    finally:
        await stop_all([one.modem for one in everyone])
    return tuple(cases), tuple(lines), replug_s


def judge(outcome: Outcome) -> dict[str, object]:
    """Return the figures."""
    wrong: list[str] = []
    noticed, usable = [], []
    told = {}
    for cure, case in zip((*CURES, GONE), outcome.cases, strict=True):
        if case.taken != RUNGS[cure]:
            wrong.append(f"{case.name}: took {', '.join(case.taken)}, not {', '.join(RUNGS[cure])}")
        hung_s, last_s, after_s = case.noticed_s, case.last_before_s, case.first_after_s
        if hung_s is None or last_s is None or (after_s is None) is (cure != "none"):
            wrong.append(f"{case.name}: not seen to hang, or to come back as it should")
            continue
        noticed.append(round(hung_s - last_s, 1))
        ended_s = case.first("given up") if after_s is None else after_s
        span_s = round((ended_s or 0.0) - last_s, 1)
        if cure != "none":
            usable.append(span_s)
        told[case.name] = {"taken": case.taken, "noticed_s": noticed[-1], "ended_s": span_s}
    print(json.dumps(told, indent=1), file=sys.stderr)
    found = [gaps(line.readings_s, outcome.stalls) for line in outcome.lines]
    healthy, stalled = [gap for kept, _ in found for gap in kept], sum(count for _, count in found)
    n, words = len(outcome.cases), "; ".join(wrong) or json.dumps(told)
    return {
        "wrong": figure(len(wrong), n=n, invalid=0, detail=words),
        "noticed": figure(noticed, n=n, invalid=0, detail="s, from the last reading before the hang"),
        "usable": figure(usable, n=len(usable), invalid=0, detail="s, from there to the next reading"),
        "replug": figure(
            round(outcome.replug_s, 2), n=1, invalid=0, detail="s, from plugging in to a reading"
        ),
        "gap": figure(
            round(max(healthy, default=999.0), 3),
            n=len(healthy),
            invalid=stalled,
            detail=f"s, the longest between two samples of {LINES} lines at 1 Hz; invalid: those in which a "
            "process that only waits was late by more than 0.2 s too",
        ),
    }


def main() -> int:
    """Measure; the last line is the figures."""
    seed = seed_from_arguments("Drives modems that hang until one rung of the reset ladder.")
    with tempfile.TemporaryDirectory(prefix="ladder-") as folder:
        with stalls() as found:
            measured = asyncio.run(measure(Path(folder), seed))
        print_figures(judge(Outcome(*measured, tuple(found))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
