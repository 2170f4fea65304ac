"""Several lines from client to server, made of namespaces: each with a link that the emulator decides over.

    client interface     emulator namespace      router (one a line)          server (one for all)
    m<lab>x<k> ========= c<k>  [links]  r<k> === lan 192.168.8.1   wan ====== w<k>   lo 198.51.100.10
    192.168.8.100/24                             masquerade   100.64.k.2/29   100.64.k.1/29

All client interfaces have the same MAC, and the box gives all of them the same address, as one model of USB
modem does. Addresses: RFC 5737 (server), RFC 6598 (between router and server), RFC 1918 (client).
"""

import contextlib
import re
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import msgspec

from hil_tests.sims.operator_net import children, code_cache, ipv6, namespaces, offload
from hil_tests.sims.operator_net.control import Request, ask
from hil_tests.sims.operator_net.held_signals import held_signals, termination_as_exit
from hil_tests.sims.operator_net.namespaces import NetworkError, ip_batch, set_sysctls
from hil_tests.sims.operator_net.settings import EmulatorConfig, LinkSetting, Wire, check_link

EMULATOR = "hil_tests.sims.operator_net.emulator"
CLIENT_MAC = "0c:5b:8f:27:9a:64"
CLIENT_ADDRESS = "192.168.8.100/24"
GATEWAY = "192.168.8.1"
SERVER_ADDRESS = "198.51.100.10"
LAB_ID = re.compile(r"[a-z][a-z0-9]{0,10}")  # an interface name has 15 characters: m + id + x + two digits
NO_IPV6 = {"ipv6/conf/all/disable_ipv6": "1", "ipv6/conf/default/disable_ipv6": "1"}
ROUTER_SYSCTLS = {
    "ipv4/ip_forward": "1",
    "ipv4/conf/all/rp_filter": "0",
    "ipv4/conf/default/rp_filter": "0",
    "ipv4/conf/lan/rp_filter": "0",
    "ipv4/conf/wan/rp_filter": "0",
}
BE_LIBERAL = {"netfilter/nf_conntrack_tcp_be_liberal": "1"}  # else late segments pass untranslated
MASQUERADE = """table ip nat {
    chain out {
        type nat hook postrouting priority 100
        oifname "wan" masquerade
    }
}
"""
FIRST_WAN_HOST, LAST_WAN_HOST = 2, 6  # of the router, in 100.64.k.0/29
OTHER_PORTS = """flush chain ip nat out
add rule ip nat out oifname "wan" masquerade fully-random
"""


