"""The chip's own watchdog is fed only if every task ticked within its deadline."""

from probe.logic import limits


class FeedGate:
    """Ages of the tasks' last ticks."""

    def __init__(self) -> None:
        self._age_ms = [0] * len(limits.TASK_DEADLINES_MS)

    def ticked(self, task: int) -> None:
        """Take a sign of life of *task*, an index of TASK_DEADLINES_MS."""
        self._age_ms[task] = 0

    def tick(self, elapsed_ms: int) -> bool:
        """Let time pass; return whether the watchdog may be fed now."""
        fed = True
        for task in range(len(self._age_ms)):
            self._age_ms[task] += elapsed_ms
            if self._age_ms[task] > limits.TASK_DEADLINES_MS[task]:
                fed = False
        return fed
