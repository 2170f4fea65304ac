"""`python -m hil_tests.emulator_bench`: every part, a table, and the report as JSON."""

import argparse
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from hil_tests.bench.errors import NoVerdict
from hil_tests.emulator_bench import report, suite
from hil_tests.emulator_bench.captures import CaptureError
from hil_tests.emulator_bench.goals import Goal
from hil_tests.emulator_bench.suite import Part
from hil_tests.sims.operator_net.children import ChildError
from hil_tests.sims.operator_net.namespaces import NetworkError

ROOT = Path(__file__).resolve().parents[2]
PARTS: dict[str, tuple[str, Callable[[int], Part]]] = {
    "load": ("five lines, 67,000 packets a second, tcpdump at both ends of each", suite.under_load),
    "full": ("five lines full both ways: their rates", suite.when_full),
    "shapes": ("twelve shapes at once, each seen from outside", suite.all_shapes),
    "tbf": ("the kernel's tbf before the same judge", suite.by_the_kernel),
}
DESCRIPTION = """Judge the link emulator from outside: tcpdump at both ends of every link, its captures
reconciled with the emulator's log packet by packet. Takes both cores for about a minute; needs root, or a
kernel that lets an ordinary user make namespaces (start it with make emulator-selftest)."""
LOG_WIDTH = 180
FAILED, COULD_NOT, INTERRUPTED = 1, 2, 130


@contextmanager
def step(words: str) -> Iterator[None]:
    """Show on standard error what is going on, and how long it took."""
    console, begun_s = Console(stderr=True), time.monotonic()
    console.print(f"{words} ...", soft_wrap=True, highlight=False)
    yield
    console.print(f"  {time.monotonic() - begun_s:.1f} s", highlight=False)


def run_part(name: str, seed: int) -> Part:
    """Return what part *name* found; without a verdict, a part that fails. Raises: NetworkError, ..."""
    words, judge = PARTS[name]
    with step(f"{name}: {words}"):
        try:
            return judge(seed)
        except NoVerdict as error:
            goal = Goal(name="a valid run", figures=(), limit=0, detail=str(error))
            return Part(name=name, goals=(goal,), packets=0, facts={})


def commit() -> str:
    """Return the commit of the checkout, "" where there is none."""
    command = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    return told.stdout.strip() if told.returncode == 0 else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status: 0 when all holds, 1 when not, 2 when it could not run, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m hil_tests.emulator_bench", description=DESCRIPTION)
    parser.add_argument("--seed", type=int, help="of everything that is drawn; one is drawn without it")
    parser.add_argument(
        "--part", action="append", choices=tuple(PARTS), help="one part only; may be repeated"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "build/emulator.json", help="the report as JSON")
    options = parser.parse_args(arguments)
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    os.environ["PATH"] = f"{ROOT}/build/apt/bin:{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    print(f"emulator-selftest: seed {seed}", flush=True)
    try:
        parts = [run_part(name, seed) for name in options.part or PARTS]
    except (NetworkError, ChildError, CaptureError, OSError) as error:
        print(f"emulator-selftest: {error}", file=sys.stderr)
        return COULD_NOT
    except KeyboardInterrupt:
        print("emulator-selftest: interrupted; everything it made is gone", file=sys.stderr)
        return INTERRUPTED
    head = {"v": 1, "seed": seed, "commit": commit(), "at": datetime.now(UTC).isoformat(timespec="seconds")}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(report.as_json(parts, head) + "\n", encoding="utf-8")
    report.show(parts, Console(width=None if sys.stdout.isatty() else LOG_WIDTH))
    print(f"report: {options.out}")
    return 0 if all(goal.holds for part in parts for goal in part.goals) else FAILED


if __name__ == "__main__":
    sys.exit(main())
