"""The control socket: JSON lines in, one reply a line out, and events (docs/board-sim.md)."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

from hil_tests.sims.board.vm import Message


class Control:
    """Clients of the socket; *ask* hands a command to the board."""

    def __init__(self, ask: Callable[[Message], None]) -> None:
        self._ask = ask
        self._clients: dict[int, asyncio.StreamWriter] = {}
        self._watchers: set[int] = set()
        self._last = 0
        self._server: asyncio.Server | None = None

    async def open(self, path: Path) -> None:
        """Listen on *path*."""
        path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, path, limit=1 << 20)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._last += 1
        me = self._last
        self._clients[me] = writer
        try:
            while line := await reader.readline():
                self._take(me, line)
        except (ConnectionError, ValueError, asyncio.LimitOverrunError):
            pass
        finally:
            self._watchers.discard(me)
            del self._clients[me]
            writer.close()

    def _take(self, me: int, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            self._say(me, {"error": "each line is one JSON object with `do`"})
            return
        if message.get("do") == "watch":
            (self._watchers.add if message.get("on") else self._watchers.discard)(me)
            message["on"] = bool(self._watchers)
        self._ask({**message, "from": me})

    def _say(self, client: int, message: Message) -> None:
        if client in self._clients:
            self._clients[client].write(json.dumps(message).encode() + b"\n")

    def take(self, message: Message) -> None:
        """Take a reply or an event of the board."""
        if "event" in message:
            for watcher in self._watchers:
                self._say(watcher, message)
            return
        client = message.pop("from", None)
        if isinstance(client, int):
            self._say(client, message)

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._clients.values()):
            writer.close()
