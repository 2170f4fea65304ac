"""One switch a modem: staggered, never all off, an OFF is a lease, ON after any reset."""

from probe.logic import limits
from probe.logic.budget import Budget

ON, OFF, DUE, SHED = range(4)  # DUE: shall be on, waits for its turn
CMD_OFF, CMD_ON, LEASE_OVER, STARTED, BATTERY_LOW, MAINS_BACK = range(6)

TRANSITIONS = {
    (ON, CMD_OFF): OFF,
    (ON, BATTERY_LOW): SHED,
    (OFF, CMD_ON): DUE,
    (OFF, LEASE_OVER): DUE,
    (OFF, BATTERY_LOW): SHED,
    (DUE, STARTED): ON,
    (DUE, BATTERY_LOW): SHED,
    (SHED, MAINS_BACK): DUE,
}


class ModemPower:
    """Levels of the modems' switches; `levels[line]` is 1 for on."""

    def __init__(self) -> None:
        self.levels = bytearray(b"\x01" * limits.LINES)
        self.states = [ON] * limits.LINES
        self._lease_ms = [0] * limits.LINES
        self._off_ms = [0] * limits.LINES
        self._wait_ms = [0] * limits.LINES  # back-off
        self._since_start_ms = limits.STAGGER_MS
        self._budgets = tuple([Budget(limits.OFFS_A_DAY, limits.DAY_MS) for _ in range(limits.LINES)])

    def _move(self, line: int, event: int) -> bool:
        state = TRANSITIONS.get((self.states[line], event))
        if state is None:
            return False
        self.states[line] = state
        on = state == ON
        if self.levels[line] and not on:
            self._off_ms[line] = -1  # the time of this very step was before
        self.levels[line] = 1 if on else 0
        return True

    def _is_last_on(self, line: int) -> bool:
        for other in range(limits.LINES):
            if other != line and self.levels[other]:
                return False
        return True

    def switch_off(self, line: int, lease_ms: int) -> bool:
        """Switch *line* off for *lease_ms* at most; False if it is not allowed now."""
        if self.states[line] != ON or self._wait_ms[line] or self._is_last_on(line):
            return False
        if not self._budgets[line].take():
            return False
        spent = self._budgets[line].spent()
        self._wait_ms[line] = limits.BACKOFF_MS[min(spent, len(limits.BACKOFF_MS) - 1)]
        self._lease_ms[line] = lease_ms
        return self._move(line, CMD_OFF)

    def switch_on(self, line: int) -> bool:
        """End the OFF of *line*; False if it was not off by command."""
        return self._move(line, CMD_ON)

    def shed(self, line: int) -> bool:
        """Switch *line* off because the battery runs low; False if it is the last one on, or gone already."""
        if self.levels[line] and self._is_last_on(line):
            return False
        return self._move(line, BATTERY_LOW)

    def mains_back(self) -> None:
        """Let every line come back that was shed."""
        for line in range(limits.LINES):
            self._move(line, MAINS_BACK)

    def tick(self, elapsed_ms: int, pi_silent_ms: int) -> None:
        """Let time pass: leases end, at most one modem starts."""
        self._since_start_ms = min(limits.STAGGER_MS, self._since_start_ms + elapsed_ms)
        for line in range(limits.LINES):
            self._wait_ms[line] = max(0, self._wait_ms[line] - elapsed_ms)
            self._budgets[line].tick(elapsed_ms)
            if not self.levels[line]:
                self._tick_off(line, elapsed_ms, pi_silent_ms)

    def _tick_off(self, line: int, elapsed_ms: int, pi_silent_ms: int) -> None:
        off_ms = self._off_ms[line]
        self._off_ms[line] = 0 if off_ms < 0 else min(limits.MIN_OFF_MS, off_ms + elapsed_ms)
        if self.states[line] == OFF:
            self._lease_ms[line] = max(0, self._lease_ms[line] - elapsed_ms)
            if self._lease_ms[line] == 0 or pi_silent_ms >= limits.PI_SILENT_MS:
                self._move(line, LEASE_OVER)
        if self.states[line] != DUE or self._off_ms[line] < limits.MIN_OFF_MS:
            return
        if self._since_start_ms >= limits.STAGGER_MS:
            self._since_start_ms = 0
            self._move(line, STARTED)
