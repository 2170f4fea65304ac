"""docs/benchmarks.md: what a journal came to, for people; every figure from its rows and scores."""

from collections.abc import Iterator, Sequence

from hil_tests.bench_check.journal import Journal
from hil_tests.bench_check.rows import Row, Scores, confusion, scores_of
from hil_tests.bench_check.score import Score
from hil_tests.bench_check.statistics import percentile
from hil_tests.bench_check.table import failures, number, planned

WORST = 12
SHARES = (5, 25, 50, 75, 95)
VERDICT = {True: "holds", False: "**misses**", None: ""}
HEAD = """\
# Benchmarks: our estimators judged blind, beside iperf3

Written by `python -m hil_tests.bench_check JOURNAL --page docs/benchmarks.md` from a raw journal,
not by hand. Again: `make bench CELLS=24 SEED=any` (half an hour at most); the whole grid: `make bench-full`
(goes on where it stopped). How it is done, and what is weak about it: [judged-bench.md](judged-bench.md).
"""


def page(journal: Journal, rows: Sequence[Row]) -> str:
    """Return the page."""
    parts = [HEAD, *about(journal), "", "## Goals", *goals(rows), "", "## What missed", *missed(rows)]
    for kind in planned(journal):
        parts += ["", *of_kind(journal, kind)]
    return "\n".join(parts) + "\n"


def about(journal: Journal) -> Iterator[str]:
    """Yield what was run, when, on what."""
    plan, sessions = journal.plan, journal.sessions
    yield f"- {plan.half} half of the cells, seed {plan.seed}, our estimator `{plan.method}`"
    for session in sessions[:1]:
        what = (session.machine.get(key) for key in ("cpus", "cpu", "kernel"))
        yield "- {} x {}, Linux {}: not a Raspberry Pi".format(*what)
        yield f"- {', '.join(f'{name} {version}' for name, version in session.versions.items())}"
    commits = sorted({session.commit for session in sessions})
    yield f"- begun {dates(journal)}; commit {', '.join(commits)}"
    hashes = sorted(
        {f"{name} {value[:16]}" for session in sessions for name, value in session.frozen.items()}
    )
    yield f"- frozen before it was run: {', '.join(hashes) or 'nothing, as the tuning half may'}"
    spoiled = f"{len(journal.invalid)} spoiled by the emulator and done again"
    stopped = f"{journal.by_hand} interrupted by hand"
    rest = f"{len(journal.vanished)} vanished, {stopped}, {len(journal.missing)} missing"
    yield f"- {len(journal.valid)} valid runs, {spoiled}, {rest}"


def dates(journal: Journal) -> str:
    """Return when it was begun, and in how many sittings it was run."""
    every = [session.date for session in journal.sessions] or ["never"]
    return every[0] if len(every) == 1 else f"{every[0]}, the last of {len(every)} sittings {every[-1]}"


def goals(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the table of rows."""
    yield "| figure | ours | peer | ours / peer | goal | | n | invalid |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in rows:
        peer = f"{number(row.peer)} ({row.peer_name})" if row.peer_name else ""
        figures = f"{number(row.ours)} | {peer} | {'' if row.ratio is None else number(row.ratio)}"
        judged = f"{row.goal or ''} | {VERDICT[row.holds]} | {row.n} | {row.invalid}"
        name = row.name.replace("|", "\\|")
        yield f"| {name}, {row.unit} | {figures} | {judged} |"
    yield ""
    for command in sorted({f"`{row.peer_command}`" for row in rows if row.peer_command}):
        yield f"- {command}"
    yield "- iperf3's figure is that of the receiver's half seconds after the first two seconds."


def missed(rows: Sequence[Row]) -> Iterator[str]:
    """Yield what does not hold, and why."""
    found = [row for row in rows if row.holds is False]
    yield from (f"- {row.name}: {row.why}" for row in found)
    if not found:
        yield "Nothing with a goal."


def of_kind(journal: Journal, kind: str) -> Iterator[str]:
    """Yield the spread of one kind of cell, what was named what, and the worst runs."""
    scores = scores_of(journal, kind)
    yield f"## {kind}: spread"
    yield f"{failures(scores)}; a failure and a missing figure are 100 % of error."
    yield ""
    yield "| error with its sign, % | n | " + " | ".join(f"p{share}" for share in SHARES) + " |"
    yield "|---|---|" + "---|" * len(SHARES)
    yield spread("ours", scores.ours)
    yield spread("iperf3 -P4", scores.peer)
    yield ""
    yield from by_shape(scores)
    yield ""
    yield from worst(journal, scores)


def spread(name: str, scores: Sequence[Score]) -> str:
    """Return a row of signed errors; failures have none and are left out of it."""
    signed = [score.signed_pct for score in scores if score.signed_pct is not None]
    if not signed:
        return f"| {name} | 0 | " + " | ".join("-" for _ in SHARES) + " |"
    return f"| {name} | {len(signed)} | " + " | ".join(f"{percentile(signed, s):+.2f}" for s in SHARES) + " |"


def by_shape(scores: Scores) -> Iterator[str]:
    """Yield a table of shapes: error, cover, and what they were named."""
    yield "| shape | n | error median, % | worst, % | interval covers | named |"
    yield "|---|---|---|---|---|---|"
    for shape, named in confusion(scores.ours).items():
        mine = [score for score in scores.ours if score.shape == shape]
        errors = [score.error_pct for score in mine]
        covered = f"{sum(score.covered for score in mine)} of {len(mine)}"
        names = ", ".join(f"{name} {n}" for name, n in named.items())
        figures = f"{percentile(errors, 50):.2f} | {max(errors):.2f}"
        yield f"| {shape} | {len(mine)} | {figures} | {covered} | {names} |"


def worst(journal: Journal, scores: Scores) -> Iterator[str]:
    """Yield the runs that erred most, with their links."""
    yield f"The {WORST} that erred most:"
    yield ""
    yield "| run | link | error, % | why |"
    yield "|---|---|---|---|"
    for score in sorted(scores.ours, key=lambda score: -score.error_pct)[:WORST]:
        signed = "none" if score.signed_pct is None else f"{score.signed_pct:+.2f}"
        yield f"| {score.run} | {link_words(journal, score.run)} | {signed} | {score.why} |"


def link_words(journal: Journal, run: str) -> str:
    """Return a run's link as options."""
    end = journal.valid.get(run)
    return " ".join(end.cell.link) if end is not None and end.cell is not None else "?"
