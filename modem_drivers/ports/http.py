"""HTTP/1.1 over a socket handed in from outside, so that it can live in another network namespace.

The reader is pure: octets in at any step, one response out (RFC 9112: Content-Length, chunked, or up to the
end of the connection). `HttpPort` is the only I/O: it opens nothing itself, `dial` does.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from modem_drivers.errors import HttpTimeout, MalformedReply, PortLost

START = b"HTTP/1."
HEAD_LIMIT, BODY_LIMIT = 16_384, 262_144
READ_BYTES = 65_536
Dial = Callable[[], Awaitable[socket.socket]]


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One response: status, headers as they came, the body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Return the first header of that *name*, in any case; "" if there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


class ResponseReader:
    """One response from octets, whatever pieces they come in."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._head: HttpResponse | None = None

    @property
    def seen(self) -> bytes:
        """What has come and was not used yet."""
        return bytes(self._data)

    def receive(self, data: bytes) -> HttpResponse | None:
        """Return the response once it is whole.

        Raises: MalformedReply, if it is no HTTP/1 response or too long.
        """
        self._data += data
        if self._head is None and not self._read_head():
            return None
        return self._finish(ended=False)

    def end(self) -> HttpResponse | None:
        """Return the response that the end of the connection completes, None if it is cut short.

        Raises: MalformedReply.
        """
        return self._finish(ended=True) if self._head else None

    def _read_head(self) -> bool:
        if self._data[: len(START)] != START[: len(self._data)]:
            raise MalformedReply(_start(self._data), "HTTP/1.1 <status>")
        end = self._data.find(b"\r\n\r\n")
        if end > HEAD_LIMIT or (end < 0 and len(self._data) > HEAD_LIMIT):
            raise MalformedReply(_start(self._data), f"an HTTP head of at most {HEAD_LIMIT} octets")
        if end < 0:
            return False
        self._head = _parse_head(bytes(self._data[:end]))
        del self._data[: end + 4]
        return True

    def _finish(self, *, ended: bool) -> HttpResponse | None:
        head = self._head
        if head is None:
            return None
        if len(self._data) > BODY_LIMIT:
            raise MalformedReply(_start(self._data), f"an HTTP body of at most {BODY_LIMIT} octets")
        length = head.header("content-length")
        if head.header("transfer-encoding").lower() == "chunked":
            body = _unchunk(bytes(self._data))
        elif length:
            body = bytes(self._data[: _number(length, 10)]) if self._has(_number(length, 10)) else None
        else:
            body = bytes(self._data) if ended else None
        return None if body is None else HttpResponse(head.status, head.headers, body)

    def _has(self, length: int) -> bool:
        if length > BODY_LIMIT:
            raise MalformedReply(str(length), f"a Content-Length of at most {BODY_LIMIT}")
        return len(self._data) >= length


def _start(data: bytearray) -> str:
    return data[:60].decode("latin-1")


def _number(text: str, base: int) -> int:
    digits = "0123456789abcdef"[:base]
    if not 0 < len(text) <= 8 or not set(text.lower()) <= set(digits):
        raise MalformedReply(text, "a length of an HTTP body")
    return int(text, base)


def _parse_head(head: bytes) -> HttpResponse:
    first, *rest = head.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    if len(words) < 2 or not (words[1].isascii() and words[1].isdecimal() and len(words[1]) == 3):
        raise MalformedReply(first, "HTTP/1.1 <status>")
    headers = []
    for line in rest:
        name, colon, value = line.partition(":")
        if not colon:
            raise MalformedReply(line, "an HTTP header")
        headers.append((name.strip(), value.strip()))
    return HttpResponse(int(words[1]), tuple(headers), b"")


def _unchunk(data: bytes) -> bytes | None:
    """Return the body of chunked *data*, None if it is not whole (RFC 9112 7.1; trailers are ignored)."""
    body, at = bytearray(), 0
    while (end := data.find(b"\r\n", at)) >= 0:
        size = _number(data[at:end].decode("latin-1").partition(";")[0].strip(), 16)
        at = end + 2 + size + 2
        if size == 0:
            return bytes(body)
        if at > len(data):
            return None
        body += data[end + 2 : end + 2 + size]
    return None


class HttpPort:
    """Requests to one stick, one at a time, on one connection while it lasts.

    *name* stands in errors; *dial* returns a connected socket, wherever that has to be made.
    """

    def __init__(self, name: str, dial: Dial) -> None:
        """Open nothing yet."""
        self.name = name
        self._dial = dial
        self._socket: socket.socket | None = None
        self._turn = asyncio.Lock()

    async def request(
        self,
        method: str,
        path: str,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        *,
        timeout_s: float,
    ) -> HttpResponse:
        """Return the response to one request.

        A GET on a connection that the stick has closed meanwhile is asked once more on a new one.
        Raises: PortLost, HttpTimeout, MalformedReply; the connection is closed then.
        """
        reader = ResponseReader()
        async with self._turn:
            try:
                async with asyncio.timeout(timeout_s):
                    return await self._again(reader, method, self._encode(method, path, headers, body))
            except TimeoutError as reason:
                self.close()
                raise HttpTimeout(self.name, f"{method} {path}", timeout_s, reader.seen) from reason
            except BaseException:
                self.close()
                raise

    async def _again(self, reader: ResponseReader, method: str, data: bytes) -> HttpResponse:
        kept = self._socket is not None
        try:
            return await self._exchange(reader, data)
        except PortLost:
            self.close()
            if not kept or method != "GET" or reader.seen:
                raise
        return await self._exchange(reader, data)

    def close(self) -> None:
        """Close the connection; the next request dials."""
        if self._socket:
            self._socket.close()
            self._socket = None

    def _encode(self, method: str, path: str, headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.name}", "Accept: */*"]
        lines += [f"{name}: {value}" for name, value in headers]
        if method == "POST":
            lines += ["Content-Type: text/xml; charset=UTF-8", f"Content-Length: {len(body)}"]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body

    async def _exchange(self, reader: ResponseReader, data: bytes) -> HttpResponse:
        loop = asyncio.get_running_loop()
        try:
            if self._socket is None:
                self._socket = await self._dial()
                self._socket.setblocking(False)
            await loop.sock_sendall(self._socket, data)
            while True:
                piece = await loop.sock_recv(self._socket, READ_BYTES)
                response = reader.receive(piece) if piece else reader.end()
                if response:
                    break
                if not piece:
                    raise PortLost(self.name, "the stick ended the connection before its answer")
        except OSError as reason:
            raise PortLost(self.name, str(reason)) from reason
        if not piece or response.header("connection").lower() == "close":
            self.close()
        return response
