"""Do no harm: when must a test end because it holds everybody else on the line up?

Loaded round trips more than RISE_MS above idle, without one below in between, for FOR_S. Without I/O, clock
or probe of its own: who loads the line tells what round trips it sees.
"""

from dataclasses import dataclass

RISE_MS = 200.0
FOR_S = 1.0


@dataclass(frozen=True, slots=True)
class Harm:
    """What was seen: the idle round trip, the last loaded one, and for how long it had been too long."""

    idle_ms: float
    loaded_ms: float
    lasted_s: float

    @property
    def words(self) -> str:
        """The finding in words, for a result's text."""
        return (
            f"round trips {self.loaded_ms:.0f} ms, {self.loaded_ms - self.idle_ms:.0f} ms above idle, "
            f"for {self.lasted_s:.1f} s"
        )


class HarmWatch:
    """Watches one loaded line.

    idle_ms: the round trip before the load, where known; a shorter one seen later replaces it, so a first
    exchange that had to wake a radio spoils nothing. now_s is monotonic.
    """

    def __init__(
        self, idle_ms: float | None = None, *, rise_ms: float = RISE_MS, for_s: float = FOR_S
    ) -> None:
        self._idle_ms = idle_ms
        self._rise_ms, self._for_s = rise_ms, for_s
        self._since_s: float | None = None
        self._answers = 0

    @property
    def idle_ms(self) -> float | None:
        """The least round trip known, ms."""
        return self._idle_ms

    def answered(self, rtt_ms: float, now_s: float) -> Harm | None:
        """Take a round trip that ended at *now_s*; return the harm, if the test must end."""
        self._idle_ms = rtt_ms if self._idle_ms is None else min(self._idle_ms, rtt_ms)
        return self._seen(rtt_ms, now_s, 1)

    def waiting(self, waited_ms: float, now_s: float) -> Harm | None:
        """Take that the oldest probe without an answer has waited so long: its round trip is no shorter.

        Silence alone is a dead line, not a full one: harm takes an answer that was late, too.
        """
        if self._idle_ms is None or waited_ms <= self._idle_ms + self._rise_ms:
            return None
        return self._seen(waited_ms, now_s, 0)

    def _seen(self, rtt_ms: float, now_s: float, answers: int) -> Harm | None:
        idle_ms = rtt_ms if self._idle_ms is None else self._idle_ms
        if rtt_ms <= idle_ms + self._rise_ms:
            self._since_s, self._answers = None, 0
            return None
        self._since_s = now_s if self._since_s is None else self._since_s
        self._answers += answers
        lasted_s = now_s - self._since_s
        if lasted_s < self._for_s or not self._answers:
            return None
        return Harm(idle_ms, rtt_ms, lasted_s)
