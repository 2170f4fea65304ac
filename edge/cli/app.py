"""`pantau`: measure every operator at this place. One file a verb; this one only lists them."""

import typer

from edge.cli import at, blast, capture, heartbeat, measure, modems, name, once, run, signal, sms
from edge.cli.errors import explained

app = typer.Typer(
    help="Pantau measures every cellular operator at one place, all the time, and proves it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run.run)
app.command("once")(once.once)
app.command("measure")(measure.measure)
app.command("heartbeat")(heartbeat.heartbeat)
app.add_typer(modems.app, name="modems")
app.command("signal")(signal.signal)
app.command("capture")(capture.capture)
app.command("at")(at.at)
app.add_typer(blast.app, name="blast")
app.add_typer(name.app, name="name")
app.add_typer(sms.app, name="sms")


def program() -> int:
    """Run the command line; every error of ours leaves as a sentence and a non-zero exit status."""
    return explained(app)
