"""The echo of what was said, in all the forms in which it comes back."""

from __future__ import annotations

ECHO_LOST_CHARS = 2  # at the beginning of an echo, on a line that has just woken


class Echo:
    """The echo of one command, and of the body that follows its prompt."""

    def __init__(self, text: str, body: str | None) -> None:
        self._text, self._body, self._left = text, body, text

    def takes(self, line: str) -> bool:
        """Tell if *line* is what was sent: whole, a part before or after a code, or behind leftovers."""
        if self._body is not None and line.strip("> \x1a") == self._body:
            return True
        if line == self._text or (len(self._text) > 3 and line.endswith(self._text)):
            self._left = ""
            return True
        left = self._left
        if not left:
            return False
        begun = left != self._text
        is_part = left.startswith(line) and (begun or line[:2].upper() == "AT")
        if is_part:
            self._left = left[len(line) :]
        return is_part or (
            not begun and len(line) >= len(left) - ECHO_LOST_CHARS >= 1 and left.endswith(line)
        )
