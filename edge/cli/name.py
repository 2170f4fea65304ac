"""`pantau name decide`: what name the network sent, and what a phone would show."""

from dataclasses import replace
from typing import Annotated

import msgspec
import typer

from edge.cli.jsonl import serve
from edge.measure.name_kinds import ALIASES, KINDS, kind_of
from edge.measure.shown_name import NameVerdict, Source, decide_name

app = typer.Typer(help="The network's name on phones.", no_args_is_help=True)
OTHER_WORDS = "\n\n".join(f"{kind}: {', '.join(words.split())}" for kind, words in ALIASES.items())


class Question(msgspec.Struct, frozen=True):
    """One line of input; home, or else home_plmn, says whether `plmn` is the SIM's own network."""

    plmn: str | None = None
    phone_class: str | None = None
    sources: tuple[Source, ...] | None = None
    home: bool | None = None
    home_plmn: str | None = None

    @property
    def at_home(self) -> bool:
        """Whether the phone is in its own network; True if nothing is said."""
        if self.home is not None:
            return self.home
        return self.home_plmn is None or self.home_plmn == self.plmn


def answer(question: Question) -> NameVerdict:
    """Return the verdict on *question*; a kind that is none is answered with the list of kinds."""
    sources: list[Source] = []
    for number, source in enumerate(question.sources or ()):
        kind = kind_of(source.kind)
        if kind is None:
            known = ", ".join(KINDS)
            return NameVerdict(
                verdict="malformed",
                reason=f"sources[{number}].kind is none of {known} (--help: other words)",
            )
        sources.append(replace(source, kind=kind))
    return decide_name(
        question.plmn or "", question.phone_class or "standard", sources, home=question.at_home
    )


@app.callback()
def name() -> None:
    """Judge what name phones show for the network."""


@app.command("decide", epilog=f"Other words for the kinds (any case, any signs between):\n\n{OTHER_WORDS}")
def decide(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Answer JSON lines; the one way there is.")] = True,
) -> None:
    """Read what was heard from standard input, a JSON object a line, and print one verdict a line.

    In: {"plmn","phone_class","sources":[{"kind","text","age_s"}]}, and optional "home" (true) or "home_plmn".
    Kinds: spn (optional "display": octet 1 of EF_SPN), spdi ("plmns"), pnn and opl ("plmns" of EF_OPL), cphs,
    nitz_full, nitz, nitz_short, eons, cops_long, cops_short, table, carrier_bundle; others: malformed.
    Phone classes: standard, android, iphone, no-sim-names.
    Out: {"verdict","reason","values"}; verdicts: shown (phones show what the network sent), hidden (another
    name goes before it), stale, not sent, malformed.
    """
    serve(Question, answer, lambda why: NameVerdict(verdict="malformed", reason=why))
