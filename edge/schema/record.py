"""A record: one measurement or event as it is stored, published and stored again, as typed JSON.

Two parts. The **evidence** is everything from ``v`` to ``series``: it is encoded once, in the transaction
that commits it, and these bytes are never written anew. ``tx`` (when it was first sent) and ``hist``
(sent late) become known later; the publisher puts them behind the evidence as a tail,
``...,"tx":1766000000000,"hist":false}`` instead of the last brace, so that a reader sees one flat object and
`evidence_of` gives the stored bytes back unchanged.
"""

import math
import re
from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from edge.schema.errors import BadPayload
from edge.schema.ids import RecordId
from edge.schema.kinds import kind_of
from edge.schema.names import check_line

Outcome = Literal["ok", "operator", "area", "site", "box", "server", "policy", "maintenance", "undetermined"]
"""A verdict by evidence on why a measurement failed, or ``ok``."""
ClockSource = Literal["pps", "gnss", "ntp", "nitz", "none"]
Value = int | float | str | bool
SHORT_TEXT = 200


class Err(msgspec.Struct, frozen=True):
    """Why it failed: a code for programs, a sentence in English and one in Indonesian."""

    code: str
    text: str
    text_id: str = ""


class Clk(msgspec.Struct, frozen=True):
    """What set the box's clock; ``err_ms`` bounds its error, absent when unknown."""

    src: ClockSource = "none"
    err_ms: float | UnsetType = UNSET


class Bins(msgspec.Struct, frozen=True):
    """Payload bytes a bin at the receiver: first payload packet's time, width, bins of slow start to skip."""

    t0_ns: int
    bytes: list[int]
    width_ms: int = 100
    skip: int = 15


class Probes(msgspec.Struct, frozen=True):
    """Every probe of a round-trip test; ``rtt_us`` is null for a lost one, ``t1_ns`` its sending time."""

    seq0: int
    ssid: int
    local_port: int
    rtt_us: list[int | None]
    t1_ns: list[int]


class RadioSample(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reading of the modem during a test, with its own time (Unix ms). Unknown is absent."""

    ts: int
    rsrp_dbm: float | None = None
    rsrq_db: float | None = None
    sinr_db: float | None = None
    state: str | None = None


class Series(msgspec.Struct, frozen=True):
    """The samples behind the values."""

    bins: Bins | UnsetType = UNSET
    probes: Probes | UnsetType = UNSET
    radio: list[RadioSample] | UnsetType = UNSET


class Fields(msgspec.Struct, frozen=True, kw_only=True):
    """What a producer says of a record; the outbox adds identity, site, line and kind.

    ``ts`` is Unix ms of the event, absent while the clock is unknown (then ``mono_ms`` of boot ``boot``).
    ``values``: numbers and short strings, the unit in the key; unknown = absent, with a reason in ``nv``.
    """

    boot: str
    ts: int | UnsetType = UNSET
    mono_ms: int | UnsetType = UNSET
    clk: Clk = Clk()
    ok: bool = True
    outcome: Outcome = "ok"
    values: dict[str, Value] = {}
    nv: dict[str, str] = {}
    err: Err | None = None
    series: Series | UnsetType = UNSET


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """The payload of result, event, gap, alert. ``id`` is box/epoch/sequence; readers ignore other keys."""

    v: Literal[1] = 1
    id: str
    ts: int | UnsetType = UNSET
    mono_ms: int | UnsetType = UNSET
    boot: str
    box: str
    site: str
    line: str
    kind: str
    clk: Clk
    ok: bool
    outcome: Outcome
    values: dict[str, Value]
    nv: dict[str, str]
    err: Err | None = None
    series: Series | UnsetType = UNSET
    prev: str | UnsetType = UNSET
    sig: str | UnsetType = UNSET
    tx: int | UnsetType = UNSET
    hist: bool | UnsetType = UNSET


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """As much of a record as a store needs: a newer box's unknown outcome is no reason to refuse it."""

    v: int
    id: str
    box: str
    line: str
    kind: str
    ts: int | None = None
    ok: bool | None = None
    outcome: str | None = None


def make_record(rid: RecordId, *, site: str, line: str, kind: str, fields: Fields) -> Record:
    """Return the record of *fields* with its identity.

    Raises: BadPayload (not a stored kind, no time, a value not finite or too long, ``ok`` against
    ``outcome``), BadName (line), BadTopic (kind).
    """
    if not kind_of(kind).in_outbox:
        raise BadPayload(f"kind {kind!r} is live and never a record; publish it instead")
    check_line(line)
    _check_fields(fields)
    return Record(
        id=str(rid),
        box=rid.box,
        site=site,
        line=line,
        kind=kind,
        ts=fields.ts,
        mono_ms=fields.mono_ms,
        boot=fields.boot,
        clk=fields.clk,
        ok=fields.ok,
        outcome=fields.outcome,
        values=fields.values,
        nv=fields.nv,
        err=fields.err,
        series=fields.series,
    )


def _check_fields(fields: Fields) -> None:
    if fields.ts is UNSET and fields.mono_ms is UNSET:
        raise BadPayload("a record needs ts (Unix ms) or, while the clock is unknown, mono_ms")
    if fields.ok != (fields.outcome == "ok"):
        raise BadPayload(f"ok={fields.ok} contradicts outcome={fields.outcome!r}")
    if not fields.ok and fields.err is None:
        raise BadPayload(f"outcome {fields.outcome!r} without err: a failure says its cause")
    for key, value in fields.values.items():
        _check_value(key, value)


def _check_value(key: str, value: Value) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise BadPayload(f"value {key}={value}: leave an unknown value out and say why in nv")
    if isinstance(value, str) and len(value) > SHORT_TEXT:
        raise BadPayload(f"value {key}: {len(value)} characters, at most {SHORT_TEXT} are allowed")


def series_of(mapping: Mapping[str, object]) -> Series:
    """Return the series that plain JSON objects spell.

    Raises: BadPayload.
    """
    try:
        return msgspec.convert(dict(mapping), Series)
    except msgspec.ValidationError as exc:
        raise BadPayload(f"series: {exc}") from exc


def encode_record(record: Record) -> bytes:
    """Return the record's JSON bytes."""
    return msgspec.json.encode(record)


def decode_record(raw: bytes) -> Record:
    """Return the record that *raw* spells; keys it does not know are ignored.

    Raises: BadPayload, naming the key.
    """
    try:
        return _RECORD.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        raise BadPayload(f"not a record: {exc}") from exc


def decode_envelope(raw: bytes) -> Envelope:
    """Return as much of *raw* as is needed to store it.

    Raises: BadPayload, naming the key.
    """
    try:
        return _ENVELOPE.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        raise BadPayload(f"not a record: {exc}") from exc


_RECORD = msgspec.json.Decoder(Record)
_ENVELOPE = msgspec.json.Decoder(Envelope)
_TAIL = re.compile(rb',"tx":[0-9]{1,15},"hist":(true|false)\}\Z')


def with_tail(evidence: bytes, *, tx_ms: int, hist: bool) -> bytes:
    """Return the published bytes: *evidence* with ``tx`` and ``hist`` behind it."""
    return evidence[:-1] + b',"tx":%d,"hist":%s}' % (tx_ms, b"true" if hist else b"false")


def evidence_of(published: bytes) -> bytes:
    """Return the stored bytes of a *published* record: without its tail, unchanged if it has none."""
    tail = _TAIL.search(published)
    return published if tail is None else published[: tail.start()] + b"}"
