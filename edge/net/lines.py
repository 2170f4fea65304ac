"""One line's network: its namespace, its interface, its address and default route.

The only file that speaks netlink; pyroute2's errors are translated here. All is done by one thread that
steps into the namespace and back (setns is per thread). Sources: ip-netns(8), rtnetlink(7).
"""

import os
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


class LineDown(OSError):
    """The line's network cannot be set up; the text says what is missing and what to do."""


@dataclass(frozen=True, slots=True)
class LineNetwork:
    """Where a line's interface belongs. made: we create (and remove) the namespace; else somebody else did.

    ports: the first and last local port of its flows. Lines have equal addresses, so that disjoint ports make
    a flow's 5-tuple unique in the box: what a packet counter of another line shows of it has leaked.
    """

    netns: str
    interface: str
    address: str
    gateway: str
    made: bool
    ports: tuple[int, int]


def bring_up(line: LineNetwork) -> None:
    """Create the namespace, move the interface in, set address and route; harmless to repeat after a crash.

    Raises: LineDown, naming namespace or interface and what to do.
    """
    if not line.made:
        if not (NETNS_FOLDER / line.netns).exists():
            raise LineDown(
                f'there is no network namespace "{line.netns}"; `ip netns list` shows those that exist'
            )
        return
    try:
        if line.netns not in pyroute2_netns.listnetns():
            pyroute2_netns.create(line.netns)
        _move_in(line)
        with inside(line.netns):
            _configure(line)
            _tune(line)
    except PermissionError as exc:
        raise LineDown(f"no permission to make network namespace {line.netns}: run pantau as root") from exc
    except NetlinkError as exc:
        take_down(line)
        raise LineDown(f"{line.interface} in {line.netns}: the kernel refused: {exc}") from exc


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


def _move_in(line: LineNetwork) -> None:
    with IPRoute() as route:
        here = route.link_lookup(ifname=line.interface)
        if here:
            route.link("set", index=here[0], net_ns_fd=line.netns)
            return
    with inside(line.netns), IPRoute() as route:
        if route.link_lookup(ifname=line.interface):
            return
    pyroute2_netns.remove(line.netns)
    raise LineDown(
        f"there is no network interface {line.interface}: is the modem plugged in and in its network mode? "
        "`ip -br link` shows those that exist"
    )


def _configure(line: LineNetwork) -> None:
    address, _, prefix = line.address.partition("/")
    with IPRoute() as route:
        index = route.link_lookup(ifname=line.interface)[0]
        route.link("set", index=1, state="up")
        try:
            route.addr("add", index=index, address=address, prefixlen=int(prefix or "24"))
        except NetlinkError as exc:
            if exc.code != EEXIST:
                raise
        route.link("set", index=index, state="up")
        if line.gateway:
            route.route("replace", dst="default", gateway=line.gateway)


def _tune(line: LineNetwork) -> None:
    """Give the namespace its own ports, and bbr as default, so that an unprivileged worker may use it."""
    first, last = line.ports
    PORT_RANGE.write_text(f"{first} {last}", encoding="ascii")
    with suppress(OSError):  # this kernel has no bbr: cubic stays, and the result names it
        CONGESTION_CONTROL.write_text(PREFERRED_CONGESTION_CONTROL, encoding="ascii")


def interfaces() -> list[str]:
    """Return the names of the links in the caller's namespace."""
    with IPRoute() as route:
        return [str(link.get("ifname")) for link in route.get_links()]
