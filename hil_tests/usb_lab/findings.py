"""What the guest reports, line by line, in the kernel's log, and what it comes to.

[   12.345678] usb-lab: {"check":"discovery","what":"AT port","wanted":"...","seen":"...","ok":true}
[   12.400000] usb-lab: {"end":"discovery","seconds":1.5}
[   60.000000] usb-lab: {"done":31}          how many findings there were: none got lost
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

LINE = re.compile(r"^\[ *(?P<mono_s>[0-9]+\.[0-9]+)\] usb-lab: (?P<json>\{.*\})$")
MARK = "usb-lab: "


class Finding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing looked at: *wanted* and *seen* as text."""

    check: str
    what: str
    wanted: str
    seen: str
    ok: bool


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A check came to its end."""

    end: str
    seconds: float


class Done(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The guest came to its end after *done* findings."""

    done: int


class Report(NamedTuple):
    """All the guest said."""

    findings: tuple[Finding, ...]
    ends: tuple[End, ...]
    done: tuple[Done, ...]


def encode_line(said: Finding | End | Done) -> str:
    """Return the words of the log's line, without the time, which is the kernel's."""
    return MARK + msgspec.json.encode(said).decode()


def parse_line(line: str) -> Finding | End | Done | None:
    """Return what *line* of the log says, None if it is the kernel's own. Raises msgspec.ValidationError."""
    found = LINE.match(line)
    if found is None:
        return None
    kinds: dict[str, type[Finding | End | Done]] = {"check": Finding, "end": End, "done": Done}
    fields = msgspec.json.decode(found["json"], type=dict[str, object])
    return msgspec.convert(fields, kinds.get(next(iter(fields), ""), Finding))


def collect(said: Iterable[Finding | End | Done]) -> Report:
    """Return the parts of the guest's report."""
    rows = list(said)
    return Report(
        tuple(row for row in rows if isinstance(row, Finding)),
        tuple(row for row in rows if isinstance(row, End)),
        tuple(row for row in rows if isinstance(row, Done)),
    )


def faults(report: Report, wanted: Sequence[str]) -> list[str]:
    """Return what is wrong with *report*, a sentence each: what failed, and what is missing of *wanted*."""
    found = [
        f"{row.check}: {row.what}: {row.seen}, not {row.wanted}" for row in report.findings if not row.ok
    ]
    ended = {row.end for row in report.ends}
    seen = {row.check for row in report.findings}
    found += [f"{name}: did not come to its end" for name in wanted if name not in ended]
    found += [f"{name}: found nothing out" for name in wanted if name in ended and name not in seen]
    if [row.done for row in report.done] != [len(report.findings)]:
        told = report.done[0].done if report.done else "no"
        found.append(f"the guest told of {told} findings, {len(report.findings)} arrived")
    return found


def table(report: Report) -> list[str]:
    """Return the lines of a table: check, verdict, what, wanted, seen."""
    return [
        f"{row.check:<12} {'pass' if row.ok else 'FAIL'}  {row.what:<44} {row.wanted:<40} {row.seen}"
        for row in report.findings
    ]
