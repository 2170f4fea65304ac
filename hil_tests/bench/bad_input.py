"""A small site where everything goes wrong at once: a line a fault, the real `pantau measure` on each.

Faults of the server: a far end of its own that misbehaves. Faults in mid-test: done to the line once bytes
flow over it.
"""

import contextlib
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hil_tests.bench.box import PROGRAMS, SERVER_PORT, clean_link
from hil_tests.bench.stepped_clock import SteppedClock
from hil_tests.sims.operator_net import namespaces
from hil_tests.sims.operator_net.control import Request
from hil_tests.sims.operator_net.lab import SERVER_ADDRESS, Lab

BEGUN_BYTES = 150_000
"""So many bytes over a line: its test is in its middle."""
DEADLINE_S = 90.0
FIRST_ODD_PORT = 8700
NOBODY_PORT = 8799
Act = Callable[[Lab, int], object]


def _delete(lab: Lab, k: int) -> None:
    lab.delete_client_interface(k)


def _blackhole(lab: Lab, k: int) -> None:
    lab.control(Request(link=k, blackhole=True))


def _readdress(lab: Lab, k: int) -> None:
    device = lab.client_interfaces[k]
    words = [
        f"address del 192.168.8.100/24 dev {device}",
        f"address add 192.168.8.101/24 dev {device}",
        "route add default via 192.168.8.1",
    ]
    namespaces.ip_batch(lab.client_namespaces[k], words)


def _rebind(lab: Lab, k: int) -> None:
    lab.rebind_nat(k)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. kind: what is measured under it; server: a far end's mode, "" ours; act: done in mid-test;
    steps_s: by how much the program's wall clock jumps in mid-test.
    """

    name: str
    kind: str
    server: str = ""
    act: Act | None = None
    steps_s: float = 0.0
    seconds: float = 1.0


FAULTS = (
    Fault(name="absent", kind="tcp-down", server="absent"),
    Fault(name="slow", kind="tcp-down", server="slow"),
    Fault(name="silent", kind="rtt", server="silent"),
    Fault(name="lying", kind="tcp-up", server="lying"),
    Fault(name="full", kind="tcp-down", server="full"),
    Fault(name="babbling", kind="rtt", server="babbling"),
    Fault(name="link-dies", kind="tcp-down", act=_delete, seconds=3.0),
    Fault(name="blackhole-down", kind="tcp-down", act=_blackhole, seconds=3.0),
    Fault(name="blackhole-up", kind="tcp-up", act=_blackhole, seconds=3.0),
    Fault(name="readdressed", kind="tcp-up", act=_readdress, seconds=3.0),
    Fault(name="nat-rebound", kind="tcp-down", act=_rebind, seconds=3.0),
    Fault(name="clock-steps", kind="tcp-down", steps_s=3600.0, seconds=3.0),
)
BY_NAME: Mapping[str, int] = {fault.name: k for k, fault in enumerate(FAULTS)}


def _port(k: int) -> int:
    odd = FAULTS[k].server
    return NOBODY_PORT if odd == "absent" else FIRST_ODD_PORT + k if odd else SERVER_PORT


def run_faults(folder: Path) -> dict[str, dict[str, object]]:
    """Return what `pantau measure --json` printed under each fault, by the fault's name."""
    lab_id = f"f{secrets.token_hex(3)}"
    links = [clean_link(f"l{k}", rate_bps=4_000_000) for k, _ in enumerate(FAULTS)]
    with Lab(lab_id, links, folder, client_netns=True) as lab:
        _serve(lab)
        clocks = {k: SteppedClock(_folder(folder, k)) for k, fault in enumerate(FAULTS) if fault.steps_s}
        with _measuring(lab, clocks) as running:
            _act(lab, clocks)
            return {FAULTS[k].name: json.loads(process.communicate(timeout=60)[0]) for k, process in running}


def _folder(folder: Path, k: int) -> Path:
    path = folder / f"line{k}"
    path.mkdir(exist_ok=True)
    return path


def _serve(lab: Lab) -> None:
    """Start our server and each odd one, and wait for them."""
    ours = [str(PROGRAMS / "pantau-server"), "--listen", f"{SERVER_ADDRESS}:{SERVER_PORT}", "--open"]
    children = [lab.start("server", ours, namespace=lab.server_namespace)]
    for k, fault in enumerate(FAULTS):
        if fault.server not in ("", "absent"):
            listen = ["server", "--listen", f"{SERVER_ADDRESS}:{_port(k)}", "--mode", fault.server]
            odd = [sys.executable, "-m", "hil_tests.sims.far_end", *listen]
            children.append(lab.start(f"odd{k}", odd, namespace=lab.server_namespace))
    for child in children:
        child.await_ready("listening" if child is children[0] else "READY")


@contextlib.contextmanager
def _measuring(
    lab: Lab, clocks: Mapping[int, SteppedClock]
) -> Iterator[list[tuple[int, "subprocess.Popen[str]"]]]:
    """Run `pantau measure` on every line; end what still runs."""
    running: list[tuple[int, subprocess.Popen[str]]] = []
    try:
        for k, fault in enumerate(FAULTS):
            server = f"{SERVER_ADDRESS}:{_port(k)}"
            words = [str(PROGRAMS / "pantau"), "measure", fault.kind, "--server", server, "--json"]
            length = ["--seconds", f"{fault.seconds:g}", "--netns", lab.client_namespaces[k]]
            environment = dict(clocks[k].environment()) if k in clocks else None
            process = subprocess.Popen([*words, *length], stdout=subprocess.PIPE, text=True, env=environment)
            running.append((k, process))
        yield running
    finally:
        for _, process in running:
            if process.poll() is None:
                process.kill()
                process.communicate()


def _act(lab: Lab, clocks: Mapping[int, SteppedClock]) -> None:
    """Do each fault in mid-test once its line has carried BEGUN_BYTES."""
    waiting = {k for k, fault in enumerate(FAULTS) if fault.act or fault.steps_s}
    until_s = time.monotonic() + DEADLINE_S
    while waiting:
        if time.monotonic() > until_s:
            raise TimeoutError(f"no test of {[FAULTS[k].name for k in waiting]} came to its middle")
        counted = _counted(lab)
        for k in [k for k in waiting if counted.get(f"c{k}", 0) > BEGUN_BYTES]:
            waiting.discard(k)
            act = FAULTS[k].act
            if act is not None:
                act(lab, k)
            else:
                clocks[k].step(FAULTS[k].steps_s)


def _counted(lab: Lab) -> dict[str, int]:
    """Return the bytes both ways of each line, at the emulator's end of its cable."""
    rows = json.loads(namespaces.run(["ip", "-n", lab.emulator_namespace, "-s", "-j", "link", "show"]))
    return {
        row["ifname"]: row["stats64"]["rx"]["bytes"] + row["stats64"]["tx"]["bytes"]
        for row in rows
        if "stats64" in row
    }
