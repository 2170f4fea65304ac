"""Check "sticks": four HiLink sticks with one MAC, one address and no serial number, each in its namespace.

line i:  namespace op-i  [cdc_ether]==USB==[gadget]  namespace stick-i with the simulated stick
         192.168.8.100                               192.168.8.1:80
"""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from edge.net.lines import LineNetwork, bring_back
from hil_tests.sims.operator_net.namespaces import NetworkError, inside, ip_batch
from hil_tests.sims.operator_net.namespaces import run as run_program
from hil_tests.usb_lab.guest.bus import NETWORKS
from hil_tests.usb_lab.guest.devices import HILINK
from hil_tests.usb_lab.guest.gadgets import Gadget, plugged
from hil_tests.usb_lab.guest.hands import Hand
from hil_tests.usb_lab.guest.simulator import Simulator, hilink, write_profile
from hil_tests.usb_lab.guest.waiting import await_value
from hil_tests.usb_lab.guest.witness import Witness
from modem_drivers.errors import ModemError
from modem_drivers.ports.hilink import HilinkPort
from modem_drivers.ports.http import HttpPort

MAC = "00:1e:10:1f:00:00"  # of every such stick: thread https://github.com/balena-os/balena-os/issues/445
STICK_MAC = "00:1e:10:1f:00:01"  # its own end of the cable: memory
IMEIS = ("861012045678903", "861012045678911", "861012045678929", "861012045678937")
STICK, BOX, HTTP, STREAM = "192.168.8.1", "192.168.8.100", 80, 5001
TIMEOUT_S = 10.0
STREAM_BYTES = 300_000
PORTS = (20_000, 21_999)
PULLED = 2  # the stick whose cable is pulled


class Line(NamedTuple):
    """One stick with its two namespaces."""

    gadget: Gadget
    box: str
    stick: str
    imei: str


def network_at(usb_path: str) -> str:
    """Return the name of the network interface of the device at *usb_path* in this namespace, or nothing."""
    for entry in NETWORKS.iterdir():
        device = entry / "device"
        if device.exists() and device.resolve().parent.name == usb_path:
            return entry.name
    return ""


def bring_up(namespace: str, interface: str, address: str) -> None:
    """Move *interface* into *namespace* and give it *address*."""
    ip_batch(None, [f"link set {interface} netns {namespace}"])
    ip_batch(namespace, [f"address add {address}/24 dev {interface}", f"link set {interface} up"])


def has_carrier(namespace: str) -> bool:
    """Return whether a cable's other end is up on the interface in *namespace*."""
    return "LOWER_UP" in run_program(["ip", "-n", namespace, "-brief", "link", "show", "up"])


def connect(one: Line) -> None:
    """Bring the network up, the box's end first: the stick's tells it. Raises TimeoutError."""
    bring_up(one.box, await_network(one.gadget), BOX)
    bring_up(one.stick, one.gadget.network(), STICK)
    await_value(f"carrier in {one.box}", lambda: has_carrier(one.box))


def await_network(gadget: Gadget) -> str:
    """Return the name the kernel gave the stick's network, once it is there. Raises TimeoutError."""
    return await_value(f"a network at {gadget.usb_path}", lambda: network_at(gadget.usb_path))


@contextmanager
def line(number: int) -> Iterator[Line]:
    """Yield stick *number*, plugged in, both ends in namespaces of their own, the simulator started."""
    names = (f"op-{number}", f"stick-{number}")
    options = {"host_addr": MAC, "dev_addr": STICK_MAC}
    with plugged(HILINK, number, options) as gadget, ExitStack() as stack:
        await_network(gadget)
        for name in names:
            run_program(["ip", "netns", "add", name])
            stack.callback(run_program, ["ip", "netns", "del", name])
        yield Line(gadget, *names, IMEIS[number])


def simulate(one: Line, number: int) -> Simulator:
    """Start the simulated stick of *one* line."""
    profile = write_profile(one.stick, imei=one.imei)
    place = ("--netns", one.stick, "--listen", f"{STICK}:{HTTP}", "--hurry", "1000")
    return hilink(*place, "--seed", str(number), "--profile", str(profile))


def connect_error(namespace: str) -> str:
    """Return the kernel's words to a new connection from *namespace*, "none" if it is made."""
    try:
        inside(namespace, lambda: socket.create_connection((STICK, HTTP), TIMEOUT_S)).close()
    except OSError as error:
        return str(error)
    return "none"


