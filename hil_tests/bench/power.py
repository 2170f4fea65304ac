"""Switching a modem's power: one protocol, so that tests do not know whether a relay or a process does it."""

import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from hil_tests.bench.errors import InjectFailed


class PowerPort(Protocol):
    """One modem's power."""

    def off(self) -> None:
        """Cut it. Raises: InjectFailed."""

    def on(self) -> None:
        """Give it back. Raises: InjectFailed."""


class SwitchedPower:
    """Power that two functions switch: a simulator's process."""

    def __init__(self, off: Callable[[], None], on: Callable[[], None]) -> None:
        self._off, self._on = off, on

    def off(self) -> None:
        """Cut it."""
        self._off()

    def on(self) -> None:
        """Give it back."""
        self._on()


class CommandPower:
    """Power that programs switch (uhubctl, a relay's tool): each word may hold {slot} or {usb_path}."""

    def __init__(
        self,
        off: Sequence[str],
        on: Sequence[str],
        facts: Mapping[str, str],
        *,
        deadline_s: float,
    ) -> None:
        self._words = {"off": list(off), "on": list(on)}
        self._facts = dict(facts)
        self._deadline_s = deadline_s

    def off(self) -> None:
        """Cut it. Raises: InjectFailed."""
        self._switch("off")

    def on(self) -> None:
        """Give it back. Raises: InjectFailed."""
        self._switch("on")

    def _switch(self, to: str) -> None:
        command = [word.format_map(self._facts) for word in self._words[to]]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=self._deadline_s,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as exc:
            raise InjectFailed(f"power {to} of {self._facts['slot']}: {command[0]}: {exc}") from exc
        if done.returncode:
            said = (done.stderr or done.stdout).strip()
            raise InjectFailed(
                f"power {to} of {self._facts['slot']}: {' '.join(command)} ended with {done.returncode}: "
                f"{said}. Try the command by hand."
            )
