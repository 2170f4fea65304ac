"""The stick's message boxes: numbers, joined parts, what was sent. No I/O."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hil_tests.sims.network.centre import Delivery
from hil_tests.sims.network.messages import UNREAD, Message

FIRST_INDEX = 40000  # DOCUMENT
CAPACITY = 500  # memory: LocalMax of an E3372
SENDING_S = 2.0  # memory


@dataclass(slots=True)
class Received:
    """A message in the inbox, its parts joined."""

    index: int
    sender: str
    text: str
    local: datetime
    parts: int = 1
    unread: bool = True


@dataclass(frozen=True, slots=True)
class Sent:
    """A message given to the stick for sending; `done_s`: when it leaves or fails."""

    index: int
    phone: str
    text: str
    local: datetime
    done_s: float
    failed: bool


@dataclass(frozen=True, slots=True)
class _Whole:
    """What parts of one message have in common."""

    sender: str
    reference: int
    reference_bits: int
    total: int


class Boxes:
    """Inbox and outbox of one stick. A number is never given twice."""

    def __init__(self, stored: Iterable[Message], *, no_room: bool) -> None:
        """Begin with what was *stored*; *no_room*: the memory is full with that."""
        self._next_index = FIRST_INDEX
        self.inbox: list[Received] = []
        self.sent: list[Sent] = []
        self._parts: dict[_Whole, dict[int, str]] = {}
        for message in stored:
            row = self._keep(message.sender, message.text, message.local, 1)
            row.unread = message.status == UNREAD
        self._capacity = len(self.inbox) if no_room else CAPACITY

    @property
    def full(self) -> bool:
        """Whether there is room for no more messages."""
        return len(self.inbox) + len(self.sent) >= self._capacity

    @property
    def unread(self) -> int:
        """The number of messages not read."""
        return sum(row.unread for row in self.inbox)

    def take(self, item: Delivery, local: datetime) -> bool:
        """Keep a message, or a part of one until all are there; return False when there is no room."""
        if self.full:
            return False
        if item.part is None:
            self._keep(item.sender, item.text, local, 1)
            return True
        part = item.part
        key = _Whole(item.sender, part.reference, part.reference_bits, part.total)
        heard = self._parts.setdefault(key, {})
        heard[part.number] = item.text
        if len(heard) == part.total:
            del self._parts[key]
            self._keep(item.sender, "".join(heard[n] for n in sorted(heard)), local, part.total)
        return True

    def send(self, phone: str, text: str, local: datetime, now_s: float, *, fails: bool) -> None:
        """Take a message for sending; it leaves, or fails, SENDING_S later."""
        self.sent.append(Sent(self._number(), phone, text, local, now_s + SENDING_S, fails))

    def find(self, index: int) -> Received | None:
        """Return received message *index*."""
        return next((row for row in self.inbox if row.index == index), None)

    def delete(self, index: int) -> bool:
        """Delete message *index*, received or sent; return whether there was one."""
        before = len(self.inbox) + len(self.sent)
        self.inbox = [row for row in self.inbox if row.index != index]
        self.sent = [one for one in self.sent if one.index != index]
        return len(self.inbox) + len(self.sent) < before

    def _keep(self, sender: str, text: str, local: datetime, parts: int) -> Received:
        row = Received(self._number(), sender, text, local.replace(microsecond=0), parts)
        self.inbox.append(row)
        return row

    def _number(self) -> int:
        index, self._next_index = self._next_index, self._next_index + 1
        return index
