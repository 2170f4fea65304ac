"""Live payloads: status, meta, state and signal. Never stored; the retained ones give the first picture."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from edge.schema.errors import BadPayload
from edge.schema.record import Value


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the box is there. A reader ignores a session lower than the highest it has seen."""

    v: Literal[1] = 1
    box: str
    state: Literal["online", "offline"]
    session: int
    ts: int | UnsetType = UNSET  # Unix ms; a last will has none


class MetaLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a line is made of; ``slot`` is the physical place (``1-1.1``). No identity of SIM or modem."""

    line: str
    slot: str
    model: str = ""
    firmware: str = ""
    brand: str = ""


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """What the box is: program version, site, codes, lines."""

    v: Literal[1] = 1
    box: str
    site: str
    ts: int
    version: str
    province: str
    regency: str
    hardware: str = ""
    lines: list[MetaLine] = []


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Last known values of a line, published at most once a minute or on change."""

    v: Literal[1] = 1
    box: str
    line: str
    ts: int
    values: dict[str, Value] = {}
    nv: dict[str, str] = {}


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """One radio sample: Unix ms, values with units in their keys; unknown is absent, the reason in ``nv``.

    A message holds one such object or an array of them, oldest first.
    """

    v: Literal[1] = 1
    box: str
    line: str
    ts: int
    values: dict[str, Value] = {}
    nv: dict[str, str] = {}


Live = Status | Meta | State | Signal | list[Signal]
"""Any live payload."""


def encode_live(payload: Live) -> bytes:
    """Return the payload's JSON bytes."""
    return msgspec.json.encode(payload)


def decode_status(raw: bytes) -> Status:
    """Return the status that *raw* spells. Raises: BadPayload."""
    try:
        return _STATUS.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        raise BadPayload(f"not a status: {exc}") from exc


def decode_state(raw: bytes) -> State:
    """Return the state that *raw* spells. Raises: BadPayload."""
    try:
        return _STATE.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        raise BadPayload(f"not a state: {exc}") from exc


def decode_signal(raw: bytes) -> list[Signal]:
    """Return the samples that *raw* spells, whether one or an array. Raises: BadPayload."""
    try:
        read = _SIGNAL.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        raise BadPayload(f"not a signal: {exc}") from exc
    return read if isinstance(read, list) else [read]


_STATUS = msgspec.json.Decoder(Status)
_STATE = msgspec.json.Decoder(State)
_SIGNAL: msgspec.json.Decoder[Signal | list[Signal]] = msgspec.json.Decoder(Signal | list[Signal])
