"""What can be wrong with the stick, by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Fault(NamedTuple):
    """One kind of fault: its name, what a client meets, and its number where it has one."""

    name: str
    sentence: str
    amount: float = 0.0


FAULTS = (
    Fault("silent", "Takes the connection and the request and never answers."),
    Fault("late", "Answers N seconds late (late:N, default 3).", 3.0),
    Fault("busy", "Answers every API request with error 100004."),
    Fault("forget", "Forgets every session after each N requests (forget:N, default 5): 125002.", 5.0),
    Fault("bad-token", "Answers every POST with 125003, whatever its token."),
    Fault("garbage", "Answers with random bytes in place of HTTP."),
    Fault("half", "Ends the connection in the middle of every body."),
    Fault("home-page", "Redirects every API request to the home page instead of answering."),
    Fault("no-signal", "Leaves the elements of device/signal empty, but for the mode."),
    Fault("no-dhcp", "Answers no DHCP client."),
    Fault("wrong-rsrp", "Shows an RSRP 7 dB above the one the log calls true."),
    Fault("wrong-name", "Shows another network name than the one the log calls true."),
    Fault("drop", "Leaves the USB after N requests for good (drop:N, default 5).", 5.0),
)
BY_NAME = {row.name: row for row in FAULTS}


class FaultError(ValueError):
    """No such fault, or its number is none; the text says which there are."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The chosen faults, each with its number (0 where it has none)."""

    amounts: dict[str, float]

    def has(self, name: str) -> bool:
        """Tell whether the fault *name* was chosen."""
        return name in self.amounts

    def due(self, name: str, count: int) -> bool:
        """Tell whether *count* requests are a multiple of the number of fault *name*, if it was chosen."""
        return self.has(name) and count % max(1, int(self.amounts[name])) == 0


def parse_faults(texts: Iterable[str]) -> Plan:
    """Return the plan of `name` and `name:number` texts.

    Raises: FaultError, for another name or a number that is not above 0.
    """
    amounts: dict[str, float] = {}
    for text in texts:
        name, _, number = text.partition(":")
        if name not in BY_NAME:
            raise FaultError(f'no fault "{name}"; choose from {", ".join(BY_NAME)}')
        amounts[name] = _amount(text, number) if number else BY_NAME[name].amount
    return Plan(amounts)


def _amount(text: str, number: str) -> float:
    try:
        amount = float(number)
    except ValueError as exc:
        raise FaultError(f'"{text}": "{number}" is no number; write it like late:2.5') from exc
    if not 0 < amount < 1e9:
        raise FaultError(f'"{text}": the number must be above 0')
    return amount
