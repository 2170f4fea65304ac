"""The networks the bench measures over: a lab whose link is put in anew for each run."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from hil_tests.link.net import Net, lab_id
from hil_tests.link.options import Options
from hil_tests.link.run import await_port
from hil_tests.link.shapes import link_of
from hil_tests.sims.operator_net import children, namespaces
from hil_tests.sims.operator_net.lab import SERVER_ADDRESS, Lab
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting

PORT = 8620
NOT_YET = LinkSetting("not-yet", DirectionSetting(), DirectionSetting())
FORGETFUL = {"ipv4/tcp_no_metrics_save": "1"}  # else a connection learns from the ones before it


def server_command(address: str) -> list[str]:
    """Return the far end's command, as a program of its own."""
    program = Path(sys.executable).parent / "pantau-server"
    return [str(program), "--listen", f"{address}:{PORT}", "--open"]


class EmulatedNet:
    """Client, router and server of a lab; `link` puts a link between them, `unlink` completes its log."""

    def __init__(self, lab: Lab) -> None:
        """Take a lab that stands."""
        self._lab = lab
        self.net = Net(
            client=lab.client_namespaces[0],
            server=lab.server_namespace,
            address=SERVER_ADDRESS,
            start=self._start,
        )

    def link(self, options: Options, folder: Path, *, seed: int) -> Path:
        """Put the link in, its log in *folder*; return the log's path. Raises: NetworkError, ChildError."""
        self._lab.relink([link_of(options)], folder, seed=seed)
        return self._lab.log_path

    def unlink(self) -> None:
        """Take the link out: its log is complete."""
        self._lab.unlink()

    def _start(self, name: str, command: Sequence[str], *, namespace: str) -> children.Child:
        return self._lab.start(name, command, namespace=namespace)


@contextlib.contextmanager
def emulated(folder: Path) -> Iterator[EmulatedNet]:
    """Yield a network whose far end serves and that has no link yet. Raises: NetworkError."""
    with Lab(lab_id(), [NOT_YET], folder, client_netns=True) as lab:
        net = EmulatedNet(lab)
        for namespace in (net.net.client, net.net.server):
            namespaces.set_sysctls(namespace, FORGETFUL)
        server = lab.start("pantau-server", server_command(SERVER_ADDRESS), namespace=lab.server_namespace)
        await_port(server, PORT, "tcp")
        net.unlink()
        yield net
