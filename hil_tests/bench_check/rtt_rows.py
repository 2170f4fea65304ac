"""The rows of bench.json about round trips, ours beside irtt's over the same links."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from hil_tests.bench_check.journal import Journal
from hil_tests.bench_check.rows import MOST_INVALID, Row, finite
from hil_tests.bench_check.rtt import (
    LEAST_PROBES,
    MOST_MEDIAN_US,
    MOST_P99_US,
    RttScore,
    rtt_scores,
    sizes,
)
from hil_tests.bench_check.statistics import percentile

SHARES = (50, 90, 99)


@dataclass(frozen=True, slots=True)
class RttJudge:
    """All round trips of a journal, and what speaks against judging them."""

    scores: list[RttScore]
    against: list[str]
    invalid: int
    peer_command: str

    @property
    def ours_us(self) -> list[float]:
        """Return every error of ours, us."""
        return list(chain.from_iterable(score.ours_us for score in self.scores))

    @property
    def irtt_us(self) -> list[float]:
        """Return every error of irtt's, us."""
        return list(chain.from_iterable(score.irtt_us for score in self.scores))

    def row(self, name: str, ours: float, peer: float, goal: str, *, met: bool) -> Row:
        """Return a row whose figures are us."""
        why = self.against if met else [f"{ours:.4g} misses {goal}", *self.against]
        return Row(
            name=name,
            unit="us",
            ours=finite(ours),
            peer=finite(peer),
            peer_name="irtt",
            peer_command=self.peer_command,
            ratio=finite(ours / peer) if peer else None,
            goal=goal,
            holds=not why,
            n=len(self.ours_us),
            invalid=self.invalid,
            why="; ".join(why),
            raw=self._raw(),
        )

    def _raw(self) -> dict[str, list[tuple[str, float]]]:
        ours = [(score.run, round(error, 2)) for score in self.scores for error in score.ours_us]
        peer = [(score.run, round(error, 2)) for score in self.scores for error in score.irtt_us]
        return {"ours": ours, "peer": peer}


def rtt_rows(journal: Journal) -> list[Row]:
    """Return the rows about round trips; none where no such run was planned."""
    if not any(_is(run) for run in journal.plan.runs):
        return []
    judge = judge_of(journal)
    ours, irtt = judge.ours_us, judge.irtt_us
    middle, tail = abs(percentile(ours, 50)), sizes(ours, 99)
    their_middle, their_tail = abs(percentile(irtt, 50)), sizes(irtt, 99)
    median_goal, tail_goal = f"<= {MOST_MEDIAN_US:g}", f"<= {MOST_P99_US:g}"
    rows = [
        judge.row("rtt: |median error|", middle, their_middle, median_goal, met=middle <= MOST_MEDIAN_US),
        judge.row("rtt: |error|, p99", tail, their_tail, tail_goal, met=tail <= MOST_P99_US),
    ]
    for share in SHARES:
        mine, theirs = sizes(ours, share), sizes(irtt, share)
        rows.append(
            judge.row(f"rtt: |error|, p{share}, beside irtt", mine, theirs, "<= irtt", met=mine <= theirs)
        )
    return [*rows, unlike_row(judge)]


def judge_of(journal: Journal) -> RttJudge:
    """Return all round trips of *journal*, and what speaks against judging them."""
    scores = rtt_scores(journal)
    probes = sum(len(score.ours_us) for score in scores)
    invalid = sum(_is(end.run) for end in journal.invalid)
    missing = sum(_is(run) for run in journal.missing)
    against = [f"{missing} planned runs are missing"] if missing else []
    if probes < LEAST_PROBES:
        against.append(f"{probes} probes, at least {LEAST_PROBES} are needed")
    if invalid > MOST_INVALID * (invalid + len(scores)):
        against.append(f"{invalid} of {invalid + len(scores)} runs invalid, {MOST_INVALID:.0%} may be")
    return RttJudge(scores, against, invalid, _command(journal))


def unlike_row(judge: RttJudge) -> Row:
    """Return the row of the runs whose gaps, losses or order are not the log's; irtt tells no order."""
    unlike = [(score.run, float(len(score.unlike))) for score in judge.scores]
    wrong = [f"{score.run}: {', '.join(score.unlike)}" for score in judge.scores if score.unlike]
    return Row(
        name="rtt: gaps, losses, order unlike the log",
        unit="runs",
        ours=len(wrong),
        peer=None,
        peer_name="",
        peer_command="",
        ratio=None,
        goal="<= 0",
        holds=not (wrong or judge.against),
        n=len(judge.scores),
        invalid=judge.invalid,
        why="; ".join([*wrong[:5], *judge.against]),
        raw={"ours": unlike, "peer": []},
    )


def _is(run: str) -> bool:
    return run.split("/")[2] == "rtt"


def _command(journal: Journal) -> str:
    commands = [end.command for run, end in journal.valid.items() if _is(run)]
    return str(commands[0].get("irtt", "")) if commands and isinstance(commands[0], Mapping) else ""