class Lab:
    """The whole network as a context manager; everything it made is gone afterwards.

    *links*: one line each. *log_dir* (exists) gets emulator.bin, .json, -events.jsonl, -config.json and what
    the programs print. *server_args*: a program to run in the server's namespace. *client_netns*: each client
    gets a namespace with address and default route, instead of a bare interface in the caller's. *ipv6*: all
    have IPv6 too (ipv6.py). *start_ns*: Unix time of second 0 of traces and blackhole windows.
    """

    def __init__(
        self,
        lab_id: str,
        links: Sequence[LinkSetting],
        log_dir: Path,
        server_args: Sequence[str] = (),
        *,
        client_netns: bool = False,
        seed: int = 0,
        ipv6: bool = False,
        start_ns: int | None = None,
    ) -> None:
        """Make nothing yet. Raises: NetworkError, SettingsError: what was asked for cannot be."""
        if not LAB_ID.fullmatch(lab_id):
            raise NetworkError(
                f"lab id {lab_id!r}: use a letter, then at most 10 letters and digits, lower case"
            )
        if not 1 <= len(links) <= 99:
            raise NetworkError(f"{len(links)} links: a lab has 1 to 99")
        for link in links:
            check_link(link)
        self.lab_id, self.links, self.log_dir = lab_id, tuple(links), log_dir
        self.client_interfaces = tuple(f"m{lab_id}x{k}" for k in range(len(links)))
        self.client_namespaces = tuple(f"{lab_id}-c{k}" for k in range(len(links))) if client_netns else ()
        self.router_namespaces = tuple(f"{lab_id}-r{k}" for k in range(len(links)))
        self.emulator_namespace = f"{lab_id}-emu"
        self.server_namespace = f"{lab_id}-srv"
        self.log_path = log_dir / "emulator.bin"
        self.control_path = log_dir / "emulator.sock"
        self.children: list[children.Child] = []
        self._server_args = tuple(server_args)
        self._seed, self._start_ns, self._ipv6 = seed, start_ns, ipv6
        self._wan_hosts = [FIRST_WAN_HOST] * len(links)
        self._undo = contextlib.ExitStack()

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Every namespace of this lab."""
        middle = (*self.router_namespaces, self.server_namespace, self.emulator_namespace)
        return (*self.client_namespaces, *middle)

    def __enter__(self) -> "Lab":
        """Make everything. Raises: NetworkError, ChildError, OSError; nothing is left then."""
        self._undo.enter_context(termination_as_exit())
        try:
            _make_code_ready()
            with held_signals():
                self._make()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove everything."""
        try:
            self.close()
        except (KeyboardInterrupt, SystemExit):  # a signal came before its handler was held off
            self.close()
            raise

    def close(self) -> None:
        """End the programs, remove the namespaces; harmless to repeat. Raises: NetworkError."""
        with self._undo, held_signals():
            children.end(list(reversed(self.children)))
            self.children.clear()
            _remove(self.lab_id, self.namespaces)

    @staticmethod
    def reap(prefix: str) -> list[str]:
        """Remove what killed labs left whose id begins with *prefix*; return the namespaces' names.

        Raises: NetworkError.
        """
        left = [name for name in namespaces.existing(prefix) if _PART.fullmatch(name)]
        with held_signals():
            for lab_id in sorted({name.rpartition("-")[0] for name in left}):
                _remove(lab_id, [name for name in left if name.rpartition("-")[0] == lab_id])
        return left

    def start(self, name: str, command: Sequence[str], *, namespace: str | None = None) -> children.Child:
        """Start a program that ends with the lab; it prints to log_dir/<name>.out. Raises: NetworkError."""
        words = self.log_dir / f"{name}.out"
        child = children.start(name, command, words=words, namespace=namespace)
        self.children.append(child)
        return child

    def control(self, request: Request) -> int:
        """Change running links; return the Unix ns at which it took effect. Raises: ControlError."""
        return ask(self.control_path, request)

    def unlink(self) -> None:
        """End the emulator, so that its log is complete; nothing passes until relink()."""
        emulators = [child for child in self.children if child.name == "emulator"]
        children.end(emulators)
        self.children = [child for child in self.children if child not in emulators]

    def relink(self, links: Sequence[LinkSetting], log_dir: Path, *, seed: int) -> None:
        """Put other *links*, as many as before, between the same ends; *log_dir* (exists) gets their log.

        Raises: NetworkError, SettingsError, ChildError.
        """
        if len(links) != len(self.links):
            raise NetworkError(f"{len(links)} links: this lab has ends for {len(self.links)}")
        for link in links:
            check_link(link)
        self.unlink()
        self.links, self.log_dir, self._seed = tuple(links), log_dir, seed
        self.log_path, self.control_path = log_dir / "emulator.bin", log_dir / "emulator.sock"
        self._start_emulator()

    def half_open(self, k: int) -> int:
        """Let nothing of line *k* come down any more, while what goes up arrives. Raises: ControlError."""
        return self.control(Request(link=k, dir="down", blackhole=True))

    def rebind_nat(self, k: int) -> str:
        """Let the router of line *k* forget its mappings and translate to another address and other ports.

        Return the new address; nobody has the old one any more. Raises: NetworkError.
        """
        old = self._wan_hosts[k]
        self._wan_hosts[k] = new = old + 1 if old < LAST_WAN_HOST else FIRST_WAN_HOST
        router = self.router_namespaces[k]
        gone, there = f"address del 100.64.{k}.{old}/29 dev wan", f"address add 100.64.{k}.{new}/29 dev wan"
        ip_batch(router, [gone, there, f"route add default via 100.64.{k}.1"])
        nft = ["ip", "netns", "exec", router, namespaces.need("nft"), "-f", "-"]
        namespaces.run(nft, stdin=OTHER_PORTS)
        return f"100.64.{k}.{new}"

    def delete_client_interface(self, k: int) -> None:
        """Take away the client interface of line *k*, in whatever namespace it is. Raises: NetworkError."""
        ip_batch(self.emulator_namespace, [f"link delete c{k}"])

    def _make(self) -> None:
        namespaces.need("nft")
        ip_batch(None, [f"netns add {name}" for name in self.namespaces])
        for name in self.namespaces:
            set_sysctls(name, ipv6.ON if self._ipv6 and name != self.emulator_namespace else NO_IPV6)
        self._make_server()
        for k in range(len(self.links)):
            self._make_line(k)
        self._start_emulator()
        if self._server_args:
            self.start("server", self._server_args, namespace=self.server_namespace)

    def _make_server(self) -> None:
        ip_batch(self.server_namespace, ["link set lo up", f"address add {SERVER_ADDRESS}/32 dev lo"])
        if self._ipv6:
            ipv6.add_server(self.server_namespace)

    def _make_line(self, k: int) -> None:
        interface, router, emulator = (
            self.client_interfaces[k],
            self.router_namespaces[k],
            self.emulator_namespace,
        )
        to_emulator = f"link add {interface} address {CLIENT_MAC} type veth peer name c{k} netns {emulator}"
        ip_batch(None, [to_emulator])
        ip_batch(emulator, [f"link add r{k} type veth peer name lan netns {router}"])
        ip_batch(router, [f"link add wan type veth peer name w{k} netns {self.server_namespace}"])
        with _local_socket() as here:
            offload.switch_off(here, interface)
        self._switch_off(emulator, (f"c{k}", f"r{k}"))
        self._switch_off(router, ("lan", "wan"))
        self._switch_off(self.server_namespace, (f"w{k}",))
        ip_batch(emulator, [f"link set c{k} up", f"link set r{k} up"])
        self._join_server(k)
        self._make_router(k)
        if self.client_namespaces:
            self._make_client(k)
        if self._ipv6:
            self._add_ipv6(k)

    def _add_ipv6(self, k: int) -> None:
        ipv6.join_server(self.server_namespace, k)
        ipv6.make_router(self.router_namespaces[k], k)
        if self.client_namespaces:
            ipv6.make_client(self.client_namespaces[k], self.client_interfaces[k], k)

    def _join_server(self, k: int) -> None:
        """Answers leave from the server's own address, also those of a program that listens on all."""
        address = [f"address add 100.64.{k}.1/29 dev w{k} noprefixroute", f"link set w{k} up"]
        route = f"route add 100.64.{k}.0/29 dev w{k} src {SERVER_ADDRESS}"
        ip_batch(self.server_namespace, [*address, route])

    def _switch_off(self, namespace: str, interfaces: Sequence[str]) -> None:
        with namespaces.udp_socket(namespace) as there:
            for interface in interfaces:
                offload.switch_off(there, interface)

    def _make_router(self, k: int) -> None:
        router = self.router_namespaces[k]
        addresses = [f"address add {GATEWAY}/24 dev lan", f"address add 100.64.{k}.2/29 dev wan"]
        up = ["link set lo up", "link set lan up", "link set wan up", f"route add default via 100.64.{k}.1"]
        ip_batch(router, [*addresses, *up])
        set_sysctls(router, ROUTER_SYSCTLS)
        namespaces.run(["ip", "netns", "exec", router, namespaces.need("nft"), "-f", "-"], stdin=MASQUERADE)
        set_sysctls(router, BE_LIBERAL)

    def _make_client(self, k: int) -> None:
        interface, client = self.client_interfaces[k], self.client_namespaces[k]
        ip_batch(None, [f"link set {interface} netns {client}"])
        address = [
            f"address add {CLIENT_ADDRESS} dev {interface}",
            f"link set {interface} up",
            "link set lo up",
        ]
        ip_batch(client, [*address, f"route add default via {GATEWAY}"])

    def _start_emulator(self) -> None:
        wires = tuple(Wire(link, f"c{k}", f"r{k}") for k, link in enumerate(self.links))
        config_path = self.log_dir / "emulator-config.json"
        config_path.write_bytes(
            msgspec.json.format(msgspec.json.encode(EmulatorConfig(self._seed, wires, self._start_ns)))
        )
        files = [
            "--config",
            str(config_path),
            "--log",
            str(self.log_path),
            "--control",
            str(self.control_path),
        ]
        command = [sys.executable, "-m", EMULATOR, *files]
        self.start("emulator", command, namespace=self.emulator_namespace).await_ready("READY")


_PART = re.compile(LAB_ID.pattern + r"-(emu|srv|[rc]\d{1,2})")


def _make_code_ready() -> None:
    """Let the emulator's code be compiled before anything is made: it takes long, once for each version."""
    if code_cache.is_warm(code_cache.folder()):
        return
    done = subprocess.run(
        [sys.executable, "-m", EMULATOR, "--warm"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NetworkError(f"{EMULATOR} --warm: {done.stderr.strip()[-600:]}")


def _local_socket() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def _remove(lab_id: str, names: Sequence[str]) -> None:
    """Remove the namespaces *names* of a lab, and the client interfaces, wherever they are, before them."""
    emulator = f"{lab_id}-emu"
    if emulator in names and emulator in namespaces.existing(lab_id):
        count = sum(1 for name in names if name.startswith(f"{lab_id}-r"))
        lines = "".join(f"link delete c{k}\n" for k in range(count))
        with contextlib.suppress(NetworkError):  # one is gone already; what stays is found below
            namespaces.run(["ip", "-n", emulator, "-force", "-batch", "-"], stdin=lines)
    namespaces.remove(names)
