"""What the emulator's log says of one run, as raw counts: the checker makes rates and verdicts of them."""

from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from hil_tests.link import session, shapes
from hil_tests.link.net import TbfCount
from hil_tests.link.options import Options
from hil_tests.sims.operator_net import log
from hil_tests.sims.operator_net.log import Records
from hil_tests.sims.operator_net.records import DOWN, ETHERNET_BYTES, UP

NS_PER_S, NS_PER_MS = 1_000_000_000, 1_000_000


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """The truth of one run. Bytes are layer 2 (frame without FCS) but for payload and where a name says ip.

    t0_ns..t1_ns: the judged seconds, from the first bulk frame that came out of the link to the last.
    served_bytes: what the bottleneck could serve in them, used or not. bulk_*: the bulk frames that came out
    in them; bulk_s: from the sending of the very first to that of the very last.
    set_bps, set_burst_bps: what the setting alone says of sustained and burst rate. wire_*: every packet of
    the run in both directions, whatever became of it. wait_ms: percentiles of what bulk frames waited in the
    link beyond its set delay, queue and jitter together.
    """

    shape: str
    direction: str
    t0_ns: int | None = None
    t1_ns: int | None = None
    served_bytes: float | None = None
    bulk_frames: int = 0
    bulk_bytes: int = 0
    bulk_payload_bytes: int = 0
    set_bps: float | None = None
    set_burst_bps: float | None = None
    bulk_s: float | None = None
    wire_ip_bytes: int = 0
    wire_s: float = 0.0
    fates: dict[str, int] = {}
    wait_ms: dict[str, float] = {}


class Judged(NamedTuple):
    """Which part of a log is meant: packets that came in so long; omit_s and seconds as iperf3's."""

    since_ns: int
    until_ns: int
    omit_s: float = 0.0
    seconds: float | None = None


def read_facts(log_path: Path, options: Options, part: Judged) -> Facts:
    """Return the truth of *part* of a run. Raises: OSError, LogError."""
    records = log.load(log_path)
    then = (records["t_in_ns"] >= part.since_ns) & (records["t_in_ns"] <= part.until_ns)
    mine = records[then & (records["proto"] > 0)]
    direction = DOWN if options.down else UP
    known = shapes.known(options)
    shape = "trace" if options.rate_trace else options.shape
    common = Facts(
        shape=shape,
        direction=options.direction,
        set_bps=known.sustained_bps,
        set_burst_bps=known.burst_bps,
        wire_ip_bytes=int(mine["len"].sum() - ETHERNET_BYTES * len(mine)),
        wire_s=_span_s(mine, "t_in_ns"),
        fates=log.fates(log.one_way(mine, direction)),
    )
    bulk = bulk_frames(mine, direction)
    window = judged_window(bulk, part)
    if window is None:
        return common
    t0_ns, t1_ns = window
    inside = bulk[(bulk["t_out_ns"] >= t0_ns) & (bulk["t_out_ns"] <= t1_ns)]
    servable = session.bottleneck(log_path, direction, delay_ms=options.rtt_ms / 2)
    return msgspec.structs.replace(
        common,
        t0_ns=t0_ns,
        t1_ns=t1_ns,
        served_bytes=servable(t0_ns, t1_ns),
        bulk_s=_span_s(bulk, "t_in_ns"),
        bulk_frames=len(inside),
        bulk_bytes=int(inside["len"].sum()),
        bulk_payload_bytes=int(inside["payload"].sum()),
        wait_ms=_waits(inside, delay_ms=options.rtt_ms / 2),
    )


def tbf_facts(options: Options, part: Judged, passed: TbfCount, other: TbfCount) -> Facts:
    """Return the truth of a link the kernel shapes: the rate it was set to, and what it counted both ways.

    Its payload is as if every frame were full: 1448 of 1514 bytes.
    """
    packets = passed.packets + other.packets
    t1_ns = part.until_ns if part.seconds is None else part.since_ns + round(part.seconds * NS_PER_S)
    return Facts(
        shape=options.shape,
        direction=options.direction,
        t0_ns=part.since_ns,
        t1_ns=t1_ns,
        bulk_frames=passed.packets,
        bulk_bytes=passed.bytes,
        bulk_payload_bytes=round(passed.bytes * session.PAYLOAD_SHARE),
        set_bps=options.rate_mbit * shapes.MBIT,
        wire_ip_bytes=passed.bytes + other.bytes - ETHERNET_BYTES * packets,
        wire_s=(part.until_ns - part.since_ns) / NS_PER_S,
        fates={"delivered": passed.packets, "queue_full": passed.drops},
    )


def bulk_frames(records: Records, direction: int) -> Records:
    """Return what came out of *direction*, in order, and is at least half as long as the longest."""
    out = log.delivered(log.one_way(records, direction))
    found: Records = out[out["len"] * 2 >= out["len"].max(initial=0)]
    return found


def judged_window(bulk: Records, part: Judged) -> tuple[int, int] | None:
    """Return first and last moment of the judged seconds, Unix ns; None where nothing came."""
    if len(bulk) < 2:
        return None
    t0_ns = int(bulk["t_out_ns"][0]) + round(part.omit_s * NS_PER_S)
    t1_ns = int(bulk["t_out_ns"][-1]) if part.seconds is None else t0_ns + round(part.seconds * NS_PER_S)
    return (t0_ns, t1_ns) if t1_ns > t0_ns else None


def _span_s(records: Records, by: str) -> float:
    return float(np.ptp(records[by])) / NS_PER_S if len(records) else 0.0


def _waits(bulk: Records, *, delay_ms: float) -> dict[str, float]:
    if not len(bulk):
        return {}
    waited_ms = (bulk["t_out_ns"] - bulk["t_in_ns"]) / NS_PER_MS - delay_ms
    p50, p99 = np.percentile(waited_ms, (50, 99))
    return {"p50": round(float(p50), 3), "p99": round(float(p99), 3), "max": round(float(waited_ms.max()), 3)}
