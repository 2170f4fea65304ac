"""What the server knows of tests, running and ended, to be asked for once each by the test's token."""

from collections import OrderedDict
from dataclasses import dataclass

from edge.measure.protocol import VERSION, Report
from tools.server.admission import RefusedError
from tools.server.bulk import Bulk

TESTS_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Served:
    """One test: its bulk goes on being counted while it runs."""

    nonce: str
    kind: str
    bulk: Bulk


class Reports:
    """The last tests by token. A report says also how far a test that still runs has come."""

    def __init__(self, kept: int = TESTS_KEPT) -> None:
        self._served: OrderedDict[str, Served] = OrderedDict()
        self._kept = kept

    def keep(self, token: str, served: Served) -> None:
        """Let *token* be asked for; the oldest test is forgotten once there are too many."""
        self._served[token] = served
        if len(self._served) > self._kept:
            self._served.popitem(last=False)

    def take(self, token: str, you: str) -> Report:
        """Return the report for *you* ("ip:port") and forget the token.

        Raises: RefusedError, if it is none or was shown before.
        """
        served = self._served.pop(token, None)
        if served is None:
            raise RefusedError("token", "no test has this token, or it was shown before")
        bulk = served.bulk
        return Report(
            v=VERSION,
            nonce=served.nonce,
            kind=served.kind,
            running=bulk.running,
            outcome=bulk.outcome,
            bytes=bulk.bytes,
            seconds=round(bulk.lasted_s, 6),
            acked=bulk.acked,
            sent=bulk.sent,
            limited=bulk.limited,
            you=you,
        )
