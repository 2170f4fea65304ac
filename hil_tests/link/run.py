"""Runs our own estimator and probes, iperf3 and irtt over a network that stands, one after the other."""

import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from hil_tests.link import iperf3, irtt, isolated, ours, stamp
from hil_tests.link.errors import ToolError
from hil_tests.link.figures import Figures
from hil_tests.link.isolated import Waiting
from hil_tests.link.net import Net
from hil_tests.link.options import Options
from hil_tests.link.stamp import Report
from hil_tests.sims.operator_net.children import Child

LISTEN_S = 10.0
SPENT_S = 0.5  # a sender's last retransmissions
SPARE_S = 30.0  # handshakes, and what a bad link adds to them
Step = Callable[[str], AbstractContextManager[object]]


def run_iperf3(net: Net, options: Options, step: Step) -> Figures:
    """Return the receiver's figures. Raises: ToolError, NetworkError."""
    server = net.start("iperf3-server", iperf3.server_command(), namespace=net.server)
    await_port(server, iperf3.PORT, "tcp")
    length_s = options.seconds + options.omit_s
    command = iperf3.client_command(
        net.address, down=options.down, seconds=length_s, congestion=options.congestion
    )
    with step(f"iperf3 -P{iperf3.FLOWS} {options.direction}, {length_s:g} s"):
        text, cpu_s = finished(net.start("iperf3", command, namespace=net.client), length_s + SPARE_S)
    return iperf3.read_report(text, down=options.down, omit_s=options.omit_s, cpu_s=cpu_s)


def run_irtt(net: Net, options: Options, step: Step) -> Figures:
    """Return irtt's figures. Raises: ToolError, NetworkError."""
    server = net.start("irtt-server", irtt.server_command(net.address), namespace=net.server)
    await_port(server, irtt.PORT, "udp")
    command = irtt.client_command(net.address, seconds=options.probe_s, interval_ms=options.probe_ms)
    with step(f"irtt every {options.probe_ms:g} ms, {options.probe_s:g} s"):
        text, cpu_s = finished(net.start("irtt", command, namespace=net.client), options.probe_s + SPARE_S)
    return irtt.read_report(text, seconds=options.probe_s, cpu_s=cpu_s)


def start_server(net: Net, folder: Path) -> None:
    """Start the far end of our own programs. Raises: ToolError, NetworkError."""
    key = stamp.write_key(folder)
    server = net.start("pantau-server", stamp.server_command(net.address, key), namespace=net.server)
    await_port(server, stamp.PORT, "udp")


@contextmanager
def waiting_ours(net: Net, options: Options, folder: Path) -> Iterator[Waiting | None]:
    """Yield our capacity estimator, blind and waiting for its go; None where it was left out.

    Raises: ToolError, NetworkError.
    """
    if options.without_ours:
        yield None
        return
    with (folder / stamp.KEY_FILE).open("rb") as key:  # its name is hidden from it like all of the folder
        path = f"/dev/fd/{key.fileno()}"
        command = ours.client_command(net.address, path, direction=options.direction)
        hidden = isolated.hidden_folders(folder)
        waiting = isolated.start(command, folder, namespace=net.client, hidden=hidden, keep=[key.fileno()])
    with closing(waiting):
        yield waiting


def run_ours(waiting: Waiting, options: Options, step: Step) -> Figures:
    """Let our capacity estimator go and return its figures. Raises: ToolError."""
    with step(f"pantau measure capacity-{options.direction}, {ours.LONGEST_S:g} s at most"):
        waiting.go()
        said = waiting.finished(ours.LONGEST_S + SPARE_S)
    return ours.read_report(said.text, cpu_s=said.cpu_s)


def run_stamp(net: Net, options: Options, folder: Path, step: Step) -> tuple[Figures, Report]:
    """Return our own probes' figures, and the report they are of. Raises: ToolError, NetworkError."""
    key = folder / stamp.KEY_FILE
    seconds, interval_ms = options.probe_s, options.probe_ms
    command = stamp.client_command(net.address, key, seconds=seconds, interval_ms=interval_ms)
    with step(f"STAMP every {interval_ms:g} ms, {seconds:g} s"):
        text, cpu_s = finished(net.start("stamp", command, namespace=net.client), seconds + SPARE_S)
    report = stamp.read_report(text)
    return stamp.figures_of(report, cpu_s=cpu_s), report


def await_empty(options: Options) -> None:
    """Wait until nothing of the test before is left in the link's queues."""
    time.sleep((options.queue_ms + options.rtt_ms + options.jitter_ms) / 1000 + SPENT_S)


def await_port(server: Child, port: int, protocol: str) -> None:
    """Wait until a socket in the server's namespace has *port*. Raises: ChildError, ToolError."""
    until_s = time.monotonic() + LISTEN_S
    while port not in local_ports(Path(f"/proc/{server.process.pid}/net"), protocol):
        server.must_run()
        if time.monotonic() > until_s:
            raise ToolError(f"{server.name} does not listen on port {port}: {server.last_words()}")
        time.sleep(0.02)


def local_ports(net_folder: Path, protocol: str) -> set[int]:
    """Return the local ports of the sockets of *protocol*, both families (proc(5) net/tcp)."""
    tables = (net_folder / protocol, net_folder / f"{protocol}6")
    rows = [row for table in tables for row in table.read_text(encoding="ascii").splitlines()[1:]]
    return {int(row.split()[1].rpartition(":")[2], 16) for row in rows}


def finished(child: Child, deadline_s: float) -> tuple[str, float]:
    """Wait for a program; return what it printed and the CPU seconds it took.

    Raises: ToolError, if it does not end.
    """
    before_s = _children_cpu_s()
    try:
        child.process.wait(deadline_s)
    except subprocess.TimeoutExpired as error:
        raise ToolError(
            f"{child.name} has not ended within {deadline_s:g} s: {child.last_words()}"
        ) from error
    text = child.words.read_text(encoding="utf-8", errors="replace")
    return text, round(_children_cpu_s() - before_s, 3)


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
