"""Whether a line's interface is there and usable, asked from inside its namespace; needs no right.

Sources: proc(5) /proc/net/route; linux/ipv6_route.h, net/ipv6/route.c (rt6_info_route): destination, prefix
length ... interface.
"""

import socket
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

NET = Path("/proc/self/net")


@dataclass(frozen=True, slots=True)
class Presence:
    """index: the interface's number now, 0 if there is none; why: why it cannot be used, "" if it can."""

    index: int
    why: str


def look_at_interface(interface: str, gateway: str, *, net: Path = NET) -> Presence:
    """Return whether *interface* exists and, with a *gateway*, has the default route, which is set last."""
    index = 0
    with suppress(OSError):
        index = socket.if_nametoindex(interface)
    if not index:
        return Presence(0, f"there is no network interface {interface}")
    if gateway and interface not in default_interfaces(ip_address(gateway).version, net=net):
        return Presence(index, f"{interface} has no default route by {gateway}")
    return Presence(index, "")


def default_interfaces(version: int, *, net: Path = NET) -> set[str]:
    """Return the interfaces that have a default route of that IP version."""
    path = net / ("route" if version == 4 else "ipv6_route")
    try:
        rows = [row.split() for row in path.read_text(encoding="ascii").splitlines()]
    except OSError:
        return set()
    if version == 4:
        return {row[0] for row in rows if len(row) > 7 and row[1] == row[7] == "00000000"}
    return {row[-1] for row in rows if len(row) > 9 and set(row[0]) == {"0"} and row[1] == "00"}
