"""Parts of concatenated messages into whole ones: in any order, with duplicates, from several senders.

Parts belong together when receiver, sender, service centre's reference, its width and the total agree
(3GPP TS 23.040 9.2.3.24.1) - and when no other text stands at the same place: senders use a reference again.
Bounded: what is incomplete for KEEP_S, or older than the newest PENDING_AT_MOST, is given up and returned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from modem_drivers.reading import SmsPart

KEEP_S = 24 * 3600.0
PENDING_AT_MOST = 64


class Joined(NamedTuple):
    """A whole message, or one given up with parts `missing`; parts in the order of the text.

    t_first_s, t_last_s: when the first and the last part came. duplicates: parts that came more than once.
    """

    parts: tuple[SmsPart, ...]
    missing: tuple[int, ...]
    duplicates: int
    t_first_s: float
    t_last_s: float

    @property
    def text(self) -> str | None:
        """The text of the parts that are there; None if one of them is no text."""
        texts = [part.text for part in self.parts]
        return None if None in texts else "".join(text for text in texts if text is not None)


@dataclass(slots=True)
class _Pending:
    total: int
    t_first_s: float
    t_last_s: float
    parts: dict[int, SmsPart] = field(default_factory=dict)
    duplicates: int = 0

    def joined(self) -> Joined:
        missing = tuple(number for number in range(1, self.total + 1) if number not in self.parts)
        ordered = tuple(self.parts[number] for number in sorted(self.parts))
        return Joined(ordered, missing, self.duplicates, self.t_first_s, self.t_last_s)


Key = tuple[str, str, bool, int, int, int]


class Joiner:
    """Waiting parts of all lines. Times are seconds of any one clock; parts are waited for *keep_s*."""

    def __init__(self, *, keep_s: float = KEEP_S) -> None:
        self._keep_s = keep_s
        self._pending: dict[Key, list[_Pending]] = {}

    def add(self, line: str, part: SmsPart, now_s: float) -> list[Joined]:
        """Take a part that came on *line*; return what is whole now, and what is given up for room or age.

        A message of one part is whole at once.
        """
        given_up = self.expire(now_s)
        if part.place is None or part.place.total == 1:
            return [*given_up, Joined((part,), (), 0, now_s, now_s)]
        place = part.place
        key = (line, part.peer, part.alphanumeric, place.reference, place.reference_bits, place.total)
        pending = self._place_for(key, part, now_s)
        pending.t_last_s = now_s
        if place.number in pending.parts:
            pending.duplicates += 1
        pending.parts[place.number] = part
        if len(pending.parts) == place.total:
            self._forget(key, pending)
            return [*given_up, pending.joined()]
        return [*given_up, *self._make_room()]

    def expire(self, now_s: float) -> list[Joined]:
        """Give up and return what has waited too long."""
        return self._give_up([e for e in self._entries() if now_s - e[1].t_first_s > self._keep_s])

    def __len__(self) -> int:
        """Return how many messages wait for parts."""
        return len(self._entries())

    def _place_for(self, key: Key, part: SmsPart, now_s: float) -> _Pending:
        """Return the message in which *part* fits: it holds the same text there already, or nothing.

        Of several with nothing there, the one whose stamp is nearest; of equals the newest.
        """
        place = part.place
        assert place is not None
        same = self._pending.setdefault(key, [])
        for pending in same:
            there = pending.parts.get(place.number)
            if there is not None and (there.text, there.data) == (part.text, part.data):
                return pending
        fitting = [pending for pending in reversed(same) if place.number not in pending.parts]
        if fitting:
            return min(fitting, key=lambda pending: _apart_s(pending, part))
        same.append(_Pending(place.total, now_s, now_s))
        return same[-1]

    def _entries(self) -> list[tuple[Key, _Pending]]:
        return [(key, pending) for key, several in self._pending.items() for pending in several]

    def _make_room(self) -> list[Joined]:
        oldest_first = sorted(self._entries(), key=lambda entry: entry[1].t_first_s)
        return self._give_up(oldest_first[: max(0, len(oldest_first) - PENDING_AT_MOST)])

    def _give_up(self, entries: list[tuple[Key, _Pending]]) -> list[Joined]:
        for key, pending in entries:
            self._forget(key, pending)
        return [pending.joined() for _, pending in entries]

    def _forget(self, key: Key, pending: _Pending) -> None:
        several = self._pending[key]
        several.remove(pending)
        if not several:
            del self._pending[key]


def _apart_s(pending: _Pending, part: SmsPart) -> float:
    """Return how far the centre's stamps of *pending* and *part* are apart; unknown ones: not at all."""
    stamps = [other.sent_utc for other in pending.parts.values() if other.sent_utc is not None]
    if part.sent_utc is None or not stamps:
        return 0.0
    return min(abs((part.sent_utc - stamp).total_seconds()) for stamp in stamps)
