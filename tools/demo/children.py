"""The demo's programs as child processes: started with their log files, waited for, always ended."""

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

STOP_S = 10.0


class ProgramError(Exception):
    """A program of the demo did not do its part; the text names it, says why, and where its log is."""


class Child:
    """A running program. What it prints goes to *log_path*, line by line, and to `on_line`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log_path: Path,
        *,
        on_line: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self.name, self.log_path = name, log_path
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._on_line = on_line
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        except OSError as exc:
            raise ProgramError(f"{name}: {command[0]} cannot be started ({exc.strerror})") from exc
        self._reader = threading.Thread(target=self._read, name=f"{name}-output", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        output = self._process.stdout
        if output is None:
            return
        with self.log_path.open("ab") as log:
            for raw in output:
                log.write(raw)
                log.flush()
                line = raw.decode(errors="replace").rstrip()
                self._on_line(line)
                self._lines.put(line)
        self._lines.put(None)

    @property
    def status(self) -> int | None:
        """The exit status, None while it runs."""
        return self._process.poll()

    def wait_line(self, start: str, *, within_s: float) -> str:
        """Return the first line that begins with *start*.

        Raises: ProgramError, if the program ends first or says nothing of the kind within *within_s*.
        """
        deadline = time.monotonic() + within_s
        last = ""
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise ProgramError(
                    f"{self.name}: no {start!r} within {within_s:g} s{self._where()}"
                ) from None
            if line is None:
                self._process.wait()
                raise ProgramError(f"{self.name}: ended with {self.status}, said {last!r}{self._where()}")
            if line.startswith(start):
                return line
            last = line or last

    def wait(self, *, within_s: float) -> int:
        """Return the exit status of a program that ends by itself.

        Raises: ProgramError, if it still runs after *within_s*.
        """
        try:
            status = self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            raise ProgramError(f"{self.name}: still running after {within_s:g} s{self._where()}") from None
        self._reader.join(STOP_S)
        return status

    def stop(self) -> int:
        """End the program (SIGTERM, after STOP_S SIGKILL) and return its exit status."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._reader.join(STOP_S)
        return status

    def _where(self) -> str:
        return f"; its log: {self.log_path}"


class Children:
    """Every child of the demo, ended in reverse order when the `with` block is left, whatever happened."""

    def __init__(self, log_dir: Path) -> None:
        self._log_dir = log_dir
        self._running: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in reversed(self._running):
            child.stop()
        self._running.clear()

    def start(
        self, name: str, command: Sequence[str], *, on_line: Callable[[str], None] = lambda _line: None
    ) -> Child:
        """Start a program; its output goes to <name>.log.

        Raises: ProgramError, if it cannot be started.
        """
        child = Child(name, command, self._log_dir / f"{name}.log", on_line=on_line)
        self._running.append(child)
        return child

    def stop(self, child: Child) -> int:
        """End one child now and return its exit status."""
        status = child.stop()
        if child in self._running:
            self._running.remove(child)
        return status
