"""The server: admits tests over TCP, serves them, and logs each when admitted and when it ends."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import randbelow, token_hex
from socket import socket
from time import time_ns

from edge.measure.protocol import (
    HEX_CHARS,
    KINDS,
    Answer,
    Done,
    EchoCount,
    Hello,
    LineBuffer,
    ProtocolError,
    Request,
    decode_line,
    encode_line,
    is_hex,
    mac_is_right,
    request_seconds,
)
from edge.measure.reflector import Reflector
from tools.server.bulk import (
    Bulk,
    abort,
    count_upload,
    end,
    open_tap,
    plain_ip,
    send_download,
    use_congestion_control,
)
from tools.server.echo import EchoPort
from tools.server.log import Entry, ServedLog

REQUEST_S = 10.0
"""How long a connection may take to say what it wants, s."""
ECHO_SPARE_S = 15.0
"""How long past its time an rtt test may take to say it is done, s."""
WAITING_ROOM = 20
"""Connections beyond the admitted tests; more are refused at once."""

_READ_BYTES = 16_384


class RefusedError(Exception):
    """A test is not admitted; *code* is one of the protocol's."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a server behaves; no key means open to everybody."""

    name: str
    key: bytes | None
    max_sessions: int = 20
    max_seconds: float = 30.0


@dataclass(slots=True)
class Server:
    """Serves the connections of one listening socket, and the UDP port beside it."""

    rules: Rules
    log: ServedLog
    unix_ns: Callable[[], int] = time_ns
    reflector: Reflector = field(init=False)
    _admitted: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.reflector = Reflector(self.rules.key)

    async def run(self, listening: socket, udp: socket) -> None:
        """Serve until cancelled; then end every test and close both sockets."""
        loop = asyncio.get_running_loop()
        echo = EchoPort(udp, self.reflector, self.unix_ns)
        echo.start()
        listening.setblocking(False)
        try:
            while True:
                sock, address = await _accepted(loop, listening)
                task = loop.create_task(self._connection(sock, address))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        finally:
            listening.close()
            echo.stop()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connection(self, sock: socket, address: tuple[str, int]) -> None:
        """Serve one connection and close it, whatever the other side does."""
        sock.setblocking(False)
        try:
            await Visit(self, sock, (plain_ip(address[0]), address[1])).run()
        except (OSError, TimeoutError):
            return
        finally:
            abort(sock)

    def enter(self) -> None:
        """Take one of the places for tests. Raises: RefusedError, if all are taken."""
        if self._admitted >= self.rules.max_sessions:
            raise RefusedError("busy", f"{self._admitted} tests are running, which is the most")
        self._admitted += 1

    def leave(self) -> None:
        """Give the place back."""
        self._admitted -= 1

    def is_crowded(self) -> bool:
        """Return whether more connections are open than can be waited for."""
        return len(self._tasks) > self.rules.max_sessions + WAITING_ROOM

    def free_ssid(self) -> int:
        """Return a session number that is not in use, 1..65535."""
        while True:
            ssid = 1 + randbelow(65535)
            if not self.reflector.is_admitted(ssid):
                return ssid


