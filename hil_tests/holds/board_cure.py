"""A modem that only its power cures, on a box with a board: `python -m hil_tests.holds.board_cure --seed N`.

The box is the product, all of it; the board decides with its own logic (on CPython, behind a
pseudo-terminal), and the level of its switch is the modem's supply. Times are those of the modem's own log.
"""

import asyncio
import json
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random

from hil_tests.bench.box import FAST, BoxBench, clean_link, interrupt
from hil_tests.bench.hosted_board import HostedBoard
from hil_tests.bench.hosted_modem import HostedModem
from hil_tests.holds.report import figure, print_figures, seed_from_arguments

LIMIT_S, BOOT_S = 150.0, 15.0
SCHEDULE = FAST.replace("every_s = 0.2", "every_s = 5.0") + 'kinds = ["rtt"]\n'
ALL_ON = [1] * 5


class Site:
    """Line 0's modem, its supply switched by the board's switch *switch*."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.rng = Random(f"{seed} board")
        self.switch = self.rng.randrange(5)
        self.log = folder / "modem0.jsonl"
        words = ("--log", str(self.log))
        number = self.rng.randrange(10**6)
        self.modem = HostedModem(
            folder / "tty0", "quectel-ec25", number, cured_by="power", boot_s=BOOT_S, words=words
        )
        self.board = HostedBoard(folder / "uart", self.switched)
        self.levels: list[list[int]] = []
        self.readings_ns: list[int] = []
        self._acts: list[asyncio.Task[None]] = []

    def switched(self, word: dict[str, object]) -> None:
        """Let the modem follow its switch; what it logged so far is kept: it begins a new log."""
        levels = word.get("power")
        if not isinstance(levels, list):
            return
        before = self.levels[-1] if self.levels else ALL_ON
        self.levels.append(levels)
        if levels[self.switch] != before[self.switch]:
            self.collect()
            act = self.modem.on() if levels[self.switch] else self.modem.off()
            self._acts.append(asyncio.ensure_future(act))

    def collect(self) -> int:
        """Take the times of readings from the log; return how many there are."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        rows = [json.loads(line) for line in lines if line.endswith("}")]
        times = {row["t_ns"] for row in rows if row["command"].startswith("AT+Q") and row["reply"]}
        self.readings_ns = sorted({*self.readings_ns, *times})
        return len(self.readings_ns)

    async def stop(self) -> None:
        """End modem and board."""
        await asyncio.gather(*self._acts)
        await self.modem.stop()
        await self.board.stop()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until *condition* holds, at most LIMIT_S. Raises: TimeoutError."""
    async with asyncio.timeout(LIMIT_S):
        while not condition():
            await asyncio.sleep(0.1)


async def play(bench: BoxBench, site: Site) -> str:
    """Let the modem hang while the box runs; return what the box said."""
    await site.modem.start(hang_after_s=10 + 4 * site.rng.random())
    await site.board.start()
    switches = [""] * 5
    switches[site.switch] = "1-1.1"
    board = f'[board]\nport = "{site.board.uart}"\nswitches = {json.dumps(switches)}\n'
    bench.config.write_text(bench.toml() + board, encoding="utf-8")
    box = bench.start("pantau", "run", "--config", str(bench.config))
    try:
        await until(lambda: len(site.levels) >= 3)
        before = site.collect()
        await until(lambda: site.collect() >= before + 5)
    finally:
        interrupt(box)
        said, _ = await asyncio.to_thread(lambda: box.communicate(timeout=20))
        await site.stop()
    return said


def judge(site: Site, records: list[dict[str, object]]) -> dict[str, object]:
    """Return the figures."""
    off = [*ALL_ON]
    off[site.switch] = 0
    events = [
        values.get("event") for values in (record["values"] for record in records) if isinstance(values, dict)
    ]
    told = [str(name) for name in events if str(name).startswith("power.")]
    wrong = [f"levels {site.levels}"] if site.levels != [ALL_ON, off, ALL_ON] else []
    wrong += [f"events {told}"] if told != ["power.off", "power.on"] else []
    gap_s = max(((b - a) / 1e9 for a, b in pairwise(site.readings_ns)), default=999.0)
    return {
        "wrong": figure(len(wrong), n=1, invalid=0, detail="; ".join(wrong) or f"switch {site.switch} alone"),
        "usable": figure(
            round(gap_s, 1),
            n=1,
            invalid=0,
            detail=f"s, from the last reading before the hang to the next, {BOOT_S:g} s of it boot; all "
            "rungs before are tried first",
        ),
    }


def measure(folder: Path, seed: int) -> dict[str, object]:
    """Run it once."""
    site = Site(folder, seed)
    lab_id = f"q{secrets.token_hex(3)}"
    with BoxBench(
        folder=folder, links=[clean_link("a")], faults=["absent"], schedule=SCHEDULE, lab_id=lab_id
    ) as bench:
        begun_s = time.monotonic()
        said = asyncio.run(play(bench, site))
        records = [json.loads(raw) for raw in bench.outbox()]
    print(said, f"took {time.monotonic() - begun_s:.0f} s", file=sys.stderr)
    return judge(site, records)


def main() -> int:
    """Measure; the last line is the figures."""
    seed = seed_from_arguments("Cures a hung modem through the probe board's switch.")
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        print_figures(measure(Path(folder), seed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
