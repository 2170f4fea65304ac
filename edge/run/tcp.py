"""TCP throughput, counted at the receiver: packets at the line's interface, or reads at the socket."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from os import urandom
from socket import IPPROTO_TCP, socket

from edge.measure.bins import Arrival, bin_arrivals, skip_payload, sustained_bps, why_not_sustained
from edge.measure.ends import Ends, judge_proxy, why_lying
from edge.measure.kernel_stamps import TCP_NOTSENT_LOWAT
from edge.measure.pacing import LEAST_BYTES, READ_BYTES, READ_PAUSE_S, lowat_bytes
from edge.measure.protocol import GRACE_S, UploadCount
from edge.measure.result import BIN_MS, Bins, Throughput, Verdicts
from edge.run.after import ask_report, explained
from edge.run.attempt import Attempt
from edge.run.control import Control, congestion_control, open_control
from edge.run.errors import MeasurementFailedError, translated
from edge.run.job import Job
from edge.run.tcp_state import clamp_window, read_tcp_info, rtt_s_of, unsent_bytes

FIRST_DATA_S = 6.0
"""How long to wait for the first payload, s: over TCP's first retransmissions on a line of 600 ms."""
STILL_S = 2.0
"""A flow without payload for this long before its end has broken, and is no slow flow."""
COUNT_S = 6.0
"""How long after the upload its count may take, s."""

CAP_SHARE = 0.8
"""Share of max_bytes from which on an early end is the server's obedience: the rest was sent again."""

_SEND_BYTES = 65_536
_MAX_BINS = 36_000


@dataclass(slots=True)
class _Counted:
    """What the receiver counted, as far as it got."""

    congestion_control: str | None = None
    counted_at: str | None = None
    bytes: int | None = None
    seconds: float | None = None
    bins: Bins | None = None
    largest: int = 0
    note: str | None = None
    ends: Ends = field(default_factory=lambda: Ends(acked=None, sent=None, received=None, whole=False))
    reads: list[Arrival] = field(default_factory=list)


async def measure_tcp_down(job: Job) -> Throughput:
    """Return the rate of one TCP flow from the server, counted here; a failure is in the result."""
    return await _measure(job, "tcp-down")


async def measure_tcp_up(job: Job) -> Throughput:
    """Return the rate of one TCP flow to the server, counted there; a failure is in the result."""
    return await _measure(job, "tcp-up")


async def _measure(job: Job, kind: str) -> Throughput:
    """Run one test; whatever goes wrong in it becomes its failure."""
    attempt = Attempt.begin(job, kind)
    counted = _Counted()
    failed = None
    try:
        control = await open_control(attempt)
        try:
            await (_download if kind == "tcp-down" else _upload)(attempt, control, counted)
        finally:
            control.close()
    except MeasurementFailedError as exc:
        failed = await explained(attempt, exc)
    if failed is None:
        await _compare_ends(attempt, counted)
    return await attempt.closed(_throughput(attempt, counted), failed)


async def _compare_ends(attempt: Attempt, counted: _Counted) -> None:
    """Compare what one end sent and saw acknowledged with what the other received, by the kernels' counts."""
    ends = counted.ends
    if attempt.kind == "tcp-down":
        report = await ask_report(attempt)
        if report is None:
            return
        attempt.limited = report.limited
        ends = replace(ends, acked=report.acked, sent=report.sent)
    verdict = judge_proxy(ends)
    attempt.verdicts = Verdicts(proxy_suspect=verdict.suspect, proxy_text=verdict.text)


async def _download(attempt: Attempt, control: Control, counted: _Counted) -> None:
    """Read until the server's FIN or our own deadline, then count."""
    counted.congestion_control = control.answer.cc
    attempt.on_stop = control.cut
    if (brake := attempt.job.brake) is not None:
        brake.rtt_s, brake.on_room = (
            lambda: rtt_s_of(control.sock),
            lambda left: clamp_window(control.sock, left),
        )
        brake.look()
    fault = None
    try:
        ended = await _read_all(attempt, control, counted)
        fault = None if attempt.stopped else _download_fault(attempt, control, counted, ended)
    except OSError as exc:
        fault = None if attempt.stopped else translated(exc)
    stop_ns = attempt.job.clock.unix_ns()
    info = read_tcp_info(control.sock)
    if info is not None:
        whole = not counted.note and not fault and not attempt.stopped
        counted.ends = Ends(acked=None, sent=None, received=info.received, whole=whole)
    if attempt.stopped:
        control.close()
    await attempt.settle()
    _count_download(attempt, control, counted, stop_ns)
    if fault is not None:
        raise fault