@dataclass(slots=True)
class Visit:
    """One TCP connection: greeting, request, test."""

    server: Server
    sock: socket
    peer: tuple[str, int]
    buffer: LineBuffer = field(default_factory=LineBuffer)

    async def run(self) -> None:
        """Serve the connection to its end. Raises: OSError, TimeoutError, if the client is gone or silent."""
        rules, challenge = self.server.rules, token_hex(HEX_CHARS // 2)
        auth = "hmac-sha256" if rules.key else "open"
        await self._send(encode_line(Hello(v=1, server=rules.name, challenge=challenge, auth=auth)))
        try:
            request, seconds = await self._asked(challenge)
            self.server.enter()
        except RefusedError as refusal:
            await self._refuse(refusal)
            return
        try:
            await self._serve(request, seconds)
        finally:
            self.server.leave()

    async def _asked(self, challenge: str) -> tuple[Request, float]:
        """Return the request and its length, s. Raises: RefusedError, if it is not to be admitted."""
        if self.server.is_crowded():
            raise RefusedError("busy", "too many connections")
        try:
            async with asyncio.timeout(REQUEST_S):
                request = decode_line(await self._line(), Request)
            self._check(request, challenge)
            return request, request_seconds(request, most=self.server.rules.max_seconds)
        except ProtocolError as exc:
            raise RefusedError("malformed", str(exc)) from exc

    def _check(self, request: Request, challenge: str) -> None:
        """Raise RefusedError unless *request* is signed with our key and names a test we know."""
        key = self.server.rules.key
        if key is not None and not mac_is_right(request, key=key, challenge=challenge):
            raise RefusedError("auth", "the request is not signed with this server's key")
        if not is_hex(request.nonce):
            raise RefusedError("malformed", f"Request: nonce is not {HEX_CHARS} hex digits")
        if request.kind not in KINDS:
            raise RefusedError("kind", f"kind {request.kind[:40]!r} is none of {', '.join(KINDS)}")

    async def _serve(self, request: Request, seconds: float) -> None:
        """Log the start, say yes, run the test, log its end."""
        bulk = Bulk(self.sock, seconds, self.server.unix_ns, outcome="stopped")
        try:
            self._note("start", request, bulk)
        except OSError as exc:
            await self._refuse(RefusedError("busy", f"the server cannot write its log: {exc.strerror}"))
            return
        try:
            bulk.outcome = "ok"
            await (self._echo if request.kind == "rtt" else self._bulk)(request, bulk)
        except (OSError, TimeoutError, ProtocolError):
            bulk.outcome = "client_gone"
        except asyncio.CancelledError:
            bulk.outcome = "stopped"
            raise
        finally:
            self._note("end", request, bulk)

    async def _bulk(self, request: Request, bulk: Bulk) -> None:
        """Serve a throughput test."""
        yes = self._yes(cc=use_congestion_control(self.sock, request.cc))
        if request.kind == "tcp-down":
            await self._send(encode_line(yes))
            await send_download(bulk)
            return
        tap = open_tap(self.sock, self.peer)
        await self._send(encode_line(yes))
        count = await count_upload(bulk, tap, request.cc)
        if bulk.outcome != "client_gone":
            await self._send(encode_line(count))
            await end(self.sock)

    async def _echo(self, request: Request, bulk: Bulk) -> None:
        """Serve an rtt test: open a session, wait for the client to be done, tell what was seen."""
        reflector, ssid = self.server.reflector, self.server.free_ssid()
        reflector.admit(ssid)
        begun_s = asyncio.get_running_loop().time()
        try:
            await self._send(encode_line(self._yes(ssid=ssid)))
            async with asyncio.timeout(bulk.seconds + ECHO_SPARE_S):
                decode_line(await self._line(), Done)
        finally:
            received, replied = reflector.counts(ssid)
            reflector.dismiss(ssid)
            bulk.bytes = received
            bulk.lasted_s = asyncio.get_running_loop().time() - begun_s
        await self._send(encode_line(EchoCount(v=1, received=received, replied=replied)))
        await end(self.sock)

    def _yes(self, *, ssid: int | None = None, cc: str | None = None) -> Answer:
        """Return the answer to an admitted test."""
        host, port = self.peer
        return Answer(
            v=1, ok=True, you=f"[{host}]:{port}" if ":" in host else f"{host}:{port}", ssid=ssid, cc=cc
        )

    def _note(self, event: str, request: Request, bulk: Bulk) -> None:
        """Log the start or the end of a test."""
        over = event == "end"
        self.server.log.write(
            Entry(
                event="end" if over else "start",
                t_ns=self.server.unix_ns(),
                nonce=request.nonce,
                kind=request.kind,
                peer=f"{self.peer[0]}:{self.peer[1]}",
                bytes=bulk.bytes if over else None,
                seconds=round(bulk.lasted_s, 6) if over else bulk.seconds,
                outcome=bulk.outcome if over else None,
            )
        )

    async def _refuse(self, refusal: RefusedError) -> None:
        """Say no, politely: the client shall read it before the connection ends."""
        no = Answer(v=1, ok=False, code=refusal.code, text=refusal.text)
        await self._send(encode_line(no))
        await end(self.sock)

    async def _send(self, line: bytes) -> None:
        """Send one line within REQUEST_S."""
        async with asyncio.timeout(REQUEST_S):
            await asyncio.get_running_loop().sock_sendall(self.sock, line)

    async def _line(self) -> bytes:
        """Return the client's next line. Raises: ProtocolError, OSError."""
        while (line := self.buffer.take()) is None:
            data = await asyncio.get_running_loop().sock_recv(self.sock, _READ_BYTES)
            if not data:
                raise ConnectionResetError("the client closed")
            self.buffer.feed(data)
        return line


async def _accepted(loop: asyncio.AbstractEventLoop, listening: socket) -> tuple[socket, tuple[str, int]]:
    """Return the next connection; where the system has no room for it, try again a little later."""
    while True:
        try:
            return await loop.sock_accept(listening)
        except OSError:
            await asyncio.sleep(0.1)
