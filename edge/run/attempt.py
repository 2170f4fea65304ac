"""What is known so far of a running measurement, so that also one that fails says all it saw."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from socket import AF_INET6, SOL_SOCKET, socket
from struct import unpack
from typing import TypeVar

from msgspec.structs import replace

from edge.measure.egress import egress_net
from edge.measure.failures import failure, outcome_of
from edge.measure.isolation import judge_isolation, void, with_isolation
from edge.measure.kernel_stamps import SO_NETNS_COOKIE
from edge.measure.protocol import Answer, Hello
from edge.measure.result import Capacity, FarEnd, FlowEnds, Rtt, Throughput, Verdicts
from edge.measure.verdicts import with_server_limit
from edge.ports import Clock, Flow
from edge.run.errors import MeasurementFailedError, translated
from edge.run.job import Job, Progress, endpoint

ResultT = TypeVar("ResultT", Rtt, Throughput, Capacity)

CLOCK_STEP_S = 0.002
"""So much further apart may two readings find the wall clock and the monotonic one without a step between."""
SLEW = 0.001
"""And by this share of the time between them: a daemon slews by 500 ppm at most (adjtime(3)), each way."""
_READINGS = 5
_SETTLE_S = 2.0
_PROGRESS_S = 0.2


@dataclass(slots=True)
class Attempt:
    """One measurement under way."""

    job: Job
    kind: str
    start_ns: int
    start_mono_s: float
    offset_s: float
    flow: Flow | None = None
    flow_ends: FlowEnds | None = None
    connect_ms: float | None = None
    tcp_rtt_ms: float | None = None
    socket_bytes: int = 0
    answer: Answer | None = None
    hello: Hello | None = None
    stopped: str = ""
    limited: str = ""
    verdicts: Verdicts = field(default_factory=Verdicts)
    on_stop: Callable[[], None] = lambda: None
    _cookies: list[bool] = field(default_factory=list)
    _told_s: float = -inf

    @classmethod
    def begin(cls, job: Job, kind: str) -> "Attempt":
        """Return a fresh attempt that starts now; the job's brake stops it."""
        offset_s = wall_minus_mono_s(job.clock)
        attempt = cls(job, kind, job.clock.unix_ns(), job.clock.mono_s(), offset_s)
        if job.brake is not None:
            job.brake.on_pull = attempt.stop
        return attempt

    def stop(self, why: str) -> None:
        """End the test early, its figures kept; *why* stands in the result."""
        if not self.stopped:
            self.stopped = why
            self.on_stop()

    def new_socket(self, kind: int) -> socket:
        """Return a non-blocking socket of the job's family, its namespace noted.

        Raises: MeasurementFailedError, if the system gives none.
        """
        try:
            sock = self.job.socket_factory(self.job.family, kind)
        except OSError as exc:
            raise translated(exc) from exc
        sock.setblocking(False)
        if self.job.netns_cookie is not None:
            self._cookies.append(read_netns_cookie(sock) == self.job.netns_cookie)
        return sock

    async def connect(self, proto: str, sock: socket) -> None:
        """Make *sock* the measured flow: take a port, have the tap count it, and only then connect.

        Raises: MeasurementFailedError, if the server cannot be reached within connect_timeout_s.
        """
        job = self.job
        try:
            sock.bind(("::" if job.family == AF_INET6 else "0.0.0.0", 0))
            self.flow = Flow(proto, sock.getsockname()[1], job.host, job.port)
            if job.tap is not None:
                job.tap.watch(self.flow)
            async with asyncio.timeout(job.connect_timeout_s):
                await asyncio.get_running_loop().sock_connect(sock, (job.host, job.port))
        except TimeoutError as exc:
            detail = f"no answer to {proto.upper()} within {job.connect_timeout_s:g} s"
            raise MeasurementFailedError("server.unreachable", detail) from exc
        except OSError as exc:
            raise translated(exc) from exc
        local = sock.getsockname()
        self.flow_ends = FlowEnds(proto=proto, local=endpoint(*local[:2]), remote=job.where)

    @property
    def family(self) -> str:
        """The address family as results name it."""
        return "ipv6" if self.job.family == AF_INET6 else "ipv4"

    def count(self, proto: str, size: int) -> None:
        """Count *size* bytes of a socket of the measured flow; an rtt test has a control flow too."""
        if self.flow is not None and self.flow.proto == proto:
            self.socket_bytes += size

    def progress(self, done: int) -> None:
        """Tell the caller, at most five times a second."""
        now_s = self.job.clock.mono_s()
        if now_s - self._told_s >= _PROGRESS_S:
            self._told_s = now_s
            self.job.on_progress(Progress(self.kind, now_s - self.start_mono_s, done))

    async def settle(self) -> None:
        """Wait, two seconds at most, until the tap has seen what the sockets saw."""
        tap, flow = self.job.tap, self.flow
        if tap is None or flow is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_SETTLE_S):
                while tap.bytes_of(flow) < self.socket_bytes:
                    await asyncio.sleep(0.01)

    async def closed(self, result: ResultT, exc: MeasurementFailedError | None) -> ResultT:
        """Return *result* with its failure, if any, and the proof of isolation, if it can be judged."""
        await self.settle()
        result = replace(result, far=self._far(), verdicts=self.verdicts)
        result = with_server_limit(result, self.limited)
        exc = exc or self._clock_step()
        if exc is not None:
            err = failure(exc.code, where=self.job.where, detail=exc.detail)
            result = void(replace(result, err=err, outcome=outcome_of(err)))
        if not self._cookies or self.flow is None:
            return result
        tap = self.job.tap
        proof = judge_isolation(
            cookie=all(self._cookies),
            own_bytes=None if tap is None else tap.bytes_of(self.flow),
            other_bytes={},
            counted_bytes=self.socket_bytes,
            drops=0 if tap is None else tap.drops(),
        )
        return with_isolation(result, proof)

    def _far(self) -> FarEnd | None:
        """Return what the server said of itself and of the line; None before its greeting."""
        hello, answer = self.hello, self.answer
        if hello is None:
            return None
        return FarEnd(
            name=hello.server[:64],
            asn=hello.asn,
            city=hello.city[:64],
            egress=(answer.you or "")[:64] if answer else "",
            egress_net=egress_net(answer.you or "", self.job.key) if answer else "",
            egress_asn=answer.asn if answer else None,
            egress_name=(answer.as_name or "")[:64] if answer else "",
            share_bps=answer.share_bps if answer else None,
            retry_after_s=answer.retry_after_s if answer else None,
        )

    def _clock_step(self) -> MeasurementFailedError | None:
        """Return the failure if the wall clock was set meanwhile."""
        lasted_s = self.job.clock.mono_s() - self.start_mono_s
        step_s = wall_minus_mono_s(self.job.clock) - self.offset_s
        if abs(step_s) <= CLOCK_STEP_S + SLEW * lasted_s:
            return None
        return MeasurementFailedError("clock.stepped", f"by {step_s:+.3f} s")


def wall_minus_mono_s(clock: Clock) -> float:
    """Return Unix time minus monotonic time, s, of the reading that took least time among a few.

    Else a process that is made to wait between the two clocks would look like a clock that was set.
    """
    tried: list[tuple[float, float]] = []
    for _ in range(_READINGS):
        before_s, unix_ns, after_s = clock.mono_s(), clock.unix_ns(), clock.mono_s()
        middle_s = (before_s + after_s) / 2
        tried.append(
            (after_s - before_s, unix_ns // 1_000_000_000 - middle_s + unix_ns % 1_000_000_000 / 1e9)
        )
    return min(tried)[1]


def read_netns_cookie(sock: socket) -> int | None:
    """Return SO_NETNS_COOKIE, the number of the namespace *sock* belongs to; None if not known."""
    try:
        data = sock.getsockopt(SOL_SOCKET, SO_NETNS_COOKIE, 8)
    except OSError:
        return None
    cookie: int = unpack("@Q", data)[0]
    return cookie
