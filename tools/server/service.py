"""The server: admits tests over TCP, serves them, and logs each when admitted and when it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from secrets import randbelow, token_bytes, token_hex
from socket import socket
from time import time_ns

from edge.measure.protocol import (
    HEX_CHARS,
    KINDS,
    REPORT,
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
from tools.server.admission import LEAST_RETRY_S, Gate, KeyRing, Place, RefusedError, UsedNonces, direction_of
from tools.server.as_table import AsTable
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
from tools.server.capacity import Desk, FarEnd
from tools.server.echo import EchoPort
from tools.server.limits import Traffic, Watch
from tools.server.log import Entry, ServedLog
from tools.server.reports import Reports, Served

REQUEST_S = 10.0
"""How long a connection may take to say what it wants, s."""
ECHO_SPARE_S = 15.0
"""How long past its time an rtt test may take to say it is done, s."""
WAITING_ROOM = 20
"""Connections beyond the admitted tests; more are refused at once."""

_READ_BYTES = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a server behaves; no key means open to everybody. asn, city: where it says that it stands.

    capacity_bps: its own bandwidth each way, None: not counted. networks: whose address is whose, by a file.
    clock_error_ms: how far this clock may be from UTC; None: not known, and no one-way delay can be told.
    """

    name: str
    keys: KeyRing
    max_sessions: int = 20
    max_seconds: float = 30.0
    capacity_bps: int | None = None
    asn: int | None = None
    city: str = ""
    networks: AsTable | None = None
    clock_error_ms: float | None = None


@dataclass(slots=True)
class Server:
    """Serves the connections of one listening socket, and the UDP port beside it."""

    rules: Rules
    log: ServedLog
    unix_ns: Callable[[], int] = time_ns
    reflector: Reflector = field(init=False)
    gate: Gate = field(init=False)
    traffic: Traffic = field(init=False)
    nonces: UsedNonces = field(default_factory=UsedNonces)
    reports: Reports = field(default_factory=Reports)
    desk: Desk = field(default_factory=Desk)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        keys, rules = self.rules.keys, self.rules
        nobodys = token_bytes(32) if keys.required else None
        self.reflector = Reflector(
            keys.shared or nobodys, clock_error_ms=rules.clock_error_ms, keys_of=keys.keys_of_ssid
        )
        self.gate = Gate(rules.max_sessions, rules.capacity_bps)
        self.traffic = Traffic(rules.capacity_bps)

    async def run(self, listening: socket, udp: socket) -> None:
        """Serve until cancelled; then end every test and close both sockets."""
        loop = asyncio.get_running_loop()
        echo = EchoPort(udp, self.reflector, self.unix_ns, self.desk.take)
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

    def is_crowded(self) -> bool:
        """Return whether more connections are open than can be waited for."""
        return len(self._tasks) > self.rules.max_sessions + WAITING_ROOM

    def free_ssid(self) -> int:
        """Return a session number that is not in use, 1..32767: the others are of heartbeats."""
        while True:
            ssid = 1 + randbelow(32767)
            if not self.reflector.is_admitted(ssid):
                return ssid


