"""The sockets of the stick: it listens while it is up, and resets what is open when it goes away."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Callable
from math import inf
from random import Random

from hil_tests.sims.hilink.api import Answer, Api
from hil_tests.sims.hilink.device import Phase
from hil_tests.sims.hilink.dhcp_port import DhcpPort
from hil_tests.sims.hilink.faults import Plan
from hil_tests.sims.hilink.log import Lines, reply_line, usb_line
from hil_tests.sims.hilink.stick import Stick
from hil_tests.sims.hilink.wire import Request, RequestReader, WireError
from hil_tests.sims.operator_net.namespaces import inside

READ_BYTES = 65536
LISTENING = frozenset({Phase.BUSY, Phase.READY})
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class ListenError(OSError):
    """The address cannot be listened on; the text says which and why."""


class Listener:
    """Makes sockets that listen on one address, inside *namespace* if there is one; port 0 is a free one."""

    def __init__(self, host: str, port: int, namespace: str | None) -> None:
        """Make none yet."""
        self._host, self._port, self._namespace = host, port, namespace

    def __str__(self) -> str:
        """Return HOST:PORT as it is listened on."""
        return f"{self._host}:{self._port}"

    def __call__(self) -> socket.socket:
        """Return a bound socket; the port stays the same from the first on. Raises: ListenError."""
        sock = inside(self._namespace, self._bound) if self._namespace else self._bound()
        self._port = int(sock.getsockname()[1])
        return sock

    def _bound(self) -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((self._host, self._port))
        except OSError as exc:
            sock.close()
            where = f" in namespace {self._namespace}" if self._namespace else ""
            raise ListenError(f"cannot listen on {self}{where}: {exc.strerror}") from exc
        return sock


class Server:
    """One stick on the network."""

    def __init__(
        self,
        stick: Stick,
        plan: Plan,
        make: Listener,
        *,
        rng: Random,
        log: Lines,
        usb: Lines,
        dhcp: DhcpPort | None = None,
    ) -> None:
        """Connect the parts; nothing listens yet. *rng* makes the garbage."""
        self._dhcp = dhcp
        self._stick, self._plan, self._make, self._rng = stick, plan, make, rng
        self._log, self._usb = log, usb
        self._api = Api(stick, plan)
        self._one_at_a_time = asyncio.Lock()
        self._changed, self._stop = asyncio.Event(), asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._listener: asyncio.Server | None = None
        self._answered = 0

    async def run(self, ready: Callable[[Phase], None]) -> None:
        """Be the stick until SIGTERM or SIGINT; SIGUSR1 is the host's switch message.

        *ready* is told each phase, once a client may count on it. Raises: ListenError, NetworkError.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        loop.add_signal_handler(signal.SIGUSR1, self._switch)
        try:
            await self._live(ready)
        finally:
            await self._leave()

    def _end(self) -> None:
        self._stop.set()
        self._changed.set()

    def _switch(self) -> None:
        if self._stick.life.switch(time.monotonic()):
            self._changed.set()

    async def _live(self, ready: Callable[[Phase], None]) -> None:
        shown: Phase | None = None
        while not self._stop.is_set():
            now_s = time.monotonic()
            phase = self._phase(now_s)
            if phase is not shown:
                await self._enter(phase)
                self._usb.write(usb_line(phase, time.time_ns()))
                ready(phase)
                shown = phase
            self._changed.clear()
            wait_s = self._stick.life.next_change_s(now_s) - time.monotonic()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), None if wait_s == inf else max(0.0, wait_s))

    def _phase(self, now_s: float) -> Phase:
        dropped = self._plan.has("drop") and self._answered >= self._plan.amounts["drop"]
        return Phase.ABSENT if dropped else self._stick.phase(now_s)

    async def _enter(self, phase: Phase) -> None:
        if phase not in LISTENING:
            await self._leave()
        elif self._listener is None:
            self._listener = await asyncio.start_server(self._serve, sock=self._make())
            if self._dhcp:
                self._dhcp.open()

    async def _leave(self) -> None:
        if self._listener:
            self._listener.close()
            self._listener = None
        if self._dhcp:
            self._dhcp.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            await self._talk(reader, writer)
        except ConnectionError:
            return  # the client went away: nothing is owed to it
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests = RequestReader()
        while data := await reader.read(READ_BYTES):
            try:
                complete = requests.receive(data)
            except WireError:
                writer.write(BAD_REQUEST)
                return
            for request in complete:
                if not await self._answer(request, writer):
                    return
                await writer.drain()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return whether the connection goes on."""
        if self._plan.has("silent"):
            return True
        async with self._one_at_a_time:
            answer = self._api.answer(request, time.monotonic())
            await asyncio.sleep(answer.after_s + self._plan.amounts.get("late", 0.0))
            t_ns = time.time_ns()  # before the octets leave: no client has them earlier
            writer.write(self._spoiled(answer))
            self._log.write(reply_line(answer, t_ns))
        self._answered += 1
        self._changed.set()
        return not self._plan.has("half")

    def _spoiled(self, answer: Answer) -> bytes:
        data = answer.response.encode()
        if self._plan.has("garbage"):
            return b"\x00\xff" + self._rng.randbytes(self._rng.randrange(16, 64))
        if self._plan.has("half"):
            return data[: len(data) - len(answer.response.body) // 2 - 1]
        return data
