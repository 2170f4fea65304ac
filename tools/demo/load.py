"""Reads the folder of a demo run into what the verdict is made from (docs/interfaces.md section 5).

The site's side comes from the emulator's and the modems' logs, the measured side from messages.jsonl alone.
A file that is missing or broken leaves its part empty: the verdict then fails the figures that need it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

from tools.demo.verdict.judge import Evidence
from tools.demo.verdict.messages import Heard, Message, hear
from tools.demo.verdict.packets import DOWN, UP, Packets, of_link
from tools.demo.verdict.signal import Reply
from tools.demo.verdict.site_log import DIRECTIONS, LineLog, LineTruth, Way
from tools.demo.verdict.throughput import RateStep

T = TypeVar("T")


class LoadError(Exception):
    """A file without which there is no verdict cannot be read; the text names it and says what it is for."""


class Setting(msgspec.Struct, frozen=True):
    """One direction of a link as set."""

    rate_bps: float
    delay_ms: float = 0.0
    loss: float = 0.0
    rate_steps: list[tuple[float, float]] = []


class Link(msgspec.Struct, frozen=True):
    """Both directions as truth.json has them."""

    up: Setting
    down: Setting


class TruthLine(msgspec.Struct, frozen=True):
    """A line of truth.json."""

    slot: str
    plmn: str
    brand: str
    name_shown: str
    link: Link


class Truth(msgspec.Struct, frozen=True):
    """truth.json: what the site was told to do before the box started."""

    seed: int
    commit: str
    lines: list[TruthLine]


class Port(msgspec.Struct, frozen=True):
    """One of the emulator's interfaces."""

    interface: str
    ring_dropped: int = 0


class EmulatorFacts(msgspec.Struct, frozen=True):
    """emulator.json: what a record of emulator.bin looks like, and how the emulator fared."""

    dtype: list[tuple[str, str]]
    links: list[str]
    ports: list[Port] = []
    lateness_us: dict[str, float | None] = {}


class Event(msgspec.Struct, frozen=True):
    """A line of emulator-events.jsonl; `setting` at the start, then changes of the rate."""

    t_ns: int
    event: str
    link: int | None = None
    dir: int | None = None
    rate_bps: float | None = None
    cause: str | None = None
    setting: Setting | None = None


class LoggedReply(msgspec.Struct, frozen=True):
    """A line of modem-<slot>.jsonl."""

    t_ns: int
    command: str
    reply: list[str] = []
    truth: dict[str, object] = {}


class Stored(msgspec.Struct, frozen=True):
    """A row of `pantau-hq count --json`."""

    box: str
    line: str
    kind: str
    n: int


class Counted(msgspec.Struct, frozen=True):
    """What headquarters says it holds."""

    stored: list[Stored]


def read_truth(folder: Path) -> Truth:
    """Return truth.json. Raises: LoadError."""
    return _read(folder / "truth.json", Truth, "what the site was told to do")


def read_emulator(folder: Path) -> EmulatorFacts:
    """Return emulator.json. Raises: LoadError."""
    return _read(folder / "emulator.json", EmulatorFacts, "how to read the packet log")


def _read(path: Path, kind: type[T], what_for: str) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError) as exc:
        raise LoadError(f"{path} ({what_for}): {exc}; see the logs beside it") from exc


def read_lines(path: Path, kind: type[T]) -> list[T]:
    """Return the JSON lines of *path* that can be read; none if there is no such file."""
    decoder, rows = msgspec.json.Decoder(kind), list[T]()
    if not path.exists():
        return rows
    for line in path.read_bytes().splitlines():
        try:
            rows.append(decoder.decode(line))
        except msgspec.MsgspecError:
            continue
    return rows


def read_packets(folder: Path, facts: EmulatorFacts) -> Packets:
    """Return the packet log: a record array of the whole records there are. Raises: LoadError."""
    path, dtype = folder / "emulator.bin", np.dtype(facts.dtype)
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise LoadError(f"{path} (the packet log): {exc}") from exc
    return np.frombuffer(data[: len(data) - len(data) % dtype.itemsize], dtype=dtype)


def read_replies(folder: Path, slot: str) -> list[Reply]:
    """Return the modem's log of one slot."""
    return [
        Reply(row.t_ns, row.command, tuple(row.reply), {key: _scalar(v) for key, v in row.truth.items()})
        for row in read_lines(folder / f"modem-{slot}.jsonl", LoggedReply)
    ]


def _scalar(value: object) -> float | str | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    return value


def read_heard(folder: Path) -> Heard:
    """Return what was published, from the recorder's file."""
    return hear(read_lines(folder / "messages.jsonl", Message))


def stored_by_line(counted: bytes, box: str) -> dict[str, int] | None:
    """Return {line: results stored} of *box* from what `pantau-hq count --json` printed, None: unreadable."""
    try:
        rows = msgspec.json.decode(counted, type=Counted).stored
    except msgspec.MsgspecError:
        return None
    return {row.line: row.n for row in rows if row.box == box and row.kind == "result"}


def load(folder: Path, stored: Mapping[str, int] | None) -> Evidence:
    """Return all the evidence of a run. Raises: LoadError, if the site itself left no readable account."""
    truth, facts = read_truth(folder), read_emulator(folder)
    packets = read_packets(folder, facts)
    events = read_lines(folder / "emulator-events.jsonl", Event)
    lines = [_line(line, facts.links.index(line.slot)) for line in truth.lines if line.slot in facts.links]
    if len(lines) < len(truth.lines):
        raise LoadError(f"{folder}/emulator.json knows links {facts.links}, not every line of truth.json")
    return Evidence(
        truth=lines,
        logs={line.slot: _log(folder, line, packets, events) for line in lines},
        heard=read_heard(folder),
        stored=stored,
        packets=packets,
        ring_drops=sum(port.ring_dropped for port in facts.ports),
    )


def _line(line: TruthLine, link: int) -> LineTruth:
    ways = {UP: _way(line.link.up), DOWN: _way(line.link.down)}
    return LineTruth(
        slot=line.slot,
        link=link,
        plmn=line.plmn,
        brand=line.brand,
        name_shown=line.name_shown,
        ways=ways,
    )


def _way(setting: Setting) -> Way:
    return Way(
        rate_bps=setting.rate_bps, loss=setting.loss, delay_ms=setting.delay_ms, steps=setting.rate_steps
    )


def _log(folder: Path, line: LineTruth, packets: Packets, events: Sequence[Event]) -> LineLog:
    mine = [event for event in events if event.link == line.link]
    return LineLog(
        packets=of_link(packets, line.link),
        replies=read_replies(folder, line.slot),
        in_force={d: _in_force([e for e in mine if e.dir == d]) for d in DIRECTIONS},
        bursts_ns={d: [e.t_ns for e in mine if e.dir == d and e.cause == "burst"] for d in DIRECTIONS},
    )


def _in_force(events: Sequence[Event]) -> list[RateStep]:
    """Return the rates in force by the emulator's own account."""
    steps = [RateStep(e.t_ns, e.setting.rate_bps) for e in events if e.setting is not None]
    steps += [RateStep(e.t_ns, e.rate_bps) for e in events if e.rate_bps is not None]
    return sorted(steps)
