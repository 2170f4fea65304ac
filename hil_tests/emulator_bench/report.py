"""The self-test's report: a table for people, one JSON object for programs."""

import json
from collections.abc import Mapping, Sequence
from math import isfinite

import msgspec
from rich.console import Console
from rich.table import Table

from hil_tests.emulator_bench.goals import Goal
from hil_tests.emulator_bench.suite import Part

SECOND_OPINIONS = {
    "rate": "the kernel's tbf, here in part tbf",
    "delay and loss": "the kernel's netem inside the USB lab: make usb-lab",
}


def show(parts: Sequence[Part], console: Console) -> None:
    """Print one row a goal, and where the figures were got."""
    table = Table("part", "what", "worst", "at most", "", "detail")
    for part in parts:
        for goal in part.goals:
            verdict = "[green]holds[/]" if goal.holds else "[red]FAILS[/]"
            table.add_row(part.name, goal.name, f"{goal.worst:.4g}", f"{goal.limit:g}", verdict, goal.detail)
    console.print(table)
    for part in parts:
        console.print(words(part), soft_wrap=True, highlight=False)


def words(part: Part) -> str:
    """Return machine, the emulator's own lateness and the runs thrown away, one line."""
    told = [f"{part.name}: {part.packets} packets"]
    if part.machine:
        told.append(part.machine.words())
    if part.late:
        told.append(f"late by its own log: p99 {part.late.late_p99_ms:g}, max {part.late.late_max_ms:g} ms")
    told += [f"invalid run: {reason}" for reason in part.invalid]
    return "; ".join(told)


def as_json(parts: Sequence[Part], head: Mapping[str, object]) -> str:
    """Return the report: `head`, then `holds`, then every part with its goals."""
    body = {
        **head,
        "holds": all(goal.holds for part in parts for goal in part.goals),
        "second_opinions": SECOND_OPINIONS,
        "parts": [part_json(part) for part in parts],
    }
    return json.dumps(body, indent=1, allow_nan=False)


def part_json(part: Part) -> dict[str, object]:
    """Return one part as the report has it."""
    return {
        "name": part.name,
        "packets": part.packets,
        "machine": msgspec.to_builtins(part.machine),
        "emulator_late": msgspec.to_builtins(part.late),
        "invalid_runs": list(part.invalid),
        "goals": [goal_json(goal) for goal in part.goals],
        "facts": dict(part.facts),
    }


def goal_json(goal: Goal) -> dict[str, object]:
    """Return one goal as the report has it; a figure that is not a number is null."""
    return {
        "name": goal.name,
        "figures": [figure if isfinite(figure) else None for figure in goal.figures],
        "limit": goal.limit,
        "holds": goal.holds,
        "detail": goal.detail,
    }
