"""What the box knows of its site and its clock from the probe board; without a board: nothing, calmly."""

from dataclasses import dataclass, field

from edge.host.timekeeping import Compared
from edge.measure.site import SiteLog

WIRE_MS = 30.0
"""How late a frame is noticed at most: 2.3 ms of wire at 115200 baud, the board's step, our loop's turn."""


@dataclass(slots=True)
class SiteWatch:
    """log: mains and maintenance; the clock is compared whenever the board tells UTC."""

    log: SiteLog = field(default_factory=SiteLog)
    _compared: Compared | None = None
    _compared_s: float = 0.0

    def compare(self, *, clock_ns: int, utc_s: int, age_ms: int, uncertainty_us: int, mono_s: float) -> None:
        """Compare the kernel's clock with UTC as the board just told it."""
        offset_ms = clock_ns / 1e6 - (utc_s * 1000 + age_ms + WIRE_MS / 2)
        bound_ms = uncertainty_us / 1000 + WIRE_MS / 2
        self._compared, self._compared_s = Compared(offset_ms, bound_ms, 0.0), mono_s

    def compared_at(self, mono_s: float) -> Compared | None:
        """Return the last comparison with its age."""
        if self._compared is None:
            return None
        return self._compared._replace(age_s=mono_s - self._compared_s)
