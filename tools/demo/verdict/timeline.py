"""What the picture draws of one line: rates measured and delivered over time, capacity, RSRP. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tools.demo.verdict.judge import by_kind, results_of
from tools.demo.verdict.messages import Bins, Heard, RadioSample, Result
from tools.demo.verdict.packets import TCP, TCP_PAYLOAD_SHARE, Floats, Packets, delivered_bins, of_flow
from tools.demo.verdict.ports import local_port
from tools.demo.verdict.site_log import LineLog, LineTruth
from tools.demo.verdict.throughput import DIRECTIONS, rate_at, sustained_bps


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One throughput test: bin edges (s since the run began), TCP payload rates in Mbit/s per bin."""

    kind: str
    edges_s: Floats
    steady_from_s: float
    measured_mbps: Floats
    delivered_mbps: Floats
    capacity_mbps: Floats
    sustained_mbps: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One line over the run; `failures` are (seconds, words) of tests without a figure."""

    title: str
    runs: Sequence[Run]
    rsrp: Sequence[tuple[float, float]]
    probes: tuple[float, float, str] | None
    failures: Sequence[tuple[float, str]]


def zero_ns(heard: Heard) -> int:
    """Return when the run began: its earliest radio sample or probe; 0 if there is none."""
    times = [sample.ts * 1_000_000 for samples in heard.samples.values() for sample in samples]
    probes = [result.series.probes for result in heard.results.values()]
    times += [p.t1_ns[0] for p in probes if p is not None and p.t1_ns]
    return min(times, default=0)


def timeline(line: LineTruth, log: LineLog, heard: Heard, start_ns: int) -> Timeline:
    """Return what is to be drawn of *line*."""
    latest = by_kind(results_of(heard, line.slot))
    names = {result.line for result in latest.values()}
    samples = [sample for name in names for sample in heard.samples.get(name, [])]
    runs = [
        _run(kind, bins, latest[kind], log, start_ns)
        for kind in DIRECTIONS
        if kind in latest and latest[kind].ok and (bins := latest[kind].series.bins) is not None
    ]
    return Timeline(
        title=line.title,
        runs=runs,
        rsrp=_rsrp(samples, start_ns),
        probes=_probes(latest, start_ns),
        failures=[
            (((result.ts or 0) * 1_000_000 - start_ns) / 1e9, f"{kind}: {result.err.code}")
            for kind, result in latest.items()
            if result.err is not None
        ],
    )


def _run(kind: str, bins: Bins, result: Result, log: LineLog, start_ns: int) -> Run:
    direction, count, width_ns = DIRECTIONS[kind], len(bins.bytes), bins.width_ms * 1_000_000
    edges_ns = bins.t0_ns + np.arange(count + 1, dtype=np.int64) * width_ns
    to_mbps = 8e3 / width_ns
    port = local_port(result)
    carried: Floats = np.zeros(count)
    if port is not None:
        carried = _carried(log.packets, direction, port, bins)
    rates = [rate_at(log.in_force[direction], float(t)) for t in edges_ns[:-1]]
    own = sustained_bps(bins.bytes, skip=bins.skip, width_ms=bins.width_ms)
    return Run(
        kind=kind,
        edges_s=(edges_ns - start_ns).astype(np.float64) / 1e9,
        steady_from_s=float(edges_ns[min(bins.skip, count)] - start_ns) / 1e9,
        measured_mbps=np.array(bins.bytes, dtype=np.float64) * to_mbps,
        delivered_mbps=carried * TCP_PAYLOAD_SHARE * to_mbps,
        capacity_mbps=np.array([(rate or np.nan) * TCP_PAYLOAD_SHARE / 1e6 for rate in rates]),
        sustained_mbps=None if own is None else own / 1e6,
    )


def _carried(packets: Packets, direction: int, port: int, bins: Bins) -> Floats:
    mine = of_flow(packets, proto=TCP, direction=direction, client_port=port)
    return delivered_bins(mine, t0_ns=bins.t0_ns, width_ns=bins.width_ms * 1_000_000, count=len(bins.bytes))


def _rsrp(samples: Sequence[RadioSample], start_ns: int) -> list[tuple[float, float]]:
    points = {(s.ts, s.rsrp_dbm) for s in samples if s.rsrp_dbm is not None}
    return [((ts * 1_000_000 - start_ns) / 1e9, rsrp) for ts, rsrp in sorted(points)]


def _probes(latest: Mapping[str, Result], start_ns: int) -> tuple[float, float, str] | None:
    """Return (from, to, words) of the round-trip test."""
    result = latest.get("rtt")
    probes = None if result is None else result.series.probes
    if result is None or probes is None or not probes.t1_ns:
        return None
    p50, lost = result.values.get("rtt_p50_ms"), result.values.get("lost")
    words = f"RTT {p50:.0f} ms, {lost} lost" if isinstance(p50, int | float) else "RTT unknown"
    return ((probes.t1_ns[0] - start_ns) / 1e9, (probes.t1_ns[-1] - start_ns) / 1e9, words)
