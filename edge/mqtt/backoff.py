"""How long to wait before the next attempt to connect. Pure."""

from collections.abc import Callable

FIRST_S = 1.0
CAP_S = 300.0


class Backoff:
    """Doubles from 1 s to 300 s; each wait is drawn between half and the whole, so that boxes spread out."""

    def __init__(self, rng: Callable[[], float]) -> None:
        """*rng* gives numbers in [0, 1)."""
        self._rng = rng
        self._next_s = FIRST_S

    def reset(self) -> None:
        """Begin anew, after a success."""
        self._next_s = FIRST_S

    def wait_s(self) -> float:
        """Return the next wait in seconds."""
        whole_s = self._next_s
        self._next_s = min(CAP_S, whole_s * 2)
        return max(FIRST_S, whole_s * (0.5 + 0.5 * self._rng()))
