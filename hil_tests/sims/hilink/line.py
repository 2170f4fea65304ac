"""The one seam to the simulated network: what the stick asks of its SIM, its radio and its subscription."""

from datetime import datetime

from hil_tests.sims.network.card import CardState
from hil_tests.sims.network.carriers import Mode
from hil_tests.sims.network.centre import Delivery
from hil_tests.sims.network.identity import Identity
from hil_tests.sims.network.messages import CAPACITY, Message
from hil_tests.sims.network.radio import Sample
from hil_tests.sims.network.registration import DENIED
from hil_tests.sims.network.terminal import Terminal

CONTEXT = 1
REDIAL_S = 5.0  # memory


class Line:
    """One SIM on one network. Times are seconds of the terminal's clock."""

    def __init__(self, terminal: Terminal) -> None:
        """Begin as the terminal is: attached, its first context up."""
        self._terminal = terminal
        self._redial_s: float | None = None
        self.refused = 0

    @property
    def identity(self) -> Identity:
        """The numbers of modem and SIM."""
        return self._terminal.identity

    @property
    def plmn(self) -> str:
        """The network that it is registered in, or would be."""
        return self._terminal.registered_plmn

    @property
    def store_full(self) -> bool:
        """Whether the memory shall have room for no more messages than there are."""
        return self._terminal.network.store_full

    def registered(self, now_s: float) -> bool:
        """Tell whether a network has let the stick in."""
        return self._terminal.is_registered(now_s)

    def denied(self, now_s: float) -> bool:
        """Tell whether the network has refused the stick."""
        return self._terminal.registration(now_s) == DENIED

    def roaming(self, now_s: float) -> bool:
        """Tell whether the network that let it in is another than the SIM's."""
        return self._terminal.roaming and self.registered(now_s)

    def mode(self, now_s: float) -> Mode:
        """Return how the stick would be connected."""
        return self._terminal.mode(now_s)

    def allow(self, modes: frozenset[Mode], now_s: float) -> None:
        """Use *modes* alone from now on, and seek the network anew."""
        self._terminal.radio.allowed = modes
        self.seek_network(now_s)

    def sample(self, now_s: float, *, truth: bool = False) -> Sample | None:
        """Return the radio as the stick shows it, or as it is; None without service."""
        sample = self._terminal.sample(now_s)
        return sample if sample is None or truth else self._terminal.shown(sample)

    def names(self, *, truth: bool = False) -> tuple[str, str, str]:
        """Return the network's full and short name and the SIM's, as shown or as they are."""
        return self._terminal.names(truth=truth)

    def local_time(self, now_s: float) -> datetime:
        """Return the local time of the network."""
        return self._terminal.local_time(now_s)

    def seek_network(self, now_s: float) -> None:
        """Leave the network and look for it again."""
        self._terminal.seek_network(now_s)

    def power_on(self, now_s: float) -> None:
        """Start anew, the card too."""
        self._terminal.power_on(now_s)

    # --- the card ---

    def card_state(self, now_s: float) -> CardState:
        """Return the state of the card."""
        return self._terminal.card_state(now_s)

    @property
    def pin_enabled(self) -> bool:
        """Whether the card asks for its PIN at power-on."""
        return self._terminal.card.pin_enabled

    @property
    def tries(self) -> tuple[int, int]:
        """The tries left for PIN and PUK."""
        return self._terminal.card.pin_tries, self._terminal.card.puk_tries

    def enter_pin(self, pin: str, now_s: float) -> bool:
        """Give the card its PIN; return whether it was right, and then look for the network."""
        return self._opened(self._terminal.card.verify(pin), now_s)

    def unblock(self, puk: str, new_pin: str, now_s: float) -> bool:
        """Give the card its PUK and a new PIN; return whether it was right."""
        return self._opened(self._terminal.card.unblock(puk, new_pin), now_s)

    def _opened(self, right: bool, now_s: float) -> bool:
        if right:
            self.seek_network(now_s)
        return right

    # --- data ---

    def keep_data(self, wanted: bool, now_s: float) -> bool:
        """Bring the data session to what is *wanted*, as far as the network lets; return whether it is up.

        One that the network ended is dialled again after REDIAL_S; `refused` is the cause of a refusal.
        """
        self._terminal.poll(now_s)
        if not wanted:
            self._terminal.deactivate(CONTEXT)
            self._redial_s, self.refused = None, 0
        elif self.registered(now_s) and not self._terminal.contexts[CONTEXT].active:
            if self._redial_s is None:
                self._redial_s = now_s + REDIAL_S
            elif now_s >= self._redial_s:
                self.dial(now_s)
        return self._terminal.contexts[CONTEXT].active

    def dial(self, now_s: float) -> None:
        """Ask the network for the data session now."""
        if self.registered(now_s):
            self.refused = self._terminal.activate(CONTEXT) or 0
            self._redial_s = None

    # --- messages ---

    def stored(self) -> list[Message]:
        """Return what lies on the SIM and in the modem from before."""
        return [message for memory in CAPACITY for _, message in self._terminal.store.items(memory)]

    def deliveries(self, now_s: float) -> list[Delivery]:
        """Return the messages, or parts of them, that reach the stick by *now_s*, each once."""
        return self._terminal.take_deliveries(now_s)

    def postpone(self, delivery: Delivery) -> None:
        """Have *delivery* offered again: there was no room for it."""
        self._terminal.postpone(delivery)

    def can_send(self, now_s: float) -> bool:
        """Tell whether a short message would leave now."""
        return self._terminal.message_way(now_s) is not None

    def count_sent(self) -> None:
        """Note that a short message has left."""
        self._terminal.sent += 1
