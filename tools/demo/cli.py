"""`python -m tools.demo`: play the demo, judge it, show it. Exit status 0: every figure is in tolerance."""

import os
import secrets
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer
from rich.console import Console
from rich.markup import escape

from tools.demo import show
from tools.demo.children import ProgramError
from tools.demo.load import LoadError, load, read_emulator, read_truth, stored_by_line
from tools.demo.picture import draw
from tools.demo.stage import SABOTAGES, Plan, Played, Stage, clean_folder
from tools.demo.verdict.judge import Evidence, Verdict, judge
from tools.demo.verdict.model import Figure

FAILED, NOT_PLAYED, INTERRUPTED, BROKER_OUT_OF_REACH = 1, 2, 130, 3


def run(
    seed: Annotated[int | None, typer.Option(help="Draws the whole site; without it one is drawn.")] = None,
    folder: Annotated[Path, typer.Option("--dir", help="Where everything of the run goes.")] = Path(
        "build/demo"
    ),
    broker: Annotated[str | None, typer.Option(help="mqtt://HOST:PORT; without it the demo's own.")] = None,
    sabotage: Annotated[str | None, typer.Option(help=f"One of {', '.join(SABOTAGES)}.")] = None,
    keep: Annotated[bool, typer.Option(help="Keep the box's data (captures, outbox) too.")] = False,
) -> None:
    """Measure five simulated lines end to end and judge every figure against what the site really did."""
    if sabotage is not None and sabotage not in SABOTAGES:
        raise typer.BadParameter(f"{sabotage!r}: use one of {', '.join(SABOTAGES)}", param_hint="--sabotage")
    as_root_of_a_namespace(broker)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    drawn = secrets.randbelow(1_000_000) if seed is None else seed
    plan = Plan(seed=drawn, folder=folder.resolve(), broker=broker, sabotage=sabotage)
    console.print(f"[bold]Pantau demo[/] seed {drawn}, {plan.folder}" + _sabotage_words(sabotage))
    try:
        clean_folder(plan.folder)
        status = conclude(plan, Stage(plan, console).play(), console, keep=keep)
    except (ProgramError, LoadError) as exc:
        console.print(f"[bold red]The demo could not be played:[/] {escape(str(exc))}", soft_wrap=True)
        status = NOT_PLAYED
    except KeyboardInterrupt:
        console.print("interrupted; everything that was started has ended")
        status = INTERRUPTED
    raise typer.Exit(status)


def conclude(plan: Plan, played: Played, console: Console, *, keep: bool) -> int:
    """Judge the run, write verdict.json and demo.png, print the verdict; return the exit status."""
    evidence = load(plan.folder, stored_by_line(played.counted, plan.box))
    verdict = with_box(judge(evidence), played.box_status, plan.folder)
    write_verdict(plan.folder / "verdict.json", plan, evidence, verdict, played)
    commit = read_truth(plan.folder).commit
    title = f"seed {plan.seed} · commit {commit[:12]}" + (
        f" · sabotage {plan.sabotage}" * bool(plan.sabotage)
    )
    draw(plan.folder / "demo.png", evidence, verdict, title)
    show.show(console, verdict, evidence.truth)
    console.print(f"{played.seconds:.0f} s, seed {plan.seed}: {plan.folder}/demo.png, verdict.json")
    if not keep:
        prune(plan.folder)
    return 0 if verdict.holds else FAILED


def with_box(verdict: Verdict, status: int, folder: Path) -> Verdict:
    """Add the failed figure of a box that did not end well."""
    if status == 0:
        return verdict
    reason = f"ended with {status}; its log: {folder}/box.log"
    box = Figure(line="all", name="pantau once", layer="program", unit="", ok=False, reason=reason)
    return Verdict(figures=[*verdict.figures, box], no_verdict=verdict.no_verdict)


def write_verdict(path: Path, plan: Plan, evidence: Evidence, verdict: Verdict, played: Played) -> None:
    """Write every figure as JSON, for programs."""
    paper = {
        "v": 1,
        "seed": plan.seed,
        "commit": read_truth(plan.folder).commit,
        "sabotage": plan.sabotage,
        "holds": verdict.holds,
        "no_verdict": verdict.no_verdict,
        "seconds": round(played.seconds, 1),
        "messages": evidence.heard.messages,
        "emulator_lateness_us": read_emulator(plan.folder).lateness_us,
        "lines": {line.slot: line.title for line in evidence.truth},
        "figures": verdict.figures,
    }
    path.write_bytes(msgspec.json.format(msgspec.json.encode(paper)) + b"\n")


def prune(folder: Path) -> None:
    """Remove what nobody needs after the verdict: the box's outbox; captures, logs and papers stay."""
    for path in (folder / "box").glob("outbox.db*"):
        path.unlink()


def as_root_of_a_namespace(broker: str | None) -> None:
    """Return as root; an ordinary user's demo starts anew in namespaces of its own (never returns)."""
    if os.geteuid() == 0:
        return
    if broker is not None:
        typer.echo(
            f"demo: {broker} cannot be reached: an ordinary user's demo runs in namespaces of its own, "
            "which have no way out; run it as root (sudo), or without --broker to use the demo's own",
            err=True,
        )
        raise typer.Exit(BROKER_OUT_OF_REACH)
    _again(sys.argv[1:])


def _again(arguments: Sequence[str]) -> NoReturn:
    inside = [sys.executable, "-m", "tools.demo", *arguments]
    os.execv(sys.executable, [sys.executable, "-m", "tools.judge.userns", "--", *inside])


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _sabotage_words(sabotage: str | None) -> str:
    return f" [yellow]with sabotage: {sabotage} (it must fail)[/]" if sabotage else ""


def main() -> None:
    """Run the command."""
    typer.run(run)
