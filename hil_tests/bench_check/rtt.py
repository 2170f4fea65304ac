"""Round trips judged packet by packet: what was measured minus what the log did to that very packet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from hil_tests.bench_check.journal import End, Journal
from hil_tests.bench_check.statistics import percentile

NS_PER_US = 1e3
LEAST_PROBES = 500
MOST_MEDIAN_US, MOST_P99_US = 50.0, 300.0


class Probes(msgspec.Struct, frozen=True):
    """Ours: each probe's round trip, us; None without an answer."""

    rtt_us: tuple[float | None, ...] = ()


class Ours(msgspec.Struct, frozen=True):
    """Our result, as far as it is judged."""

    outcome: str
    sent: int = 0
    lost_up: int | None = None
    lost_down: int | None = None
    reordered: int | None = None
    probes: Probes = Probes()


class Trips(msgspec.Struct, frozen=True):
    """The log on our probes, in order: ns up, ns down, Unix ns of the answer's coming out."""

    trips: tuple[tuple[int | None, int | None, int | None], ...]


class RoundTrips(msgspec.Struct, frozen=True):
    """Round trips in order, ns; None = lost."""

    rtt_ns: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class RttScore:
    """One run: errors in us of the answered probes, and where the result differs from the log."""

    run: str
    ours_us: Sequence[float]
    irtt_us: Sequence[float]
    unlike: Sequence[str]


def rtt_scores(journal: Journal) -> list[RttScore]:
    """Return a score for each run of round trips; one that vanished is unlike the log."""
    vanished = [
        RttScore(run, (), (), ["it began and never ended"])
        for run in journal.vanished
        if run.split("/")[2] == "rtt"
    ]
    return [score(journal.valid[run]) for run in journal.plan.runs if _is_rtt(journal, run)] + vanished


def _is_rtt(journal: Journal, run: str) -> bool:
    return run.split("/")[2] == "rtt" and run in journal.valid


def score(end: End) -> RttScore:
    """Return what a run is worth."""
    raw = end.raw if isinstance(end.raw, dict) else {}
    irtt_us = errors_us(_round_trips(raw.get("irtt")), _round_trips(end.truth.get("irtt")))
    try:
        told = msgspec.convert(raw.get("ours"), Ours)
        trips = msgspec.convert(end.truth.get("ours"), Trips).trips
    except msgspec.ValidationError as error:
        return RttScore(end.run, (), irtt_us, [f"nothing to judge: {error}"])
    if told.outcome != "ok":
        return RttScore(end.run, (), irtt_us, [f"no figure: {told.outcome}"])
    measured = [None if us is None else us * NS_PER_US for us in told.probes.rtt_us]
    real = [None if up is None or down is None else float(up + down) for up, down, _ in trips]
    return RttScore(end.run, errors_us(measured, real), irtt_us, list(differences(told, trips)))


def errors_us(measured: Sequence[float | None], real: Sequence[float | None]) -> list[float]:
    """Return measured - real of each probe that has both, us."""
    pairs = zip(measured, real, strict=False)
    return [(m - r) / NS_PER_US for m, r in pairs if m is not None and r is not None]


def differences(told: Ours, trips: Sequence[tuple[int | None, int | None, int | None]]) -> Iterator[str]:
    """Yield where gaps, split losses or reordering are not the log's."""
    gaps = [place for place, us in enumerate(told.probes.rtt_us) if us is None]
    real_gaps = [place for place, (up, down, _) in enumerate(trips) if up is None or down is None]
    counts = (
        ("sent", told.sent, len(trips)),
        ("lost up", told.lost_up, sum(up is None for up, _, _ in trips)),
        ("lost down", told.lost_down, sum(up is not None and down is None for up, down, _ in trips)),
        ("reordered", told.reordered, overtaken([back for _, _, back in trips])),
    )
    yield from (f"{name} {said}, log {real}" for name, said, real in counts if said != real)
    if gaps != real_gaps:
        yield f"gaps at {gaps[:5]}, log {real_gaps[:5]}"


def overtaken(backs: Sequence[int | None]) -> int:
    """Return how many answers came after one with a higher number (RFC 4737 3.3)."""
    highest, count = -1, 0
    for _, number in sorted((back, number) for number, back in enumerate(backs) if back is not None):
        count += number < highest
        highest = max(highest, number)
    return count


def _round_trips(value: object) -> tuple[int | None, ...]:
    try:
        return msgspec.convert(value, RoundTrips).rtt_ns
    except msgspec.ValidationError:
        return ()


def sizes(errors: Sequence[float], share_pct: float) -> float:
    """Return a percentile of the absolute errors; NaN without any."""
    return percentile([abs(error) for error in errors], share_pct)
