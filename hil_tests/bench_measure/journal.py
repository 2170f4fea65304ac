"""The raw journal: a JSON line a thing that happened, flushed to disk before the next begins.

{"type": "plan"} once; {"type": "begin", "run"} before each run and {"type": "end", "run"} after it. A run
that began and never ended stays visible: the checker counts it as a failure.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from hil_tests.bench_measure.errors import JournalError

Line = Mapping[str, object]


def is_line(value: object) -> TypeGuard[dict[str, object]]:
    """Return whether *value* is an object with a type."""
    return isinstance(value, dict) and isinstance(value.get("type"), str)


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal at *path*, made where there is none."""

    path: Path

    def mend(self) -> None:
        """Take away a last line that was cut off, so that the next does not stick to it."""
        if self.path.exists():
            data = self.path.read_bytes()
            os.truncate(self.path, data.rfind(b"\n") + 1)

    def append(self, line: Line) -> None:
        """Write one line and wait until the disk has it."""
        with self.path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, separators=(",", ":"), allow_nan=False) + "\n")
            out.flush()
            os.fsync(out.fileno())

    def begin_with(self, plan: Line) -> None:
        """Write *plan* as the first line; one that is there must be the same. Raises: JournalError."""
        before = self.lines()
        if not before:
            self.append(plan)
        elif json.dumps(before[0]) != json.dumps(plan):
            raise JournalError(
                f"{self.path} is of another plan; move it away, or ask for the same cells again"
            )

    def lines(self) -> Sequence[Line]:
        """Return every line. Raises: JournalError."""
        if not self.path.exists():
            return []
        texts = self.path.read_text(encoding="utf-8").splitlines()
        return [self._line(number, text) for number, text in enumerate(texts, 1)]

    def _line(self, number: int, text: str) -> Line:
        try:
            line: object = json.loads(text)
        except ValueError as error:
            raise JournalError(
                f"{self.path}, line {number}: {error}; move the file away to begin anew"
            ) from error
        if not is_line(line):
            raise JournalError(f"{self.path}, line {number}: no object with a type; move the file away")
        return line
