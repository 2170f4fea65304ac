"""One heart a line of a lab, as a program of its own; the lines' counters, and lines that are cut."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from hil_tests.link import stamp
from hil_tests.link.net import lab_id
from hil_tests.link.run import await_port
from hil_tests.sims.operator_net import namespaces
from hil_tests.sims.operator_net.children import Child
from hil_tests.sims.operator_net.control import Request
from hil_tests.sims.operator_net.ipv6 import SERVER_ADDRESS6
from hil_tests.sims.operator_net.lab import SERVER_ADDRESS, Lab
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting

PORTS = (8620, 8621)  # two servers: two programs of one far end
SECONDS_A_MONTH = 30 * 86_400


class Line(msgspec.Struct):
    """A line that `pantau heartbeat` prints, as far as it is used."""

    told: str
    t_ns: int = 0
    silent_s: float = 0.0
    sent: int = 0
    received: int = 0


class Neighbour(msgspec.Struct):
    """A row of `ip neigh show`."""

    dst: str
    lladdr: str = ""


class Counters(msgspec.Struct, frozen=True):
    """An interface's octets and frames, both ways together."""

    octets: int
    frames: int

    def __sub__(self, before: "Counters") -> "Counters":
        """Return what came between *before* and this."""
        return Counters(self.octets - before.octets, self.frames - before.frames)


@dataclass(frozen=True, slots=True)
class Heart:
    """A running `pantau heartbeat` on line *number* of the lab."""

    number: int
    child: Child

    def lines(self) -> list[Line]:
        """Return what it has said so far."""
        text = self.child.words.read_text(encoding="utf-8", errors="replace")
        whole = [line for line in text.splitlines() if line.startswith("{") and line.endswith("}")]
        return [msgspec.json.decode(line, type=Line) for line in whole]


def lab_of(folder: Path, delays_ms: Sequence[float], *, seed: int) -> Lab:
    """Return a lab with one line a delay (each way), IPv6 beside IPv4; nothing is made yet."""
    links = [_link(number, delay_ms) for number, delay_ms in enumerate(delays_ms)]
    return Lab(lab_id(), links, folder, client_netns=True, seed=seed, ipv6=True)


def _link(number: int, delay_ms: float) -> LinkSetting:
    way = DirectionSetting(rate_bps=20_000_000, delay_ms=delay_ms)
    return LinkSetting(f"line-{number}", way, way)


def start_servers(lab: Lab, key: Path) -> None:
    """Start both servers, for IPv4 and IPv6 alike."""
    for port in PORTS:
        command = [_program("pantau-server"), "--listen", f"[::]:{port}", "--key", str(key)]
        await_port(lab.start(f"server-{port}", command, namespace=lab.server_namespace), port, "udp")


def start_heart(lab: Lab, number: int, key: Path, *, every_s: float, ipv6: bool = False) -> Heart:
    """Start the heart of line *number*."""
    host = f"[{SERVER_ADDRESS6}]" if ipv6 else SERVER_ADDRESS
    servers = [word for port in PORTS for word in ("--server", f"{host}:{port}")]
    options = ["--key", str(key), "--every-s", str(every_s), "--box", f"bench-{number}"]
    command = [_program("pantau"), "heartbeat", *servers, *options]
    return Heart(number, lab.start(f"heart-{number}", command, namespace=lab.client_namespaces[number]))


def counters(lab: Lab, number: int) -> Counters:
    """Return the counters of the client's interface of line *number*. Raises: NetworkError."""
    name, interface = lab.client_namespaces[number], lab.client_interfaces[number]
    text = namespaces.run(["ip", "-n", name, "-s", "-j", "link", "show", interface])
    stats = msgspec.json.decode(text, type=list[dict[str, msgspec.Raw]])[0]["stats64"]
    both = msgspec.json.decode(stats, type=dict[str, dict[str, int]])
    return Counters(
        sum(both[way]["bytes"] for way in ("rx", "tx")), sum(both[way]["packets"] for way in ("rx", "tx"))
    )


def keep_neighbours(lab: Lab, number: int) -> None:
    """Make what line *number* has learnt of its neighbours permanent: a modem with raw IP asks for none.

    Raises: NetworkError.
    """
    ends = (
        (lab.client_namespaces[number], lab.client_interfaces[number]),
        (lab.router_namespaces[number], "lan"),
    )
    for name, interface in ends:
        text = namespaces.run(["ip", "-n", name, "-j", "neigh", "show", "dev", interface])
        for known in msgspec.json.decode(text, type=list[Neighbour]):
            if known.lladdr:
                words = ["neigh", "replace", known.dst, "lladdr", known.lladdr, "dev", interface]
                namespaces.run(["ip", "-n", name, *words, "nud", "permanent"])


def cut(lab: Lab, number: int) -> int:
    """Let line *number* carry nothing any more; return the Unix ns of it. Raises: ControlError."""
    return lab.control(Request(link=number, blackhole=True))


def await_told(heart: Heart, told: str, *, within_s: float) -> Line | None:
    """Return the first line of *told*, None if it does not come in time."""
    until_s = time.monotonic() + within_s
    while time.monotonic() < until_s:
        for line in heart.lines():
            if line.told == told:
                return line
        heart.child.must_run()
        time.sleep(0.1)
    return None


def write_key(folder: Path) -> Path:
    """Return the bench's key file, made in *folder*."""
    return stamp.write_key(folder)


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))
