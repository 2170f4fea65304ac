"""A modem's network interface that can be broken: one cable between two namespaces, no emulator on it.

client: wwan0 192.168.8.100/24 ===== gw 192.168.8.1/24 :far    198.51.100.10/32 on lo
"""

import contextlib
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hil_tests.bench.errors import BenchStartError, InjectFailed
from hil_tests.sims.operator_net import children, namespaces
from hil_tests.sims.operator_net.namespaces import NetworkError

CLIENT_INTERFACE, FAR_INTERFACE = "wwan0", "gw"
CLIENT_ADDRESS, GATEWAY, SERVER_ADDRESS = "192.168.8.100", "192.168.8.1", "198.51.100.10"
LOOK_S = 20.0
HOLE = """table ip hole {{
    chain from_client {{ type filter hook prerouting priority -300; iifname "gw" {what} drop; }}
    chain to_client {{ type filter hook postrouting priority -300; oifname "gw" {what} drop; }}
}}
"""
DHCP = "udp dport {67, 68}"


class Wire:
    """The cable; made by `laid`."""

    def __init__(self, name: str, folder: Path) -> None:
        self.client, self.far = f"{name}-cli", f"{name}-far"
        self._folder = folder
        self._running: list[children.Child] = []

    def lay(self) -> None:
        """Make both namespaces. Raises: BenchStartError."""
        peer = f"peer name {FAR_INTERFACE} netns {self.far}"
        cable = f"link add {CLIENT_INTERFACE} netns {self.client} type veth {peer}"
        try:
            namespaces.ip_batch(None, [f"netns add {self.client}", f"netns add {self.far}", cable])
            far = [f"address add {GATEWAY}/24 dev {FAR_INTERFACE}", f"address add {SERVER_ADDRESS}/32 dev lo"]
            namespaces.ip_batch(self.far, [*far, f"link set {FAR_INTERFACE} up", "link set lo up"])
            near = [f"link set {CLIENT_INTERFACE} up", "link set lo up"]
            address = [f"address add {CLIENT_ADDRESS}/24 dev {CLIENT_INTERFACE}"]
            namespaces.ip_batch(self.client, [*near, *address, f"route add default via {GATEWAY}"])
        except NetworkError as exc:
            raise BenchStartError(str(exc)) from exc

    def remove(self) -> None:
        """End the programs, remove the namespaces; harmless to repeat."""
        children.end(self._running)
        self._running.clear()
        namespaces.remove([self.client, self.far])

    @contextmanager
    def without_interface(self) -> Iterator[None]:
        """Take the modem's interface away, as an unplugged modem does; for good. Raises: InjectFailed."""
        try:
            namespaces.ip_batch(self.client, [f"link delete {CLIENT_INTERFACE}"])
        except NetworkError as exc:
            raise InjectFailed(str(exc)) from exc
        yield

    @contextmanager
    def other_interface(self) -> Iterator[None]:
        """Let the modem's interface go and a new one of its name come, as after a replug; for good.

        Raises: InjectFailed.
        """
        peer = f"peer name {FAR_INTERFACE} netns {self.far}"
        again = [f"link delete {CLIENT_INTERFACE}", f"link add {CLIENT_INTERFACE} type veth {peer}"]
        try:
            namespaces.ip_batch(self.client, again)
        except NetworkError as exc:
            raise InjectFailed(str(exc)) from exc
        yield

    @contextmanager
    def black_hole(self, what: str = "") -> Iterator[None]:
        """Let nothing pass between client and far end, and nobody be told; or only not *what* (nft's words).

        Raises: InjectFailed.
        """
        self._nft(HOLE.format(what=what))
        try:
            yield
        finally:
            self._nft("delete table ip hole\n")

    @contextmanager
    def dhcp(self) -> Iterator[None]:
        """Let somebody give out addresses. Raises: BenchStartError."""
        with self._program("dhcp", ["dhcp", "--interface", FAR_INTERFACE]):
            yield

    @contextmanager
    def server(self, mode: str, port: int = 8620) -> Iterator[tuple[str, int]]:
        """Yield the address of a measurement server that behaves as *mode*. Raises: BenchStartError."""
        listen = f"{SERVER_ADDRESS}:{port}"
        with self._program(f"server-{mode}", ["server", "--listen", listen, "--mode", mode]):
            yield SERVER_ADDRESS, port

    @contextmanager
    def _program(self, name: str, words: Sequence[str]) -> Iterator[None]:
        command = [sys.executable, "-m", "hil_tests.sims.far_end", *words]
        child = children.start(name, command, words=self._folder / f"{name}.out", namespace=self.far)
        self._running.append(child)
        try:
            child.await_ready("READY")
            yield
        except children.ChildError as exc:
            raise BenchStartError(str(exc)) from exc
        finally:
            children.end([child])
            self._running.remove(child)

    def _nft(self, rules: str) -> None:
        command = ["ip", "netns", "exec", self.far, namespaces.need("nft"), "-f", "-"]
        try:
            namespaces.run(command, stdin=rules)
        except NetworkError as exc:
            raise InjectFailed(str(exc)) from exc


@contextmanager
def laid() -> Iterator[Wire]:
    """Yield a wire of its own; nothing of it is left. Raises: BenchStartError."""
    with tempfile.TemporaryDirectory(prefix="pantau-wire-") as folder, contextlib.ExitStack() as undo:
        wire = Wire(f"w{secrets.token_hex(3)}", Path(folder))
        undo.callback(wire.remove)
        wire.lay()
        yield wire


def seen_by(namespace: str, *command: str) -> str:
    """Return what *command* prints inside *namespace*, whatever its exit status."""
    done = subprocess.run(
        [namespaces.need("ip"), "netns", "exec", namespace, *command],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=LOOK_S,
    )
    return done.stdout + done.stderr