@dataclass(slots=True)
class Visit:
    """One TCP connection: greeting, request, test."""

    server: Server
    sock: socket
    peer: tuple[str, int]
    buffer: LineBuffer = field(default_factory=LineBuffer)
    place: Place | None = None

    async def run(self) -> None:
        """Serve the connection to its end. Raises: OSError, TimeoutError, if the client is gone or silent."""
        rules, challenge = self.server.rules, token_hex(HEX_CHARS // 2)
        auth = "hmac-sha256" if rules.keys.required else "open"
        hello = Hello(v=1, server=rules.name, challenge=challenge, auth=auth, asn=rules.asn, city=rules.city)
        await self._send(encode_line(hello))
        try:
            request, seconds = await self._asked(challenge)
            if request.kind == REPORT:
                await self._send(encode_line(self.server.reports.take(request.token, self._you())))
                await end(self.sock)
                return
            self.place = self._enter(request, seconds)
        except RefusedError as refusal:
            await self._refuse(refusal)
            return
        try:
            await self._serve(request, seconds)
        finally:
            self.server.gate.leave(self.place)

    def _enter(self, request: Request, seconds: float) -> Place:
        """Return the test's place. Raises: RefusedError."""
        now_s = asyncio.get_running_loop().time()
        direction = direction_of(request.kind)
        place = self.server.gate.enter(direction, request.want_bps, seconds, now_s)
        try:
            self.server.nonces.use(request.nonce)
        except RefusedError:
            self.server.gate.leave(place)
            raise
        return place

    async def _asked(self, challenge: str) -> tuple[Request, float]:
        """Return the request and its length, s. Raises: RefusedError, if it is not to be admitted."""
        if self.server.is_crowded():
            raise RefusedError("busy", "too many connections", LEAST_RETRY_S)
        try:
            async with asyncio.timeout(REQUEST_S):
                request = decode_line(await self._line(), Request)
            self._check(request, challenge)
            return request, request_seconds(request, most=self.server.rules.max_seconds)
        except ProtocolError as exc:
            raise RefusedError("malformed", str(exc)) from exc

    def _check(self, request: Request, challenge: str) -> None:
        """Raise RefusedError unless *request* is signed with our key and names a test we know."""
        keys = self.server.rules.keys
        key = keys.key_for(request.box)
        if keys.required and (key is None or not mac_is_right(request, key=key, challenge=challenge)):
            whose = f" for box {request.box[:63]}" if keys.folder is not None else ""
            raise RefusedError("auth", f"the request is not signed with this server's key{whose}")
        if not is_hex(request.nonce):
            raise RefusedError("malformed", f"Request: nonce is not {HEX_CHARS} hex digits")
        if request.kind not in (*KINDS, REPORT):
            raise RefusedError("kind", f"kind {request.kind[:40]!r} is none of {', '.join(KINDS)}")

    async def _serve(self, request: Request, seconds: float) -> None:
        """Log the start, say yes, run the test, log its end."""
        watch = Watch(self.server.traffic, direction_of(request.kind))
        bulk = Bulk(
            self.sock, seconds, self.server.unix_ns, watch, max_bytes=request.max_bytes, outcome="stopped"
        )
        token = token_hex(HEX_CHARS // 2)
        self.server.reports.keep(token, Served(request.nonce, request.kind, bulk))
        try:
            self._note("start", request, bulk)
        except OSError as exc:
            await self._refuse(RefusedError("busy", f"the server cannot write its log: {exc.strerror}"))
            return
        try:
            bulk.outcome = "ok"
            await self._test(request.kind)(request, bulk, token)
        except (OSError, TimeoutError, ProtocolError):
            bulk.outcome = "client_gone"
        except asyncio.CancelledError:
            bulk.outcome = "stopped"
            raise
        finally:
            bulk.running = False
            self._note("end", request, bulk)

    def _test(self, kind: str) -> Callable[[Request, Bulk, str], Awaitable[None]]:
        """Return what serves a test of *kind*."""
        if kind == "rtt":
            return self._echo
        return self._capacity if kind.startswith("capacity-") else self._bulk

    async def _capacity(self, request: Request, bulk: Bulk, token: str) -> None:
        """Serve a capacity test."""
        far = FarEnd(self.sock, token, bulk, self.server.desk)
        with far.open():
            await self._send(encode_line(self._yes(token)))
            count = await far.serve(request.kind, self._line, self._send)
        await self._send(encode_line(count))
        await end(self.sock)

    async def _bulk(self, request: Request, bulk: Bulk, token: str) -> None:
        """Serve a throughput test."""
        yes = self._yes(token, cc=use_congestion_control(self.sock, request.cc))
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

    async def _echo(self, request: Request, bulk: Bulk, token: str) -> None:
        """Serve an rtt test: open a session, wait for the client to be done, tell what was seen."""
        reflector, ssid = self.server.reflector, self.server.free_ssid()
        reflector.admit(ssid, self.server.rules.keys.key_for(request.box))
        begun_s = asyncio.get_running_loop().time()
        try:
            await self._send(encode_line(self._yes(token, ssid=ssid)))
            async with asyncio.timeout(bulk.seconds + ECHO_SPARE_S):
                decode_line(await self._line(), Done)
        finally:
            received, replied = reflector.counts(ssid)
            late_ns = reflector.lateness_ns(ssid)
            reflector.dismiss(ssid)
            bulk.bytes = received
            bulk.lasted_s = asyncio.get_running_loop().time() - begun_s
        await self._send(encode_line(EchoCount(v=1, received=received, replied=replied, late_ns=late_ns)))
        await end(self.sock)

    def _yes(self, token: str, *, ssid: int | None = None, cc: str | None = None) -> Answer:
        """Return the answer to an admitted test."""
        networks = self.server.rules.networks
        network = networks.find(self.peer[0]) if networks else None
        return Answer(
            v=1,
            ok=True,
            you=self._you(),
            ssid=ssid,
            cc=cc,
            token=token,
            asn=network.asn if network else None,
            as_name=network.name if network else None,
            share_bps=self.place.bps or None if self.place else None,
        )

    def _you(self) -> str:
        """Return the client as this server sees it."""
        host, port = self.peer
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

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
        no = Answer(v=1, ok=False, code=refusal.code, text=refusal.text, retry_after_s=refusal.retry_after_s)
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
