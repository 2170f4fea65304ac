"""The decoders under fuzz: what goes in, what must come out, and the code that the inputs shall reach."""

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from hil_tests.fuzz import seeds
from hil_tests.fuzz.mutate import many, one_cell, one_octet
from modem_drivers.at.channel import AtChannel, Command
from modem_drivers.errors import MalformedReply
from modem_drivers.families.hilink_xml import parse_answer
from modem_drivers.families.parse import parse_reply
from modem_drivers.sms.broadcast import PageJoiner, decode_page
from modem_drivers.sms.tpdu import decode_pdu

ACCEPTED = ""
PARTS = (1, 2, 7)


class Decoder(NamedTuple):
    """decode: returns ACCEPTED or why the input was refused; an exception that escapes it is a find.

    draw: an input from a random source; modules: whose lines must be reached.
    """

    name: str
    draw: Callable[[Random], bytes]
    decode: Callable[[bytes], str]
    modules: tuple[str, ...]


def _near(rng: Random, valid: Sequence[bytes], *, cells: bool) -> bytes:
    """Return one of *valid*, in one of two cases changed in one cell or octet, else in many ways."""
    data = rng.choice(valid)
    if rng.random() < 0.5:
        if cells and rng.random() < 0.7:
            return one_cell(data.decode("latin-1"), rng).encode("utf-8")
        return one_octet(data, rng)
    return many(data, rng, tuple(valid))


# --- replies: "command\0lines" ---

_REPLIES = tuple(f"{command}\0{lines}\r\n\r\nOK".encode() for command, lines in seeds.REPLIES)
FAMILIES = (
    None,
    "quectel-lte",
    "simcom-sim7600",
    "huawei-stick",
    "telit",
    "sierra",
    "fibocom-xmm",
    "none such",
)


def draw_reply(rng: Random) -> bytes:
    """Return a family's number, a command, NUL, and lines."""
    return bytes((rng.randrange(len(FAMILIES)),)) + _near(rng, _REPLIES, cells=True)


def decode_reply(data: bytes) -> str:
    """Read as `pantau modems parse` does; the status is the reason of a refusal."""
    command, _, lines = data[1:].decode("latin-1").partition("\0")
    family = FAMILIES[data[0] % len(FAMILIES)] if data else None
    told = parse_reply(command or None, lines, family)
    return ACCEPTED if told.status in ("parsed", "partial") else told.status


# --- the channel: the same bytes in steps of any size are the same events ---


class SplitError(AssertionError):
    """The channel said something else because the bytes came in other steps."""


_STREAMS = tuple(b"\r\n" + lines.encode() + b"\r\n\r\nOK\r\n" for _, lines in seeds.REPLIES)
_ASKED = tuple(Command(command or "AT", bare=True) for command, _ in seeds.REPLIES)


def draw_stream(rng: Random) -> bytes:
    """Return which command was asked, and what the modem says."""
    return bytes((rng.randrange(len(_ASKED)), rng.choice(PARTS))) + _near(rng, _STREAMS, cells=False)


def _events(command: Command, data: bytes, step: int) -> list[object]:
    channel = AtChannel()
    channel.send(command, now_s=0.0)
    events: list[object] = []
    for start in range(0, len(data), step):
        events += channel.receive(data[start : start + step])
    return events


def decode_stream(data: bytes) -> str:
    """Feed the channel at once and in steps; without a final result the stream is refused."""
    if len(data) < 3:
        return "empty"
    command, step = _ASKED[data[0] % len(_ASKED)], PARTS[data[1] % len(PARTS)]
    whole, parts = _events(command, data[2:], len(data)), _events(command, data[2:], step)
    if whole != parts:
        raise SplitError(f"in steps of {step}: {parts} instead of {whole}")
    return ACCEPTED if any(type(event).__name__ == "Final" for event in whole) else "no final result"


# --- octets ---


def _of_hex(texts: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(text) for text in texts)


def _drawn_hex(valid: tuple[bytes, ...]) -> Callable[[Random], bytes]:
    def draw(rng: Random) -> bytes:
        text = _near(rng, valid, cells=False).hex().encode()
        return text if rng.random() < 0.9 else one_octet(text, rng)

    return draw


def _refusal(decode: Callable[[str], object]) -> Callable[[bytes], str]:
    def run(data: bytes) -> str:
        try:
            decode(data.decode("latin-1"))
        except MalformedReply as refusal:
            return refusal.field or "shape"
        return ACCEPTED

    return run


def join_page(text: str) -> None:
    """Read a page of a broadcast and give it to a joiner."""
    whole = PageJoiner().add(decode_page(text))
    if whole is not None and whole.text is not None:
        whole.text.encode("utf-8", "surrogatepass")


def decode_answer(data: bytes) -> str:
    """Read a HiLink stick's XML."""
    try:
        parse_answer(data, "api/device/signal")
    except MalformedReply as refusal:
        return refusal.field or "shape"
    except Exception as error:
        if type(error).__name__ == "ApiError":
            return "api error"
        raise
    return ACCEPTED


DECODERS = (
    Decoder(
        "reply",
        draw_reply,
        decode_reply,
        (
            "modem_drivers.at.grammar",
            "modem_drivers.at.replies",
            "modem_drivers.at.grid",
            "modem_drivers.at.convert",
            "modem_drivers.families.parse",
        ),
    ),
    Decoder("stream", draw_stream, decode_stream, ()),
    Decoder(
        "sms",
        _drawn_hex(_of_hex(seeds.SMS)),
        _refusal(decode_pdu),
        tuple(f"modem_drivers.sms.{name}" for name in ("octets", "address", "header", "coding", "alphabet")),
    ),
    Decoder(
        "cbs",
        _drawn_hex(_of_hex(seeds.CBS)),
        _refusal(join_page),
        tuple(f"modem_drivers.sms.{name}" for name in ("octets", "coding", "alphabet", "broadcast")),
    ),
    Decoder(
        "hilink-xml",
        lambda rng: _near(rng, seeds.XML, cells=False),
        decode_answer,
        ("modem_drivers.families.hilink_xml",),
    ),
)
