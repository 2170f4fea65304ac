"""The state of one stick: its SIM's line, its sessions, its switches and its messages."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from hil_tests.sims.hilink.device import Life, Phase
from hil_tests.sims.hilink.firmware import Firmware
from hil_tests.sims.hilink.line import Line, Place
from hil_tests.sims.hilink.sessions import Sessions
from hil_tests.sims.network.messages import Message

FIRST_INDEX = 40000  # DOCUMENT
SENDING_S = 2.0  # memory
CONNECTED, DISCONNECTED = 901, 902  # OLD_TRANSCRIPT's client
Counters = Callable[[], tuple[int, int]]  # octets up, octets down since the start


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
class Received:
    """A message in the inbox and its number."""

    index: int
    place: Place
    message: Message


@dataclass(frozen=True, slots=True)
class NetMode:
    """What the stick may use: "00" is automatic, masks in hexadecimal."""

    mode: str = "00"
    band: str = "3FFFFFFF"
    lte_band: str = "7FFFFFFFFFFFFFFF"


@dataclass(slots=True)
class Dial:
    """The settings of dialup/connection."""

    roam: str = "0"
    idle_s: str = "600"
    mode: str = "0"
    mtu: str = "1500"


@dataclass
class Stick:
    """One stick. Times are the line's clock.

    *counters* says what went over the air; *blank_signal*: device/signal has empty elements (a fault).
    """

    line: Line
    firmware: Firmware
    sessions: Sessions
    life: Life
    serial: str
    start_s: float
    counters: Counters = lambda: (0, 0)
    data_on: bool = True
    net_mode: NetMode = NetMode()
    dial: Dial = field(default_factory=Dial)
    sent: list[Sent] = field(default_factory=list)
    blank_signal: bool = False

    def __post_init__(self) -> None:
        """Begin connected, no message numbered."""
        self._connected_since_s = self.start_s
        self._numbers: dict[Place, int] = {}
        self._next_index = FIRST_INDEX

    def phase(self, now_s: float) -> Phase:
        """Return the phase of the stick's life."""
        return self.life.at(now_s)

    def connection(self, now_s: float) -> int:
        """Return ConnectionStatus: 901 with a data session, 902 without."""
        return CONNECTED if self.data_on and self.line.registered(now_s) else DISCONNECTED

    def connected_s(self, now_s: float) -> int:
        """Return the whole seconds of the present data session."""
        return int(now_s - self._connected_since_s) if self.connection(now_s) == CONNECTED else 0

    def switch_data(self, on: bool, now_s: float) -> None:
        """Begin or end the data session."""
        if on and not self.data_on:
            self._connected_since_s = now_s
        self.data_on = on

    def restart(self, now_s: float) -> None:
        """Restart: sessions are gone, the network is sought anew when it is back."""
        self.life.restart(now_s)
        self.sessions.forget_all()
        self.line.seek_network(now_s)
        self._connected_since_s = now_s

    def inbox(self, now_s: float) -> list[Received]:
        """Return the received messages in the order of their numbers."""
        present = self.line.messages(now_s)
        for place, _ in present:
            if place not in self._numbers:
                self._numbers[place] = self._new_index()
        rows = [Received(self._numbers[place], place, message) for place, message in present]
        return sorted(rows, key=lambda row: row.index)

    def delete(self, index: int, now_s: float) -> bool:
        """Delete message *index*, received or sent; return whether there was one."""
        for row in self.inbox(now_s):
            if row.index == index:
                self.line.delete(row.place)
                del self._numbers[row.place]
                return True
        before = len(self.sent)
        self.sent = [one for one in self.sent if one.index != index]
        return len(self.sent) < before

    def send(self, phone: str, text: str, now_s: float) -> Sent:
        """Take a message for sending; it leaves SENDING_S later, or fails without a network."""
        failed = not self.line.can_send(now_s)
        local = self.line.local_time(now_s).replace(microsecond=0)
        sent = Sent(self._new_index(), phone, text, local, now_s + SENDING_S, failed)
        self.sent.append(sent)
        if not failed:
            self.line.count_sent()
        return sent

    def set_net_mode(self, mode: str, band: str, lte_band: str) -> None:
        """Note which technologies and bands may be used."""
        self.net_mode = replace(self.net_mode, mode=mode, band=band, lte_band=lte_band)

    def _new_index(self) -> int:
        index, self._next_index = self._next_index, self._next_index + 1
        return index
