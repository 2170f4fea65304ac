"""The measurement protocol's lines (docs/interfaces.md section 2), without I/O: a JSON object a line."""

from hashlib import sha256
from hmac import compare_digest
from hmac import new as new_hmac
from typing import NamedTuple, TypeVar

from msgspec import DecodeError, Raw, Struct, ValidationError
from msgspec.json import decode, encode

VERSION = 1
KINDS = ("rtt", "tcp-down", "tcp-up", "capacity-down", "capacity-up")
REPORT = "report"
"""The kind that asks what the server knows of a test; it begins none and is answered with a Report."""
MAX_LINE_BYTES = 16_384
HEX_CHARS = 32
"""Length of a challenge and of a nonce: 16 random bytes as lower-case hex."""
MIN_KEY_BYTES = 16
GRACE_S = 1.0
"""How long after `seconds` a receiver goes on counting what is still on its way."""

_HEX = frozenset("0123456789abcdef")


class ProtocolError(ValueError):
    """A line is not what the protocol says; the text names the line's place in it and the fault."""


class Hello(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The server's first line; `auth` is "open" or "hmac-sha256", `asn` and `city` say where it stands."""

    v: int
    server: str
    challenge: str
    auth: str
    asn: int | None = None
    city: str = ""


class Terms(NamedTuple):
    """What a request may say besides: whose key signs it, the most bytes either end may send, the rate it
    expects to take, and the token of the test it asks about.
    """

    box: str = ""
    max_bytes: int | None = None
    want_bps: int | None = None
    token: str = ""


NO_TERMS = Terms()


class Request(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The client's line before the test; `seconds` stays the text it was sent as: `mac` covers it.

    The keys from `box` on are those of Terms.
    """

    v: int
    nonce: str
    kind: str
    seconds: Raw
    cc: str = ""
    mac: str | None = None
    box: str = ""
    max_bytes: int | None = None
    want_bps: int | None = None
    token: str = ""


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The server's yes (`you`, `ssid`, `cc`, `token`) or no (`code`, `text`, `retry_after_s`).

    `you` is the line's egress as the server sees it, `asn` and `as_name` whose network that is by the
    server's table; `share_bps` is the rate the server kept free for this test.
    """

    v: int
    ok: bool
    you: str | None = None
    ssid: int | None = None
    cc: str | None = None
    code: str | None = None
    text: str | None = None
    retry_after_s: float | None = None
    token: str | None = None
    asn: int | None = None
    as_name: str | None = None
    share_bps: int | None = None


class UploadCount(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the server counted of an upload: payload bytes, and bins from `t0_ns` (its clock) on.

    `received` is the kernel's count of bytes in order (TCP_INFO); `limited` why the server was the limit.
    """

    v: int
    bytes: int
    seconds: float
    t0_ns: int
    width_ms: int
    bins: list[int]
    counted_at: str
    cc: str
    received: int | None = None
    limited: str = ""


class Done(Struct, frozen=True, kw_only=True):
    """The client's last line of an rtt test."""

    v: int
    done: bool


class CapacitySeen(Struct, frozen=True, kw_only=True):
    """What a capacity-up test's receiver saw (edge.measure.capacity_report); times are the server's."""

    v: int
    t0_ns: int
    seen: str


class CapacityCount(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The server's last line of a capacity test: packets it sent, could not send, received.

    `limited`: why the server was the limit.
    """

    v: int
    sent: int
    unsent: int
    received: int
    limited: str = ""


class EchoCount(Struct, frozen=True, kw_only=True):
    """What the reflector saw of an rtt session: different packets received, answers sent.

    late_ns: by how much answer number i left, by the kernel's stamp, after the T3 it carried; at most 2000.
    """

    v: int
    received: int
    replied: int
    late_ns: list[int | None] = []


class Report(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the server knows of the test whose token was shown; a token is good for one report.

    `acked` and `sent` are the kernel's counts (TCP_INFO) of a download's bytes: acknowledged by whoever
    stands at the other end of the server's connection, and sent with those sent again. `running`: the test
    had not ended on the server's side when it was asked. `limited`: why the server was the limit, "".
    `you`: who asks, as the server sees it.
    """

    v: int
    nonce: str
    kind: str
    running: bool
    outcome: str
    bytes: int
    seconds: float
    acked: int | None = None
    sent: int | None = None
    limited: str = ""
    you: str = ""


Message = Hello | Request | Answer | UploadCount | Done | EchoCount | Report | CapacitySeen | CapacityCount
MessageT = TypeVar(
    "MessageT", Hello, Request, Answer, UploadCount, Done, EchoCount, Report, CapacitySeen, CapacityCount
)


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
    *,
    nonce: str,
    kind: str,
    seconds: float,
    cc: str,
    key: bytes | None,
    hello: Hello,
    terms: Terms = NO_TERMS,
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
        mac = request_mac(key, hello.challenge, nonce, kind, number.decode(), terms)
    return encode_line(
        Request(v=VERSION, nonce=nonce, kind=kind, seconds=Raw(number), cc=cc, mac=mac, **terms._asdict())
    )


def request_mac(
    key: bytes, challenge: str, nonce: str, kind: str, seconds_text: str, terms: Terms = NO_TERMS
) -> str:
    """Return the 64 hex digits of HMAC-SHA256 over challenge|nonce|kind|seconds, seconds as sent.

    Terms that are set follow, each as "|name=value" in their order.
    """
    told = [f"{name}={value}" for name, value in terms._asdict().items() if value not in ("", None)]
    text = "|".join((challenge, nonce, kind, seconds_text, *told))
    return new_hmac(key, text.encode(), sha256).hexdigest()


def terms_of(request: Request) -> Terms:
    """Return the terms in *request*."""
    return Terms(request.box, request.max_bytes, request.want_bps, request.token)


def mac_is_right(request: Request, *, key: bytes, challenge: str) -> bool:
    """Return whether *request* was signed with *key* for *challenge*; compared in constant time."""
    number = bytes(request.seconds).decode("utf-8", "replace")
    expected = request_mac(key, challenge, request.nonce, request.kind, number, terms_of(request))
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

    @property
    def waiting(self) -> int:
        """How many bytes of a line that is not whole yet are there."""
        return len(self._data)

    def rest(self) -> bytes:
        """Return what was received after the last line taken, and forget it."""
        rest = bytes(self._data)
        self._data.clear()
        return rest
