"""The rows of bench.json: each goal as one figure of ours beside the peer's, with its raw list."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from hil_tests.bench_check.journal import End, Journal, of_kind
from hil_tests.bench_check.score import Score, failed, score_ours, score_peer
from hil_tests.bench_check.statistics import percentile

JUDGED = "judged"
LEAST_RUNS, MOST_INVALID = 40, 0.10
IPERF3 = "iperf3"
Value = Callable[[Score], float | None]
Fold = Callable[[Sequence[float]], float]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of bench.json. ratio: ours / peer. goal None: shown, not judged; why: what speaks against it.

    n: runs of ours judged; invalid: those the emulator spoiled. raw: {"ours": [[run, value]], "peer": ...}.
    """

    name: str
    unit: str
    ours: float | None
    peer: float | None
    peer_name: str
    peer_command: str
    ratio: float | None
    goal: str | None
    holds: bool | None
    n: int
    invalid: int
    why: str
    raw: dict[str, list[tuple[str, float]]]


@dataclass(frozen=True, slots=True)
class Figure:
    """How a row is made: which runs, what of each, how they are folded into one figure, and its bound."""

    name: str
    unit: str
    kind: str
    value: Value
    fold: Fold
    most: float | None = None
    least: float | None = None
    of_peer: bool = True

    @property
    def goal(self) -> str | None:
        """Return the bound in words."""
        if self.most is not None:
            return f"<= {self.most:g}"
        return None if self.least is None else f">= {self.least:g}"

    def is_met(self, figure: float) -> bool:
        """Return whether *figure* keeps the bound; NaN never does."""
        return figure <= self.most if self.most is not None else figure >= (self.least or 0.0)


def _error(score: Score) -> float:
    return score.error_pct


def _seconds(score: Score) -> float | None:
    return score.seconds


def _bytes(score: Score) -> float | None:
    return score.bytes_pct


def _cpu(score: Score) -> float | None:
    return score.cpu_s


def _covered(score: Score) -> float:
    return 100.0 * score.covered


def _named(score: Score) -> float:
    return 100.0 * score.named_right


def _burst(score: Score) -> float:
    return float(score.burst_as_sustained)


def _width(score: Score) -> float | None:
    return score.half_width_pct


def mean(values: Sequence[float]) -> float:
    """Return the mean; NaN without values."""
    return math.fsum(values) / len(values) if values else math.nan


