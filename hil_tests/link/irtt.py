"""irtt over a link: its command line, and what its report says.

Source of the flags: `irtt help client`, irtt 0.9.0; of the report: the JSON it printed.
"""

from collections.abc import Sequence

import msgspec

from hil_tests.link.errors import ToolError
from hil_tests.link.figures import Figures, rtt_summary

PORT = 2112
PACKET_BYTES = 172  # with both time stamps and both statistics irtt needs 60; a voice frame has 172
NS_PER_MS = 1e6
LAYER = "udp"


class Delay(msgspec.Struct):
    """Delays of one probe, ns; rtt is without the time the far end took."""

    rtt: int | None = None


class RoundTrip(msgspec.Struct):
    """One probe; lost is "false", "true", "true_up" or "true_down"."""

    seqno: int
    lost: str
    delay: Delay = msgspec.field(default_factory=Delay)


class Report(msgspec.Struct):
    """What irtt writes with -o, as far as it is used."""

    round_trips: list[RoundTrip]


def server_command(address: str) -> list[str]:
    """Return the far end's command."""
    return ["irtt", "server", "-b", f"{bracketed(address)}:{PORT}"]


def bracketed(address: str) -> str:
    """Return *address* as irtt wants it before a port."""
    return f"[{address}]" if ":" in address else address


def client_command(address: str, *, seconds: float, interval_ms: float) -> list[str]:
    """Return the near end's command; it prints the report alone."""
    what = ["-d", f"{seconds:g}s", "-i", f"{interval_ms:g}ms", "-l", str(PACKET_BYTES)]
    how = ["--stats=both", "--tstamp=both", "--clock=both", "--timer=comp", "--thread", "--wait=3x2s"]
    return ["irtt", "client", *what, *how, "-Q", "-o", "-", f"{bracketed(address)}:{PORT}"]


def read_report(text: str, *, seconds: float, cpu_s: float) -> Figures:
    """Return the figures of a report. Raises: ToolError, when it is none of irtt's."""
    trips = round_trips(text)
    if not trips:
        return Figures(outcome="failed: irtt sent no probe", cpu_s=cpu_s)
    answered = [trip.delay.rtt / NS_PER_MS for trip in trips if trip.delay.rtt is not None]
    return Figures(
        outcome="ok" if answered else "failed: no probe was answered",
        layer=LAYER,
        rtt_ms=rtt_summary(answered),
        sent=len(trips),
        lost=len(trips) - len(answered),
        bytes=(len(trips) + len(answered)) * PACKET_BYTES,
        seconds=seconds,
        cpu_s=cpu_s,
    )


def round_trips(text: str) -> Sequence[RoundTrip]:
    """Return the probes of a report in the order sent. Raises: ToolError."""
    start = text.find("{")  # words before it would be irtt's complaints
    try:
        return msgspec.json.decode(text[max(start, 0) :], type=Report).round_trips
    except msgspec.MsgspecError as error:
        raise ToolError(f"irtt printed no report ({error}): {text.strip()[-300:] or 'nothing'}") from error
