"""A row of the outbox as its readers see it: the one type that outbox and publisher share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A committed record: ``evidence`` are the stored bytes, ``committed_ms`` Unix ms of the commit."""

    seq: int
    id: str
    line: str
    kind: str
    committed_ms: int
    evidence: bytes
