"""Programs a simulated site starts: each ends with its parent, and none outlives it."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hil_tests.sims.operator_net.namespaces import need

END_S = 4.0
Condition = Callable[[], bool]


class ChildError(Exception):
    """A program did not start or ended too early; the text has its name, exit status and last words."""


@dataclass(frozen=True)
class Child:
    """A running program; its standard output and errors go to `words`."""

    name: str
    process: subprocess.Popen[bytes]
    words: Path

    def last_words(self) -> str:
        """Return the end of what it printed, or "silent"."""
        text = self.words.read_text(encoding="utf-8", errors="replace").strip()
        return text[-600:] or "silent"

    def must_run(self) -> None:
        """Raises: ChildError, if it has ended."""
        if (status := self.process.poll()) is not None:
            raise ChildError(f"{self.name} ended with status {status}: {self.last_words()}")

    def await_ready(self, sign: str, *, deadline_s: float = 20.0) -> None:
        """Wait until a line it printed begins with *sign*. Raises: ChildError."""
        until_s = time.monotonic() + deadline_s
        while not any(line.startswith(sign) for line in self.last_words().splitlines()):
            self.must_run()
            if time.monotonic() > until_s:
                raise ChildError(
                    f"{self.name} did not print {sign} within {deadline_s:g} s: {self.last_words()}"
                )
            time.sleep(0.01)


def start(name: str, command: Sequence[str], *, words: Path, namespace: str | None = None) -> Child:
    """Start *command*, inside *namespace* if given; it gets SIGTERM when the calling thread ends.

    Raises: NetworkError (a program is missing), OSError.
    """
    entry = [] if namespace is None else [need("ip"), "netns", "exec", namespace]
    whole = [need("setpriv"), "--pdeathsig", "TERM", *entry, *command]
    with words.open("wb") as output:
        return Child(name, _popen(whole, output), words)


def _popen(command: Sequence[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
    )


def end(children: Sequence[Child], *, deadline_s: float = END_S) -> None:
    """Send SIGTERM to all, wait, then SIGKILL what is left; returns when all have ended."""
    for child in children:
        if child.process.poll() is None:
            child.process.send_signal(signal.SIGTERM)
    until_s = time.monotonic() + deadline_s
    for child in children:
        try:
            child.process.wait(max(0.0, until_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def first_to_end(children: Sequence[Child], others: Sequence[int]) -> tuple[Child | None, list[int]]:
    """Wait until a child ends or some of *others* become readable; return which."""
    descriptors = {os.pidfd_open(child.process.pid): child for child in children}
    try:
        ready, _, _ = select.select([*descriptors, *others], [], [])
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
    ended = next((descriptors[item] for item in ready if item in descriptors), None)
    return ended, [item for item in ready if item not in descriptors]
