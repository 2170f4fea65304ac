"""HTTP/1.1 on the server's side, without I/O: bytes in, requests out; responses to bytes (RFC 9112)."""

from collections.abc import Mapping
from dataclasses import dataclass

HEAD_LIMIT = 8192
BODY_LIMIT = 65536
REASONS = {200: "OK", 302: "Found", 400: "Bad Request", 404: "Not Found"}


class WireError(ValueError):
    """What came is no request; the connection is of no more use."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """One response; Content-Length is added by `encode`."""

    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200

    def encode(self) -> bytes:
        """Return the bytes of the response."""
        lines = [f"HTTP/1.1 {self.status} {REASONS[self.status]}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body


class RequestReader:
    """The requests of one connection, whatever pieces they come in."""

    def __init__(self) -> None:
        """Begin with nothing received."""
        self._data = bytearray()

    def receive(self, data: bytes) -> list[Request]:
        """Return the requests completed by *data*.

        Raises: WireError, if it is no HTTP/1 request or too long.
        """
        self._data += data
        requests = []
        while (request := self._next()) is not None:
            requests.append(request)
        return requests

    def _next(self) -> Request | None:
        end = self._data.find(b"\r\n\r\n")
        if end < 0:
            if len(self._data) > HEAD_LIMIT:
                raise WireError(f"no end of the head within {HEAD_LIMIT} octets")
            return None
        method, path, headers = _read_head(bytes(self._data[:end]))
        length = _length(headers)
        if len(self._data) < end + 4 + length:
            return None
        body = bytes(self._data[end + 4 : end + 4 + length])
        del self._data[: end + 4 + length]
        return Request(method, path, headers, body)


def _read_head(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *rest = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise WireError(f"request line {first[:60]!r}")
    headers = {}
    for line in rest:
        name, colon, value = line.partition(":")
        if not colon:
            raise WireError(f"header line {line[:60]!r}")
        headers[name.strip().lower()] = value.strip()
    return words[0], words[1].partition("?")[0], headers


def _length(headers: Mapping[str, str]) -> int:
    text = headers.get("content-length", "0")
    if not (text.isascii() and text.isdecimal() and len(text) <= 9) or int(text) > BODY_LIMIT:
        raise WireError(f"Content-Length {text[:20]!r}")
    return int(text)
