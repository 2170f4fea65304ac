"""The SMS matrix: every line sends a nonce to every other line of the box. Pure; one clock for both ends.

Ref: ITU-T E.804 (SMS: completion failure ratio without duplicates, end-to-end delivery time); the goal of
180 s: Permenkominfo 16/2013.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

LIMIT_S = 180.0
NS_PER_S = 1_000_000_000
DAY_NS = 24 * 3600 * NS_PER_S
WORD = "PANTAU"
_NONCE = re.compile(rf"{WORD} ([0-9a-f]{{16,32}})")


def nonce_text(nonce: str) -> str:
    """Return the message that carries *nonce* (16 to 32 hexadecimal digits)."""
    return f"{WORD} {nonce}"


def nonce_of(text: str | None) -> str | None:
    """Return the nonce of a message of the matrix, None of any other."""
    found = _NONCE.fullmatch(text or "")
    return found[1] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One message from one line to another. outcome: what the sender's network said of it, "" so far.

    Times are Unix ns of the box: accepted when the network took it, arrived when the receiver's modem told.
    """

    sender: str
    receiver: str
    nonce: str
    accepted_ns: int | None = None
    arrived_ns: int | None = None
    duplicates: int = 0
    outcome: str = ""
    cause: str = ""

    @property
    def completed(self) -> bool:
        """Whether the very message arrived."""
        return self.arrived_ns is not None

    @property
    def delivery_s(self) -> float | None:
        """From the network's taking it to its arrival; None unless it arrived."""
        if self.arrived_ns is None or self.accepted_ns is None:
            return None
        return (self.arrived_ns - self.accepted_ns) / NS_PER_S


@dataclass(slots=True)
class Matrix:
    """The trials of one round, by nonce."""

    trials: dict[str, Trial] = field(default_factory=dict)

    def begin(self, trial: Trial) -> None:
        """Send *trial* from now on."""
        self.trials[trial.nonce] = trial

    def sent(self, nonce: str, *, accepted_ns: int | None, outcome: str, cause: str) -> None:
        """Take what the sender knows in the end."""
        if nonce in self.trials:
            told = replace(self.trials[nonce], accepted_ns=accepted_ns, outcome=outcome, cause=cause)
            self.trials[nonce] = told

    def arrived(self, nonce: str, receiver: str, t_ns: int) -> bool:
        """Take an arrival at *receiver*; whether it belongs here (a message at another line does not)."""
        trial = self.trials.get(nonce)
        if trial is None or trial.receiver != receiver:
            return False
        first = trial.arrived_ns is None
        self.trials[nonce] = replace(
            trial,
            arrived_ns=t_ns if trial.arrived_ns is None else trial.arrived_ns,
            duplicates=trial.duplicates + (not first),
        )
        return True


def pairs_of(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return every (sender, receiver), ordered so that senders take turns and none writes twice at once."""
    count = len(lines)
    return [(lines[k], lines[(k + step) % count]) for step in range(1, count) for k in range(count)]


def may_send(sent_ns: Sequence[int], wanted: int, per_day: int, now_ns: int) -> bool:
    """Tell whether *wanted* more messages fit the day's budget, given the times of those sent before."""
    recent = sum(now_ns - DAY_NS < t_ns <= now_ns for t_ns in sent_ns)
    return recent + wanted <= per_day


def round_every_s(pairs: int, per_day: int) -> float | None:
    """Return how far apart rounds of *pairs* messages may begin; None if the budget holds not even one."""
    rounds = per_day // pairs if pairs else 0
    return 24 * 3600.0 / rounds if rounds else None
