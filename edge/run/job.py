"""What to measure, and with what: everything one measurement is given."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from socket import AF_INET, AF_INET6, socket
from typing import NamedTuple

from edge.measure.stamp_session import FIRST_WAIT_S, STRAGGLER_S
from edge.ports import Clock, FlowTap
from edge.run.brake import ByteBrake


class Progress(NamedTuple):
    """A sign of life while measuring; *done* is bytes of a throughput test, answers of an rtt test."""

    kind: str
    elapsed_s: float
    done: int


SocketFactory = Callable[[int, int], socket]
"""Makes a socket from (family, type); where it is made decides whose network it uses."""


def plain_socket(family: int, kind: int) -> socket:
    """Return a socket of the namespace the calling thread is in."""
    return socket(family, kind)


def ignore_progress(progress: Progress) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One measurement to a server at a literal address; names are resolved elsewhere.

    `nonce` is 32 hex digits, fresh for each job. `netns_cookie` is SO_NETNS_COOKIE of the line's namespace:
    given, every socket is compared with it. `tap` counts at the line's interface; without it, counting is
    done at the socket. `box` says whose key it is; `max_bytes` is the most payload either end may send, and
    `brake` ends the test by the interface's counter; `want_bps` is what the server is to keep free.
    `clock_error_ms`: how far the box's clock may be from UTC, None: not known.

    Raises: ValueError, if host is no IP address or a number is out of range.
    """

    host: str
    port: int
    clock: Clock
    nonce: str
    key: bytes | None = None
    seconds: float = 5.0
    probes: int = 100
    interval_ms: float = 20.0
    tap: FlowTap | None = None
    netns_cookie: int | None = None
    socket_factory: SocketFactory = plain_socket
    on_progress: Callable[[Progress], None] = ignore_progress
    connect_timeout_s: float = 5.0
    box: str = ""
    max_bytes: int | None = None
    want_bps: int | None = None
    brake: ByteBrake | None = None
    clock_error_ms: float | None = None

    def __post_init__(self) -> None:
        ip_address(self.host)
        if not 0 < self.port < 65536:
            raise ValueError(f"port is {self.port}: give 1 to 65535")
        if self.seconds < 0.1 or self.probes < 1 or self.interval_ms <= 0:
            raise ValueError("give seconds of 0.1 or more, probes and interval_ms above 0")

    @property
    def family(self) -> int:
        """AF_INET or AF_INET6."""
        return AF_INET6 if ip_address(self.host).version == 6 else AF_INET

    @property
    def rtt_seconds(self) -> float:
        """How long an rtt test takes at most once its session is open, s."""
        return self.probes * self.interval_ms / 1000 + FIRST_WAIT_S + STRAGGLER_S

    @property
    def where(self) -> str:
        """The server's "host:port", as shown in texts and results."""
        return endpoint(self.host, self.port)


def endpoint(host: str, port: int) -> str:
    """Return "host:port", an IPv6 host in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
