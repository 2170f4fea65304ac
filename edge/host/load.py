"""What the machine does: cores, interrupts, lost packets, throttling, the speed of a USB place.

# Ref: proc(5) /proc/stat (fields of cpuN in clock ticks); the rest [memory]: kernel net/core/net-procfs.c,
# softnet_seq_show (a line a CPU, hexadecimal: processed, dropped, time_squeeze, ...); sysfs-bus-usb (speed,
# Mbit/s); raspberrypi/linux drivers/firmware/raspberrypi.c, get_throttled (hexadecimal)
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, process_time

from edge.measure.device import Moment

_IDLE, _IOWAIT, _IRQ, _SOFTIRQ = 3, 4, 5, 6
_FIELDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One reading; ticks a core: (all, idle, interrupts). dropped: packets that queues lost so far."""

    mono_s: float
    own_s: float
    cores: tuple[tuple[int, int, int], ...]
    dropped: int


@dataclass(frozen=True, slots=True)
class Machine:
    """Reads files below *root*."""

    root: Path = Path("/")
    mono_s: Callable[[], float] = monotonic
    own_s: Callable[[], float] = process_time

    def read(self) -> Load:
        """Return what the machine did so far."""
        return Load(
            mono_s=self.mono_s(),
            own_s=self.own_s(),
            cores=parse_stat((self.root / "proc/stat").read_text(encoding="ascii")),
            dropped=parse_softnet(self._text("proc/net/softnet_stat")),
        )

    def throttled(self) -> int | None:
        """Return the Raspberry Pi's throttling bits; None on another machine."""
        text = self._text("sys/devices/platform/soc/soc:firmware/get_throttled").strip()
        return int(text, 16) if text else None

    def usb_bps(self, slot: str) -> float | None:
        """Return the signalling rate of the device at USB place *slot*, bit/s; None where there is none."""
        text = self._text(f"sys/bus/usb/devices/{slot}/speed").strip() if "/" not in slot else ""
        return float(text) * 1e6 if text else None

    def _text(self, path: str) -> str:
        try:
            return (self.root / path).read_text(encoding="ascii")
        except OSError:
            return ""


def parse_stat(text: str) -> tuple[tuple[int, int, int], ...]:
    """Return (all, idle, interrupts) ticks of each core in /proc/stat; waiting for a disk is idle."""
    cores: list[tuple[int, int, int]] = []
    for line in text.splitlines():
        name, *cells = line.split()
        if name.startswith("cpu") and name != "cpu":
            ticks = [int(cell) for cell in cells[:_FIELDS]]
            cores.append((sum(ticks), ticks[_IDLE] + ticks[_IOWAIT], ticks[_IRQ] + ticks[_SOFTIRQ]))
    return tuple(cores)


def parse_softnet(text: str) -> int:
    """Return the packets dropped by all CPUs' queues."""
    return sum(int(line.split()[1], 16) for line in text.splitlines() if line.strip())


def moment_of(before: Load, after: Load) -> Moment | None:
    """Return the shares between two readings; None if they lie too close to tell."""
    spans = [(b[0] - a[0], b[1] - a[1], b[2] - a[2]) for a, b in zip(before.cores, after.cores, strict=False)]
    total, lasted_s = sum(span[0] for span in spans), after.mono_s - before.mono_s
    if total <= 0 or lasted_s <= 0:
        return None
    return Moment(
        idle=sum(span[1] for span in spans) / total,
        softirq=max(span[2] / span[0] if span[0] else 0.0 for span in spans),
        own=(after.own_s - before.own_s) / lasted_s,
    )
