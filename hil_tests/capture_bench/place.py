"""Where packets pass: pairs of interfaces between two namespaces, full frames, nobody listening behind."""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from hil_tests.sims.operator_net import namespaces

NOBODY = "02:00:00:00:be:ef"  # the receiver drops the frame behind the tap: no answer, no socket


@dataclass(frozen=True, slots=True)
class Place:
    """Two namespaces; interfaces of the sink and the address that leads to each."""

    source: str
    sink: str
    interfaces: tuple[str, ...]
    addresses: tuple[str, ...]


@contextlib.contextmanager
def place(count: int) -> Iterator[Place]:
    """Make *count* pairs; everything is gone afterwards. Raises: NetworkError."""
    word = secrets.token_hex(3)
    source, sink = f"capb-{word}-a", f"capb-{word}-b"
    names = tuple(f"c{number}" for number in range(count))
    addresses = tuple(f"10.79.{number}.2" for number in range(count))
    with contextlib.ExitStack() as stack:
        for name in (source, sink):
            namespaces.run(["ip", "netns", "add", name])
            stack.callback(namespaces.run, ["ip", "netns", "del", name])
        for number, (name, address) in enumerate(zip(names, addresses, strict=True)):
            namespaces.ip_batch(
                None, [f"link add {name} netns {source} type veth peer name {name} netns {sink}"]
            )
            for netns in (source, sink):  # nothing but the test's packets
                setting = f"echo 1 > /proc/sys/net/ipv6/conf/{name}/disable_ipv6"
                namespaces.run(["ip", "netns", "exec", netns, "sh", "-c", setting])
            namespaces.ip_batch(sink, [f"link set {name} up"])
            namespaces.ip_batch(
                source,
                [
                    f"addr add 10.79.{number}.1/24 dev {name}",
                    f"link set {name} up",
                    f"neigh replace {address} lladdr {NOBODY} dev {name}",
                ],
            )
        yield Place(source, sink, names, addresses)
