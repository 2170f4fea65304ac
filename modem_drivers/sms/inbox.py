"""One line's received messages: parts in, whole messages out, each told once; no port, no clock.

A part that was told already (a service centre delivers again when it missed the acknowledgement) is a repeat:
same sender, stamp, place and content. Of what was told only digests are kept.
"""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field

from modem_drivers.reading import SmsPart
from modem_drivers.sms.joining import Joined, Joiner
from modem_drivers.sms.tpdu import decode_pdu

PARTS_WAIT_S = 600.0
REMEMBERED = 256
NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Heard:
    """A part as it came: what it says, its PDU in hexadecimal, and when the modem told of it (Unix ns).

    stored: it was found in the modem's store, so that t_ns is when it was found, not when it came.
    """

    part: SmsPart = field(repr=False)
    pdu: str = field(repr=False)
    t_ns: int
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message: its parts in the order of the text, those missing for good, how often parts came again.

    repeat: it was told before. Everything private is hidden from repr.
    """

    parts: tuple[Heard, ...] = field(repr=False)
    missing: tuple[int, ...] = ()
    duplicates: int = 0
    repeat: bool = False

    @property
    def text(self) -> str | None:
        """The text of the parts that are there; None if one of them is no text."""
        texts = [heard.part.text for heard in self.parts]
        return None if None in texts else "".join(text for text in texts if text is not None)

    @property
    def t_ns(self) -> int:
        """When its last part came."""
        return max(heard.t_ns for heard in self.parts)

    @property
    def live(self) -> bool:
        """True if every part was told of as it came, so that the times are arrivals."""
        return not any(heard.stored for heard in self.parts)


class Inbox:
    """The parts that one line waits for."""

    def __init__(self, *, parts_wait_s: float = PARTS_WAIT_S) -> None:
        self._joiner = Joiner(keep_s=parts_wait_s)
        self._waiting: list[Heard] = []
        self._told: deque[bytes] = deque(maxlen=REMEMBERED)

    def add(self, heard: Heard) -> list[Incoming]:
        """Take a part; return what is whole now, or given up."""
        if _digest(heard.part) in self._told:
            return [Incoming((heard,), repeat=True)]
        self._waiting.append(heard)
        return [self._tell(whole) for whole in self._joiner.add("", heard.part, heard.t_ns / NS_PER_S)]

    def expire(self, now_ns: int) -> list[Incoming]:
        """Return what has waited for its other parts too long."""
        return [self._tell(whole) for whole in self._joiner.expire(now_ns / NS_PER_S)]

    def __len__(self) -> int:
        """Return how many messages wait for parts."""
        return len(self._joiner)

    def _tell(self, whole: Joined) -> Incoming:
        """Return *whole* with the PDUs of its parts; equal parts that came again are forgotten with it."""
        first: dict[bytes, Heard] = {}
        wanted = {_digest(part) for part in whole.parts}
        for heard in self._waiting:
            first.setdefault(_digest(heard.part), heard)
        same = {_content(part) for part in whole.parts}
        self._waiting = [heard for heard in self._waiting if _content(heard.part) not in same]
        self._told += wanted
        return Incoming(tuple(first[_digest(part)] for part in whole.parts), whole.missing, whole.duplicates)


def hear(pdu: str, t_ns: int, *, stored: bool = False) -> Heard:
    """Return the part of *pdu*. Raises: MalformedPdu."""
    return Heard(decode_pdu(pdu), pdu.strip(), t_ns, stored)


def _content(part: SmsPart) -> tuple[object, ...]:
    return part.peer, part.alphanumeric, part.place, part.text, part.data


def _digest(part: SmsPart) -> bytes:
    """Return what tells *part* from any other, and nothing else of it."""
    return hashlib.sha256(repr((_content(part), part.sent_utc)).encode()).digest()
