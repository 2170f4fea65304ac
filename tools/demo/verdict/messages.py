"""The measured side, rebuilt from the MQTT messages alone: what was published, by line, as it was received.

Written from docs/interfaces.md section 4, apart from the code that encodes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

Value = int | float | str | bool | None


class Message(msgspec.Struct, frozen=True):
    """One line of messages.jsonl: what a plain subscriber received; `payload` is text, `t_ns` its arrival."""

    t_ns: int
    topic: str
    payload: str


class Bins(msgspec.Struct, frozen=True):
    """Payload bytes a bin at the receiver."""

    t0_ns: int
    bytes: list[int]
    width_ms: int
    skip: int


class Probes(msgspec.Struct, frozen=True):
    """Round-trip time of each probe from `seq0` on, None without an answer."""

    seq0: int
    local_port: int
    rtt_us: list[float | None]
    t1_ns: list[int] = []


class RadioSample(msgspec.Struct, frozen=True):
    """One reading of the modem, `ts` in Unix ms."""

    ts: int
    rsrp_dbm: float | None = None
    rsrq_db: float | None = None
    sinr_db: float | None = None


class Series(msgspec.Struct, frozen=True):
    """The samples behind a result."""

    bins: Bins | None = None
    probes: Probes | None = None
    radio: list[RadioSample] = []


class Cause(msgspec.Struct, frozen=True):
    """Why a measurement failed."""

    code: str
    text: str


class Result(msgspec.Struct, frozen=True):
    """A record on a result topic."""

    id: str
    box: str
    line: str
    ok: bool
    outcome: str
    values: dict[str, Value]
    ts: int | None = None
    series: Series = Series()
    err: Cause | None = None


class Receipt(msgspec.Struct, frozen=True):
    """Headquarters has stored every record of this box and epoch up to `watermark`, and those in `also`."""

    box: str
    epoch: str
    watermark: int
    also: list[int] = []


class Signal(msgspec.Struct, frozen=True):
    """A radio sample of a line, live, `ts` in Unix ms."""

    line: str
    ts: int
    values: dict[str, Value]


class State(msgspec.Struct, frozen=True):
    """Last known values of a line."""

    line: str
    values: dict[str, Value] = {}


class MetaLine(msgspec.Struct, frozen=True):
    """Which slot a line is in."""

    line: str
    slot: str


class Meta(msgspec.Struct, frozen=True):
    """What the box is."""

    lines: list[MetaLine] = []


@dataclass(slots=True)
class Heard:
    """Everything heard from the broker, by kind; `bad` says which messages could not be read and why."""

    results: dict[str, Result] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)
    samples: dict[str, list[RadioSample]] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    slots: dict[str, str] = field(default_factory=dict)
    bad: list[str] = field(default_factory=list)
    messages: int = 0


def hear(messages: Iterable[Message]) -> Heard:
    """Return what *messages* say; a message that cannot be read is kept as a complaint in `bad`."""
    heard = Heard()
    for message in messages:
        heard.messages += 1
        take = _TAKERS.get(message.topic.rsplit("/", 1)[-1])
        if take is None or not message.payload:
            continue
        try:
            take(heard, message.payload.encode())
        except msgspec.MsgspecError as exc:
            heard.bad.append(f"{message.topic}: {exc}")
    return heard


def _take_result(heard: Heard, payload: bytes) -> None:
    result = msgspec.json.decode(payload, type=Result)
    heard.results[result.id] = result
    heard.samples.setdefault(result.line, []).extend(result.series.radio)


def _take_receipt(heard: Heard, payload: bytes) -> None:
    heard.receipts.append(msgspec.json.decode(payload, type=Receipt))


def _take_signal(heard: Heard, payload: bytes) -> None:
    said = msgspec.json.decode(payload, type=Signal | list[Signal])
    for signal in said if isinstance(said, list) else [said]:
        values = {key: number(signal.values, key) for key in ("rsrp_dbm", "rsrq_db", "sinr_db")}
        heard.samples.setdefault(signal.line, []).append(RadioSample(ts=signal.ts, **values))


def _take_state(heard: Heard, payload: bytes) -> None:
    state = msgspec.json.decode(payload, type=State)
    heard.states[state.line] = state


def _take_meta(heard: Heard, payload: bytes) -> None:
    for row in msgspec.json.decode(payload, type=Meta).lines:
        heard.slots[row.line] = row.slot


_TAKERS = {
    "result": _take_result,
    "receipt": _take_receipt,
    "signal": _take_signal,
    "state": _take_state,
    "meta": _take_meta,
}


def number(values: dict[str, Value], key: str) -> float | None:
    """Return the number under *key*, None if there is none."""
    value = values.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def text(values: dict[str, Value], key: str) -> str | None:
    """Return the text under *key*, None if there is none."""
    value = values.get(key)
    return value if isinstance(value, str) else None