median, p95 = partial(percentile, share_pct=50), partial(percentile, share_pct=95)
most, least = partial(percentile, share_pct=100), partial(percentile, share_pct=0)
FIGURES = (
    Figure("fifo: error, median", "%", "fifo", _error, median, most=1),
    Figure("fifo: error, p95", "%", "fifo", _error, p95, most=3),
    Figure("fifo: seconds, p95", "s", "fifo", _seconds, p95, most=3),
    Figure("fifo: bytes, p95", "% of rate x 10 s", "fifo", _bytes, p95, most=25),
    Figure("other: error, median", "%", "other", _error, median, most=5),
    Figure("other: error, p95", "%", "other", _error, p95, most=15),
    Figure("other: interval covers the truth", "% of runs", "other", _covered, mean, least=90),
    Figure("other: bytes, median", "% of rate x 10 s", "other", _bytes, median, most=60),
    Figure("other: shape named right", "% of runs", "other", _named, mean, least=90, of_peer=False),
    Figure("other: burst rate as sustained", "runs", "other", _burst, math.fsum, most=0, of_peer=False),
    Figure("other: seconds, least", "s", "other", _seconds, least, least=3, of_peer=False),
    Figure("other: seconds, most", "s", "other", _seconds, most, most=10),
    Figure("tbf: error, median", "%", "tbf", _error, median, most=1),
    Figure("tbf: error, p95", "%", "tbf", _error, p95, most=3),
    Figure("fifo: shape named right", "% of runs", "fifo", _named, mean, of_peer=False),
    Figure("fifo: client's CPU, median", "s", "fifo", _cpu, median),
    Figure("other: client's CPU, median", "s", "other", _cpu, median),
    Figure("other: half interval, median", "% of the truth", "other", _width, median),
)
LEAST_OF = {"fifo": LEAST_RUNS, "other": LEAST_RUNS, "tbf": 4}


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of one kind of cell, and what speaks against judging them."""

    ours: Sequence[Score]
    peer: Sequence[Score]
    peer_command: str
    invalid: int
    against: Sequence[str]


def scores_of(journal: Journal, kind: str) -> Scores:
    """Return every score of *kind*; a run that began and vanished is one of 100 %."""
    ends = list(of_kind(journal, kind, "ours"))
    peers = list(of_kind(journal, kind, "peers"))
    vanished = [
        failed(run, _shape(journal, run), "it began and never ended")
        for run in journal.vanished
        if _is(run, kind, "ours")
    ]
    ours = [*map(score_ours, ends), *vanished]
    invalid = sum(_is(end.run, kind, "ours") for end in journal.invalid)
    missing = sum(_is(run, kind, "ours") for run in journal.missing)
    against = [f"{missing} planned runs are missing"] if missing else []
    against += [] if is_frozen(journal) else ["the method was not frozen by one hash"]
    if len(ours) < LEAST_OF[kind]:
        against.append(f"{len(ours)} runs, at least {LEAST_OF[kind]} are needed")
    if invalid > MOST_INVALID * (invalid + len(ours)):
        against.append(f"{invalid} of {invalid + len(ours)} runs invalid, {MOST_INVALID:.0%} may be")
    return Scores(ours, [score_peer(end, IPERF3) for end in peers], _command(peers), invalid, against)


def is_frozen(journal: Journal) -> bool:
    """Return whether every sitting had the method frozen, by one hash; the tuning half needs none."""
    hashes = {session.frozen.get(journal.plan.method) for session in journal.sessions}
    return journal.plan.half != JUDGED or (len(hashes) == 1 and None not in hashes)


def _is(run: str, kind: str, who: str) -> bool:
    parts = run.split("/")
    return parts[0] == kind and parts[2] == who


def _shape(journal: Journal, run: str) -> str:
    """Return the shape of a run's cell, as the cell's other runs have it."""
    place = run.split("/")[:2]
    cells = [end.cell for end in journal.valid.values() if end.run.split("/")[:2] == place and end.cell]
    return cells[0].shape if cells else place[0]


def _command(peers: Sequence[End]) -> str:
    commands = [
        end.command[IPERF3] for end in peers if isinstance(end.command, Mapping) and IPERF3 in end.command
    ]
    return str(commands[0]) if commands else ""


def rows(journal: Journal) -> list[Row]:
    """Return every row, in the order of FIGURES; kinds that were not planned are left out."""
    planned = {run.split("/")[0] for run in journal.plan.runs}
    scores = {kind: scores_of(journal, kind) for kind in LEAST_OF if kind in planned}
    return [_row(figure, scores[figure.kind]) for figure in FIGURES if figure.kind in scores]


def _row(figure: Figure, scores: Scores) -> Row:
    raw = {
        "ours": _values(figure, scores.ours),
        "peer": _values(figure, scores.peer) if figure.of_peer else [],
    }
    ours, peer = (figure.fold([value for _, value in values]) for values in raw.values())
    against = list(scores.against)
    if figure.goal and not figure.is_met(ours):
        against.insert(0, f"{ours:.4g} misses {figure.goal}")
    has_peer = bool(raw["peer"]) and math.isfinite(peer)
    return Row(
        name=figure.name,
        unit=figure.unit,
        ours=finite(ours),
        peer=finite(peer) if has_peer else None,
        peer_name="iperf3 -P4" if has_peer else "",
        peer_command=scores.peer_command if has_peer else "",
        ratio=finite(ours / peer) if has_peer and peer else None,
        goal=figure.goal,
        holds=None if figure.goal is None else not against,
        n=len(scores.ours),
        invalid=scores.invalid,
        why="; ".join(against) if figure.goal else "",
        raw=raw,
    )


def _values(figure: Figure, scores: Sequence[Score]) -> list[tuple[str, float]]:
    return [(score.run, round(value, 6)) for score in scores if (value := figure.value(score)) is not None]


def finite(value: float) -> float | None:
    """Return *value* with six decimals; None for NaN and infinity, which JSON has not."""
    return round(value, 6) if math.isfinite(value) else None


def confusion(scores: Sequence[Score]) -> dict[str, dict[str, int]]:
    """Return {true shape: {named shape: runs}}; what named none is under "none"."""
    pairs = Counter((score.shape, score.named or "none") for score in scores)
    shapes = sorted({shape for shape, _ in pairs})
    return {shape: {named: n for (of, named), n in sorted(pairs.items()) if of == shape} for shape in shapes}
