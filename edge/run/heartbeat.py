"""The heartbeat's sockets: one UDP socket a server, kept open, with the kernel's stamps at both moments."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from socket import AF_INET, AF_INET6, MSG_ERRQUEUE, SOCK_DGRAM, socket

from edge.measure.heartbeat import Beat, Heart, Notice
from edge.measure.kernel_stamps import receive_stamp_ns, transmit_stamp
from edge.measure.stamp import (
    SenderPacket,
    StampError,
    decode_reflected,
    encode_sender,
    error_estimate,
    ns_to_ntp,
    ntp_to_ns,
)
from edge.ports import Clock
from edge.run.attempt import read_netns_cookie
from edge.run.job import SocketFactory, plain_socket
from edge.run.rtt import ask_for_stamps

_PACKET_BYTES, _CONTROL_BYTES = 2048, 512
_KEPT = 64


@dataclass(frozen=True, slots=True)
class FarEnd:
    """A server at a literal address; key None: it is open, and the exchange not authenticated."""

    host: str
    port: int
    key: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a heartbeat is given. may_send: whether data may be used now; is_busy: whether a test runs.

    netns_cookie: given, a socket of another namespace is never used. clock_error_ms: as of Job.
    """

    clock: Clock
    on_notice: Callable[[Notice], None]
    may_send: Callable[[], bool] = lambda: True
    is_busy: Callable[[], bool] = lambda: False
    socket_factory: SocketFactory = plain_socket
    netns_cookie: int | None = None
    clock_error_ms: float | None = None


@dataclass(slots=True)
class _Sent:
    """T1, the stamp the packet carried, and the monotonic time of its sending."""

    t1_ns: int
    carried_ns: int
    mono_s: float


@dataclass(slots=True)
class _Port:
    """One server's socket; numbers are those of the heart's beats, sends[i] that of the i-th send call."""

    far: FarEnd
    sock: socket | None = None
    sends: list[int] = field(default_factory=list)


class Heartbeat:
    """Beats until cancelled."""

    def __init__(self, heart: Heart, servers: Sequence[FarEnd], ssid: int, means: Means) -> None:
        self.heart = heart
        self._ports = [_Port(far) for far in servers]
        self._ssid, self._means = ssid, means
        self._sent: dict[int, _Sent] = {}
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Beat; close every socket at the end."""
        try:
            while True:
                await self._turn()
        finally:
            for port in self._ports:
                self._close(port)

    async def _turn(self) -> None:
        """Send what is due, tell what is to be told, and wait for the next thing to happen."""
        now_s = self._means.clock.mono_s()
        if self._means.may_send():
            beat = self.heart.poll(now_s, busy=self._means.is_busy())
        else:
            self.heart.hold(now_s)
            beat = None
        for notice in self.heart.notices():
            self._means.on_notice(notice)
        if beat is not None:
            self._send(beat)
        self._woken.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, self.heart.due_s() - self._means.clock.mono_s())):
                await self._woken.wait()

    def _send(self, beat: Beat) -> None:
        """Send one exchange; what cannot be sent is missed like what is lost."""
        port, clock = self._ports[beat.server], self._means.clock
        unix_ns = clock.unix_ns()
        carried_ns = ntp_to_ns(ns_to_ntp(unix_ns))
        estimate = error_estimate(self._means.clock_error_ms)
        packet = encode_sender(SenderPacket(beat.number, unix_ns, self._ssid, estimate), port.far.key)
        try:
            sock = self._socket(port)
            self._sent[beat.number] = _Sent(unix_ns, carried_ns, clock.mono_s())
            sock.send(packet)
            port.sends.append(beat.number)
        except OSError:
            self._close(port)
        for number in [n for n in self._sent if n < beat.number - _KEPT]:
            del self._sent[number]

    def _socket(self, port: _Port) -> socket:
        """Return the server's socket, a new one where there is none. Raises: OSError."""
        if port.sock is not None:
            return port.sock
        family = AF_INET6 if ip_address(port.far.host).version == 6 else AF_INET
        sock = self._means.socket_factory(family, SOCK_DGRAM)
        try:
            sock.setblocking(False)
            self._prove(sock)
            ask_for_stamps(sock)
            sock.connect((port.far.host, port.far.port))
        except OSError:
            sock.close()
            raise
        port.sock, port.sends = sock, []
        asyncio.get_running_loop().add_reader(sock, self._on_ready, port)
        return sock

    def _prove(self, sock: socket) -> None:
        """Raise OSError, if *sock* is not of the line's namespace."""
        wanted = self._means.netns_cookie
        if wanted is not None and read_netns_cookie(sock) != wanted:
            raise OSError("a socket of another namespace")

    def _close(self, port: _Port) -> None:
        if port.sock is not None:
            asyncio.get_running_loop().remove_reader(port.sock)
            port.sock.close()
            port.sock = None

    def _on_ready(self, port: _Port) -> None:
        """Take every send stamp, then every answer; a broken socket is replaced at the next beat."""
        sock = port.sock
        if sock is None:
            return
        with suppress(BlockingIOError):
            while True:
                self._take_stamp(port, sock.recvmsg(_PACKET_BYTES, _CONTROL_BYTES, MSG_ERRQUEUE)[1])
        try:
            while True:
                data, control, _, _ = sock.recvmsg(_PACKET_BYTES, _CONTROL_BYTES)
                self._take_answer(port, data, receive_stamp_ns(control) or self._means.clock.unix_ns())
        except BlockingIOError:
            pass
        except OSError:
            self._close(port)
        self._woken.set()

    def _take_stamp(self, port: _Port, control: list[tuple[int, int, bytes]]) -> None:
        stamp = transmit_stamp(control)
        if stamp is None or stamp[0] >= len(port.sends):
            return
        sent = self._sent.get(port.sends[stamp[0]])
        if sent is not None:
            sent.t1_ns = stamp[1]

    def _take_answer(self, port: _Port, data: bytes, t4_ns: int) -> None:
        """Give an answer of ours to the heart."""
        try:
            answer = decode_reflected(data, port.far.key)
        except StampError:
            return
        sent = self._sent.get(answer.sender_seq)
        if sent is None or answer.ssid != self._ssid or answer.sender_t1_ns != sent.carried_ns:
            return
        now_s = self._means.clock.mono_s()
        away_ms = (t4_ns - sent.t1_ns) / 1e6
        inside_ms = (answer.t3_ns - answer.t2_ns) / 1e6
        rtt_ms = away_ms - inside_ms if 0 <= inside_ms <= away_ms else away_ms
        longest_ms = (now_s - sent.mono_s) * 1000
        if not 0 <= rtt_ms <= longest_ms:  # the wall clock was set in between
            rtt_ms = longest_ms
        self.heart.answered(answer.sender_seq, round(rtt_ms, 3), now_s)