async def _read_all(attempt: Attempt, control: Control, counted: _Counted) -> bool:
    """Read payload into nowhere, noting time and size; return whether the server ended it."""
    loop = asyncio.get_running_loop()
    space = bytearray(READ_BYTES)
    size = len(control.buffer.rest())
    try:
        async with asyncio.timeout(FIRST_DATA_S) as limit:
            while True:
                if size:
                    if not counted.reads:
                        limit.reschedule(loop.time() + attempt.job.seconds + GRACE_S)
                    _note_read(attempt, counted, size)
                size = await loop.sock_recv_into(control.sock, space)
                if not size:
                    return True
                attempt.socket_bytes += size
                await asyncio.sleep(READ_PAUSE_S if size < READ_BYTES else 0)
    except TimeoutError:
        counted.note = f"stopped {GRACE_S:g} s after its time, with data still on its way"
        return False


def _note_read(attempt: Attempt, counted: _Counted, size: int) -> None:
    """Note one read of *size* payload bytes."""
    counted.reads.append((attempt.job.clock.unix_ns(), size))
    attempt.progress(attempt.socket_bytes)


def _download_fault(
    attempt: Attempt, control: Control, counted: _Counted, ended: bool
) -> MeasurementFailedError | None:
    """Return why the download is not to be used, if so."""
    job = attempt.job
    now_ns = job.clock.unix_ns()
    if not counted.reads:
        return MeasurementFailedError("no_data", "the test was admitted, but no payload came")
    lasted_s = (now_ns - control.requested_ns) / 1e9
    if ended and _cap_reached(job, sum(size for _, size in counted.reads)):
        attempt.stopped = f"the server sent no more than {job.max_bytes} bytes, as it was told"
        return None
    if ended and lasted_s < job.seconds - 0.1:
        return MeasurementFailedError("server.closed_early", f"after {lasted_s:.1f} of {job.seconds:g} s")
    still_s = (now_ns - counted.reads[-1][0]) / 1e9
    if not ended and still_s > STILL_S:
        return MeasurementFailedError("no_data", f"nothing came for the last {still_s:.1f} s of the test")
    return None


def _cap_reached(job: Job, received: int) -> bool:
    """Return whether the server has sent what it may: it counts what it sent again, too."""
    return job.max_bytes is not None and received >= CAP_SHARE * job.max_bytes


def _count_download(attempt: Attempt, control: Control, counted: _Counted, stop_ns: int) -> None:
    """Count by the tap's packets where it saw all the socket did, by reads otherwise."""
    arrivals, counted.counted_at = counted.reads, "socket"
    tap, flow = attempt.job.tap, attempt.flow
    if tap is not None and flow is not None:
        seen = [arrival for arrival in tap.arrivals(flow) if arrival[0] <= stop_ns]
        packets = skip_payload(seen, control.answer_bytes, since_ns=control.requested_ns)
        if sum(size for _, size in packets) >= sum(size for _, size in counted.reads) > 0:
            arrivals, counted.counted_at = packets, "interface"
    if not arrivals:
        counted.counted_at = None
        return
    counted.bins = bin_arrivals(arrivals)
    counted.bytes = sum(size for _, size in arrivals)
    counted.seconds = (arrivals[-1][0] - arrivals[0][0]) / 1e9
    counted.largest = max(size for _, size in arrivals)


async def _upload(attempt: Attempt, control: Control, counted: _Counted) -> None:
    """Send for the time asked, then take the server's count."""
    counted.congestion_control = congestion_control(control.sock)
    attempt.on_stop = control.finish_sending
    if attempt.job.brake is not None:
        attempt.job.brake.rtt_s, attempt.job.brake.queued = lambda: 0.0, lambda: unsent_bytes(control.sock)
    try:
        await _send_for(attempt, control.sock)
    except OSError as exc:
        if not attempt.stopped:
            raise translated(exc) from exc
    control.finish_sending()
    try:
        count = await control.line(UploadCount, COUNT_S)
    except MeasurementFailedError as exc:
        if exc.code not in ("server.silent", "server.slow"):
            raise
        raise MeasurementFailedError("no_data", f"no count from the server within {COUNT_S:g} s") from exc
    info = read_tcp_info(control.sock)
    if info is not None:
        counted.ends = Ends(acked=info.acked, sent=info.sent, received=count.received, whole=True)
        if why := why_lying(count.bytes, info.sent):
            raise MeasurementFailedError("server.lying", why)
    attempt.limited = count.limited
    _take_count(attempt, counted, count)


