"""The links: `python -m hil_tests.sims.operator_net.emulator --config FILE --log FILE [--control SOCKET]`.

One process for all links, in a namespace of its own that holds both ends' peers. Prints READY, runs until
SIGTERM or SIGINT, then sends what is on its way and writes the summary. `--warm` compiles and does no more.
"""

import argparse
import contextlib
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from hil_tests.sims.operator_net.control import Control
from hil_tests.sims.operator_net.journal import Journal
from hil_tests.sims.operator_net.loop import Emulator
from hil_tests.sims.operator_net.settings import EmulatorConfig, SettingsError, read_config
from hil_tests.sims.operator_net.warm import warm

NICENESS = -10


def _raise_priority() -> None:
    """Run before everything else on the machine as far as the kernel lets us; the summary says how far.

    Round robin of the lowest real-time priority, which sched(7) holds below 95 % of a core; else nice(2).
    """
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        return
    with contextlib.suppress(PermissionError):
        os.nice(NICENESS)


def _stop_socket() -> socket.socket:
    """Return a socket that becomes readable on SIGTERM or SIGINT."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.detach())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    return reader


def run(config: EmulatorConfig, log_path: Path, control_path: Path | None = None) -> None:
    """Carry the links of *config* until a signal; see the module. Raises: OSError."""
    stop = _stop_socket()
    warm()
    _raise_priority()  # of the journal's thread too: one that waits for a core must not hold the interpreter
    journal = Journal(log_path)
    with contextlib.ExitStack() as undo:
        undo.enter_context(contextlib.closing(journal))
        emulator = undo.enter_context(contextlib.closing(Emulator(config, journal)))
        control = None
        if control_path is not None:
            control = undo.enter_context(contextlib.closing(Control(control_path, emulator.obey)))
        journal.summary({**emulator.facts(), "stopped_ns": None})
        gc.collect()
        gc.freeze()
        gc.disable()  # nothing here makes cycles; a collection would be a pause
        print("READY", flush=True)
        emulator.run(stop, control)
        journal.event("stopped", time.time_ns())
        journal.settle()
        journal.summary({**emulator.facts(), "stopped_ns": time.time_ns()})


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m hil_tests.sims.operator_net.emulator", description=__doc__
    )
    parser.add_argument("--config", type=Path, help="JSON, see operator_net/settings.py")
    parser.add_argument("--log", type=Path, help="binary log; summary, events and capacity go beside it")
    parser.add_argument("--control", type=Path, help="Unix socket to take changes from (control.py)")
    parser.add_argument("--warm", action="store_true", help="compile into the cache and end")
    options = parser.parse_args(arguments)
    if not options.warm and (options.config is None or options.log is None):
        parser.error("--config FILE and --log FILE are needed")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status: 0 after a signal, 2 with a text when it could not start."""
    options = _options(arguments)
    try:
        if options.warm:
            warm()
        else:
            run(read_config(options.config), options.log, options.control)
    except (SettingsError, OSError) as error:
        print(f"emulator: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
