"""A raw journal, read with suspicion: what was planned, what was begun, what ended, and how.

Lines: {"type": "plan"|"session"|"begin"|"end", ...}; keys not named here are not looked at.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

BY_HAND = "interrupted by hand"
S = TypeVar("S")


class JournalRefused(Exception):
    """A journal that cannot be judged: not readable, or contradicting itself; the text says where."""


class Plan(msgspec.Struct, frozen=True):
    """What was to be run: names as kind/cell/who/time."""

    seed: int
    half: str
    method: str
    runs: tuple[str, ...]


class Session(msgspec.Struct, frozen=True):
    """One sitting at the bench."""

    date: str
    commit: str
    machine: dict[str, object] = {}
    versions: dict[str, str] = {}
    frozen: dict[str, str] = {}


class Truth(msgspec.Struct, frozen=True):
    """What the emulator's log (or the kernel's tbf) says; bytes are layer 2, wire_ip_bytes IP.

    bulk_s: from the sending of the first bulk frame that came out to that of the last."""

    t0_ns: int | None = None
    t1_ns: int | None = None
    served_bytes: float | None = None
    bulk_frames: int = 0
    bulk_bytes: int = 0
    bulk_payload_bytes: int = 0
    set_bps: float | None = None
    set_burst_bps: float | None = None
    bulk_s: float | None = None
    wire_ip_bytes: int = 0


class Cell(msgspec.Struct, frozen=True):
    """The link of a run."""

    name: str
    half: str
    kind: str
    shape: str
    direction: str
    link: tuple[str, ...] = ()


class End(msgspec.Struct, frozen=True):
    """A run that ended. raw, truth and command: of ours themselves, of peers by the peer's name."""

    run: str
    date: str
    commit: str
    invalid: str | None
    cell: Cell | None = None
    raw: object = None
    truth: dict[str, object] = {}
    command: object = None
    status: int | None = None
    cpu_s: float | None = None
    started_ns: int | None = None
    drawn_ns: int | None = None
    go_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal, sorted out. vanished: runs begun that never ended, as often as that happened."""

    plan: Plan
    sessions: Sequence[Session]
    valid: Mapping[str, End]
    invalid: Sequence[End]
    by_hand: int
    vanished: Sequence[str]

    @property
    def missing(self) -> list[str]:
        """Return the planned runs without a valid end."""
        return [run for run in self.plan.runs if run not in self.valid]


def read(path: Path) -> Journal:
    """Return the journal at *path*. Raises: JournalRefused."""
    try:
        texts = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise JournalRefused(f"{path}: {error}") from error
    return sort_out(texts, name=str(path))


def sort_out(texts: Sequence[str], *, name: str) -> Journal:
    """Return the journal of these lines. Raises: JournalRefused."""
    lines = [_object(text, f"{name}, line {number}") for number, text in enumerate(texts, 1)]
    if not lines or lines[0].get("type") != "plan" or any(line["type"] == "plan" for line in lines[1:]):
        raise JournalRefused(f"{name}: must begin with a plan, and have one")
    plan = _struct(lines[0], Plan, name)
    known = set(plan.runs)
    ends = [_struct(line, End, name) for line in lines if line["type"] == "end"]
    begun = [str(line.get("run")) for line in lines if line["type"] == "begin"]
    if strangers := sorted({*begun, *(end.run for end in ends)} - known):
        raise JournalRefused(f"{name}: runs that were not planned: {', '.join(strangers[:5])}")
    _demand_order(lines, name)
    return Journal(
        plan=plan,
        sessions=[_struct(line, Session, name) for line in lines if line["type"] == "session"],
        valid=_valid(ends, plan, name),
        invalid=[end for end in ends if end.invalid is not None and end.invalid != BY_HAND],
        by_hand=sum(end.invalid == BY_HAND for end in ends),
        vanished=list((Counter(begun) - Counter(end.run for end in ends)).elements()),
    )


def _demand_order(lines: Sequence[Mapping[str, object]], name: str) -> None:
    """Demand that each end follows the begin of the same run. Raises: JournalRefused."""
    open_run: object = None
    for number, line in enumerate(lines, 1):
        if line["type"] == "begin":
            open_run = line.get("run")
        elif line["type"] == "end":
            if line.get("run") != open_run:
                raise JournalRefused(f"{name}, line {number}: the end of a run that was not begun before it")
            open_run = None


def _valid(ends: Sequence[End], plan: Plan, name: str) -> dict[str, End]:
    """Return the valid ends by run. Raises: JournalRefused, for a run with two, or of the other half."""
    found: dict[str, End] = {}
    for end in ends:
        if end.invalid is not None:
            continue
        if end.run in found:
            raise JournalRefused(f"{name}: run {end.run} has two valid ends; which is true?")
        if end.cell is None or end.cell.half != plan.half or not end.run.startswith(f"{end.cell.kind}/"):
            raise JournalRefused(f"{name}: run {end.run} is not of a {plan.half} cell of its kind")
        found[end.run] = end
    return found


def _object(text: str, where: str) -> dict[str, object]:
    try:
        line: object = json.loads(text)
    except ValueError as error:
        raise JournalRefused(f"{where}: {error}") from error
    if not isinstance(line, dict) or not isinstance(line.get("type"), str):
        raise JournalRefused(f"{where}: no object with a type")
    return line


def _struct(line: object, kind: type[S], where: str) -> S:
    try:
        return msgspec.convert(line, kind)
    except msgspec.ValidationError as error:
        raise JournalRefused(f"{where}: {error} in {json.dumps(line)[:200]}") from error


def of_kind(journal: Journal, kind: str, who: str) -> Iterator[End]:
    """Yield the valid ends of *who* over cells of *kind*, in the plan's order."""
    for run in journal.plan.runs:
        if run in journal.valid and run.split("/")[0] == kind and run.split("/")[2] == who:
            yield journal.valid[run]
