"""The verdict on a terminal: a table a line, then one sentence for each figure that fails."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tools.demo.verdict.judge import Verdict
from tools.demo.verdict.model import Figure, Shown
from tools.demo.verdict.site_log import LineTruth

WORDS = {True: "[green]ok[/]", False: "[bold red]FAILED[/]", None: "[dim]-[/]"}
NOT_SHOWN = "-"


def amount(value: Shown, unit: str) -> str:
    """Return *value* as people read it."""
    if value is None:
        return NOT_SHOWN
    if isinstance(value, float):
        return f"{value:.4g} {unit}" if abs(value) < 1000 else f"{value:.0f} {unit}"
    return f"{value} {unit}".strip()


def error_text(figure: Figure) -> str:
    """Return the error and what is allowed."""
    if figure.error is None:
        return NOT_SHOWN
    limit = "" if figure.limit is None else f" (≤ {figure.limit:.3g})"
    return f"{figure.error:+.3g} {figure.error_unit}{limit}"


def table_of(title: str, figures: Sequence[Figure]) -> Table:
    """Return the table of one line's figures."""
    table = Table(title=escape(title), title_justify="left", expand=False)
    for head in ("figure", "layer", "what the site did", "measured", "error", "verdict", "remark"):
        table.add_column(head, overflow="fold", max_width=44 if head == "remark" else None)
    for figure in figures:
        table.add_row(
            escape(figure.name),
            figure.layer,
            escape(amount(figure.site, figure.unit)),
            escape(amount(figure.measured, figure.unit)),
            error_text(figure),
            WORDS[figure.ok],
            escape(figure.reason),
        )
    return table


def show(console: Console, verdict: Verdict, lines: Sequence[LineTruth]) -> None:
    """Print the whole verdict."""
    titles = {line.slot: f"line {line.title}" for line in lines}
    for slot in dict.fromkeys(figure.line for figure in verdict.figures):
        mine = [figure for figure in verdict.figures if figure.line == slot]
        console.print(table_of(titles.get(slot, slot), mine))
    for sentence in verdict.sentences():
        console.print(f"[bold red]FAILED[/] {escape(sentence)}", soft_wrap=True)
    judged = sum(1 for figure in verdict.figures if figure.ok is not None)
    if verdict.holds:
        console.print(f"[bold green]The demo holds[/]: {judged} figures of {len(lines)} lines in tolerance.")
    else:
        failed = len(verdict.failed)
        console.print(f"[bold red]The demo does not hold[/]: {failed} of {judged} figures failed.")
