"""So many acts in any period, counted with countdowns, so that no clock can wrap."""


class Budget:
    """*count* acts in any *period_ms*."""

    def __init__(self, count: int, period_ms: int) -> None:
        self._period_ms = period_ms
        self._left_ms = [0] * count  # until each act may be done again

    def tick(self, elapsed_ms: int) -> None:
        """Let time pass."""
        left = self._left_ms
        for index in range(len(left)):
            if left[index]:
                left[index] = max(0, left[index] - elapsed_ms)

    def spent(self) -> int:
        """Return how many acts of the period are done."""
        count = 0
        for left in self._left_ms:
            if left:
                count += 1
        return count

    def take(self) -> bool:
        """Count one act; return False if there is none left."""
        left = self._left_ms
        for index in range(len(left)):
            if not left[index]:
                left[index] = self._period_ms
                return True
        return False

    def seconds_left(self, index: int) -> int:
        """Return the seconds until act *index* comes back, rounded up: what is kept over a reset."""
        return (self._left_ms[index] + 999) // 1000

    def restore(self, index: int, seconds: int) -> None:
        """Take over what was kept; time that passed without power only makes it later."""
        self._left_ms[index] = min(seconds * 1000, self._period_ms)
