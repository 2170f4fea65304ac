"""Round-trip time and loss by STAMP probes over UDP, with the kernel's stamps at both moments."""

import asyncio
import errno
from contextlib import suppress
from socket import MSG_ERRQUEUE, SOCK_DGRAM, SOL_SOCKET, socket

from msgspec.structs import replace

from edge.measure.delay import ipdv_ns, loss_runs, one_way, pdv_ns, variation, why_no_one_way
from edge.measure.ends import judge_handshake
from edge.measure.kernel_stamps import (
    SENDING_STAMPS,
    SO_TIMESTAMPING,
    SO_TIMESTAMPNS,
    receive_stamp_ns,
    transmit_stamp,
)
from edge.measure.protocol import EchoCount
from edge.measure.result import Probes, Rtt, RttMs
from edge.measure.stamp_session import SenderSession, SessionCounts
from edge.measure.verdicts import with_proxy
from edge.run.after import explained
from edge.run.attempt import Attempt
from edge.run.control import Control, open_control
from edge.run.errors import MeasurementFailedError, translated
from edge.run.job import Job
from edge.stats.percentiles import mean, percentile

COUNT_S = 3.0
"""How long the server's own count may take, s; without it the loss is split by the reflector's numbering."""

_PACKET_BYTES = 2048
_CONTROL_BYTES = 512
_PASSING = (errno.ECONNREFUSED, errno.ENOBUFS, errno.EAGAIN, errno.EHOSTUNREACH)


async def measure_rtt(job: Job) -> Rtt:
    """Return round-trip times and loss of 1 + probes STAMP packets; a failure is in the result."""
    attempt = Attempt.begin(job, "rtt")
    session: SenderSession | None = None
    failed, count = None, None
    try:
        control = await open_control(attempt)
        try:
            session = _session(job, control)
            await _exchange(attempt, session)
            count = await _server_count(control)
        finally:
            attempt.tcp_rtt_ms = control.least_rtt_ms()
            control.close()
        if session.counts().received == 0:
            raise MeasurementFailedError("no_data", f"none of {job.probes + 1} UDP probes was answered")
    except MeasurementFailedError as exc:
        failed = await explained(attempt, exc)
    result = _rtt(attempt, session, count)
    least_ms = result.rtt_ms.min if result.rtt_ms else None
    result = with_proxy(result, judge_handshake(attempt.connect_ms, least_ms))
    attempt.verdicts = result.verdicts or attempt.verdicts
    return await attempt.closed(result, failed)


def _session(job: Job, control: Control) -> SenderSession:
    """Return the session the server admitted."""
    ssid, key = control.answer.ssid, job.key if control.authenticated else None
    if ssid is None or not 0 <= ssid < 65536:
        raise MeasurementFailedError("server.protocol", f"Answer: ssid is {ssid}")
    return SenderSession(ssid, job.probes, job.interval_ms / 1000, key, job.clock_error_ms)


async def _exchange(attempt: Attempt, session: SenderSession) -> None:
    """Send the session's probes and take its answers until it is over."""
    sock = attempt.new_socket(SOCK_DGRAM)
    loop = asyncio.get_running_loop()
    try:
        await attempt.connect("udp", sock)
        port = _ProbePort(attempt, session, sock)
        loop.add_reader(sock, port.on_ready)
        try:
            await port.run()
        finally:
            loop.remove_reader(sock)
    finally:
        sock.close()


class _ProbePort:
    """One UDP socket with its session."""

    def __init__(self, attempt: Attempt, session: SenderSession, sock: socket) -> None:
        self._attempt = attempt
        self._clock = attempt.job.clock
        self._session = session
        self._sock = sock
        self._woken = asyncio.Event()
        self._fault: MeasurementFailedError | None = None
        self._seq_of_send: list[int] = []
        self._sent = 0
        self._answered = 0
        attempt.socket_bytes = 0
        ask_for_stamps(sock)

    async def run(self) -> None:
        """Go on until the session is over. Raises: MeasurementFailedError, if the line is gone."""
        while (due_s := self._session.due_s(self._clock.mono_s())) is not None:
            if self._attempt.stopped:
                return
            await self._wait(due_s - self._clock.mono_s())
            if self._fault is not None:
                raise self._fault
            packet = self._session.poll(self._clock.mono_s(), self._clock.unix_ns())
            if packet is not None:
                self._send(packet)

    def on_ready(self) -> None:
        """Take every datagram and every send stamp that waits."""
        while self._read_stamp() or self._read_answer():
            pass
        self._woken.set()

    async def _wait(self, seconds: float) -> None:
        """Wait until something arrived, *seconds* at most."""
        self._woken.clear()
        if seconds > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._woken.wait()

    def _send(self, packet: bytes) -> None:
        """Send one probe; one the system could not send is as lost as one the network dropped."""
        seq, self._sent = self._sent, self._sent + 1
        for _ in range(2):
            try:
                self._attempt.socket_bytes += self._sock.send(packet)
            except OSError as exc:
                if self._note(exc):
                    return
            else:
                self._seq_of_send.append(seq)
                return

    def _read_answer(self) -> bool:
        """Take one datagram; return whether there was something."""
        try:
            data, control, _, _ = self._sock.recvmsg(_PACKET_BYTES, _CONTROL_BYTES)
        except OSError as exc:
            return not self._note(exc)
        t4_ns = receive_stamp_ns(control) or self._clock.unix_ns()
        self._attempt.socket_bytes += len(data)
        if self._session.receive(data, t4_ns, self._clock.mono_s()):
            self._answered += 1
            self._attempt.progress(self._answered)
        return True

    def _read_stamp(self) -> bool:
        """Take one send stamp off the error queue; return whether there was something."""
        try:
            _, control, _, _ = self._sock.recvmsg(_PACKET_BYTES, _CONTROL_BYTES, MSG_ERRQUEUE)
        except OSError as exc:
            return not self._note(exc)
        stamp = transmit_stamp(control)
        if stamp is not None and stamp[0] < len(self._seq_of_send):
            self._session.stamped(self._seq_of_send[stamp[0]], stamp[1])
        return True

    def _note(self, exc: OSError) -> bool:
        """Note an error; return whether it is of no use to try again now."""
        if exc.errno == errno.ECONNREFUSED:
            return False
        if exc.errno not in _PASSING:
            self._fault = translated(exc)
        return True


