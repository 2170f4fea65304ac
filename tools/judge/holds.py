"""Measures afresh what must hold: `python -m tools.judge.holds --part NAME [--seed N]` (holds.toml).

Each entry names a command. Its last line of output is one JSON object
`{"result": number or list, "n": observations, "invalid": runs without a verdict, "detail": anything}`,
or, for entries with a `figure`, an object of such objects by figure; entries of one command share one run.
A missing or failing command, no observation, too few, or over 10 % invalid runs: not met.
"""

import argparse
import contextlib
import json
import os
import secrets
import shlex
import signal
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeGuard

import msgspec

from tools.judge.goal import FOLDS, Goal, parse_goal

INVALID_SHARE = 0.10
ROOT = Path(__file__).resolve().parents[2]


class Hold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of holds.toml: the words of a line that must hold, what measures it, and the goal."""

    part: str
    words: str
    command: str
    goal: str
    figure: str = ""
    n_at_least: int = 1
    limit_s: float = 1800.0


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an issue says must hold; a line that no entry quotes is not met."""

    name: str
    must_hold: list[str]


class Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """holds.toml."""

    part: list[Part]
    hold: list[Hold]


class Measured(msgspec.Struct, frozen=True):
    """What a command printed for one figure."""

    result: float | list[float]
    n: int
    invalid: int = 0
    detail: object = None


class Verdict(msgspec.Struct, frozen=True):
    """One line of the table."""

    words: str
    goal: str
    result: str
    n: int
    invalid: int
    met: bool
    why: str = ""


class MeasureError(Exception):
    """A command gave no measurement; the text says why."""


def read_book(path: Path) -> Book:
    """Return holds.toml at *path*; every goal in it parses. Raises msgspec.ValidationError, GoalError."""
    book = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Book)
    for hold in book.hold:
        parse_goal(hold.goal)
    return book


