"""What a measurement server says and does on one connection, well or badly.

Source of its words: docs/interfaces.md section 2.
"""

import json
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

RECEIVE_BYTES = 65536
LIE = 2  # a lying server says so many times the bytes it got
TRICKLE_S = 0.2  # a slow server's pause between two bytes
BIN_NS = 100_000_000


def _greeting() -> bytes:
    hello = {"v": 1, "server": "odd", "challenge": secrets.token_hex(16), "auth": "open"}
    return json.dumps(hello).encode() + b"\n"


def _honest(connection: socket.socket) -> None:
    _serve(connection)


def _lying(connection: socket.socket) -> None:
    _serve(connection, times=LIE)


def _deaf(connection: socket.socket) -> None:
    _serve(connection, deaf=True)


def _serve(connection: socket.socket, *, times: int = 1, deaf: bool = False) -> None:
    """Take one request and do it: send, or count until the client's end and tell *times* that."""
    connection.sendall(_greeting())
    stream = _lines(connection)
    first = next(stream, None)
    if first is None:
        return
    request = json.loads(first)
    connection.sendall(b'{"v":1,"ok":true,"you":"","ssid":1,"cc":"cubic"}\n')
    if request["kind"] == "tcp-down":
        _send(connection, float(request["seconds"]), None if deaf else request.get("max_bytes"))
    else:
        _count(connection, stream, times)


def _send(connection: socket.socket, seconds: float, most: int | None) -> None:
    """Send for *seconds*, *most* bytes at most; then wait for the client's end."""
    block = os.urandom(RECEIVE_BYTES)
    until_s, sent = time.monotonic() + seconds, 0
    with suppress(OSError):
        while time.monotonic() < until_s and (most is None or sent < most):
            part = block if most is None else block[: most - sent]
            connection.sendall(part)
            sent += len(part)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(RECEIVE_BYTES):
            pass


def _count(connection: socket.socket, stream: Iterator[bytes], times: int) -> None:
    bins: list[int] = []
    begun_ns = last_ns = 0
    total = 0
    for part in stream:
        last_ns = time.time_ns()
        begun_ns = begun_ns or last_ns
        place = (last_ns - begun_ns) // BIN_NS
        bins += [0] * (place + 1 - len(bins))
        bins[place] += len(part)
        total += len(part)
    report = {
        "v": 1,
        "bytes": total * times,
        "seconds": (last_ns - begun_ns) / 1e9,
        "t0_ns": begun_ns,
        "width_ms": BIN_NS // 1_000_000,
        "bins": [size * times for size in bins[:-1]],
        "counted_at": "socket",
        "cc": "cubic",
    }
    with suppress(OSError):  # a client that was killed wants no count
        connection.sendall(json.dumps(report).encode() + b"\n")


def _lines(connection: socket.socket) -> Iterator[bytes]:
    """Yield the first line, then whatever comes."""
    first = b""
    while b"\n" not in first:
        part = connection.recv(RECEIVE_BYTES)
        if not part:
            return
        first += part
    line, _, rest = first.partition(b"\n")
    yield line
    if rest:
        yield rest
    while part := connection.recv(RECEIVE_BYTES):
        yield part


def _slow(connection: socket.socket) -> None:
    try:
        for octet in _greeting():
            connection.sendall(bytes([octet]))
            time.sleep(TRICKLE_S)
    except OSError:  # the client has lost patience
        return


def _silent(connection: socket.socket) -> None:
    while connection.recv(RECEIVE_BYTES):
        pass


def _full(connection: socket.socket) -> None:
    connection.sendall(_greeting())
    if next(_lines(connection), None) is not None:
        no = {"v": 1, "ok": False, "code": "busy", "text": "20 tests are running", "retry_after_s": 7.5}
        connection.sendall(json.dumps(no).encode() + b"\n")


def _babbling(connection: socket.socket) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


BEHAVIOURS: dict[str, Callable[[socket.socket], None]] = {
    "honest": _honest,
    "slow": _slow,
    "silent": _silent,
    "lying": _lying,
    "deaf": _deaf,
    "full": _full,
    "babbling": _babbling,
}
