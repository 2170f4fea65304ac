"""Round-trip times and loss of the probes: published, against the emulator's log of those very packets.

A STAMP reply carries the reflector's own count in its first four bytes (RFC 8762 4.3.1, stateful), so a
reply is matched to its probe by order: links keep the order, the n-th probe to arrive is the n-th answered.
"""

from dataclasses import dataclass
from statistics import median

import numpy as np

from tools.demo.verdict.messages import Probes, Result, number
from tools.demo.verdict.model import Figure, Shown, missing, near
from tools.demo.verdict.packets import DOWN, UDP, UP, Packets, of_flow, transit_ns, was_delivered

LAYER = "udp"
LIMIT_MS = 5.0


@dataclass(frozen=True, slots=True)
class LoggedProbes:
    """What the log says: round trip by sequence number (None = lost), and what does not add up."""

    rtt_ms: dict[int, float | None]
    complaint: str = ""


def logged_probes(packets: Packets, *, port: int) -> LoggedProbes:
    """Return the transit times, up plus down, of the probes that the client sent from UDP *port*."""
    up = of_flow(packets, proto=UDP, direction=UP, client_port=port)
    down = of_flow(packets, proto=UDP, direction=DOWN, client_port=port)
    arrived = up[was_delivered(up)]
    arrived = arrived[np.argsort(arrived["t_out_ns"], kind="stable")]
    rtt_ms: dict[int, float | None] = {int(seq): None for seq in up["seq"]}
    up_ns, down_ns, back = transit_ns(arrived), transit_ns(down), was_delivered(down)
    for position, reply in enumerate(match_replies(arrived, down)):
        if reply is not None and back[reply]:
            rtt_ms[int(arrived["seq"][position])] = float(up_ns[position] + down_ns[reply]) / 1e6
    lacking = len(arrived) - len(down)
    return LoggedProbes(rtt_ms, f"the server answered {len(down)} of {len(arrived)}" if lacking else "")


def match_replies(arrived: Packets, down: Packets) -> list[int | None]:
    """Return the index of the reply to each probe that arrived: by order, by time where one is missing."""
    if len(arrived) == len(down):
        return list(range(len(down)))
    waiting: list[int | None] = [None] * len(arrived)
    latest = np.searchsorted(arrived["t_out_ns"], down["t_in_ns"], side="right") - 1
    for reply, probe in enumerate(latest):
        if probe >= 0 and waiting[probe] is None:
            waiting[probe] = reply
    return waiting


def judge(line: str, result: Result, packets: Packets) -> list[Figure]:
    """Return the figures of one round-trip result; *packets* are the line's."""
    probes = result.series.probes
    if probes is None:
        return [missing(line, name, LAYER, "the published result lacks its probes") for name in NAMES]
    logged = logged_probes(packets, port=probes.local_port)
    if not logged.rtt_ms:
        reason = f"the emulator saw no probe from UDP port {probes.local_port}"
        return [missing(line, name, LAYER, reason) for name in NAMES]
    return [
        _each_probe(line, probes, logged),
        _middle(line, result, probes, logged),
        _loss(line, result, probes, logged),
    ]


NAMES = ("rtt of each probe", "rtt p50", "probes lost")


def _pairs(probes: Probes, logged: LoggedProbes) -> list[tuple[float, float]]:
    """Return (published ms, logged ms) of the probes that have both."""
    both = []
    for index, rtt_us in enumerate(probes.rtt_us):
        truth = logged.rtt_ms.get(probes.seq0 + index)
        if rtt_us is not None and truth is not None:
            both.append((rtt_us / 1000.0, truth))
    return both


def _each_probe(line: str, probes: Probes, logged: LoggedProbes) -> Figure:
    pairs = _pairs(probes, logged)
    if not pairs:
        return missing(line, NAMES[0], LAYER, "no probe has both a published and a logged time")
    errors = [abs(published - truth) for published, truth in pairs]
    return Figure(
        line=line,
        name=NAMES[0],
        layer=LAYER,
        unit="probes",
        site=sum(1 for rtt in logged.rtt_ms.values() if rtt is not None),
        measured=sum(1 for rtt in probes.rtt_us if rtt is not None),
        error=median(errors),
        limit=LIMIT_MS,
        error_unit="ms",
        ok=median(errors) <= LIMIT_MS,
        reason=f"median |error| of {len(pairs)}, worst {max(errors):.2f} ms",
    )


def _middle(line: str, result: Result, probes: Probes, logged: LoggedProbes) -> Figure:
    """Compare the published p50 with the log's median without probe 0, which stands apart as access_ms."""
    published = number(result.values, "rtt_p50_ms")
    times = [rtt for seq, rtt in logged.rtt_ms.items() if rtt is not None and seq != probes.seq0]
    if published is None or not times:
        reason = "rtt_p50_ms is not published" if published is None else "every probe was lost by the log"
        return missing(line, NAMES[1], LAYER, reason)
    return near(
        line=line,
        name=NAMES[1],
        layer=LAYER,
        unit="ms",
        site=median(times),
        measured=published,
        limit=LIMIT_MS,
        relative=False,
    )


def _loss(line: str, result: Result, probes: Probes, logged: LoggedProbes) -> Figure:
    published = number(result.values, "lost")
    lost = {seq for seq, rtt in logged.rtt_ms.items() if rtt is None}
    unanswered = {probes.seq0 + i for i, rtt in enumerate(probes.rtt_us) if rtt is None}
    complaints = [logged.complaint] if logged.complaint else []
    if unanswered != lost:
        complaints.append(f"the very probes differ: {_some(unanswered ^ lost)}")
    if published is None:
        complaints.append("lost is not published")
    return _count(line, NAMES[2], len(lost), None if published is None else int(published), complaints)


def _count(line: str, name: str, site: int, measured: int | None, complaints: list[str]) -> Figure:
    shown: Shown = measured
    error = None if measured is None else float(measured - site)
    ok = error == 0 and not complaints
    return Figure(
        line=line,
        name=name,
        layer=LAYER,
        unit="packets",
        site=site,
        measured=shown,
        error=error,
        limit=0.0,
        error_unit="packets",
        ok=ok,
        reason="; ".join(complaints),
    )


def _some(numbers: set[int]) -> str:
    ordered = sorted(numbers)
    return ", ".join(map(str, ordered[:5])) + (f" and {len(ordered) - 5} more" if len(ordered) > 5 else "")
