"""Bugs planted on purpose: a fuzzer that does not find them finds nothing (`make fuzz PLANT=1..3`)."""

import re
from collections.abc import Callable

from modem_drivers.at import replies, standard
from modem_drivers.sms import tpdu
from modem_drivers.sms.octets import Octets


class _ShortOctets(Octets):
    """A cursor that gives what is left in place of a refusal: the caller indexes past the end."""

    def take(self, count: int, field: str) -> bytes:
        """Return at most *count* octets."""
        rest = self.rest()
        self.position -= len(rest) - min(count, len(rest))
        return rest[:count]


def _short_take() -> None:
    vars(tpdu)["Octets"] = _ShortOctets


def _missing_technology() -> None:
    """A table without a row that the column lets through."""
    del standard.RAT[9]


def _slow_pattern() -> None:
    """A pattern that takes for ever on blanks behind a quote."""
    vars(replies)["_CLOSING"] = re.compile(r'"(\s+)*(?=,|$)')


PLANTS: dict[int, Callable[[], None]] = {1: _short_take, 2: _missing_technology, 3: _slow_pattern}
