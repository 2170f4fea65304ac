"""The TCP connection of one test: greeting, request, answer; what follows is the test's own."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from socket import IPPROTO_TCP, SHUT_RDWR, SHUT_WR, SO_LINGER, SOCK_STREAM, SOL_SOCKET, TCP_CONGESTION, socket
from struct import pack

from edge.measure.capacity import LONGEST_S
from edge.measure.protocol import (
    Answer,
    CapacityCount,
    CapacitySeen,
    Done,
    Hello,
    LineBuffer,
    MessageT,
    ProtocolError,
    Terms,
    decode_line,
    encode_line,
    encode_request,
)
from edge.measure.tcp_info import TCP_INFO, TCP_INFO_BYTES, tcp_info_of
from edge.run.attempt import Attempt
from edge.run.errors import MeasurementFailedError, translated

WANTED_CONGESTION_CONTROL = "bbr"
LINE_TIMEOUT_S = 5.0
_READ_BYTES = 65_536
_REFUSALS = {"auth": "server.auth", "busy": "server.busy"}


@dataclass(slots=True)
class Control:
    """An admitted test's connection; `requested_ns` is when the request left."""

    attempt: Attempt
    sock: socket
    answer: Answer
    requested_ns: int
    answer_bytes: int
    buffer: LineBuffer
    authenticated: bool

    async def send_done(self) -> None:
        """Tell the server that the last probe is in. Raises: MeasurementFailedError."""
        await _send(self.attempt, self.sock, encode_line(Done(v=1, done=True)))

    async def line(self, message: type[MessageT], timeout_s: float) -> MessageT:
        """Return the server's next line. Raises: MeasurementFailedError."""
        line = await _receive_line(self.attempt, self.sock, self.buffer, timeout_s)
        return _decoded(line, message)

    async def seen_or_count(self, timeout_s: float) -> CapacitySeen | CapacityCount:
        """Return the server's next line of a capacity-up test. Raises: MeasurementFailedError."""
        line = await _receive_line(self.attempt, self.sock, self.buffer, timeout_s)
        return _decoded(line, CapacitySeen) if b'"seen"' in line else _decoded(line, CapacityCount)

    def least_rtt_ms(self) -> float | None:
        """Return the kernel's least round trip of this connection, ms; None where it has none."""
        try:
            info = tcp_info_of(self.sock.getsockopt(IPPROTO_TCP, TCP_INFO, TCP_INFO_BYTES))
        except (OSError, ValueError):
            return None
        return info.min_rtt_us / 1000 or None

    def finish_sending(self) -> None:
        """Send FIN after what is queued; no error if the connection is gone."""
        with suppress(OSError):
            self.sock.shutdown(SHUT_WR)

    def cut(self) -> None:
        """Wake whoever reads, with an end; close() follows, since what comes is still taken."""
        with suppress(OSError):
            self.sock.shutdown(SHUT_RDWR)

    def close(self) -> None:
        """Close at once, dropping what is still queued."""
        abort(self.sock)


async def open_control(attempt: Attempt) -> Control:
    """Connect, greet and have the test admitted. Raises: MeasurementFailedError with the cause."""
    sock = attempt.new_socket(SOCK_STREAM)
    try:
        prefer_congestion_control(sock)
        before_s = attempt.job.clock.mono_s()
        await attempt.connect("tcp", sock)
        attempt.connect_ms = round((attempt.job.clock.mono_s() - before_s) * 1000, 3)
        return await _admitted(attempt, sock)
    except BaseException:
        abort(sock)
        raise


async def ask(attempt: Attempt, sock: socket, terms: Terms, message: type[MessageT]) -> MessageT:
    """Return the answer to a request of the attempt's kind that begins no test. Raises:
    MeasurementFailedError, also if the server refuses.
    """
    buffer = LineBuffer()
    hello = _decoded(await _receive_line(attempt, sock, buffer, LINE_TIMEOUT_S), Hello)
    await _send(attempt, sock, _request(attempt, sock, hello, terms))
    return _decoded(await _receive_line(attempt, sock, buffer, LINE_TIMEOUT_S), message)


