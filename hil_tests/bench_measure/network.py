"""The networks the bench measures over; in each the link is put in anew for each run.

A lab with the emulator, which logs every packet; and, as a stranger would make it, namespaces and a router
that shapes with the kernel's tc-tbf(8), which counts only.
"""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from hil_tests.bench_measure.facts import Facts, Judged, read_facts, tbf_facts
from hil_tests.link.net import NOT_SHAPED, NOT_YET, Net, TbfCount, kernel_shaped, lab_id, shape, tbf_count
from hil_tests.link.options import Options
from hil_tests.link.run import await_port
from hil_tests.link.session import tbf_rates
from hil_tests.link.shapes import link_of
from hil_tests.sims.operator_net import children, log, namespaces
from hil_tests.sims.operator_net.lab import SERVER_ADDRESS, Lab

PORT = 8620
FORGETFUL = {"ipv4/tcp_no_metrics_save": "1"}  # else a connection learns from the ones before it


class BenchNet(Protocol):
    """A network that stands, without a link or with one."""

    @property
    def net(self) -> Net:
        """Where to run programs."""

    def link(self, options: Options, folder: Path, *, seed: int) -> None:
        """Put a link in, its log in *folder*. Raises: NetworkError, ChildError."""

    def unlink(self) -> None:
        """Take the link out: its log is complete."""

    def facts(self, options: Options, part: Judged) -> Facts:
        """Return the truth of a part of what the last link saw. Raises: OSError, LogError, NetworkError."""

    def why_invalid(self) -> str | None:
        """Return what makes what the last link saw worthless; None where nothing does."""


def server_command(address: str) -> list[str]:
    """Return the far end's command, as a program of its own."""
    program = Path(sys.executable).parent / "pantau-server"
    return [str(program), "--listen", f"{address}:{PORT}", "--open"]


class EmulatedNet:
    """Client, router and server of a lab."""

    def __init__(self, lab: Lab) -> None:
        """Take a lab that stands."""
        client, server = lab.client_namespaces[0], lab.server_namespace
        self._lab = lab
        self.net = Net(client=client, server=server, address=SERVER_ADDRESS, start=self._start)

    def link(self, options: Options, folder: Path, *, seed: int) -> None:
        """Start the emulator with the link; from now on its log is in *folder*."""
        self._lab.relink([link_of(options)], folder, seed=seed)

    def unlink(self) -> None:
        """End the emulator."""
        self._lab.unlink()

    def facts(self, options: Options, part: Judged) -> Facts:
        """Return what the emulator's log says of *part*."""
        return read_facts(self.log_path, options, part)

    @property
    def log_path(self) -> Path:
        """Where the last link's log is."""
        return self._lab.log_path

    def why_invalid(self) -> str | None:
        """Return what the emulator's log says of the emulator itself."""
        return log.why_invalid(self.log_path)

    def _start(self, name: str, command: Sequence[str], *, namespace: str) -> children.Child:
        return self._lab.start(name, command, namespace=namespace)


class ShapedNet:
    """Client, router and server with two token buckets of the kernel on the router."""

    def __init__(self, net: Net) -> None:
        """Take a network that stands."""
        self.net = net
        self._before: dict[str, TbfCount] = {}

    def link(self, options: Options, folder: Path, *, seed: int) -> None:
        """Set both buckets; there is no log, and nothing that *seed* could be of."""
        shape(self.net, tbf_rates(options))
        self._before = self._counts()

    def unlink(self) -> None:
        """Leave the buckets: they count on."""

    def facts(self, options: Options, part: Judged) -> Facts:
        """Return what the buckets have let through since they were set, whatever *part* says of it."""
        now = self._counts()
        passed = {name: now[name] - before for name, before in self._before.items()}
        shaped, other = ("c0", "s0") if options.down else ("s0", "c0")
        return tbf_facts(options, part, passed[shaped], passed[other])

    def why_invalid(self) -> str | None:
        """Return None: the kernel's own tbf is the second opinion, it says nothing of itself."""
        return None

    def _counts(self) -> dict[str, TbfCount]:
        return {name: tbf_count(interface) for name, interface in self.net.shaped.items()}


@contextlib.contextmanager
def emulated(folder: Path) -> Iterator[EmulatedNet]:
    """Yield a network whose far end serves and that has no link yet. Raises: NetworkError."""
    with Lab(lab_id(), [NOT_YET], folder, client_netns=True) as lab:
        net = EmulatedNet(lab)
        serve(net.net)
        net.unlink()
        yield net


@contextlib.contextmanager
def shaped(folder: Path) -> Iterator[ShapedNet]:
    """Yield a network whose far end serves and whose router does not shape yet. Raises: NetworkError."""
    with kernel_shaped(NOT_SHAPED, folder) as net:
        serve(net)
        yield ShapedNet(net)


def serve(net: Net) -> None:
    """Start the far end; neither end keeps what a connection learnt. Raises: ChildError, NetworkError."""
    for namespace in (net.client, net.server):
        namespaces.set_sysctls(namespace, FORGETFUL)
    server = net.start("pantau-server", server_command(net.address), namespace=net.server)
    await_port(server, PORT, "tcp")
