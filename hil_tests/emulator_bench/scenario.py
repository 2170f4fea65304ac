"""One run: several lines in one emulator, the source, tcpdump at both ends, and the books of every flow."""

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec

from hil_tests.bench.machine import Machine, Watch
from hil_tests.emulator_bench import captures
from hil_tests.emulator_bench.captures import Capture, CaptureError
from hil_tests.emulator_bench.draws import Trial
from hil_tests.emulator_bench.flows import CLIENT_PORT, PORTS, ROUTER_PORT, Flow, Place, Plan, Sent
from hil_tests.emulator_bench.reconcile import Account, reconcile
from hil_tests.link.net import Starter, lab_id
from hil_tests.sims.operator_net import children, log, namespaces
from hil_tests.sims.operator_net.lab import CLIENT_ADDRESS, GATEWAY, Lab
from hil_tests.sims.operator_net.log import Records
from hil_tests.sims.operator_net.records import DOWN, UDP, UP
from hil_tests.sims.operator_net.settings import LinkSetting

CLIENT = CLIENT_ADDRESS.partition("/")[0]
FAST = Path("/dev/shm")
FLUSH_S = 1.6  # tcpdump hands a block of packets over after 1 s at the latest; before, Ctrl-C would lose it
END_S = 20.0
SETTLE_NS, END_NS = 1_000_000_000, 200_000_000
TABLE = "emulator_bench"
PACKETS = re.compile(r"packets (\d+)")
COUNTER = """table ip {table} {{
    counter got {{}}
    chain before {{
        type filter hook prerouting priority -300
        udp dport {ports} counter name got drop
    }}
    chain out {{
        type filter hook output priority -300
        udp sport {ports} notrack
    }}
}}
"""


class Starting(Protocol):
    """Starts a program that has its name already."""

    def __call__(self, command: Sequence[str], *, namespace: str) -> children.Child: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All there is to judge a run from. accounts: one a flow, in the trial's order.

    counted: packets the kernel counted at the far ends. capture_drops: those tcpdump missed by its own words.
    servable: bytes each flow's bottleneck could serve in the seconds of `judged_ns`, by the log.
    servable: bytes each flow's bottleneck could serve in the seconds of `judged_ns`, by the log.
    """

    trial: Trial
    accounts: tuple[Account, ...]
    records: Records
    summary: Mapping[str, object]
    counted: int
    capture_drops: int
    sent: Sent
    machine: Machine
    servable: tuple[float, ...]


def judged_ns(sent: Sent) -> tuple[int, int]:
    """Return the moments (Unix ns) between which every full link is full at its far end."""
    return sent.begun_ns + SETTLE_NS, sent.ended_ns - END_NS


def fast_folder() -> Path | None:
    """Return where captures stay in memory; None: the machine has no such place, use its usual one."""
    return FAST if FAST.is_dir() else None


def play(trial: Trial, *, seed: int) -> Evidence:
    """Send a trial's flows over its links and return the evidence.

    Raises: NetworkError, ChildError, CaptureError, LogError.
    """
    with tempfile.TemporaryDirectory(prefix="emulator-bench-", dir=fast_folder()) as name:
        folder = Path(name)
        with Lab(lab_id(), trial.links, folder, client_netns=True, seed=seed) as lab:
            spaces = (*lab.client_namespaces, *lab.router_namespaces)
            for namespace in spaces:
                count_and_drop(namespace)
            dumps = _start_dumps(lab)
            with Watch() as watch:
                sent = _send(lab, trial)
                await_flushed(_held_s(trial.links))
            drops = sum(end_dump(dump) for dump in dumps)
            counted = sum(_counted(namespace) for namespace in spaces)
        return _evidence(lab, trial, sent, counted, drops, watch.machine())


def count_and_drop(namespace: str) -> None:
    """Count the test's packets in the kernel and drop them there: no socket, no answer."""
    rules = COUNTER.format(table=TABLE, ports=PORTS)
    command = ["ip", "netns", "exec", namespace, namespaces.need("nft"), "-f", "-"]
    namespaces.run(command, stdin=rules)


def _counted(namespace: str) -> int:
    inside = ["ip", "netns", "exec", namespace]
    command = [*inside, namespaces.need("nft"), "list", "counter", "ip", TABLE, "got"]
    found = PACKETS.search(namespaces.run(command))
    if found is None:
        raise namespaces.NetworkError(f"nft in {namespace} shows no counter; look with {' '.join(command)}")
    return int(found[1])


def _start_dumps(lab: Lab) -> list[children.Child]:
    """Start a capture on both ends of every line."""
    ends = [(name, lab.client_interfaces[k], f"near{k}") for k, name in enumerate(lab.client_namespaces)]
    ends += [(name, "lan", f"far{k}") for k, name in enumerate(lab.router_namespaces)]
    return [
        start_dump(
            partial(lab.start, f"capture-{end}"), interface, lab.log_dir / f"{end}.pcap", namespace=name
        )
        for name, interface, end in ends
    ]


