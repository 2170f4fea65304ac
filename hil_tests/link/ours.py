"""Our own capacity estimator over a link: the command line of `pantau measure capacity-*`, and its answer.

It is a process of its own, told the server's address and nothing of the link, and waits for its go.
Source: docs/interfaces.md.
"""

import msgspec

from hil_tests.link import truth
from hil_tests.link.errors import ToolError
from hil_tests.link.figures import Figures
from hil_tests.link.stamp import PORT, Failure, program, where
from hil_tests.link.truth import Known, Servable, Window
from hil_tests.sims.operator_net import log
from hil_tests.sims.operator_net.log import Records
from hil_tests.sims.operator_net.records import UDP

LAYER = "ip"
LONGEST_S = 12.0


class Report(msgspec.Struct):
    """What `pantau measure capacity-down --json` prints, as far as it is used."""

    outcome: str
    err: Failure | None = None
    shape: str | None = None
    capacity_bps: float | None = None
    sustained_bps: float | None = None
    interval_bps: tuple[float, float] | None = None
    burst_bps: float | None = None
    bytes: int | None = None
    seconds: float | None = None
    stopped: str | None = None
    nv: dict[str, str] = {}


def client_command(address: str, key: str, *, direction: str) -> list[str]:
    """Return the near end's command; it prints one JSON object."""
    return [
        program("pantau"),
        "measure",
        f"capacity-{direction}",
        "--server",
        where(address),
        "--key",
        key,
        "--await-go",
        "--json",
    ]


def read_report(text: str, *, cpu_s: float) -> Figures:
    """Return the figures of what the program printed. Raises: ToolError, when it is no result."""
    try:
        report = msgspec.json.decode(text, type=Report)
    except msgspec.MsgspecError as error:
        words = text.strip()[-300:] or "nothing"
        raise ToolError(f"pantau measure printed no result ({error}): {words}") from error
    outcome, detail = report.outcome, report.stopped and f"ended early: {report.stopped}"
    if report.err is not None:
        outcome = f"failed: {report.err.text}"
    elif report.sustained_bps is None:
        outcome = f"no estimate: {report.nv.get('sustained_bps', 'not told')}"
    return Figures(
        outcome=outcome,
        layer=LAYER,
        shape=report.shape,
        capacity_bps=report.capacity_bps,
        sustained_bps=report.sustained_bps,
        interval_bps=report.interval_bps,
        burst_bps=report.burst_bps,
        bytes=report.bytes,
        seconds=report.seconds,
        cpu_s=cpu_s,
        detail=detail,
    )


def truth_of(records: Records, direction: int, known: Known, servable: Servable) -> Figures:
    """Return what the link could carry from the first to the last of our packets that came out of it."""
    flow = log.delivered(log.one_way(truth.port_flow(records, UDP, PORT), direction))
    data = flow[flow["len"] > truth.BULK_BYTES]
    if len(data) < 2:
        return Figures(outcome="failed: the log has no packet of ours", shape=known.shape)
    window = Window(int(data["t_out_ns"][0]), int(data["t_out_ns"][-1]))
    return truth.rate_truth(known, servable, data, window, tcp_payload=False)
