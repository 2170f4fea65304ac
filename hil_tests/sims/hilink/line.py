"""The one seam to the simulated modem: what the stick asks of network, SIM and radio behind it."""

from dataclasses import dataclass
from datetime import datetime

from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.network.identity import Identity
from hil_tests.sims.network.messages import READ, UNREAD, Message
from hil_tests.sims.network.radio import Sample

MEMORIES = ("SM", "ME")
HOME, ROAMING = 1, 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message lies."""

    memory: str
    index: int


class Line:
    """One SIM on one network. Times are seconds of the modem's clock."""

    def __init__(self, modem: Modem) -> None:
        """Have the modem keep what arrives; nobody will set that up by AT commands."""
        self._modem = modem
        modem.settings["+CNMI"] = ("2", "1", "0", "0", "0")
        modem.settings["+CPMS"] = ("ME", "ME", "ME")

    @property
    def identity(self) -> Identity:
        """The numbers of modem and SIM."""
        return self._modem.identity

    def registered(self, now_s: float) -> bool:
        """Tell whether a network has let the stick in."""
        return self._modem.registration(now_s) in {HOME, ROAMING}

    def roaming(self, now_s: float) -> bool:
        """Tell whether that is another network than the SIM's."""
        return self._modem.registration(now_s) == ROAMING

    def sample(self, now_s: float, *, truth: bool = False) -> Sample | None:
        """Return the radio as the stick shows it, or as it is; None without a serving cell."""
        sample = self._modem.sample(now_s)
        return sample if sample is None or truth else self._modem.shown(sample)

    def names(self, *, truth: bool = False) -> tuple[str, str, str]:
        """Return the network's full and short name and the SIM's, as shown or as they are."""
        return self._modem.names(truth=truth)

    def local_time(self, now_s: float) -> datetime:
        """Return the local time of the network."""
        return self._modem.local_time(now_s)

    def seek_network(self, now_s: float) -> None:
        """Leave the network and look for it again."""
        self._modem.seek_network(now_s)

    def messages(self, now_s: float) -> list[tuple[Place, Message]]:
        """Return what has arrived by *now_s* and was not deleted."""
        self._modem.urcs(now_s)
        return [
            (Place(memory, index), message)
            for memory in MEMORIES
            for index, message in self._modem.store.items(memory)
            if message.status in {UNREAD, READ}
        ]

    def mark_read(self, place: Place) -> None:
        """Note that the message at *place* was read."""
        self._modem.store.read(place.memory, place.index)

    def delete(self, place: Place) -> None:
        """Delete the message at *place*."""
        self._modem.store.delete(place.memory, place.index)

    def can_send(self, now_s: float) -> bool:
        """Tell whether a short message would leave now."""
        return self.registered(now_s)

    def count_sent(self) -> None:
        """Note that a short message has left."""
        self._modem.sent += 1
