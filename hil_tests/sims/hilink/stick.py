"""The state of one stick: its SIM's line, its sessions, its switches and its messages."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hil_tests.sims.hilink.boxes import Boxes
from hil_tests.sims.hilink.device import Life, Phase
from hil_tests.sims.hilink.firmware import Firmware
from hil_tests.sims.hilink.line import Line
from hil_tests.sims.hilink.sessions import Sessions
from hil_tests.sims.network.carriers import Mode

CONNECTED, DISCONNECTED, NO_ROAMING = 901, 902, 12  # a public client's table, as OLD_TRANSCRIPT's
Counters = Callable[[], tuple[int, int]]  # octets up, octets down since the start
ALLOWED = {  # NetworkMode: what is left of it in a country without UMTS (public-driver LIBRARY: enums/net.py)
    "00": frozenset({Mode.GSM, Mode.LTE}),
    "01": frozenset({Mode.GSM}),
    "02": frozenset[Mode](),
    "03": frozenset({Mode.LTE}),
    "0201": frozenset({Mode.GSM}),
    "0301": frozenset({Mode.GSM, Mode.LTE}),
    "0302": frozenset({Mode.LTE}),
}


@dataclass(frozen=True, slots=True)
class NetMode:
    """What the stick may use: "00" is automatic, masks in hexadecimal."""

    mode: str = "00"
    band: str = "3FFFFFFF"
    lte_band: str = "7FFFFFFFFFFFFFFF"


@dataclass(slots=True)
class Dial:
    """The settings of dialup/connection; `roam` "1": data also in another network."""

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
    blank_signal: bool = False

    def __post_init__(self) -> None:
        """Take over the messages there are, and connect."""
        self.boxes = Boxes(self.line.stored(), no_room=self.line.store_full)
        self._connected_since_s: float | None = None
        self.refresh(self.start_s)

    def phase(self, now_s: float) -> Phase:
        """Return the phase of the stick's life."""
        return self.life.at(now_s)

    def refresh(self, now_s: float) -> None:
        """Bring the stick up to *now_s*: data session, messages that came."""
        wanted = self.data_on and not self._barred_abroad(now_s)
        up = self.line.keep_data(wanted, now_s)
        if not up:
            self._connected_since_s = None
        elif self._connected_since_s is None:
            self._connected_since_s = now_s
        for item in self.line.deliveries(now_s):
            if not self.boxes.take(item, self.line.local_time(now_s)):
                self.line.postpone(item)
                return

    def _barred_abroad(self, now_s: float) -> bool:
        return self.dial.roam == "0" and self.line.roaming(now_s)

    def connection(self, now_s: float) -> int:
        """Return ConnectionStatus: 901 with a data session, else the cause of its refusal, or 902."""
        if self._connected_since_s is not None:
            return CONNECTED
        if self.data_on and self._barred_abroad(now_s):
            return NO_ROAMING
        return self.line.refused or DISCONNECTED

    def connected_s(self, now_s: float) -> int:
        """Return the whole seconds of the present data session."""
        return 0 if self._connected_since_s is None else int(now_s - self._connected_since_s)

    def switch_data(self, on: bool, now_s: float) -> None:
        """Begin or end the data session."""
        self.data_on = on
        if on and not self._barred_abroad(now_s):
            self.line.dial(now_s)
        self.refresh(now_s)

    def restart(self, now_s: float) -> None:
        """Restart: sessions are gone, the network is sought anew when it is back."""
        self.life.restart(now_s)
        self.sessions.forget_all()
        self.line.power_on(now_s)

    def send(self, phone: str, text: str, now_s: float) -> None:
        """Take a message for sending; without a way for it, it fails."""
        fails = not self.line.can_send(now_s)
        self.boxes.send(phone, text, self.line.local_time(now_s).replace(microsecond=0), now_s, fails=fails)
        if not fails:
            self.line.count_sent()

    def set_net_mode(self, wanted: NetMode, now_s: float) -> None:
        """Use what *wanted* allows; the network is sought anew if that changes."""
        if wanted != self.net_mode:
            self.net_mode = wanted
            self.line.allow(ALLOWED[wanted.mode], now_s)