def ask_imei(namespace: str) -> str:
    """Return the IMEI that our driver reads of the stick *namespace* leads to, or what went wrong."""

    async def dial() -> socket.socket:
        connection = inside(namespace, lambda: socket.create_connection((STICK, HTTP), TIMEOUT_S))
        connection.setblocking(False)
        return connection

    async def ask() -> str:
        port = HilinkPort(HttpPort(STICK, dial), clock=time.time_ns, timeout_s=TIMEOUT_S)
        try:
            return (await port.identity()).imei or "none"
        finally:
            port.close()

    try:
        return asyncio.run(ask())
    except (OSError, NetworkError, ModemError) as error:
        return str(error)


def run(witness: Witness) -> None:
    """Set up, ask each who it is, pull one out of a stream, ask the others, put it back."""
    with ExitStack() as stack:
        lines = [stack.enter_context(line(number)) for number in range(len(IMEIS))]
        names = [network_at(one.gadget.usb_path) for one in lines]
        macs = {(NETWORKS / name / "address").read_text().strip() for name in names}
        paths = [f"{name}={one.gadget.usb_path}" for name, one in zip(names, lines, strict=True)]
        witness.note(f"names before: {' '.join(paths)}")
        witness.equal("sticks with one MAC", (len(IMEIS), {MAC}), (len(set(names)), macs))
        for one in lines:
            connect(one)
        children = [simulate(one, number) for number, one in enumerate(lines)]
        for child in children:
            stack.callback(child.end)
        for child, one in zip(children, lines, strict=True):
            child.await_ready(f"READY {STICK}:{HTTP}")
            witness.equal(f"{one.box}: its own stick's IMEI", one.imei, ask_imei(one.box))
        pull(witness, lines[PULLED], names[PULLED])
        for one in lines[:PULLED] + lines[PULLED + 1 :]:
            witness.equal(f"{one.box}: still its own", one.imei, ask_imei(one.box))
        put_back(witness, lines[PULLED])


def interfaces(namespace: str) -> str:
    """Return the names of the interfaces in *namespace*, loopback left out."""
    said = run_program(["ip", "-n", namespace, "-brief", "link"])
    return " ".join(name for name in (row.split()[0] for row in said.splitlines()) if name != "lo")


def pull(witness: Witness, one: Line, name: str) -> None:
    """Pull the cable while a TCP stream comes over it."""
    server = inside(one.stick, lambda: socket.create_server((STICK, STREAM)))
    client = inside(one.box, lambda: socket.create_connection((STICK, STREAM), TIMEOUT_S))
    client.settimeout(None)
    sender, _ = server.accept()
    with server, client, sender:
        hand = Hand(lambda: len(client.recv(65536)))
        feed = Hand(lambda: sender.send(bytes(65536)))
        await_value("the stream", lambda: hand.moved_bytes > STREAM_BYTES)
        witness.equal("interface before", name, interfaces(one.box))
        one.gadget.unplug()
        await_value("the interface goes", lambda: not interfaces(one.box), 2.0)
        witness.equal("interface after", "", interfaces(one.box))
        witness.note(f"{hand.moved_bytes} bytes had come")
        witness.equal("a new connection", "[Errno 101] Network is unreachable", connect_error(one.box))
        witness.equal("the stream's reader is not told: a deadline must", "still at it", hand.outcome)
        for end_of_stream in (client, sender):
            end_of_stream.shutdown(socket.SHUT_RDWR)
        witness.equal(
            "both ends let go", (True, True), (hand.await_end(TIMEOUT_S), feed.await_end(TIMEOUT_S))
        )


def put_back(witness: Witness, one: Line) -> None:
    """Put the cable in again: the kernel may name the network anew, its USB path is the same.

    The box's own helper code is to find it by that path among the interfaces, and set it up.
    """
    network = LineNetwork(one.box, "wwan0", f"{BOX}/24", "", True, PORTS, one.gadget.usb_path)
    witness.equal("nothing to move in yet", False, bring_back(network, settled=False))
    one.gadget.plug()
    name = await_network(one.gadget)
    witness.note(f"names after: {name}={one.gadget.usb_path}")
    witness.equal("moved in by its place", True, bring_back(network, settled=False))
    witness.equal("and named as configured", "wwan0", interfaces(one.box))
    await_value(f"carrier in {one.box}", lambda: has_carrier(one.box))
    witness.equal(f"{one.box}: its own again", one.imei, ask_imei(one.box))
