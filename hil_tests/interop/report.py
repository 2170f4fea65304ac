"""The table on the terminal and its JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from hil_tests.interop.rows import Result, Verdict


def line(result: Result) -> str:
    """Return one line of the table."""
    who = f"{result.program} {result.version}"
    modem = f"{result.personality} {result.scenario}"
    head = f"{result.verdict:5} {who:26} {modem:32} {result.what:32}"
    return f"{head} | {result.command} | wanted: {result.wanted} | printed: {result.printed}"


def failed(results: Sequence[Result]) -> int:
    """Return how many rows are not as wanted."""
    return sum(result.verdict is Verdict.FAIL for result in results)


def summary(results: Sequence[Result], seed: int, seconds: float) -> str:
    """Return the last line: how many rows, programs and failures."""
    limits = sum(result.verdict is Verdict.LIMIT for result in results)
    programs = {result.program for result in results}
    return (
        f"interop: {len(results)} rows of {len(programs)} programs, {failed(results)} FAIL, {limits} known "
        f"limits; seed {seed}, {seconds:.0f} s"
    )


def write_json(results: Sequence[Result], seed: int, seconds: float, path: Path) -> None:
    """Write the table to *path*."""
    rows = [asdict(result) for result in results]
    told = {
        "simulated": True,
        "seed": seed,
        "seconds": round(seconds, 1),
        "failed": failed(results),
        "rows": rows,
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
