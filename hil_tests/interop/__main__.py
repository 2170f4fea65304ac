"""Command line: `python -m hil_tests.interop [--seed N] [--only PROGRAM]` (docs/interop.md)."""

import argparse
import asyncio
import random
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from hil_tests.interop.circumstances import CIRCUMSTANCES, fits
from hil_tests.interop.hilink import HUAWEI_LTE_API, STICK
from hil_tests.interop.judge import results_of
from hil_tests.interop.modem_manager import MODEM_MANAGER
from hil_tests.interop.place import ROOT, Foreign
from hil_tests.interop.report import failed, line, summary, write_json
from hil_tests.interop.rows import Result
from hil_tests.interop.serial_clients import SERIAL_CLIENTS
from hil_tests.sims.at_modem.registry import DEFAULT, MODELS

FOREIGN = (MODEM_MANAGER, *SERIAL_CLIENTS, HUAWEI_LTE_API, *CIRCUMSTANCES)  # the longest first
EVERYWHERE = ("gammu", "ModemManager")
AT_ONCE = 8
INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    words = argparse.ArgumentParser(prog="python -m hil_tests.interop", description=__doc__)
    names = sorted({foreign.name for foreign in FOREIGN})
    words.add_argument("--seed", type=int, help="from which everything is drawn; drawn itself if not given")
    words.add_argument("--only", action="append", choices=names, help="this program; several allowed")
    words.add_argument(
        "--personality", action="append", choices=[*sorted(MODELS), STICK], help="several allowed"
    )
    words.add_argument(
        "--fault", action="append", default=[], help="of the simulated modem: must end in FAIL"
    )
    words.add_argument("--json", type=Path, default=ROOT / "build/interop.json", help="the table as JSON")
    return words


def is_everywhere(foreign: Foreign) -> bool:
    """Return whether *foreign* runs at every personality."""
    return foreign.name in EVERYWHERE and not foreign.scenario


def wanted_runs(only: Sequence[str] | None, personalities: Sequence[str] | None) -> list[tuple[Foreign, str]]:
    """Return (program, personality) of each session: each at its usual modem, EVERYWHERE at all."""
    chosen = [foreign for foreign in FOREIGN if only is None or foreign.name in only]
    runs = [(foreign, foreign.only_at) for foreign in chosen if foreign.only_at]
    at_any = [foreign for foreign in chosen if not foreign.only_at]
    runs += [
        (foreign, personality)
        for personality in sorted(MODELS)
        for foreign in at_any
        if fits(foreign, personality)
    ]
    if personalities is None:
        usual = (DEFAULT, STICK)
        return [(foreign, name) for foreign, name in runs if name in usual or is_everywhere(foreign)]
    return [(foreign, name) for foreign, name in runs if name in personalities]


async def judge(runs: Sequence[tuple[Foreign, str]], seed: int, faults: Sequence[str]) -> list[Result]:
    """Return the rows of all *runs*, AT_ONCE of them at a time, each printed once its run is over."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(foreign: Foreign, personality: str) -> list[Result]:
        async with gate:
            results = await results_of(foreign, personality, seed, faults)
        print("\n".join(line(result) for result in results), flush=True)
        return results

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(*run)) for run in runs]
    return [result for task in tasks for result in task.result()]


async def until_told(runs: Sequence[tuple[Foreign, str]], seed: int, faults: Sequence[str]) -> list[Result]:
    """Judge; SIGTERM cancels, as Ctrl-C does, so that nothing is left running."""
    task = asyncio.ensure_future(judge(runs, seed, faults))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def main(words: Sequence[str] | None = None) -> int:
    """Print the table; 0 if no row failed, 1 if some did, 130 after Ctrl-C or SIGTERM."""
    options = parser().parse_args(words)
    seed = random.SystemRandom().randrange(1 << 31) if options.seed is None else options.seed
    print(f"interop: seed {seed}; every modem is simulated", flush=True)
    begun_s, runs = time.monotonic(), wanted_runs(options.only, options.personality)
    try:
        results = asyncio.run(until_told(runs, seed, options.fault))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("interop: interrupted; nothing is judged", file=sys.stderr)
        return INTERRUPTED
    seconds = time.monotonic() - begun_s
    write_json(results, seed, seconds, options.json)
    print(summary(results, seed, seconds))
    return 1 if failed(results) else 0


if __name__ == "__main__":
    sys.exit(main())
