"""TCP throughput: the published bins against what the emulator delivered to that flow in the same bins."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import numpy as np

from tools.demo.verdict.messages import Bins, Result, number
from tools.demo.verdict.model import Figure, missing, near
from tools.demo.verdict.packets import DOWN, TCP, TCP_PAYLOAD_SHARE, UP, Packets, delivered_bins, of_flow
from tools.demo.verdict.ports import local_port

LAYER = "tcp-payload"
LIMIT_PERCENT = 5.0
ROUNDING_PERCENT = 0.1
"""Most that the published figure may differ from the published bins it is the median of."""
FEWEST_BINS = 10
"""Steady bins under which a median says nothing."""
DIRECTIONS = {"tcp-down": DOWN, "tcp-up": UP}


class RateStep(NamedTuple):
    """A link's rate from `t_ns` on, L2 bit/s."""

    t_ns: int
    rate_bps: float


def sustained_bps(bins: Sequence[float], *, skip: int, width_ms: int) -> float | None:
    """Return the median rate of the bins after *skip*; None if fewer than FEWEST_BINS are left."""
    steady = bins[skip:]
    return median(steady) * 8000.0 / width_ms if len(steady) >= FEWEST_BINS and width_ms > 0 else None


def judge(line: str, kind: str, result: Result, packets: Packets, steps: Sequence[RateStep]) -> list[Figure]:
    """Return the figures of one throughput result; *packets* are the line's, *steps* its rates in force."""
    name = f"{kind} sustained"
    bins, published, port = result.series.bins, number(result.values, "sustained_bps"), local_port(result)
    if bins is None or published is None or port is None:
        lacks = "bins" if bins is None else "sustained_bps" if published is None else "the client's port"
        return [missing(line, name, LAYER, f"the published result lacks {lacks}")]
    own = sustained_bps(bins.bytes, skip=bins.skip, width_ms=bins.width_ms)
    truth = delivered_bps(packets, bins, direction=DIRECTIONS[kind], port=port)
    if own is None or truth is None:
        return [missing(line, name, LAYER, f"{len(bins.bytes)} bins, of which {bins.skip} are slow start")]
    if truth == 0:
        return [missing(line, name, LAYER, f"the emulator delivered nothing to port {port} in these bins")]
    return [
        _mbps(line, name, truth, own, LIMIT_PERCENT),
        _mbps(line, f"{kind} published figure", own, published, ROUNDING_PERCENT),
        _capacity(line, kind, own, capacity_bps(bins, steps)),
    ]


def delivered_bps(packets: Packets, bins: Bins, *, direction: int, port: int) -> float | None:
    """Return the median of what was delivered to the flow in the published bins, as TCP payload, bit/s."""
    mine = of_flow(packets, proto=TCP, direction=direction, client_port=port)
    counted = delivered_bins(
        mine, t0_ns=bins.t0_ns, width_ns=bins.width_ms * 1_000_000, count=len(bins.bytes)
    )
    payload = [float(count) * TCP_PAYLOAD_SHARE for count in counted]
    return sustained_bps(payload, skip=bins.skip, width_ms=bins.width_ms)


def capacity_bps(bins: Bins, steps: Sequence[RateStep]) -> float | None:
    """Return the median over the steady bins of what the link could have delivered, as TCP payload, bit/s."""
    width_ns = bins.width_ms * 1_000_000
    middles = [bins.t0_ns + (i + 0.5) * width_ns for i in range(bins.skip, len(bins.bytes))]
    rates = [rate for rate in (rate_at(steps, t) for t in middles) if rate is not None]
    return median(rates) * TCP_PAYLOAD_SHARE if rates else None


def rate_at(steps: Sequence[RateStep], t_ns: float) -> float | None:
    """Return the rate in force at *t_ns*; None before the first setting."""
    index = int(np.searchsorted([step.t_ns for step in steps], t_ns, side="right")) - 1
    return steps[index].rate_bps if index >= 0 else None


def _mbps(line: str, name: str, site_bps: float, measured_bps: float, limit: float) -> Figure:
    return near(
        line=line,
        name=name,
        layer=LAYER,
        unit="Mbit/s",
        site=site_bps / 1e6,
        measured=measured_bps / 1e6,
        limit=limit,
        relative=True,
    )


def _capacity(line: str, kind: str, own: float, possible: float | None) -> Figure:
    return Figure(
        line=line,
        name=f"{kind} of the link's rate",
        layer=LAYER,
        unit="Mbit/s",
        site=None if possible is None else possible / 1e6,
        measured=own / 1e6,
        error=None if not possible else 100.0 * (own - possible) / possible,
        error_unit="%",
        reason="beside, no verdict" if possible else "beside; the rate in force is not in the log",
    )
