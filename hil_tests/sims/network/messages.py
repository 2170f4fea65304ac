"""The short messages a simulated modem keeps: numbered places in SM and ME."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from hil_tests.sims.network.codec import encode_deliver

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
    """A received message; `local` is the service centre's local time, `zone_quarters` its zone."""

    sender: str
    text: str
    local: datetime
    zone_quarters: int
    status: int = UNREAD

    def pdu(self, smsc: str) -> tuple[str, int]:
        """Return (PDU in hexadecimal, length of its TPDU in octets)."""
        data, length = encode_deliver(self.sender, self.text, smsc, self.local, self.zone_quarters)
        return data.hex().upper(), length

    def time_text(self) -> str:
        """Return the time as TS 27.005 writes <scts>: yy/MM/dd,hh:mm:ss and the zone in quarter hours."""
        return self.local.strftime("%y/%m/%d,%H:%M:%S") + f"{self.zone_quarters:+03d}"


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
