"""The far end of a capacity test: sends what is granted (down), or reports what came and when (up).

The test has a UDP socket of its own on the server's port, connected to the client; the first datagrams, and
those after a NAT took another address, come in at the server's common port, handed over by their token.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from os import urandom
from secrets import randbits
from socket import (
    AF_INET6,
    IPPROTO_IPV6,
    IPPROTO_TCP,
    IPPROTO_UDP,
    IPV6_V6ONLY,
    MSG_TRUNC,
    SO_REUSEADDR,
    SOCK_DGRAM,
    SOL_SOCKET,
    TCP_NODELAY,
    socket,
)
from struct import pack

from edge.measure.capacity import IP_BYTES, TICK_S, Seen
from edge.measure.capacity_pacer import Pacer
from edge.measure.capacity_report import report_lines
from edge.measure.capacity_wire import (
    MOST_AT_ONCE,
    TOKEN_BYTES,
    Packets,
    payload_bytes,
    read_grant,
    read_packet,
)
from edge.measure.kernel_stamps import SO_RCVBUFFORCE, SO_TIMESTAMPNS, UDP_SEGMENT, receive_stamp_ns
from edge.measure.protocol import CapacityCount, Done, decode_line, encode_line
from tools.server.bulk import Bulk, plain_ip

SPARE_S = 5.0
"""How long past its time a test may take to say that it is done, s."""
UNPROVEN_PACKETS = 64
"""So many packets may go to an address that has not sent the cookie back."""

_BUFFER_BYTES = 8 << 20
_A_TURN = 512
_HEAD_BYTES = 64
_REST_S = 0.001

Peer = tuple[str, int]
Take = Callable[[bytes, int, Peer], None]


@dataclass(slots=True)
class Desk:
    """Hands datagrams of the common port to the test whose token they bear."""

    tests: dict[bytes, Take] = field(default_factory=dict)

    def take(self, data: bytes, t_ns: int, peer: Peer) -> None:
        """Hand over one datagram; one of no test is dropped."""
        take = self.tests.get(data[4 : 4 + TOKEN_BYTES])
        if take is not None:
            take(data, t_ns, peer)


class FarEnd:
    """One capacity test, from its admission on."""

    def __init__(self, control: socket, token: str, bulk: Bulk, desk: Desk) -> None:
        """*token* is the hex text the client is told; its first bytes mark the datagrams."""
        self._control, self._bulk, self._desk = control, bulk, desk
        self._token = bytes.fromhex(token)[:TOKEN_BYTES]
        self._pacer = Pacer()
        self._seen: list[Seen] = []
        self._sent = self._unsent = self._received = 0
        self._sock: socket | None = None
        self._peer: Peer | None = None
        self._cookie = randbits(32)
        self._woken = asyncio.Event()
        self._over = False
        version = ip_address(plain_ip(control.getpeername()[0])).version
        self._room = Packets(self._token, payload_bytes(version), urandom(4096))

    @contextmanager
    def open(self) -> Iterator[None]:
        """Take the test's datagrams from now on until the block ends."""
        self._desk.tests[self._token] = self._take
        try:
            yield
        finally:
            del self._desk.tests[self._token]
            self._close()

    async def serve(
        self, kind: str, line: Callable[[], Awaitable[bytes]], send: Callable[[bytes], Awaitable[None]]
    ) -> CapacityCount:
        """Send, or report, until the client is done; return what was done. Raises: as *line* and *send*."""
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        work = loop.create_task(self._send_on() if kind == "capacity-down" else self._report_on(send))
        try:
            async with asyncio.timeout(self._bulk.seconds + SPARE_S):
                decode_line(await line(), Done)
        finally:
            self._over = True
            if kind == "capacity-down":
                work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            self._bulk.lasted_s = loop.time() - begun_s
            self._bulk.bytes = (self._sent or self._received) * IP_BYTES
        limited = self._bulk.watch.limited()
        return CapacityCount(
            v=1, sent=self._sent, unsent=self._unsent, received=self._received, limited=limited
        )

    def _take(self, data: bytes, t_ns: int, peer: Peer) -> None:
        """Take a datagram from *peer*: a grant, or a packet of an upload."""
        packet = read_packet(data, self._token, t_ns)
        if packet is not None:
            self._turn_to(peer)
            self._seen.append(packet[0])
            self._received += 1
            return
        granted = read_grant(data, self._token)
        if granted is not None:
            self._turn_to(peer)
            grant, cookie = granted
            most = grant.limit if cookie == self._cookie else UNPROVEN_PACKETS
            if self._bulk.max_bytes is not None:
                most = min(most, self._bulk.max_bytes // IP_BYTES)
            self._pacer.take(grant._replace(limit=min(grant.limit, most)), self._bulk.unix_ns())
            self._woken.set()

    def _turn_to(self, peer: Peer) -> None:
        """Have the socket of this test speak to *peer*."""
        if peer[:2] == self._peer:
            return
        self._close()
        self._peer, self._sock = peer[:2], self._connected(peer[:2])
        asyncio.get_running_loop().add_reader(self._sock, self._on_ready)

    def _connected(self, peer: Peer) -> socket:
        """Return a socket on the server's address and port that gets what comes from *peer* alone."""
        sock = socket(self._control.family, SOCK_DGRAM)
        sock.setblocking(False)
        if sock.family == AF_INET6:
            sock.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 0)
        sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        sock.setsockopt(SOL_SOCKET, SO_TIMESTAMPNS, 1)
        with suppress(PermissionError):
            sock.setsockopt(SOL_SOCKET, SO_RCVBUFFORCE, _BUFFER_BYTES)
        sock.bind(self._control.getsockname()[:2])
        sock.connect(peer)
        return sock

    def _on_ready(self) -> None:
        """Take what waits at the test's own socket, a limited number at a time."""
        space = bytearray(_HEAD_BYTES)
        for _ in range(_A_TURN):
            if self._sock is None or self._peer is None:
                return
            try:
                size, control, _, _ = self._sock.recvmsg_into([space], 64, MSG_TRUNC)
            except OSError:
                return
            t_ns = receive_stamp_ns(control) or self._bulk.unix_ns()
            self._take(bytes(space[: min(size, _HEAD_BYTES)]), t_ns, self._peer)

    async def _send_on(self) -> None:
        """Send what is granted until cancelled."""
        while True:
            self._send_due()
            next_ns = self._pacer.next_ns()
            self._woken.clear()
            if next_ns is None:
                await self._woken.wait()
            else:
                await asyncio.sleep(max(_REST_S, (next_ns - self._bulk.unix_ns()) / 1e9))

    def _send_due(self) -> None:
        """Send what is due now, each call to the kernel with the time of that call."""
        first, count = self._pacer.sent, self._pacer.due(self._bulk.unix_ns())
        while count > 0 and self._sock is not None:
            some = min(count, MOST_AT_ONCE)
            data = self._room.fill(first, some, self._cookie, self._bulk.unix_ns())
            try:
                self._sock.sendmsg([data], [(IPPROTO_UDP, UDP_SEGMENT, pack("@H", self._room.size))])
                self._sent += some
                self._bulk.watch.count(some * IP_BYTES)
            except OSError:
                self._unsent += some
            first, count = first + some, count - some

    async def _report_on(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Tell the client every TICK_S what came, until it is done: no line is left half sent."""
        self._control.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        while not self._over:
            await asyncio.sleep(TICK_S)
            seen, self._seen = self._seen, []
            for line in report_lines(seen):
                await send(encode_line(line))

    def _close(self) -> None:
        """Close the test's socket."""
        if self._sock is not None:
            asyncio.get_running_loop().remove_reader(self._sock)
            self._sock.close()
            self._sock = None
