"""iperf3 over a link: its command line, and what its report says at the receiver.

Source of the flags and of the report: iperf3(1) and the JSON printed by iperf 3.12. Blocks of 16 KiB: a block
counts when it is whole, and four flows of the default 128 KiB would shift half a megabyte in time.
"""

from collections.abc import Sequence

import msgspec

from hil_tests.link.errors import ToolError
from hil_tests.link.figures import Figures, mean_interval

PORT = 5201
FLOWS = 4
INTERVAL_S = 0.5
BLOCK = "16K"
LAYER = "tcp-payload"


class Span(msgspec.Struct):
    """A stretch of the report: all flows together."""

    start: float
    end: float
    seconds: float
    bytes: int


class Interval(msgspec.Struct):
    """One line of the report."""

    sum: Span


class End(msgspec.Struct):
    """The totals; absent when the test did not end by itself."""

    sum_received: Span | None = None


class ServerReport(msgspec.Struct):
    """What the far end printed (--get-server-output)."""

    intervals: list[Interval] = []


class Report(msgspec.Struct):
    """What `iperf3 -J` prints, as far as it is used."""

    intervals: list[Interval] = []
    end: End = msgspec.field(default_factory=End)
    error: str = ""
    server_output_json: ServerReport = msgspec.field(default_factory=ServerReport)


def server_command() -> list[str]:
    """Return the far end's command: one test, a report in JSON that the near end can fetch."""
    return ["iperf3", "-s", "-1", "-J", "-i", str(INTERVAL_S), "-p", str(PORT)]


def client_command(address: str, *, down: bool, seconds: int, congestion: str) -> list[str]:
    """Return the near end's command: four flows for so many seconds; iperf3 knows whole ones only."""
    where = ["iperf3", "-c", address, "-p", str(PORT), "--connect-timeout", "5000"]
    what = ["-P", str(FLOWS), "-t", str(seconds), "-i", str(INTERVAL_S), "-l", BLOCK]
    how = ["-C", congestion, "-J", "--get-server-output"]
    return [*where, *what, *how, *(["-R"] if down else [])]


def read_report(text: str, *, down: bool, omit_s: float, cpu_s: float) -> Figures:
    """Return the receiver's figures of a report. Raises: ToolError, when it is no report of iperf3.

    The rate is that of the receiver's intervals from omit_s on, its interval that of their mean; bytes: all.
    """
    try:
        report = msgspec.json.decode(text, type=Report)
    except msgspec.MsgspecError as error:
        raise ToolError(f"iperf3 printed no report ({error}): {text.strip()[-300:] or 'nothing'}") from error
    total = report.end.sum_received
    at_receiver = report.intervals if down else report.server_output_json.intervals
    spans = judged(at_receiver, omit_s)
    if report.error or total is None or not spans:
        return Figures(outcome=f"failed: {report.error or 'the receiver counted nothing'}", cpu_s=cpu_s)
    seconds = sum(span.seconds for span in spans)
    return Figures(
        outcome="ok",
        layer=LAYER,
        sustained_bps=round(sum(span.bytes for span in spans) * 8 / seconds, 1),
        interval_bps=mean_interval([span.bytes * 8 / span.seconds for span in spans]),
        bytes=total.bytes,
        seconds=round(seconds, 4),
        cpu_s=cpu_s,
    )


def judged(intervals: Sequence[Interval], omit_s: float) -> list[Span]:
    """Return the intervals that begin at omit_s or later and are not a mere rest at the end."""
    spans = [item.sum for item in intervals]
    return [span for span in spans if span.start > omit_s - INTERVAL_S / 2 and span.seconds > INTERVAL_S / 2]
