"""A client, a router and a server in namespaces, with a link between the first two: by emulator or by tbf."""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import msgspec

from hil_tests.link.acts import BLACK, REBIND
from hil_tests.sims.operator_net import children, namespaces, offload
from hil_tests.sims.operator_net.control import Request
from hil_tests.sims.operator_net.held_signals import held_signals, termination_as_exit
from hil_tests.sims.operator_net.ipv6 import SERVER_ADDRESS6
from hil_tests.sims.operator_net.lab import SERVER_ADDRESS, Lab
from hil_tests.sims.operator_net.namespaces import ip_batch
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting

TBF_BURST_BYTES = 15_000
TBF_SERVER, TBF_CLIENT = "10.80.2.2", "10.80.1.2"


class TbfCount(msgspec.Struct, frozen=True):
    """What a qdisc has sent and dropped, as tc-stats prints it; bytes are layer 2."""

    bytes: int
    packets: int
    drops: int

    def __sub__(self, before: "TbfCount") -> "TbfCount":
        """Return what came between *before* and this."""
        return TbfCount(self.bytes - before.bytes, self.packets - before.packets, self.drops - before.drops)


class Starter(Protocol):
    """Starts a program that ends with the network; what it prints goes to a file of that name."""

    def __call__(self, name: str, command: Sequence[str], *, namespace: str) -> children.Child: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """A network that stands: where to run programs, and under which address the far end answers.

    shaped: where the kernel shapes, as {interface: (namespace, interface)}; c0 leads to the client. perform:
    does an act (acts.py) to the link; only the emulator's can.
    """

    client: str
    server: str
    address: str
    start: Starter
    shaped: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    perform: Callable[[str], object] = field(default=lambda _what: None)


def lab_id() -> str:
    """Return a name no other lab has: this process's own."""
    return f"k{os.getpid():x}"


Link = Callable[[LinkSetting], None]
NOT_YET = LinkSetting("not-yet", DirectionSetting(), DirectionSetting())


@contextlib.contextmanager
def unlinked(folder: Path, *, seed: int, ipv6: bool = False) -> Iterator[tuple[Net, Link]]:
    """Yield the network without a link that is limited, and what puts one in, its log in *folder*.

    Raises: NetworkError, ChildError.
    """
    before = folder / "before"
    before.mkdir(exist_ok=True)
    with Lab(lab_id(), [NOT_YET], before, client_netns=True, seed=seed, ipv6=ipv6) as lab:
        yield of_lab(lab, ipv6=ipv6), lambda link: lab.relink([link], folder, seed=seed)


@contextlib.contextmanager
def emulated(link: LinkSetting, folder: Path, *, seed: int, ipv6: bool = False) -> Iterator[Net]:
    """Yield the network with *link* in it; its log is complete after the block. Raises: NetworkError."""
    with Lab(lab_id(), [link], folder, client_netns=True, seed=seed, ipv6=ipv6) as lab:
        yield of_lab(lab, ipv6=ipv6)


