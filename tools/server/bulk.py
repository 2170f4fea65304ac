"""Bulk TCP of an admitted test: sending for a download, counting an upload."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from os import urandom
from socket import IPPROTO_TCP, SHUT_WR, SO_LINGER, SOL_SOCKET, TCP_CONGESTION, socket
from struct import pack

from edge.measure.bins import Arrival, bin_arrivals
from edge.measure.kernel_stamps import TCP_NOTSENT_LOWAT
from edge.measure.pacing import LEAST_BYTES, READ_BYTES, READ_PAUSE_S, lowat_bytes
from edge.measure.protocol import GRACE_S, UploadCount
from edge.measure.result import BIN_MS
from edge.measure.tcp_info import TCP_INFO, TCP_INFO_BYTES, TcpInfo, tcp_info_of
from tools.server.limits import Watch
from tools.server.tap import UploadTap

FIRST_DATA_S = 6.0
"""How long to wait for the first byte of an upload, s."""
CLOSE_S = 5.0
"""How long to wait for the client's end after ours, s."""

_SEND_BYTES = 65_536


@dataclass(slots=True)
class Bulk:
    """One bulk test: its payload bytes, the seconds they took, and how it ended.

    max_bytes: what the server sends at most, bytes sent again included; acked, sent: the kernel's counts.
    """

    sock: socket
    seconds: float
    unix_ns: Callable[[], int]
    watch: Watch
    max_bytes: int | None = None
    bytes: int = 0
    lasted_s: float = 0.0
    outcome: str = "ok"
    running: bool = True
    acked: int | None = None
    sent: int | None = None
    received: int | None = None
    limited: str = ""

    def note_kernel(self) -> None:
        """Take what the kernel counted of the connection so far, and whether the server was the limit."""
        info = read_tcp_info(self.sock)
        if info is not None:
            self.acked, self.sent, self.received = info.acked, info.sent, info.received
        self.limited = self.watch.limited()

    def may_send(self) -> int:
        """Return how many bytes may go out next, at most one block."""
        if self.max_bytes is None:
            return _SEND_BYTES
        info = read_tcp_info(self.sock)
        again = (info.retransmitted or 0) if info else 0
        return max(0, min(_SEND_BYTES, self.max_bytes - self.bytes - again))


async def send_download(bulk: Bulk) -> None:
    """Send incompressible bytes for the seconds of the test, then FIN, and wait for the client's end."""
    loop = asyncio.get_running_loop()
    block = memoryview(urandom(2 * _SEND_BYTES))
    bulk.sock.setsockopt(IPPROTO_TCP, TCP_NOTSENT_LOWAT, LEAST_BYTES)
    begun_s = loop.time()
    try:
        async with asyncio.timeout(bulk.seconds):
            while size := bulk.may_send():
                offset = bulk.bytes % 4093
                await loop.sock_sendall(bulk.sock, block[offset : offset + size])
                bulk.bytes += size
                bulk.watch.count(size)
                rate_bps = bulk.bytes * 8 / max(0.05, loop.time() - begun_s)
                bulk.sock.setsockopt(IPPROTO_TCP, TCP_NOTSENT_LOWAT, lowat_bytes(rate_bps))
                await asyncio.sleep(0)
        bulk.outcome = "byte_cap"
    except TimeoutError:
        pass
    except OSError:
        bulk.outcome = "client_gone"
    bulk.lasted_s = loop.time() - begun_s
    bulk.note_kernel()
    if bulk.outcome != "client_gone":
        await end(bulk.sock)
        bulk.note_kernel()


