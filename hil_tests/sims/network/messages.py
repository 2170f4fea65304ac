"""The short messages a simulated modem keeps: numbered places in SM and ME."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from hil_tests.sims.network.codec import encode_deliver, encode_status_report, is_plain, ucs2_hex
from hil_tests.sims.network.segments import Part

CAPACITY = {"SM": 50, "ME": 23}
UNREAD, READ, UNSENT, SENT = 0, 1, 2, 3
STATUS_TEXT = ("REC UNREAD", "REC READ", "STO UNSENT", "STO SENT")
TEXTS = (  # (sender, text); {n} is drawn
    ("KOMINFO", "Pemilu damai. Kode {n}"),
    ("+6280000{n}", "Rapat saksi TPS pukul 08.00, kode {n}"),
    ("+6280000{n}", "Kuota habis – isi ulang {n}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A received message or part of one; `local` is the centre's local time, `zone_quarters` its zone.

    `whole` is the text it is a part of, for the truth log.
    """

    sender: str
    text: str
    local: datetime
    zone_quarters: int
    status: int = UNREAD
    part: Part | None = None
    message_class: int | None = None
    ucs2: bool = False
    whole: str = ""
    smsc: str | None = None

    def pdu(self, smsc: str) -> tuple[str, int]:
        """Return (PDU in hexadecimal, length of its TPDU in octets) from its own centre, or *smsc*."""
        data, length = encode_deliver(
            self.sender,
            self.text,
            self.smsc or smsc,
            self.local,
            self.zone_quarters,
            header=self.part.header if self.part else b"",
            message_class=self.message_class,
            ucs2=self.ucs2,
        )
        return data.hex().upper(), length

    def body(self, *, ucs2: bool) -> str:
        """Return the text as text mode shows it: UCS2 digits if asked for or needed."""
        return ucs2_hex(self.text) if ucs2 or not is_plain(self.text) else self.text

    def truth(self) -> dict[str, object]:
        """Return what the log says of it: sender, text, and of a part which and of what."""
        told: dict[str, object] = {"sender": self.sender, "text": self.text}
        if self.part:
            told["whole"] = self.whole
            told["part"] = [self.part.reference, self.part.reference_bits, self.part.total, self.part.number]
        return told

    def time_text(self) -> str:
        """Return the time as TS 27.005 writes <scts>: yy/MM/dd,hh:mm:ss and the zone in quarter hours."""
        return self.local.strftime("%y/%m/%d,%H:%M:%S") + f"{self.zone_quarters:+03d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMessage(Message):
    """A status report; `sender` is the recipient of the message it tells of."""

    reference: int
    done: datetime
    tp_status: int

    def pdu(self, smsc: str) -> tuple[str, int]:
        """Return (PDU in hexadecimal, length of its TPDU in octets)."""
        stamps = (self.local, self.done)
        data, length = encode_status_report(
            self.reference, self.sender, smsc, stamps, self.zone_quarters, self.tp_status
        )
        return data.hex().upper(), length


class Store:
    """Places 0.. of each memory, as Quectel numbers them; an empty place is absent."""

    def __init__(self) -> None:
        """Start empty."""
        self._places: dict[str, dict[int, Message]] = {name: {} for name in CAPACITY}

    def add(self, memory: str, message: Message) -> int | None:
        """Return the place *message* was put in, or None when *memory* is full."""
        places = self._places[memory]
        free = next((i for i in range(CAPACITY[memory]) if i not in places), None)
        if free is not None:
            places[free] = message
        return free

    def items(self, memory: str) -> list[tuple[int, Message]]:
        """Return the occupied places in their order."""
        return sorted(self._places[memory].items())

    def read(self, memory: str, index: int) -> Message | None:
        """Return the message in place *index* as it was, and mark it read."""
        message = self._places[memory].get(index)
        if message and message.status == UNREAD:
            self._places[memory][index] = replace(message, status=READ)
        return message

    def delete(self, memory: str, index: int) -> bool:
        """Empty place *index*; return whether there was something."""
        return self._places[memory].pop(index, None) is not None

    def used(self, memory: str) -> int:
        """Return how many places are taken."""
        return len(self._places[memory])


def draw_messages(rng: Random, now: datetime, zone_quarters: int) -> tuple[Message, ...]:
    """Return the messages already on the SIM: one of each kind of TEXTS, hours old."""
    drawn = []
    for hours, (sender, text) in enumerate(TEXTS, start=1):
        number = str(rng.randrange(100_000, 1_000_000))
        local = (now - timedelta(hours=hours, seconds=rng.randrange(3000))).replace(microsecond=0)
        drawn.append(
            Message(
                sender=sender.format(n=number),
                text=text.format(n=number),
                local=local,
                zone_quarters=zone_quarters,
            )
        )
    return tuple(drawn)
