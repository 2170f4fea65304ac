"""What the checker found, for people."""

from collections.abc import Iterator, Sequence

from hil_tests.bench_check.journal import Journal
from hil_tests.bench_check.rows import LEAST_OF, Row, Scores, confusion, scores_of
from hil_tests.bench_check.score import Score

SAID = {True: "holds", False: "MISSES", None: ""}


def print_rows(journal: Journal, found: Sequence[Row]) -> None:
    """Print the rows as a table, what was named what, and what was not judged."""
    print(f"bench: {journal.plan.half} half, seed {journal.plan.seed}, estimator {journal.plan.method}")
    print(f"{'figure':48} {'ours':>9} {'peer':>9} {'goal':>7} {'n':>4}  {'':5} ")
    for row in found:
        figures = f"{number(row.ours):>9} {number(row.peer):>9} {row.goal or '':>7} {row.n:>4}"
        print(f"{f'{row.name}, {row.unit}':48} {figures}  {SAID[row.holds]:5} {row.why}".rstrip())
    for line in remarks(journal):
        print(line)


def print_runs(journal: Journal) -> None:
    """Print every run of ours and of the peer."""
    for kind in planned(journal):
        scores = scores_of(journal, kind)
        for score in (*scores.ours, *scores.peer):
            print(run_words(score))


def planned(journal: Journal) -> list[str]:
    """Return the kinds of cells in the plan."""
    return [kind for kind in LEAST_OF if any(run.startswith(f"{kind}/") for run in journal.plan.runs)]


def run_words(score: Score) -> str:
    """Return one run in a line."""
    signed = "no figure" if score.signed_pct is None else f"{score.signed_pct:+.2f} %"
    named = f", named {score.named}" if score.named else ""
    rest = f"{number(score.seconds)} s, {number(score.bytes_pct)} % of the bytes, {number(score.cpu_s)} s CPU"
    return (
        f"{score.run:20} {score.shape:10} {signed:>10}{named}; {rest}{'; ' if score.why else ''}{score.why}"
    )


def remarks(journal: Journal) -> Iterator[str]:
    """Yield failures, shapes and invalid runs of each kind, a line each."""
    for kind in planned(journal):
        scores = scores_of(journal, kind)
        yield f"{kind}: {failures(scores)}; {scores.invalid} runs spoiled by the emulator"
        for shape, named in confusion(scores.ours).items():
            yield f"  {shape} named: {', '.join(f'{name} {n}' for name, n in named.items())}"
    if journal.by_hand:
        yield f"{journal.by_hand} runs were interrupted by hand and done again"


def failures(scores: Scores) -> str:
    """Return how many runs had no figure, those that said so apart."""
    silent = sum(score.no_estimate for score in scores.ours)
    broken = sum(bool(score.why) for score in scores.ours) - silent
    return f"{len(scores.ours)} runs of ours, {silent} without an estimate, {broken} failed"


def number(value: float | None) -> str:
    """Return a figure with four digits; "-" for none."""
    return "-" if value is None else f"{value:.4g}"
