"""What an unsolicited code broke in two, outside quotes: the parts that belong together.

The part after the code is told by its cells alone, so only in a command all of whose answers have a prefix;
the part before it by the prefix or result that both make. It cannot be told where the part before has the
shape of a code itself ("+CEREG: 2" of an answer), nor a digit from a result after ATV0.
"""

from __future__ import annotations

import re

_CELLS = re.compile(r'(?:[-0-9A-Fa-f.,]|"[^"]*")+')


class Breaks:
    """What came last of the command in flight, and whether a code came after it."""

    def __init__(self) -> None:
        self._is_answer = self._is_broken = False
        self._part = ""

    def answered(self) -> None:
        """Take note of an information line."""
        self._is_answer, self._is_broken, self._part = True, False, ""

    def misfit(self, part: str) -> None:
        """Take note of a line that is nothing by itself."""
        self._is_answer, self._is_broken, self._part = False, False, part

    def code(self) -> None:
        """Take note of an unsolicited code."""
        self._is_broken = True

    def continues(self, line: str) -> bool:
        """Tell if *line* is the rest of the last information line."""
        return self._is_answer and self._is_broken and _CELLS.fullmatch(line) is not None

    def whole(self, line: str) -> str:
        """Return *line* behind the part before the code, "" if there is none."""
        return self._part + line if self._part and self._is_broken else ""
