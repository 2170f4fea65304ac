"""The maintenance window: open while somebody works at the box, and WINDOW_MS after the last sign."""

from probe.logic import limits


class Window:
    """Signs: REPL attached, door, button, host USB."""

    def __init__(self) -> None:
        self._left_ms = 0

    def tick(self, elapsed_ms: int, *, sign: bool) -> bool:
        """Let time pass; return whether the window is open."""
        self._left_ms = limits.WINDOW_MS if sign else max(0, self._left_ms - elapsed_ms)
        return self._left_ms > 0


def may_open_repl(*, field_mode: bool, button_held: bool) -> bool:
    """Return whether a REPL that attaches now is let in: in field mode only with the button held."""
    return button_held or not field_mode
