"""Box and server compared, on one quantity only: bytes in order by the kernels' own counts of one connection.

What the sender's kernel saw acknowledged must have been received by the receiver's. More was acknowledged
than received: somebody between them acknowledges, a proxy. More received than sent: the server lies.
"""

from dataclasses import dataclass
from typing import NamedTuple

SLACK_BYTES = 4
"""SYN and FIN count one each in what is acknowledged."""
CUT_SLACK_BYTES = 64 * 1024
CUT_SLACK_SHARE = 0.01
"""Where a test was cut short, the ends read their counts a moment apart."""
CONNECT_SHARE = 0.5
CONNECT_LEAST_MS = 10.0
"""A TCP handshake this much shorter than any UDP round trip to the same port was answered on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """One connection's payload by both kernels. acked, sent: the sender's; received: the receiver's; None:
    not known. whole: the receiver saw the end of the stream, so both counts are of the same bytes.
    """

    acked: int | None
    sent: int | None
    received: int | None
    whole: bool


class ProxyVerdict(NamedTuple):
    """suspect None: not enough is known."""

    suspect: bool | None
    text: str


def judge_proxy(ends: Ends) -> ProxyVerdict:
    """Return whether more was acknowledged than received."""
    if ends.acked is None or ends.received is None:
        return ProxyVerdict(None, "not both ends told their count")
    slack = SLACK_BYTES if ends.whole else max(CUT_SLACK_BYTES, round(CUT_SLACK_SHARE * ends.acked))
    if ends.acked > ends.received + slack:
        return ProxyVerdict(True, f"{ends.acked} bytes were acknowledged, only {ends.received} received")
    return ProxyVerdict(False, f"{ends.acked} bytes acknowledged, {ends.received} received")


def judge_handshake(connect_ms: float | None, least_rtt_ms: float | None) -> ProxyVerdict:
    """Return whether the TCP handshake came back sooner than any UDP probe could."""
    if connect_ms is None or least_rtt_ms is None:
        return ProxyVerdict(None, "no handshake or no round trip to compare")
    text = f"TCP answered after {connect_ms:.1f} ms, UDP after {least_rtt_ms:.1f} ms at the soonest"
    sooner = connect_ms < CONNECT_SHARE * least_rtt_ms and least_rtt_ms - connect_ms >= CONNECT_LEAST_MS
    return ProxyVerdict(sooner, text)


def why_lying(claimed: int, sent: int | None) -> str:
    """Return why a server's count of an upload cannot be, in words; "" if it can.

    *sent*: every payload byte our kernel put on the line, those sent again included.
    """
    if sent is None or claimed <= sent:
        return ""
    return f"it says that {claimed} bytes came, and {sent} were sent, sent again included"