def ask_for_stamps(sock: socket) -> None:
    """Have the kernel stamp datagrams on arrival and on departure, as far as it can."""
    for option, value in ((SO_TIMESTAMPNS, 1), (SO_TIMESTAMPING, SENDING_STAMPS)):
        with suppress(OSError):
            sock.setsockopt(SOL_SOCKET, option, value)


async def _server_count(control: Control) -> EchoCount | None:
    """Return what the reflector saw; None if it did not tell."""
    try:
        await control.send_done()
        return await control.line(EchoCount, COUNT_S)
    except MeasurementFailedError:
        return None


def _rtt(attempt: Attempt, session: SenderSession | None, count: EchoCount | None) -> Rtt:
    """Return the result of what the session saw."""
    bare = Rtt(
        kind="rtt",
        outcome="ok",
        server=attempt.job.where,
        nonce=attempt.job.nonce,
        start_ns=attempt.start_ns,
        family=attempt.family,
        flow=attempt.flow_ends,
        connect_ms=attempt.connect_ms,
    )
    if session is None or attempt.flow is None:
        return bare
    return _filled(
        bare, attempt, session, session.counts(count.received, count.late_ns) if count else session.counts()
    )


def _filled(bare: Rtt, attempt: Attempt, session: SenderSession, seen: SessionCounts) -> Rtt:
    """Return *bare* with the figures of the session."""
    first, *others = seen.rtt_ns or [None]
    times_ms = [rtt_ns / 1e6 for rtt_ns in others if rtt_ns is not None]
    return replace(
        bare,
        seconds=round(attempt.job.clock.mono_s() - attempt.start_mono_s, 3),
        bytes=attempt.socket_bytes,
        rtt_ms=_quantiles(times_ms) if times_ms else None,
        access_ms=None if first is None else round(first / 1e6, 3),
        sent=seen.sent,
        received=seen.received,
        lost=seen.lost,
        lost_up=seen.lost_up,
        lost_down=seen.lost_down,
        duplicates=seen.duplicates,
        reordered=seen.reordered,
        ipdv_up_ms=variation(ipdv_ns(seen.up_ns[1:])),
        ipdv_down_ms=variation(ipdv_ns(seen.down_ns[1:])),
        pdv_up_ms=variation(pdv_ns(seen.up_ns[1:])),
        pdv_down_ms=variation(pdv_ns(seen.down_ns[1:])),
        loss_runs=loss_runs(seen.rtt_ns),
        owd_ms=one_way(seen.up_ns[1:], seen.down_ns[1:], session.clock_error_ms, seen.far_error_ms),
        tcp_rtt_ms=attempt.tcp_rtt_ms,
        authenticated=session.key is not None,
        stamped_at=_stamped_at(seen),
        probes=_probes(attempt, session, seen),
        nv=_reasons(times_ms, first, seen, session.clock_error_ms),
    )


def _quantiles(times_ms: list[float]) -> RttMs:
    """Return the distribution of round-trip times, to the microsecond."""
    p50, p90, p99 = (round(percentile(times_ms, percent), 3) for percent in (50, 90, 99))
    low, middle, high = (round(value, 3) for value in (min(times_ms), mean(times_ms), max(times_ms)))
    return RttMs(min=low, p50=p50, mean=middle, p90=p90, p99=p99, max=high)


def _reasons(
    times_ms: list[float], first: int | None, seen: SessionCounts, own_ms: float | None
) -> dict[str, str]:
    """Return why each missing figure is missing."""
    nv = {}
    if one_way(seen.up_ns[1:], seen.down_ns[1:], own_ms, seen.far_error_ms) is None:
        nv["owd_ms"] = why_no_one_way(own_ms, seen.far_error_ms)
    if not times_ms:
        nv["rtt_ms"] = "no probe after the first was answered"
    if first is None:
        nv["access_ms"] = "the first probe was not answered"
    if seen.lost_up is None:
        reason = "the server's count did not come, and the last probes went unanswered"
        nv |= {"lost_up": reason, "lost_down": reason}
    return nv


def _stamped_at(seen: SessionCounts) -> str:
    """Return whose clock reading T1 is."""
    if seen.kernel_stamps == seen.sent:
        return "kernel"
    return "mixed" if seen.kernel_stamps else "clock"


def _probes(attempt: Attempt, session: SenderSession, seen: SessionCounts) -> Probes:
    """Return the probes one by one."""
    return Probes(
        seq0=0,
        ssid=session.ssid,
        local_port=attempt.flow.local_port if attempt.flow else 0,
        rtt_us=[None if rtt_ns is None else round(rtt_ns / 1000) for rtt_ns in seen.rtt_ns],
        t1_ns=seen.t1_ns,
    )
