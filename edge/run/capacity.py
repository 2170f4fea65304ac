"""Capacity of the line: paced UDP packets one way, grants or reports the other; all is decided here."""

import asyncio
import errno
from contextlib import suppress
from os import urandom
from socket import AF_INET6, IPPROTO_TCP, IPPROTO_UDP, MSG_TRUNC, SOCK_DGRAM, SOL_SOCKET, TCP_NODELAY, socket
from struct import pack

from edge.measure.capacity import IP_BYTES, NS_PER_S, TICK_S, Grant, Seen
from edge.measure.capacity_control import Controller, Phase
from edge.measure.capacity_estimate import estimate, glance
from edge.measure.capacity_pacer import Pacer
from edge.measure.capacity_report import read_report
from edge.measure.capacity_result import capacity_result, control_bytes
from edge.measure.capacity_wire import (
    GRANT_BYTES,
    MOST_AT_ONCE,
    TOKEN_BYTES,
    Packets,
    payload_bytes,
    read_packet,
    write_grant,
)
from edge.measure.kernel_stamps import SO_RCVBUFFORCE, SO_TIMESTAMPNS, UDP_SEGMENT, receive_stamp_ns
from edge.measure.protocol import CapacityCount, ProtocolError
from edge.measure.result import Capacity
from edge.run.after import explained
from edge.run.attempt import Attempt
from edge.run.control import Control, open_control
from edge.run.errors import MeasurementFailedError, translated
from edge.run.job import Job

MOST_BYTES = 250_000_000
"""No test moves more, both directions of the measured packets: a hard stop."""
COUNT_S = 6.0

_BUFFER_BYTES = 8 << 20
_A_TURN = 256
_HEAD_BYTES = 64
_REST_S = 0.001
_PASSING = (errno.EAGAIN, errno.ECONNREFUSED, errno.ENOBUFS)


async def measure_capacity_down(job: Job) -> Capacity:
    """Return what the line can carry towards us; a failure is in the result."""
    return await _measure(job, "capacity-down")


async def measure_capacity_up(job: Job) -> Capacity:
    """Return what the line can carry from us; a failure is in the result."""
    return await _measure(job, "capacity-up")


async def _measure(job: Job, kind: str) -> Capacity:
    """Run one test; whatever goes wrong in it becomes its failure."""
    attempt = Attempt.begin(job, kind)
    failed, end = None, None
    try:
        control = await open_control(attempt)
        try:
            end = _End(attempt, control)
            await end.run()
        finally:
            control.close()
    except MeasurementFailedError as exc:
        failed = await explained(attempt, exc)
    except OSError as exc:
        failed = translated(exc)
    return await attempt.closed(_result(attempt, end), failed)


def _result(attempt: Attempt, end: "_End | None") -> Capacity:
    """Return the result of what was seen."""
    bare = Capacity(
        kind=attempt.kind,
        outcome="ok",
        server=attempt.job.where,
        nonce=attempt.job.nonce,
        start_ns=attempt.start_ns,
        family=attempt.family,
        flow=attempt.flow_ends,
        connect_ms=attempt.connect_ms,
    )
    if end is None:
        return bare
    return capacity_result(bare, end.steering, end.count, end.wire_bytes)


