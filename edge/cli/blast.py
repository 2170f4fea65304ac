"""`pantau blast match`: did the ministry's SMS blast arrive? Records of received parts in, verdicts out."""

from pathlib import Path
from typing import Annotated

import typer

from edge.cli.errors import complain
from edge.cli.jsonl import serve
from edge.measure.blast import BlastJudge, BlastVerdict, Message

app = typer.Typer(help="The ministry's SMS blast.", no_args_is_help=True)


@app.callback()
def blast() -> None:
    """Judge whether the ministry's SMS blast arrived."""


@app.command("match")
def match(
    template: Annotated[Path, typer.Option(help="File with the text that was sent, UTF-8.")],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Answer JSON lines; the one way there is.")] = True,
) -> None:
    """Read records from standard input, a JSON object a line, and print one verdict a line.

    In: {"line","sender","smsc","parts":[{"pdu","arrived_utc"}],"sms_proven_utc"}. Out: {"verdict","reason",
    "values"}; verdicts: received, near, incomplete, other, not received, not measurable, suspect_bts,
    malformed. Of a text that is not the blast nothing is printed.
    """
    try:
        judge = BlastJudge(template.read_text(encoding="utf-8"))
    except (OSError, ValueError) as reason:
        complain(
            f"cannot use the template {template}: {reason}",
            f"templat {template} tidak dapat dipakai: {reason}",
        )
        raise typer.Exit(1) from None
    serve(Message, judge.judge, lambda why: BlastVerdict(verdict="malformed", reason=why))