def start_dump(start: Starting, interface: str, path: Path, *, namespace: str) -> children.Child:
    """Start a capture of *interface* and wait until it has begun. Raises: ChildError, NetworkError."""
    capturer = captures.tool(Path("/proc/self/uid_map").read_text(encoding="ascii"))
    dump = start(captures.command(capturer, interface, path), namespace=namespace)
    dump.await_ready(capturer.ready)
    return dump


def end_dump(dump: children.Child) -> int:
    """Stop a capture as Ctrl-C does; return how many packets the kernel had no room for."""
    dump.process.send_signal(signal.SIGINT)
    try:
        dump.process.wait(END_S)
    except subprocess.TimeoutExpired as error:
        raise CaptureError(f"{dump.name} does not end: {dump.last_words()}") from error
    return captures.dropped(dump.last_words())


def _send(lab: Lab, trial: Trial) -> Sent:
    plan = Plan(trial.flows, tuple(place(lab, flow) for flow in trial.flows), trial.seconds)

    def start(name: str, command: Sequence[str], *, namespace: str) -> children.Child:
        return lab.start(name, command, namespace=namespace)

    return send(start, plan, lab.log_dir)


def send(start: Starter, plan: Plan, folder: Path) -> Sent:
    """Run the source to its end; it steps into the namespaces by itself. Raises: CaptureError."""
    path = folder / "plan.json"
    path.write_bytes(msgspec.json.encode(plan))
    command = [sys.executable, "-m", "hil_tests.emulator_bench.source", str(path)]
    source = start("source", command, namespace=plan.places[0].namespace)
    try:
        status = source.process.wait(plan.seconds + END_S)
    except subprocess.TimeoutExpired as error:
        raise CaptureError(f"the source does not end: {source.last_words()}") from error
    if status:
        raise CaptureError(f"the source failed: {source.last_words()}")
    return msgspec.json.decode(source.words.read_bytes(), type=Sent)


def place(lab: Lab, flow: Flow) -> Place:
    """Return where *flow*'s socket stands and whereto it sends."""
    client = (CLIENT, CLIENT_PORT + flow.line)
    router = (GATEWAY, ROUTER_PORT + flow.line)
    if flow.up:
        return Place(lab.client_namespaces[flow.line], client, router)
    return Place(lab.router_namespaces[flow.line], router, client)


def _held_s(links: Sequence[LinkSetting]) -> float:
    """Return how long the links may hold a packet."""
    return (
        max(
            way.delay_ms + way.jitter_ms + (way.queue_ms or 0.0) + (way.reorder.by_ms if way.reorder else 0.0)
            for link in links
            for way in (link.up, link.down)
        )
        / 1000
    )


def await_flushed(held_s: float) -> None:
    """Wait until links that hold packets for *held_s* have delivered all and tcpdump was given it."""
    time.sleep(held_s + FLUSH_S)


def _evidence(lab: Lab, trial: Trial, sent: Sent, counted: int, drops: int, machine: Machine) -> Evidence:
    folder = lab.log_dir
    records = log.load(lab.log_path)
    records = records[records["proto"] == UDP]
    near = [captures.read(folder / f"near{k}.pcap") for k in range(len(lab.links))]
    far = [captures.read(folder / f"far{k}.pcap") for k in range(len(lab.links))]
    accounts = [
        _account(flow, packets, records, near[flow.line], far[flow.line])
        for flow, packets in zip(trial.flows, sent.packets, strict=True)
    ]
    return Evidence(
        trial=trial,
        accounts=tuple(accounts),
        records=records,
        summary=json.loads(lab.log_path.with_suffix(".json").read_text(encoding="utf-8")),
        counted=counted,
        capture_drops=drops,
        sent=sent,
        machine=machine,
        servable=tuple(_servable(lab, flow, sent) for flow in trial.flows),
    )


def _servable(lab: Lab, flow: Flow, sent: Sent) -> float:
    """Return what could be served; what comes out at t was served a delay before."""
    link = lab.links[flow.line]
    delay_ns = round((link.up if flow.up else link.down).delay_ms * 1e6)
    t0_ns, t1_ns = judged_ns(sent)
    direction = UP if flow.up else DOWN
    return log.servable_bytes(lab.log_path, flow.line, direction, t0_ns - delay_ns, t1_ns - delay_ns)


def _account(flow: Flow, packets: int, records: Records, client: Capture, router: Capture) -> Account:
    port = (ROUTER_PORT if flow.up else CLIENT_PORT) + flow.line
    mine = (records["link"] == flow.line) & (records["dir"] == (UP if flow.up else DOWN))
    mine &= records["dport"] == port
    near, far = (client, router) if flow.up else (router, client)
    return reconcile(packets, near.to_port(port), records[mine], far.to_port(port))
