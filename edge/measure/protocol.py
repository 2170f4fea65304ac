"""The measurement protocol's lines (docs/interfaces.md section 2), without I/O: a JSON object a line."""

from hashlib import sha256
from hmac import compare_digest
from hmac import new as new_hmac
from typing import TypeVar

from msgspec import DecodeError, Raw, Struct, ValidationError
from msgspec.json import decode, encode

VERSION = 1
KINDS = ("rtt", "tcp-down", "tcp-up")
MAX_LINE_BYTES = 16_384
HEX_CHARS = 32
"""Length of a challenge and of a nonce: 16 random bytes as lower-case hex."""
MIN_KEY_BYTES = 16
GRACE_S = 1.0
"""How long after `seconds` a receiver goes on counting what is still on its way."""

_HEX = frozenset("0123456789abcdef")


class ProtocolError(ValueError):
    """A line is not what the protocol says; the text names the line's place in it and the fault."""


class Hello(Struct, frozen=True, kw_only=True):
    """The server's first line; `auth` is "open" or "hmac-sha256"."""

    v: int
    server: str
    challenge: str
    auth: str


class Request(Struct, frozen=True, kw_only=True):
    """The client's line before the test; `seconds` stays the text it was sent as: `mac` covers it."""

    v: int
    nonce: str
    kind: str
    seconds: Raw
    cc: str = ""
    mac: str | None = None


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The server's yes (`you`, `ssid`, `cc`) or no (`code`, `text`)."""

    v: int
    ok: bool
    you: str | None = None
    ssid: int | None = None
    cc: str | None = None
    code: str | None = None
    text: str | None = None


class UploadCount(Struct, frozen=True, kw_only=True):
    """What the server counted of an upload: payload bytes, and bins from `t0_ns` (its clock) on."""

    v: int
    bytes: int
    seconds: float
    t0_ns: int
    width_ms: int
    bins: list[int]
    counted_at: str
    cc: str


class Done(Struct, frozen=True, kw_only=True):
    """The client's last line of an rtt test."""

    v: int
    done: bool


class EchoCount(Struct, frozen=True, kw_only=True):
    """What the reflector saw of an rtt session: different packets received, answers sent."""

    v: int
    received: int
    replied: int


Message = Hello | Request | Answer | UploadCount | Done | EchoCount
MessageT = TypeVar("MessageT", Hello, Request, Answer, UploadCount, Done, EchoCount)


def encode_line(message: Message) -> bytes:
    """Return *message* as one line, newline included."""
    return encode(message) + b"\n"


def decode_line(line: bytes, message: type[MessageT]) -> MessageT:
    """Return *line* as a *message*. Keys we do not know are allowed.

    Raises: ProtocolError, if it is no JSON object of this shape and version.
    """
    try:
        decoded = decode(line, type=message)
    except (DecodeError, ValidationError, UnicodeDecodeError) as exc:
        raise ProtocolError(f"{message.__name__}: {exc}; got {line[:60]!r}") from exc
    if decoded.v != VERSION:
        raise ProtocolError(f"{message.__name__}: version {decoded.v}, we speak {VERSION}")
    return decoded


def is_hex(text: str) -> bool:
    """Return whether *text* is a challenge or a nonce: 32 lower-case hex digits."""
    return len(text) == HEX_CHARS and _HEX.issuperset(text)


def encode_request(
    *, nonce: str, kind: str, seconds: float, cc: str, key: bytes | None, hello: Hello
) -> bytes:
    """Return the client's line, signed if *hello* asks for it.

    Raises: ProtocolError, if the server's challenge is malformed or its kind of authentication unknown.
    """
    number = encode(float(seconds))
    mac = None
    if hello.auth not in ("open", "hmac-sha256"):
        raise ProtocolError(f"Hello: authentication {hello.auth!r} is unknown")
    if hello.auth == "hmac-sha256" and key:
        if not is_hex(hello.challenge):
            raise ProtocolError(f"Hello: the challenge is not {HEX_CHARS} hex digits")
        mac = request_mac(key, hello.challenge, nonce, kind, number.decode())
    return encode_line(Request(v=VERSION, nonce=nonce, kind=kind, seconds=Raw(number), cc=cc, mac=mac))


def request_mac(key: bytes, challenge: str, nonce: str, kind: str, seconds_text: str) -> str:
    """Return the 64 hex digits of HMAC-SHA256 over challenge|nonce|kind|seconds, seconds as sent."""
    text = "|".join((challenge, nonce, kind, seconds_text))
    return new_hmac(key, text.encode(), sha256).hexdigest()


def mac_is_right(request: Request, *, key: bytes, challenge: str) -> bool:
    """Return whether *request* was signed with *key* for *challenge*; compared in constant time."""
    number = bytes(request.seconds).decode("utf-8", "replace")
    expected = request_mac(key, challenge, request.nonce, request.kind, number)
    return compare_digest(expected.encode(), (request.mac or "").encode("utf-8", "replace"))


def request_seconds(request: Request, *, most: float) -> float:
    """Return the length asked for, s. Raises: ProtocolError, if it is no number within 0.1..*most*."""
    try:
        seconds = decode(request.seconds, type=float)
    except (DecodeError, ValidationError) as exc:
        raise ProtocolError(f"Request: seconds: {exc}") from exc
    if not 0.1 <= seconds <= most:
        raise ProtocolError(f"Request: seconds is {seconds}: give 0.1 to {most}")
    return seconds


def key_of(content: bytes) -> bytes:
    """Return the key in a key file's *content*: without the white space around it.

    Raises: ValueError, if it is shorter than 16 bytes.
    """
    key = content.strip()
    if len(key) < MIN_KEY_BYTES:
        raise ValueError(
            f"the key has {len(key)} bytes, at least {MIN_KEY_BYTES} are needed; "
            "`openssl rand -hex 32` makes a good one"
        )
    return key


class LineBuffer:
    """Cuts a byte stream into lines; what follows the last line taken stays as it is (`rest`)."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> None:
        """Add received bytes."""
        self._data += data

    def take(self) -> bytes | None:
        """Return the next line without its newline; None while it is incomplete.

        Raises: ProtocolError, once it is longer than 16 KiB.
        """
        line, newline, _ = self._data.partition(b"\n")
        if len(line) > MAX_LINE_BYTES:
            raise ProtocolError(f"a line of more than {MAX_LINE_BYTES} bytes")
        if not newline:
            return None
        del self._data[: len(line) + 1]
        return bytes(line)

    def rest(self) -> bytes:
        """Return what was received after the last line taken, and forget it."""
        rest = bytes(self._data)
        self._data.clear()
        return rest
