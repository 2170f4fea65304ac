"""`python -m hil_tests.link`: see options.py, or --help."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console

from hil_tests.link import options as command_line
from hil_tests.link.errors import LinkError
from hil_tests.link.figures import report_json
from hil_tests.link.options import Options
from hil_tests.link.session import Trial, try_link
from hil_tests.link.table import show
from hil_tests.sims.operator_net.children import ChildError
from hil_tests.sims.operator_net.log import LogError
from hil_tests.sims.operator_net.namespaces import NetworkError
from hil_tests.sims.operator_net.settings import SettingsError

UNPACKED = Path(__file__).resolve().parents[2] / "build/apt/bin"  # `make programs` puts them there
COULD_NOT, INTERRUPTED = 2, 130


@contextmanager
def step(words: str) -> Iterator[None]:
    """Show on standard error that *words* is going on, then how long it took."""
    console, begun_s = Console(stderr=True), time.monotonic()
    if console.is_terminal:
        with console.status(words):
            yield
    else:
        console.print(f"{words} ...", soft_wrap=True, highlight=False)
        yield
    console.print(f"  {words}: {time.monotonic() - begun_s:.1f} s", soft_wrap=True, highlight=False)


def in_namespaces_of_its_own(arguments: Sequence[str]) -> None:
    """As an ordinary user start anew as root of a user namespace; returns only where that is not needed."""
    if os.geteuid() == 0:
        return
    inner = [sys.executable, "-m", "hil_tests.link", *arguments]
    os.execv(sys.executable, [sys.executable, "-m", "tools.judge.userns", "--", *inner])


def run(options: Options) -> Trial:
    """Try the link once, in the folder of --keep or in one that is gone afterwards."""
    with ExitStack() as undo:
        if options.keep is None:
            folder = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="link-")))
        else:
            folder = options.keep
            folder.mkdir(parents=True, exist_ok=True)
        return try_link(options, folder, step)


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status: 0 when it ran, 2 with a text when it could not, 130 after Ctrl-C."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    os.environ["PATH"] = os.pathsep.join(
        (str(UNPACKED), os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin")
    )
    try:
        options = command_line.read(given)
        in_namespaces_of_its_own(given)
        trial = run(options)
    except (LinkError, NetworkError, ChildError, SettingsError, LogError, OSError) as error:
        print(f"link: {error}", file=sys.stderr)
        return COULD_NOT
    except KeyboardInterrupt:
        print("link: interrupted; everything it made is gone", file=sys.stderr)
        return INTERRUPTED
    if options.json:
        print(report_json(trial.measured, trial.truth_json()))
    else:
        show(trial, Console())
    if not trial.link.get("valid", True):
        print("link: INVALID: the emulator itself was late; these figures are worth nothing", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
