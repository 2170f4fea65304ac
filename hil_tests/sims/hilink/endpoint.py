"""What an endpoint of the stick's API is: a row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hil_tests.sims.at_modem.provenance import Source
from hil_tests.sims.hilink.firmware import FIRMWARES, Firmware
from hil_tests.sims.hilink.sessions import Session
from hil_tests.sims.hilink.stick import Stick

DELAY_S = 0.05  # 50 to 58 ms from one request to the next: NEW_DEBUG_LOG


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that has passed session and token: the elements of its body in order."""

    session: Session
    token: str
    elements: Sequence[tuple[str, str]]
    now_s: float

    def value(self, name: str) -> str | None:
        """Return the text of element *name*, None if it is not there."""
        return next((text for key, text in self.elements if key == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an action gives: the elements of the answer, already escaped, or "OK"; headers; truth."""

    inner: str
    headers: tuple[tuple[str, str], ...] = ()
    truth: dict[str, object] = field(default_factory=dict)


DONE = Outcome(inner="OK")
Action = Callable[[Stick, Call], Outcome]
Truth = Callable[[Stick, float], dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One path below /api/ and one method.

    `say` is the template of the answer, `act` answers instead. `open`: without a session; `guarded`: not
    before the login where there is a password. `order`: the names its request must have, in this order.
    """

    path: str
    source: Source
    method: str = "GET"
    say: str | None = None
    act: Action | None = None
    truth: Truth | None = None
    open: bool = False
    guarded: bool = True
    order: tuple[str, ...] = ()
    firmwares: tuple[Firmware, ...] = FIRMWARES
    delay_s: float = DELAY_S
