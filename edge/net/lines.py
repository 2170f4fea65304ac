"""One line's network: its namespace, its interface, its address and default route.

The only file that speaks to pyroute2, whose errors are translated here. All is done by one thread that
steps into the namespace and back (setns is per thread). A USB interface that was unplugged, rebound or
restarted comes back in the helper's own namespace, under any name: it is told by its place.
Sources: ip-netns(8), rtnetlink(7); IFLA_PARENT_DEV_NAME, IFLA_PARENT_DEV_BUS_NAME (linux/if_link.h, 5.14).
"""

import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pyroute2 import IPRoute
from pyroute2 import netns as pyroute2_netns
from pyroute2.netlink.exceptions import NetlinkError

from edge.net.netns import NETNS_FOLDER, OWN_NETNS, inside

CONGESTION_CONTROL = Path("/proc/sys/net/ipv4/tcp_congestion_control")
PORT_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
PREFERRED_CONGESTION_CONTROL = "bbr"
EEXIST = 17
USB = "usb"


class LineDown(OSError):
    """The line's network cannot be set up; the text says what is missing and what to do."""


@dataclass(frozen=True, slots=True)
class LineNetwork:
    """Where a line's interface belongs. made: we create (and remove) the namespace; else somebody else did.

    ports: the first and last local port of its flows. Lines have equal addresses, so that disjoint ports make
    a flow's 5-tuple unique in the box: what a packet counter of another line shows of it has leaked.
    place: the modem's USB path ("1-1.2"); its interface is the line's whatever it is called.
    """

    netns: str
    interface: str
    address: str
    gateway: str
    made: bool
    ports: tuple[int, int]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A network interface as the kernel tells it; place: the USB path of its device, "" if not on USB."""

    index: int
    name: str
    place: str


def choose_link(links: Sequence[Link], line: LineNetwork) -> Link | None:
    """Return the interface of *line* among *links*: the one at its place, or one not on USB of its name."""
    at_place = [link for link in links if link.place and link.place == line.place]
    named = [link for link in at_place or links if link.name == line.interface]
    if at_place:
        return (named or at_place)[0]
    return next((link for link in named if not link.place), None)


def bring_up(line: LineNetwork) -> bool:
    """Create the namespace, move the interface in, set address and route; harmless to repeat after a crash.

    False: the interface is away; the namespace stands and waits for bring_back.
    Raises: LineDown, naming namespace or interface and what to do.
    """
    if not line.made:
        if not (NETNS_FOLDER / line.netns).exists():
            raise LineDown(
                f'there is no network namespace "{line.netns}"; `ip netns list` shows those that exist'
            )
        return True
    try:
        if line.netns not in pyroute2_netns.listnetns():
            pyroute2_netns.create(line.netns)
        with inside(line.netns):
            _tune(line)
        return _bring_in(line)
    except PermissionError as exc:
        raise LineDown(f"no permission to make network namespace {line.netns}: run pantau as root") from exc
    except NetlinkError as exc:
        take_down(line)
        raise LineDown(f"{line.interface} in {line.netns}: the kernel refused: {exc}") from exc


def bring_back(line: LineNetwork, *, settled: bool) -> bool:
    """Look whether the interface of a line that is up is away and has come back; return whether all is set.

    *settled*: what the last look said. What cannot be done now is left for the next look.
    """
    try:
        return not line.made or (settled and is_in(line)) or _bring_in(line)
    except (NetlinkError, OSError):
        return False


def is_in(line: LineNetwork) -> bool:
    """Return whether the namespace of *line* has its interface. False, if there is no namespace either."""
    with suppress(OSError), inside(line.netns):
        return bool(socket.if_nametoindex(line.interface))
    return False


def take_down(line: LineNetwork) -> None:
    """Give the interface back to the caller's namespace and remove the line's; nothing is done to a foreign
    one.
    """
    if not line.made or not (NETNS_FOLDER / line.netns).exists():
        return
    home = os.open(OWN_NETNS, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with inside(line.netns), IPRoute() as route:
            for index in route.link_lookup(ifname=line.interface):
                route.link("set", index=index, net_ns_fd=home)
    except NetlinkError:
        pass  # the interface vanished meanwhile: there is nothing to give back
    finally:
        os.close(home)
        pyroute2_netns.remove(line.netns)


def _bring_in(line: LineNetwork) -> bool:
    """Return whether the interface is in, with address and route; False: it is away. Raises: NetlinkError."""
    if not is_in(line):
        with IPRoute() as route:
            found = choose_link(read_links(route), line)
            if found is None:
                return False
            route.link("set", index=found.index, net_ns_fd=line.netns, ifname=line.interface)
    with inside(line.netns):
        return _configure(line)


def read_links(route: IPRoute) -> list[Link]:
    """Return the interfaces of the namespace that *route* was opened in."""
    return [
        Link(
            int(message["index"]),
            str(message.get("ifname")),
            str(message.get("parent_dev_name")).partition(":")[0]
            if message.get("parent_dev_bus_name") == USB
            else "",
        )
        for message in route.get_links()
    ]


def _configure(line: LineNetwork) -> bool:
    """Set address and route in the caller's namespace; False if the interface is gone again."""
    address, _, prefix = line.address.partition("/")
    with IPRoute() as route:
        found = route.link_lookup(ifname=line.interface)
        if not found:
            return False
        index = found[0]
        route.link("set", index=1, state="up")
        try:
            route.addr("add", index=index, address=address, prefixlen=int(prefix or "24"))
        except NetlinkError as exc:
            if exc.code != EEXIST:
                raise
        route.link("set", index=index, state="up")
        if line.gateway:
            route.route("replace", dst="default", gateway=line.gateway)
    return True


def _tune(line: LineNetwork) -> None:
    """Give the namespace its own ports, and bbr as default, so that an unprivileged worker may use it."""
    first, last = line.ports
    PORT_RANGE.write_text(f"{first} {last}", encoding="ascii")
    with suppress(OSError):  # this kernel has no bbr: cubic stays, and the result names it
        CONGESTION_CONTROL.write_text(PREFERRED_CONGESTION_CONTROL, encoding="ascii")


def interfaces() -> list[str]:
    """Return the names of the links in the caller's namespace."""
    with IPRoute() as route:
        return [link.name for link in read_links(route)]
