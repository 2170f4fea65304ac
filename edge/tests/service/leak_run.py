"""A box whose first line leaks: its sockets are made outside its namespace, and routed over the second line.

`python leak_run.py DIR` in a network namespace of its own (with lo up): builds the site and
the box there, measures one round, prints the committed results as one JSON array. Everything but the leaky
socket factory is the product.
"""

import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path

import msgspec

from edge.cli.progress import TextWatcher
from edge.config.model import Config
from edge.net.helper import start_helper
from edge.net.netns import enter_descriptor
from edge.run.job import SocketFactory, plain_socket
from edge.schema.record import Fields
from edge.service.build import Box, assemble, network_of, read_config, worker_of
from hil_tests.bench.box import BoxBench, clean_link

LEAKY_SLOT = "1-1.1"
READY_SOCKETS = 8
OWN_NETNS = "/proc/self/ns/net"
WAY_OUT = "10.77.0"


def leaky_sockets(outside: int, slot: str) -> SocketFactory:
    """Return a factory whose sockets were made in the namespace behind *outside*, while that was allowed."""
    home = os.open(OWN_NETNS, os.O_RDONLY)
    enter_descriptor(outside)
    kinds = (socket.SOCK_STREAM, socket.SOCK_DGRAM)
    ready = {kind: [plain_socket(socket.AF_INET, kind) for _ in range(READY_SOCKETS)] for kind in kinds}
    enter_descriptor(home)
    os.close(home)
    return lambda family, kind: ready[socket.SocketKind(kind)].pop()


def route_over(netns: str, interface: str) -> None:
    """Lead the caller's namespace out through *interface* of the line in *netns*, behind its address."""
    inside = ["ip", "netns", "exec", netns]
    nat = "add table ip t; add chain ip t c { type nat hook postrouting priority 100; }; "
    for command in (
        ["ip", "link", "add", "leak0", "type", "veth", "peer", "name", "leak1", "netns", netns],
        ["ip", "address", "add", f"{WAY_OUT}.1/30", "dev", "leak0"],
        ["ip", "link", "set", "leak0", "up"],
        [*inside, "ip", "address", "add", f"{WAY_OUT}.2/30", "dev", "leak1"],
        [*inside, "ip", "link", "set", "leak1", "up"],
        [*inside, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"],
        [*inside, "nft", f'{nat} add rule ip t c oifname "{interface}" masquerade'],
        ["ip", "route", "add", "default", "via", f"{WAY_OUT}.2"],
    ):
        subprocess.run(command, check=True)


def build(config: Config) -> Box:
    """Return the box with its leak."""
    outside = os.open(OWN_NETNS, os.O_RDONLY)
    networks = {line.slot: network_of(config.box, line, index) for index, line in enumerate(config.line)}

    def sockets(slot: str) -> SocketFactory:
        return leaky_sockets(outside, slot) if slot == LEAKY_SLOT else plain_socket

    helper = start_helper(networks, worker_of(config, (None,), sockets))
    Path(config.data_dir).mkdir()
    return assemble(config, helper, TextWatcher(), on_state=lambda _: None, on_notice=lambda _: None)


async def measure(box: Box, config: Config, interface: str) -> list[Fields]:
    """Measure one round with the leak in place."""
    await box.service.start()
    try:
        route_over(network_of(config.box, config.line[1], 1).netns, interface)
        return await box.service.round()
    finally:
        await box.service.stop()


def main() -> None:
    """Run and print the results."""
    folder = Path(sys.argv[1])
    links = [clean_link("a"), clean_link("b")]
    with BoxBench(folder=folder, links=links, lab_id=f"k{secrets.token_hex(3)}") as bench:
        config = read_config(bench.config)
        box = build(config)
        results = asyncio.run(measure(box, config, bench.interfaces[1]))
    sys.stdout.write(json.dumps(msgspec.to_builtins(results)) + "\n")


if __name__ == "__main__":
    main()
