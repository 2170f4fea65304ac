"""Watches the Pi by its proofs of work: alarm, reset line, power cut; the cuts of a day are limited."""

import struct

from probe.logic import limits
from probe.logic.budget import Budget

WATCH, ALARM, RESET, WAIT, CUT = range(5)  # WAIT: was reset, has until CUT_AFTER_MS
PROOF, TOO_LONG, PULSE_OVER, CUT_OVER, INHIBITED = range(5)

TRANSITIONS = {
    (WATCH, TOO_LONG): ALARM,
    (ALARM, PROOF): WATCH,
    (ALARM, TOO_LONG): RESET,
    (ALARM, INHIBITED): WATCH,
    (RESET, PULSE_OVER): WAIT,
    (WAIT, PROOF): WATCH,
    (WAIT, TOO_LONG): CUT,
    (WAIT, INHIBITED): WATCH,
    (CUT, CUT_OVER): WATCH,
}
_PATIENCE_MS = {WATCH: limits.ALARM_AFTER_MS, ALARM: limits.RESET_AFTER_MS, WAIT: limits.CUT_AFTER_MS}
_MEMORY = "<%dI" % limits.CUTS_A_DAY
MEMORY_BYTES = 4 * limits.CUTS_A_DAY


def is_proof(receipt_age_s: int, samples: "tuple[int, ...]") -> bool:
    """Return whether a heartbeat proves work: samples on any line, or a fresh receipt."""
    return receipt_age_s <= limits.FRESH_RECEIPT_S or max(samples) > 0


class PiWatch:
    """Levels toward the Pi: `alarm`, `reset`, `power`. *memory* keeps the cuts of the day over a reset."""

    def __init__(self, memory: bytearray) -> None:
        self.alarm, self.reset, self.power = 0, 0, 1
        self.state = WATCH
        self.silent_ms = 0
        self._in_state_ms = 0
        self._memory = memory
        self._cuts = Budget(limits.CUTS_A_DAY, limits.DAY_MS)
        for index, seconds in enumerate(struct.unpack_from(_MEMORY, memory, 0)):
            self._cuts.restore(index, seconds)

    def proof(self) -> None:
        """Take a proof of work."""
        self.silent_ms = 0
        self._move(PROOF)

    def _move(self, event: int) -> None:
        state = TRANSITIONS.get((self.state, event))
        if state is None:
            return
        if state == CUT and not self._take_cut():
            return
        self.state, self._in_state_ms = state, 0
        self.alarm = 0 if state == WATCH else 1
        self.reset = 1 if state == RESET else 0
        self.power = 0 if state == CUT else 1

    def _take_cut(self) -> bool:
        if not self._cuts.take():
            return False
        self._remember()  # before the power goes
        return True

    def _remember(self) -> None:
        left = [self._cuts.seconds_left(index) for index in range(limits.CUTS_A_DAY)]
        struct.pack_into(_MEMORY, self._memory, 0, *left)

    def tick(self, elapsed_ms: int, *, inhibited: bool) -> None:
        """Let time pass; *inhibited* in service mode and while an update runs."""
        self._cuts.tick(elapsed_ms)
        self._in_state_ms = min(limits.DAY_MS, self._in_state_ms + elapsed_ms)
        if self.state == CUT:
            self._end_cut()
        elif self.state == RESET:
            if self._in_state_ms >= limits.RESET_PULSE_MS:
                self._move(PULSE_OVER)
        elif inhibited:
            self.silent_ms = 0
            self._move(INHIBITED)
        else:
            self._wait(elapsed_ms)

    def _end_cut(self) -> None:
        if self._in_state_ms >= limits.CUT_MS:
            self.silent_ms = 0  # it boots: the stages begin anew
            self._move(CUT_OVER)

    def _wait(self, elapsed_ms: int) -> None:
        self.silent_ms = min(limits.DAY_MS, self.silent_ms + elapsed_ms)
        if self.silent_ms >= _PATIENCE_MS[self.state]:
            self._move(TOO_LONG)