async def count_upload(bulk: Bulk, tap: UploadTap | None, cc: str) -> UploadCount:
    """Read until the client's FIN, or GRACE_S past the time; return what came, by packets where allowed.

    Packets count as they came, sent again or not; without a *tap*, or where it lost any, reads count instead.
    Open the tap before the client is told to begin; it is closed here.
    """
    loop = asyncio.get_running_loop()
    if tap is not None:
        loop.add_reader(tap.sock, tap.drain)
    try:
        reads = await _read_all(bulk)
        arrivals, counted_at = reads, "socket"
        if tap is not None:
            tap.drain()
            whole = sum(n for _, n in tap.arrivals) >= sum(n for _, n in reads)
            if whole and not tap.drops():
                arrivals, counted_at = tap.arrivals, "interface"
    finally:
        if tap is not None:
            loop.remove_reader(tap.sock)
            tap.close()
    bulk.note_kernel()
    bulk.bytes = sum(size for _, size in arrivals)
    bulk.lasted_s = (arrivals[-1][0] - arrivals[0][0]) / 1e9 if arrivals else 0.0
    return _count(bulk, arrivals, counted_at, cc)


def _count(bulk: Bulk, arrivals: list[Arrival], counted_at: str, cc: str) -> UploadCount:
    """Return the answer line of an upload."""
    bins = bin_arrivals(arrivals) if arrivals else None
    return UploadCount(
        v=1,
        bytes=bulk.bytes,
        seconds=bulk.lasted_s,
        t0_ns=bins.t0_ns if bins else bulk.unix_ns(),
        width_ms=BIN_MS,
        bins=bins.bytes if bins else [],
        counted_at=counted_at,
        cc=cc,
        received=bulk.received,
        limited=bulk.limited,
    )


def read_tcp_info(sock: socket) -> TcpInfo | None:
    """Return what the kernel knows of the connection *sock*; None where it does not tell."""
    try:
        return tcp_info_of(sock.getsockopt(IPPROTO_TCP, TCP_INFO, TCP_INFO_BYTES))
    except (OSError, ValueError):
        return None


def open_tap(sock: socket, peer: tuple[str, int]) -> UploadTap | None:
    """Return the packet counter of the connection *sock* from *peer*; None where we may not open one."""
    try:
        return UploadTap(plain_ip(peer[0]), peer[1], sock.getsockname()[1])
    except PermissionError:
        return None


async def _read_all(bulk: Bulk) -> list[Arrival]:
    """Read payload into nowhere until FIN or our deadline; return (t_ns, bytes) of every read."""
    loop = asyncio.get_running_loop()
    space = bytearray(READ_BYTES)
    reads: list[Arrival] = []
    try:
        async with asyncio.timeout(FIRST_DATA_S) as limit:
            while size := await loop.sock_recv_into(bulk.sock, space):
                if not reads:
                    limit.reschedule(loop.time() + bulk.seconds + GRACE_S)
                reads.append((bulk.unix_ns(), size))
                bulk.bytes += size
                bulk.watch.count(size)
                await asyncio.sleep(READ_PAUSE_S if size < READ_BYTES else 0)
    except TimeoutError:
        bulk.outcome = "ok" if reads else "no_data"
    except OSError:
        bulk.outcome = "client_gone"
    return reads


async def end(sock: socket) -> None:
    """Send FIN and discard what still comes until the client's end, CLOSE_S at most."""
    loop = asyncio.get_running_loop()
    space = bytearray(_SEND_BYTES)
    with suppress(OSError, TimeoutError):
        sock.shutdown(SHUT_WR)
        async with asyncio.timeout(CLOSE_S):
            while await loop.sock_recv_into(sock, space):
                await asyncio.sleep(0)


def abort(sock: socket) -> None:
    """Close *sock* with RST: nothing of it lingers."""
    with suppress(OSError):
        sock.setsockopt(SOL_SOCKET, SO_LINGER, pack("@ii", 1, 0))
    sock.close()


def use_congestion_control(sock: socket, wanted: str) -> str:
    """Set *wanted* where the kernel has and allows it; return the congestion control in force."""
    with suppress(OSError, UnicodeEncodeError, ValueError):
        sock.setsockopt(IPPROTO_TCP, TCP_CONGESTION, wanted[:15].encode("ascii"))
    return sock.getsockopt(IPPROTO_TCP, TCP_CONGESTION, 16).rstrip(b"\0").decode()


def plain_ip(text: str) -> str:
    """Return an address without scope, and IPv4 mapped into IPv6 as IPv4."""
    address = ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
