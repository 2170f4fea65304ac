"""Mains and battery: mains_lost first of all, then one modem after another, the last gasp."""

from probe.logic import limits
from probe.logic.modems import ModemPower

NOTHING, MAINS_LOST, LAST_GASP, MAINS_CAME = range(4)


class Supply:
    """What the levels of mains and battery ask for."""

    def __init__(self) -> None:
        self._mains = True
        self._gasped = False
        self._gap_ms = limits.SHED_GAP_MS

    def tick(self, elapsed_ms: int, mains: int, battery_mv: int, modems: ModemPower) -> int:
        """Let time pass; return what must be told at once. Sheds one modem at a time."""
        self._gap_ms = min(limits.SHED_GAP_MS, self._gap_ms + elapsed_ms)
        if mains:
            came, self._mains, self._gasped = not self._mains, True, False
            modems.mains_back()
            return MAINS_CAME if came else NOTHING
        if self._mains:
            self._mains = False
            return MAINS_LOST  # nothing is shed before this is told
        if battery_mv < limits.LAST_GASP_MV and not self._gasped:
            self._gasped = True
            return LAST_GASP
        self._shed(battery_mv, modems)
        return NOTHING

    def _shed(self, battery_mv: int, modems: ModemPower) -> None:
        if self._gap_ms < limits.SHED_GAP_MS:
            return
        for below_mv, line in limits.SHED:
            if battery_mv < below_mv and modems.shed(line):
                self._gap_ms = 0
                return