def of_lab(lab: Lab, *, ipv6: bool) -> Net:
    """Return a lab that stands as a network."""

    def start(name: str, command: Sequence[str], *, namespace: str) -> children.Child:
        return lab.start(name, command, namespace=namespace)

    def perform(what: str) -> object:
        return lab.rebind_nat(0) if what == REBIND else lab.control(Request(blackhole=what == BLACK))

    return Net(
        client=lab.client_namespaces[0],
        server=lab.server_namespace,
        address=SERVER_ADDRESS6 if ipv6 else SERVER_ADDRESS,
        start=start,
        perform=perform,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TbfRates:
    """What the router's two token buckets let through, bit/s of layer 2, and how long a packet may wait.

    burst_bytes: a bucket's size; while the kernel is kept busy for longer than it lasts, tokens are lost.
    """

    up_bps: int
    down_bps: int
    queue_ms: float
    burst_bytes: int = TBF_BURST_BYTES


NOT_SHAPED = TbfRates(up_bps=1_000_000_000, down_bps=1_000_000_000, queue_ms=100)


@contextlib.contextmanager
def kernel_shaped(rates: TbfRates, folder: Path) -> Iterator[Net]:
    """Yield a network whose router shapes with tc-tbf(8); all of it is gone afterwards.

    Raises: NetworkError, ChildError. The router stands in the middle, so that queues build where they would.
    """
    prefix = lab_id()
    names = {end: f"{prefix}-{end}" for end in ("c", "r", "s")}
    running: list[children.Child] = []

    def start(name: str, command: Sequence[str], *, namespace: str) -> children.Child:
        running.append(children.start(name, command, words=folder / f"{name}.out", namespace=namespace))
        return running[-1]

    with contextlib.ExitStack() as undo:
        undo.enter_context(termination_as_exit())
        undo.callback(namespaces.remove, list(names.values()))
        undo.callback(children.end, running)
        with held_signals():
            _make_shaped(names, rates)
        yield Net(
            client=names["c"],
            server=names["s"],
            address=TBF_SERVER,
            start=start,
            shaped={name: (names["r"], name) for name in ("c0", "s0")},
        )


def _make_shaped(names: dict[str, str], rates: TbfRates) -> None:
    client, router, server = names["c"], names["r"], names["s"]
    ip_batch(None, [f"netns add {name}" for name in names.values()])
    veth = "link add v0 type veth peer name"
    ip_batch(client, [f"{veth} c0 netns {router}", f"address add {TBF_CLIENT}/24 dev v0"])
    ip_batch(server, [f"{veth} s0 netns {router}", f"address add {TBF_SERVER}/24 dev v0"])
    ip_batch(router, ["address add 10.80.1.1/24 dev c0", "address add 10.80.2.1/24 dev s0"])
    ip_batch(router, ["link set c0 up", "link set s0 up", "link set lo up"])
    for end, gateway in ((client, "10.80.1.1"), (server, "10.80.2.1")):
        ip_batch(end, ["link set lo up", "link set v0 up", f"route add default via {gateway}"])
    namespaces.set_sysctls(router, {"ipv4/ip_forward": "1"})
    _whole_packets(names)
    for interface, rate_bps in (("c0", rates.down_bps), ("s0", rates.up_bps)):
        namespaces.run(tbf_command(router, interface, rate_bps, rates))


def _whole_packets(names: dict[str, str]) -> None:
    """Switch segmentation offload off: tbf must count the packets a wire would carry."""
    for name, interfaces in ((names["c"], ("v0",)), (names["s"], ("v0",)), (names["r"], ("c0", "s0"))):
        with namespaces.udp_socket(name) as there:
            for interface in interfaces:
                offload.switch_off(there, interface)


def tbf_command(router: str, interface: str, rate_bps: int, rates: TbfRates) -> list[str]:
    """Return the command that shapes what leaves *interface* (tc-tbf(8))."""
    latency = f"{rates.queue_ms:g}ms"
    shape = ["rate", f"{rate_bps}bit", "burst", str(rates.burst_bytes)]
    return ["tc", "-n", router, "qdisc", "add", "dev", interface, "root", "tbf", *shape, "latency", latency]


def _shape_anew(interface: tuple[str, str], rate_bps: int, rates: TbfRates) -> None:
    """Put another bucket in the place of *interface*'s. Raises: NetworkError."""
    command = tbf_command(*interface, rate_bps, rates)
    namespaces.run(["replace" if word == "add" else word for word in command])


def shape(net: Net, rates: TbfRates) -> None:
    """Put other buckets in the places of both of *net*'s. Raises: NetworkError."""
    _shape_anew(net.shaped["c0"], rates.down_bps, rates)
    _shape_anew(net.shaped["s0"], rates.up_bps, rates)


def tbf_count(interface: tuple[str, str]) -> TbfCount:
    """Return what *interface*'s tbf has sent and dropped so far. Raises: NetworkError."""
    router, name = interface
    text = namespaces.run(["tc", "-n", router, "-s", "-j", "qdisc", "show", "dev", name, "root"])
    return msgspec.json.decode(text, type=tuple[TbfCount])[0]
