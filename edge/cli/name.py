"""`pantau name decide`: what name the network sent, and what a phone would show."""

from typing import Annotated

import msgspec
import typer

from edge.cli.jsonl import serve
from edge.measure.shown_name import NameVerdict, Source, decide_name

app = typer.Typer(help="The network's name on phones.", no_args_is_help=True)


class Question(msgspec.Struct, frozen=True):
    """One line of input."""

    plmn: str | None = None
    phone_class: str | None = None
    sources: tuple[Source, ...] = ()
    home: bool = True


def answer(question: Question) -> NameVerdict:
    """Return the verdict on *question*."""
    return decide_name(
        question.plmn or "", question.phone_class or "standard", question.sources, home=question.home
    )


@app.callback()
def name() -> None:
    """Judge what name phones show for the network."""


@app.command("decide")
def decide(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Answer JSON lines; the one way there is.")] = True,
) -> None:
    """Read what was heard from standard input, a JSON object a line, and print one verdict a line.

    In: {"plmn","phone_class","sources":[{"kind","text","age_s"}]}; kinds: spn, pnn, opl, cphs, nitz_full,
    nitz, nitz_short, eons, cops_long, cops_short, table, carrier_bundle.
    Out: {"verdict","reason","values"}; verdicts: shown (phones show what the network sent), hidden (another
    name goes before it), stale, not sent, malformed.
    """
    serve(Question, answer, lambda why: NameVerdict(verdict="malformed", reason=why))
