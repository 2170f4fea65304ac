"""The kernel's byte counters of the interfaces in the caller's network namespace.

# Ref: proc(5), /proc/net/dev: per interface 8 numbers received (bytes first), then 8 sent (bytes first);
# netdevice(7), SIOCGIFINDEX
"""

from pathlib import Path
from socket import if_nametoindex

from edge.schedule.budget import Reading

PROC_NET_DEV = Path("/proc/thread-self/net/dev")


def parse_net_dev(text: str) -> dict[str, int]:
    """Return {interface: bytes received and sent} of /proc/net/dev. Raises: ValueError, if it is none."""
    counted: dict[str, int] = {}
    for line in text.splitlines()[2:]:
        name, _, numbers = line.partition(":")
        cells = numbers.split()
        if len(cells) < 16:
            raise ValueError(f"/proc/net/dev: {line!r} has {len(cells)} numbers, 16 are needed")
        counted[name.strip()] = int(cells[0]) + int(cells[8])
    return counted


class LineCounter:
    """The counter of one line: of its interface, or of every one but lo where the namespace is the line's."""

    def __init__(self, interface: str, boot: str) -> None:
        """*boot* is the kernel's number of this boot: counters begin anew with it."""
        self._interface, self._boot = interface, boot

    def bytes_now(self) -> int:
        """Return the bytes received and sent so far; 0 without the interface."""
        return sum(self._now().values())

    def read(self) -> Reading | None:
        """Return the counter with the device it belongs to; None while the interface is gone."""
        counted = self._now()
        try:
            numbers = [if_nametoindex(name) for name in sorted(counted)]
        except OSError:
            return None
        if not counted:
            return None
        return Reading(f"{self._boot}:{'+'.join(map(str, numbers))}", sum(counted.values()))

    def _now(self) -> dict[str, int]:
        counted = parse_net_dev(PROC_NET_DEV.read_text(encoding="ascii"))
        if self._interface:
            return {name: size for name, size in counted.items() if name == self._interface}
        return {name: size for name, size in counted.items() if name != "lo"}
