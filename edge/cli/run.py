"""`pantau run` and what it shares with `pantau once`: start the box, measure, end in order."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from edge.cli.progress import watcher
from edge.service.build import assemble, lock_data_dir, read_config, start_net
from edge.service.runner import Exit, Plan, run_box

DEFAULT_CONFIG = Path("/etc/pantau/box.toml")
ConfigOption = Annotated[Path, typer.Option("--config", help="The box's configuration (TOML).")]


def run(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Measure every line, round after round, until stopped.

    Results wait on the disk until headquarters has them. Ctrl-C ends within 3 seconds and leaves nothing
    behind.
    """
    raise typer.Exit(start(config, rounds=None))


def start(path: Path, *, rounds: int | None, receipt_s: float = 60.0) -> Exit:
    """Run the box configured in *path*. Raises: ConfigError, BoxRefused, OutboxError, HelperGone."""
    config = read_config(path)
    helper = start_net(config)  # first: it forks, and there must be no thread yet
    view = watcher()
    try:
        with ExitStack() as stack:
            lock_data_dir(Path(config.data_dir), stack)
            box = assemble(config, helper, view, on_state=view.broker, on_notice=view.notice)
            stack.callback(box.outbox.close)
            return asyncio.run(run_box(box, Plan(rounds, config.schedule.every_s, receipt_s)))
    finally:
        view.close()
        helper.close()