async def _send_for(attempt: Attempt, sock: socket) -> None:
    """Send incompressible bytes for the seconds of the job, with little queued in the kernel."""
    loop, job = asyncio.get_running_loop(), attempt.job
    block = memoryview(urandom(2 * _SEND_BYTES))
    sock.setsockopt(IPPROTO_TCP, TCP_NOTSENT_LOWAT, LEAST_BYTES)
    begun_s, sent = loop.time(), 0
    with suppress(TimeoutError):
        async with asyncio.timeout(job.seconds):
            while size := _may_send(job, sock, sent):
                offset = sent % 4093
                await loop.sock_sendall(sock, block[offset : offset + size])
                sent += size
                rate_bps = sent * 8 / max(0.05, loop.time() - begun_s)
                sock.setsockopt(IPPROTO_TCP, TCP_NOTSENT_LOWAT, lowat_bytes(rate_bps))
                attempt.progress(sent)
                await asyncio.sleep(0)
            attempt.stopped = attempt.stopped or f"no more than {job.max_bytes} bytes may be sent"


def _may_send(job: Job, sock: socket, sent: int) -> int:
    """Return how many bytes may go out next: what was sent again counts as well."""
    if job.max_bytes is None:
        return _SEND_BYTES
    info = read_tcp_info(sock)
    again = (info.retransmitted or 0) if info else 0
    return max(0, min(_SEND_BYTES, job.max_bytes - sent - again))


def _take_count(attempt: Attempt, counted: _Counted, count: UploadCount) -> None:
    """Take over what the server counted. Raises: MeasurementFailedError, if it cannot be or is nothing."""
    sound = count.width_ms == BIN_MS and len(count.bins) <= _MAX_BINS and min(count.bins, default=0) >= 0
    if not sound or not 0 <= sum(count.bins) <= count.bytes:
        raise MeasurementFailedError("server.protocol", "UploadCount: bins that cannot be")
    if not count.bytes:
        raise MeasurementFailedError("no_data", "the server received nothing of the upload")
    counted.bins = Bins(t0_ns=count.t0_ns, bytes=count.bins)
    counted.bytes, counted.seconds = count.bytes, count.seconds
    counted.counted_at = count.counted_at
    attempt.socket_bytes = max(attempt.socket_bytes, count.bytes)
    still_s = attempt.job.seconds - count.seconds
    if still_s > STILL_S and not attempt.stopped:
        raise MeasurementFailedError("no_data", f"the upload stood still for {still_s:.1f} s of the test")


def _throughput(attempt: Attempt, counted: _Counted) -> Throughput:
    """Return the result of what was counted."""
    sustained, nv = None, {}
    if counted.bins is not None:
        sustained = sustained_bps(counted.bins)
        if sustained is None:
            nv["sustained_bps"] = why_not_sustained(counted.bins)
    return Throughput(
        kind=attempt.kind,
        outcome="ok",
        server=attempt.job.where,
        nonce=attempt.job.nonce,
        start_ns=attempt.start_ns,
        family=attempt.family,
        flow=attempt.flow_ends,
        seconds=counted.seconds,
        bytes=counted.bytes,
        connect_ms=attempt.connect_ms,
        nv=nv,
        sustained_bps=sustained,
        mean_bps=_mean_bps(counted),
        resolution_bps=counted.largest * 8000 / BIN_MS or None,
        congestion_control=counted.congestion_control,
        counted_at=counted.counted_at,
        bins=counted.bins,
        note=attempt.stopped or counted.note,
    )


def _mean_bps(counted: _Counted) -> float | None:
    """Return payload by the time from the first to the last of it, bit/s; None if it took no time."""
    if not counted.bytes or not counted.seconds:
        return None
    return counted.bytes * 8 / counted.seconds
