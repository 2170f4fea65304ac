"""Changes of a running link, asked for over a Unix socket (SOCK_SEQPACKET): a JSON request, a JSON answer.

Request: {"link": 0, "dir": "up", "rate_bps": 1000000, "loss": 0.1, "blackhole": true, "restart": true}; link
or dir absent = all; of the last four any. Answer: {"ok": true, "t_ns": 1} or {"ok": false, "error": "text"}.
What a direction has admitted keeps its time of leaving, so a new rate counts from the end of what waits. A
blackhole counts at once, also for what is on its way; a restart loses what is on its way.
"""

import contextlib
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

MOST_BYTES = 4096
ANSWER_S = 5.0
DIRECTIONS = {"up": 0, "down": 1}


class ControlError(Exception):
    """A request cannot be obeyed, or nobody answers; the text says why."""


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change, and where."""

    link: int | None = None
    dir: str | None = None
    rate_bps: int | None = None
    loss: float | None = None
    blackhole: bool | None = None
    restart: bool = False

    def ways(self, links: int) -> list[int]:
        """Return the directions it is about (2 x link + direction). Raises: ControlError."""
        if self.link is not None and not 0 <= self.link < links:
            raise ControlError(f"link {self.link}: there are 0 to {links - 1}")
        if self.dir is not None and self.dir not in DIRECTIONS:
            raise ControlError(f"dir {self.dir!r}: up or down")
        chosen = range(links) if self.link is None else [self.link]
        sides = DIRECTIONS.values() if self.dir is None else [DIRECTIONS[self.dir]]
        return [2 * link + side for link in chosen for side in sides]


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether it was done, when, and why not."""

    ok: bool
    t_ns: int | None = None
    error: str | None = None


Obey = Callable[[Request], int]


class Control:
    """Serves the socket at *path*; *obey* does what is asked and returns when, or raises ControlError."""

    def __init__(self, path: Path, obey: Obey) -> None:
        self._obey = obey
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._clients: list[socket.socket] = []
        path.unlink(missing_ok=True)
        with _short(path) as short:
            self._listener.bind(short)
        self._listener.listen(8)
        self._listener.setblocking(False)

    def readers(self) -> list[socket.socket]:
        """Return what to wait for."""
        return [self._listener, *self._clients]

    def serve(self, ready: Sequence[object]) -> None:
        """Let in who comes, answer who asks, forget who goes."""
        for client in [client for client in self._clients if client in ready]:
            try:
                self._answer(client)
            except OSError:
                self._clients.remove(client)
                client.close()
        if self._listener in ready:
            with contextlib.suppress(BlockingIOError):
                client, _ = self._listener.accept()
                client.setblocking(False)
                self._clients.append(client)

    def _answer(self, client: socket.socket) -> None:
        asked = client.recv(MOST_BYTES)
        if not asked:
            raise ConnectionResetError("it has gone")
        try:
            request = msgspec.json.decode(asked, type=Request)
            answer = Answer(True, t_ns=self._obey(request))
        except (msgspec.MsgspecError, ControlError) as error:
            answer = Answer(False, error=str(error))
        client.send(msgspec.json.encode(answer))

    def close(self) -> None:
        """Close every socket."""
        for sock in self.readers():
            sock.close()


def ask(path: Path, request: Request) -> int:
    """Send *request* to the emulator whose socket is at *path*; return the Unix ns at which it took effect.

    Raises: ControlError.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as sock:
        sock.settimeout(ANSWER_S)
        try:
            with _short(path) as short:
                sock.connect(short)
            sock.send(msgspec.json.encode(request))
            answer = msgspec.json.decode(sock.recv(MOST_BYTES), type=Answer)
        except (OSError, msgspec.MsgspecError) as error:
            raise ControlError(f"{path}: {error}; does the emulator run?") from error
    if not answer.ok or answer.t_ns is None:
        raise ControlError(f"{path}: {answer.error}")
    return answer.t_ns


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """Yield a name of *path* that fits into a socket address (108 bytes, unix(7)), whatever its length."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