async def _admitted(attempt: Attempt, sock: socket) -> Control:
    """Return the connection once the server has said yes."""
    buffer = LineBuffer()
    hello = _decoded(await _receive_line(attempt, sock, buffer, LINE_TIMEOUT_S), Hello)
    attempt.hello = hello
    requested_ns = attempt.job.clock.unix_ns()
    job = attempt.job
    terms = Terms(box=job.box, max_bytes=job.max_bytes, want_bps=job.want_bps)
    await _send(attempt, sock, _request(attempt, sock, hello, terms))
    line = await _receive_line(attempt, sock, buffer, LINE_TIMEOUT_S)
    attempt.answer = answer = _decoded(line, Answer)
    if not answer.ok:
        detail = answer.text or answer.code or "no reason given"
        if answer.retry_after_s is not None:
            detail += f", it may be asked again in {answer.retry_after_s:g} s"
        raise MeasurementFailedError(_REFUSALS.get(answer.code or "", "server.protocol"), detail)
    return Control(attempt, sock, answer, requested_ns, len(line) + 1, buffer, hello.auth != "open")


def _seconds(attempt: Attempt) -> float:
    """Return how long the test may take, s."""
    if attempt.kind.startswith("capacity-"):
        return LONGEST_S + 1
    return attempt.job.rtt_seconds if attempt.kind == "rtt" else attempt.job.seconds


def _request(attempt: Attempt, sock: socket, hello: Hello, terms: Terms) -> bytes:
    """Return the request that fits the server's greeting."""
    job = attempt.job
    if hello.auth == "hmac-sha256" and job.key is None:
        raise MeasurementFailedError("server.auth", "it asks for a key and this box has none for it")
    try:
        return encode_request(
            nonce=job.nonce,
            kind=attempt.kind,
            seconds=_seconds(attempt),
            cc=congestion_control(sock) if attempt.kind == "tcp-up" else WANTED_CONGESTION_CONTROL,
            key=job.key,
            hello=hello,
            terms=terms,
        )
    except ProtocolError as exc:
        raise MeasurementFailedError("server.protocol", str(exc)) from exc


async def _send(attempt: Attempt, sock: socket, data: bytes) -> None:
    """Send a line within LINE_TIMEOUT_S."""
    try:
        async with asyncio.timeout(LINE_TIMEOUT_S):
            await asyncio.get_running_loop().sock_sendall(sock, data)
    except TimeoutError as exc:
        detail = f"it took no line within {LINE_TIMEOUT_S:g} s"
        raise MeasurementFailedError("server.unreachable", detail) from exc
    except OSError as exc:
        raise translated(exc) from exc
    attempt.count("tcp", len(data))


async def _receive_line(attempt: Attempt, sock: socket, buffer: LineBuffer, timeout_s: float) -> bytes:
    """Return the next line within *timeout_s*."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeout_s):
            while (line := buffer.take()) is None:
                data = await loop.sock_recv(sock, _READ_BYTES)
                if not data:
                    raise MeasurementFailedError("server.closed_early", "it closed before its answer")
                attempt.count("tcp", len(data))
                buffer.feed(data)
    except TimeoutError as exc:
        code = "server.slow" if buffer.waiting else "server.silent"
        detail = f"{buffer.waiting} bytes of a line" if buffer.waiting else "not a byte"
        raise MeasurementFailedError(code, f"{detail} within {timeout_s:g} s") from exc
    except ProtocolError as exc:
        raise MeasurementFailedError("server.protocol", str(exc)) from exc
    except OSError as exc:
        raise translated(exc) from exc
    return line


def _decoded(line: bytes, message: type[MessageT]) -> MessageT:
    """Return the line as a *message*."""
    try:
        return decode_line(line, message)
    except ProtocolError as exc:
        raise MeasurementFailedError("server.protocol", str(exc)) from exc


def prefer_congestion_control(sock: socket, name: str = WANTED_CONGESTION_CONTROL) -> None:
    """Ask the kernel for *name*; where it has or allows none such, its default stays."""
    with suppress(OSError):
        sock.setsockopt(IPPROTO_TCP, TCP_CONGESTION, name.encode())


def congestion_control(sock: socket) -> str:
    """Return the congestion control in force on *sock*."""
    return sock.getsockopt(IPPROTO_TCP, TCP_CONGESTION, 16).rstrip(b"\0").decode()


def abort(sock: socket) -> None:
    """Close *sock* with RST instead of waiting for what is queued."""
    with suppress(OSError):
        sock.setsockopt(SOL_SOCKET, SO_LINGER, pack("@ii", 1, 0))
    sock.close()
