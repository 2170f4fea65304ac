"""The proof that a flow stayed on its own line: its socket's namespace and every line's packet counter."""

from collections.abc import Mapping
from typing import TypeVar

from msgspec.structs import replace

from edge.measure.failures import failure, outcome_of
from edge.measure.result import Capacity, Isolation, Rtt, Throughput

ResultT = TypeVar("ResultT", Rtt, Throughput, Capacity)


def judge_isolation(
    *,
    cookie: bool,
    own_bytes: int | None,
    other_bytes: Mapping[str, int],
    counted_bytes: int,
    drops: int = 0,
) -> Isolation:
    """Return the verdict on one flow.

    *cookie*: every socket of it belongs to the line's namespace. *own_bytes*: its payload in this line's
    packet counter (None: no counter), which must reach *counted_bytes*, the payload the sockets saw, unless
    the counter lost packets (*drops*). *other_bytes*: its payload in each other line's counter, all to be 0.
    """
    faults = [] if cookie else ["a socket belongs to another network namespace"]
    strays = {line: size for line, size in other_bytes.items() if size}
    faults += [f"{size} bytes on line {line}" for line, size in strays.items()]
    if own_bytes is not None and own_bytes < counted_bytes and not (drops and own_bytes):
        faults.append(f"only {own_bytes} of {counted_bytes} bytes on its own line")
    return Isolation(
        ok=not faults,
        cookie=cookie,
        own_bytes=own_bytes,
        other_bytes=dict(other_bytes),
        counted_bytes=counted_bytes,
        text="; ".join(faults) if faults else _proof(own_bytes, drops),
    )


def with_isolation(result: ResultT, isolation: Isolation) -> ResultT:
    """Return *result* with its proof; a failed proof voids the figures and keeps the bytes as evidence."""
    if isolation.ok:
        return replace(result, isolation=isolation)
    err = failure("isolation.leak", where=result.kind, detail=isolation.text)
    return void(replace(result, isolation=isolation, err=err, outcome=outcome_of(err)))


def void(result: ResultT) -> ResultT:
    """Return the failed *result* without figures, each with its reason in `nv`."""
    reason = f"void: {result.err.code}" if result.err else "void"
    return replace(
        result,
        nv={**result.nv, **dict.fromkeys(result.FIGURES, reason)},
        **dict.fromkeys(result.FIGURES, None),
    )


def _proof(own_bytes: int | None, drops: int) -> str:
    """Return what a good verdict rests on, in words."""
    if own_bytes is None:
        return "by the socket's namespace alone: this line has no packet counter"
    if drops:
        return f"by namespace and packet counter, which lost {drops} packets"
    return "by namespace and packet counter"