class _End:
    """This end of one test: a socket, the steering, and for an upload the pacer."""

    def __init__(self, attempt: Attempt, control: Control) -> None:
        token = bytes.fromhex(control.answer.token or "")[:TOKEN_BYTES]
        if len(token) != TOKEN_BYTES:
            raise MeasurementFailedError("server.protocol", "Answer: no token for a capacity test")
        self.count: CapacityCount | None = None
        self.wire_bytes = control_bytes(control.answer_bytes)
        self.steering = Controller(
            rtt_s=(attempt.connect_ms or 0.0) / 1000,
            judge=estimate,
            glance=glance,
            most_bytes=min(MOST_BYTES, attempt.job.max_bytes or MOST_BYTES),
            now_ns=attempt.job.clock.unix_ns(),
        )
        self._attempt, self._control, self._token = attempt, control, token
        self._clock = attempt.job.clock
        self._cookie = 0
        self._pacer = Pacer()
        self._sent_ns: list[int] = []
        self._room = Packets(token, payload_bytes(6 if attempt.job.family == AF_INET6 else 4), urandom(4096))
        self._headers = IP_BYTES - self._room.size
        self._woken = asyncio.Event()
        self._fault: MeasurementFailedError | None = None

    async def run(self) -> None:
        """Run the test to its end. Raises: MeasurementFailedError, if the line or the server is gone."""
        sock = self._attempt.new_socket(SOCK_DGRAM)
        try:
            await self._attempt.connect("udp", sock)
            self._attempt.socket_bytes = 0
            self._attempt.on_stop = lambda: self.steering.stop(self._attempt.stopped)
            if self._attempt.job.brake is not None:
                self._attempt.job.brake.rtt_s = lambda: self.steering.loaded_rtt_s
            _prepare(sock, self._control.sock)
            await (self._down if self._attempt.kind == "capacity-down" else self._up)(sock)
        finally:
            sock.close()
        if self.steering.stopped == "silence":
            raise MeasurementFailedError("no_data", "nothing came for 1.5 s in the middle of the test")

    async def _down(self, sock: socket) -> None:
        """Grant, and stamp what comes, until the steering has enough."""
        loop = asyncio.get_running_loop()
        loop.add_reader(sock, self._receive, sock)
        try:
            while self.steering.phase is not Phase.OVER:
                self._grant(sock, self.steering.tick(self._clock.unix_ns()))
                await self._wait()
            await self._finish()
            self._receive(sock)
        finally:
            loop.remove_reader(sock)

    async def _wait(self) -> None:
        """Wait for the next tick; while pulses are sent, for packets as well."""
        if self._fault is not None:
            raise self._fault
        self._woken.clear()
        if self.steering.phase is not Phase.PULSES:
            await asyncio.sleep(TICK_S)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(TICK_S):
                await self._woken.wait()

    def _receive(self, sock: socket) -> None:
        """Take what waits, a limited number at a time."""
        space, seen = bytearray(_HEAD_BYTES), []
        for _ in range(_A_TURN):
            try:
                size, control, _, _ = sock.recvmsg_into([space], 64, MSG_TRUNC)
            except OSError as exc:
                self._note(exc)
                break
            self._attempt.socket_bytes += size
            self.wire_bytes += size + self._headers
            packet = read_packet(space, self._token, receive_stamp_ns(control) or self._clock.unix_ns())
            if packet is not None:
                seen.append(packet[0])
                self._cookie = packet[1]
        self._arrived(seen)

    def _arrived(self, seen: list[Seen]) -> None:
        self.steering.arrived(seen, self._clock.unix_ns())
        self._attempt.progress(len(self.steering.record.seen) * IP_BYTES)
        self._woken.set()

    def _note(self, exc: OSError) -> None:
        """Keep an error that does not pass."""
        if exc.errno not in _PASSING:
            self._fault = translated(exc)

    def _grant(self, sock: socket, grant: Grant) -> None:
        """Tell the server what it may send; one that cannot be sent is as lost as one the network dropped."""
        try:
            self._attempt.socket_bytes += sock.send(write_grant(grant, self._token, self._cookie))
            self.wire_bytes += GRANT_BYTES + self._headers
        except OSError as exc:
            self._note(exc)

    async def _finish(self) -> None:
        """Say that we are done, and take the server's count."""
        await self._control.send_done()
        with suppress(MeasurementFailedError):
            self.count = await self._control.line(CapacityCount, COUNT_S)
            self.wire_bytes += control_bytes(100)

    async def _up(self, sock: socket) -> None:
        """Send what the steering grants, while the server's reports come in."""
        loop = asyncio.get_running_loop()
        reports = loop.create_task(self._reports())
        steering = loop.create_task(self._steer())
        try:
            while not steering.done():
                if reports.done():
                    await reports
                self._send_due(sock)
                if self._fault is not None:
                    raise self._fault
                next_ns = self._pacer.next_ns()
                now_ns = self._clock.unix_ns()
                wait_s = TICK_S if next_ns is None else (next_ns - now_ns) / NS_PER_S
                await asyncio.sleep(min(TICK_S, max(_REST_S, wait_s)))
            await self._control.send_done()
            with suppress(MeasurementFailedError, TimeoutError):
                await asyncio.wait_for(reports, COUNT_S)
        finally:
            for task in (reports, steering):
                task.cancel()
            await asyncio.gather(reports, steering, return_exceptions=True)

    async def _steer(self) -> None:
        while self.steering.phase is not Phase.OVER:
            self._pacer.take(self.steering.tick(self._clock.unix_ns()), self._clock.unix_ns())
            await self._wait()

    def _send_due(self, sock: socket) -> None:
        """Send what is due now, each call to the kernel with the time of that call."""
        first, count = self._pacer.sent, self._pacer.due(self._clock.unix_ns())
        while count > 0:
            some, now_ns = min(count, MOST_AT_ONCE), self._clock.unix_ns()
            data = self._room.fill(first, some, 0, now_ns)
            self._sent_ns += [now_ns] * some
            try:
                sent = sock.sendmsg([data], [(IPPROTO_UDP, UDP_SEGMENT, pack("@H", self._room.size))])
                self._attempt.socket_bytes += sent
                self.wire_bytes += some * IP_BYTES
            except OSError as exc:
                self._note(exc)
            first, count = first + some, count - some

    async def _reports(self) -> None:
        """Take the server's reports until its count. Raises: MeasurementFailedError."""
        while True:
            line = await self._control.seen_or_count(COUNT_S)
            if isinstance(line, CapacityCount):
                self.count = line
                return
            self.wire_bytes += control_bytes(len(line.seen))
            try:
                self._arrived(read_report(line, self._sent_ns))
            except ProtocolError as exc:
                raise MeasurementFailedError("server.protocol", str(exc)) from exc


def _prepare(sock: socket, control: socket) -> None:
    """Ask for kernel stamps and room; send the control connection's lines at once."""
    sock.setsockopt(SOL_SOCKET, SO_TIMESTAMPNS, 1)
    control.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    with suppress(PermissionError):
        sock.setsockopt(SOL_SOCKET, SO_RCVBUFFORCE, _BUFFER_BYTES)