def run_command(command: str, limit_s: float) -> tuple[str, int]:
    """Run *command* in a process group of its own; return what it printed, and its exit status.

    Raises: MeasureError, if it does not start or outlasts *limit_s* (then its group is ended).
    """
    words = shlex.split(command)
    if words[0] == "python":
        words[0] = sys.executable
    try:
        child = subprocess.Popen(
            words,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
    except OSError as error:
        raise MeasureError(f"does not start: {error.strerror}") from error
    try:
        output, _ = child.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired as error:
        raise MeasureError(f"took longer than {limit_s:.0f} s") from error
    finally:
        end_group(child)
    return output, child.returncode


def end_group(child: "subprocess.Popen[str]") -> None:
    """End what is left of *child*'s process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Return whether *value* is a JSON object."""
    return isinstance(value, dict)


def parse_output(output: str, figure: str) -> Measured:
    """Return the measurement in the last line of *output*. Raises MeasureError."""
    last = (output.strip().splitlines() or [""])[-1]
    try:
        found: object = json.loads(last)
    except ValueError as error:
        raise MeasureError(f"last line is no JSON: {last[:80]!r}") from error
    if figure:
        if not is_object(found) or figure not in found:
            raise MeasureError(f"prints no figure {figure!r}")
        found = found[figure]
    try:
        return msgspec.convert(found, Measured)
    except msgspec.ValidationError as error:
        raise MeasureError(f"prints no measurement: {error}") from error


def shown(result: float | Sequence[float], goal: Goal) -> str:
    """Return *result* as the table shows it: what the goal is judged by, or the span of the numbers."""
    if not isinstance(result, Sequence):
        return f"{result:.6g}"
    if not result:
        return "none"
    if goal.fold:
        return f"{FOLDS[goal.fold](result):.6g}"
    return f"{min(result):.6g}..{max(result):.6g}"


def shortcoming(hold: Hold, measured: Measured, status: int) -> str:
    """Return why *measured* does not meet the goal, or "" if it does."""
    total = measured.n + measured.invalid
    if measured.n < hold.n_at_least:
        return f"n is {measured.n}, needed {hold.n_at_least}"
    if measured.invalid > INVALID_SHARE * total:
        return f"{measured.invalid} of {total} runs invalid"
    if not parse_goal(hold.goal).is_met(measured.result):
        return f"{measured.detail}" if measured.detail else "the result misses the goal"
    return f"the command failed with status {status}" if status else ""


def judge(hold: Hold, measured: Measured, status: int) -> Verdict:
    """Return the verdict on *measured*, printed by a command that ended with *status*."""
    why = shortcoming(hold, measured, status)
    return Verdict(
        words=hold.words,
        goal=hold.goal,
        result=shown(measured.result, parse_goal(hold.goal)),
        n=measured.n,
        invalid=measured.invalid,
        met=not why,
        why=why,
    )


class Bench:
    """Runs commands, each once for all the entries that share it."""

    def __init__(self) -> None:
        self.outputs: dict[str, tuple[str, int] | MeasureError] = {}

    def output(self, command: str, limit_s: float) -> tuple[str, int]:
        """Return what *command* printed, and its status. Raises MeasureError, each time again."""
        if command not in self.outputs:
            print(f"holds: {command}", flush=True)
            try:
                self.outputs[command] = run_command(command, limit_s)
            except MeasureError as error:
                self.outputs[command] = error
        found = self.outputs[command]
        if isinstance(found, MeasureError):
            raise found
        return found

    def measure(self, hold: Hold, seed: int) -> Verdict:
        """Return the verdict on *hold*, measured with *seed*."""
        try:
            output, status = self.output(hold.command.replace("{seed}", str(seed)), hold.limit_s)
            return judge(hold, parse_output(output, hold.figure), status)
        except MeasureError as error:
            return Verdict(hold.words, hold.goal, "-", 0, 0, met=False, why=str(error))


def uncovered(part: Part, holds: Sequence[Hold]) -> list[Verdict]:
    """Return a verdict of not met for each line of *part* that no entry quotes."""
    return [
        Verdict(line, "-", "-", 0, 0, met=False, why="no entry in holds.toml")
        for line in part.must_hold
        if not any(hold.words in line for hold in holds)
    ]


def misquoted(part: Part, holds: Sequence[Hold]) -> list[Verdict]:
    """Return a verdict of not met for each entry whose words are in no line of *part*."""
    return [
        Verdict(hold.words, hold.goal, "-", 0, 0, met=False, why="these words are in no must_hold line")
        for hold in holds
        if not any(hold.words in line for line in part.must_hold)
    ]


def table(verdicts: Sequence[Verdict]) -> str:
    """Return the table: goal, result, n, invalid runs, met or not, and why not."""
    lines = [f"{'goal':>14} {'result':>18} {'n':>6} {'invalid':>7}  verdict  what"]
    for row in verdicts:
        verdict = "met" if row.met else "NOT MET"
        lines.append(
            f"{row.goal:>14} {row.result:>18} {row.n:>6} {row.invalid:>7}  {verdict:<7}  {row.words}"
        )
        if row.why:
            lines.append(f"{'':>51}{row.why}")
    return "\n".join(lines)


def measure_part(book: Book, name: str, seed: int) -> list[Verdict]:
    """Return the verdicts on every line of part *name*, measured afresh."""
    parts = [part for part in book.part if part.name == name]
    if not parts:
        known = ", ".join(part.name for part in book.part)
        raise SystemExit(f"holds: no part {name!r} in holds.toml; known: {known}")
    holds = [hold for hold in book.hold if hold.part == name]
    bench = Bench()
    measured = [bench.measure(hold, seed) for hold in holds]
    return [*measured, *uncovered(parts[0], holds), *misquoted(parts[0], holds)]


def write_report(path: Path, facts: Mapping[str, object], verdicts: Sequence[Verdict]) -> None:
    """Write the verdicts as JSON, for whoever wants to keep them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode({**facts, "verdicts": verdicts})))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure one part, print the table; return 1 if any line is not met."""
    parser = argparse.ArgumentParser(prog="holds", description=__doc__)
    parser.add_argument("--part", required=True)
    parser.add_argument("--seed", type=int, default=None, help="default: drawn, and printed")
    parser.add_argument("--book", type=Path, default=ROOT / "holds.toml")
    given = parser.parse_args(arguments)
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    print(f"holds: part {given.part}, seed {seed}", flush=True)
    verdicts = measure_part(read_book(given.book), given.part, seed)
    print(table(verdicts))
    write_report(ROOT / f"build/holds/{given.part}-{seed}.json", {"part": given.part, "seed": seed}, verdicts)
    failed = sum(not verdict.met for verdict in verdicts)
    print(f"holds: {len(verdicts) - failed} met, {failed} not met (part {given.part}, seed {seed})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
