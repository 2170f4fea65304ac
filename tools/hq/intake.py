"""What to make of a message that came in: a record to store, or a reason to refuse it. Pure."""

import hashlib
from dataclasses import dataclass

from edge.schema.errors import SchemaError
from edge.schema.ids import parse_id
from edge.schema.kinds import KINDS
from edge.schema.record import Envelope, decode_envelope
from edge.schema.topics import Topic, parse_topic

INT64_MAX = 2**63 - 1
STORED_KINDS = tuple(name for name, kind in KINDS.items() if kind.in_outbox)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A record worth storing; ``raw`` are the bytes as they came, ``ts_ms`` Unix ms of the event."""

    id: str
    box: str
    epoch: str
    seq: int
    line: str
    kind: str
    ts_ms: int | None
    ok: bool | None
    outcome: str | None
    raw: bytes
    topic: Topic
    received_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A message that is no record, and why; ``digest`` (SHA-256 of topic and bytes) is its identity."""

    digest: str
    topic: str
    reason: str
    raw: bytes
    received_ns: int


class _Refused(Exception):
    """Why a message is no record."""


def take_in(topic: str, raw: bytes, received_ns: int) -> Accepted | Rejected:
    """Return what to store of a message; never raises, whatever a stranger sends."""
    try:
        return _accept(parse_topic(topic), raw, received_ns)
    except (SchemaError, _Refused) as exc:
        digest = hashlib.sha256(topic.encode() + b"\0" + raw).hexdigest()
        return Rejected(digest=digest, topic=topic, reason=str(exc), raw=raw, received_ns=received_ns)


def _accept(topic: Topic, raw: bytes, received_ns: int) -> Accepted:
    envelope = decode_envelope(raw)
    rid = parse_id(envelope.id)
    _check_identity(topic, envelope, rid.box)
    return Accepted(
        id=envelope.id,
        box=rid.box,
        epoch=rid.epoch,
        seq=rid.seq,
        line=envelope.line,
        kind=envelope.kind,
        ts_ms=envelope.ts,
        ok=envelope.ok,
        outcome=envelope.outcome,
        raw=raw,
        topic=topic,
        received_ns=received_ns,
    )


def _check_identity(topic: Topic, envelope: Envelope, id_box: str) -> None:
    """Nobody publishes for another box: the broker's ACL guards topics, so all three must agree."""
    if envelope.v < 1:
        raise _Refused(f"v {envelope.v} is no version of the payload")
    if topic.kind not in STORED_KINDS:
        raise _Refused(f"kind {topic.kind!r} is live and never stored")
    for what, theirs, ours in (
        ("id", id_box, envelope.box),
        ("topic", topic.box, envelope.box),
        ("topic", topic.line, envelope.line),
        ("topic", topic.kind, envelope.kind),
    ):
        if theirs != ours:
            raise _Refused(f"the {what} says {theirs!r}, the payload {ours!r}")
    if envelope.ts is not None and not -INT64_MAX <= envelope.ts <= INT64_MAX:
        raise _Refused("ts is out of range")
