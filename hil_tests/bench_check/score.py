"""What one run is worth: its errors against the truth of the same seconds, in the layer it names.

A failure and a missing figure are an error of 100 %; what is absent is never covered, never named right.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from hil_tests.bench_check.journal import End, Truth

ETHERNET_BYTES = 14
FAILED_PCT = 100.0
YARDSTICK_S = 10.0  # bytes are shares of what the link carries in that time
NAMED_AS = {"trace": "scheduler"}  # a cell whose rate follows a trace is a scheduled one
BURST_NEAR, SUSTAINED_FAR_PCT = 0.10, 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One run. error_pct: of the rate its kind is judged by. why: what was wrong with a run of 100 %.

    no_estimate: it ran and said that it has no figure. bytes_pct: on the wire, both ways, of what the link
    carries in YARDSTICK_S. burst_as_sustained: far off the truth, and near the burst rate.
    """

    run: str
    shape: str
    error_pct: float
    signed_pct: float | None = None
    covered: bool = False
    half_width_pct: float | None = None
    named: str = ""
    seconds: float | None = None
    bytes_pct: float | None = None
    cpu_s: float | None = None
    burst_as_sustained: bool = False
    no_estimate: bool = False
    why: str = ""

    @property
    def named_right(self) -> bool:
        """Return whether the shape was named as it is."""
        return self.named == NAMED_AS.get(self.shape, self.shape)


@dataclass(frozen=True, slots=True)
class Rates:
    """The truth in bit/s of one layer, and of the IP layer for bytes."""

    sustained_bps: float
    burst_bps: float | None
    ip_bps: float


class Figures(msgspec.Struct, frozen=True):
    """What a program printed, as far as it is judged."""

    outcome: str = ""
    kind: str = ""
    layer: str = "ip"
    shape: str | None = None
    capacity_bps: float | None = None
    sustained_bps: float | None = None
    interval_bps: tuple[float, float] | None = None
    cpu_s: float | None = None


def rates(truth: Truth, layer: str) -> Rates | None:
    """Return the truth in *layer* ("ip", "tcp-payload"); None where the link carried nothing to judge by."""
    if truth.t0_ns is None or truth.t1_ns is None or not truth.bulk_bytes or truth.t1_ns <= truth.t0_ns:
        return None
    seconds = (truth.t1_ns - truth.t0_ns) / 1e9
    served = None if truth.served_bytes is None else truth.served_bytes * 8 / seconds
    layer2 = served if truth.set_bps is None else truth.set_bps
    if layer2 is None or not 0 < layer2 < math.inf:
        return None
    ip_share = 1 - ETHERNET_BYTES * truth.bulk_frames / truth.bulk_bytes
    share = {"ip": ip_share, "tcp-payload": truth.bulk_payload_bytes / truth.bulk_bytes}.get(layer)
    if share is None:
        return None
    burst = None if truth.set_burst_bps is None else truth.set_burst_bps * share
    return Rates(layer2 * share, burst, layer2 * ip_share)


def score_ours(end: End) -> Score:
    """Return what a run of ours is worth."""
    return _score(end, end.raw, end.truth, cpu_s=end.cpu_s, why=_not_blind(end))


def score_peer(end: End, peer: str) -> Score:
    """Return what *peer*'s run over a cell is worth."""
    raw = end.raw.get(peer) if isinstance(end.raw, Mapping) else None
    truth = end.truth.get(peer)
    return _score(end, raw, truth if isinstance(truth, dict) else {}, cpu_s=None, why="")


def failed(run: str, shape: str, why: str) -> Score:
    """Return the score of a run that has nothing to show."""
    return Score(run=run, shape=shape, error_pct=FAILED_PCT, why=why)


def _not_blind(end: End) -> str:
    """Return why a run of ours does not count as blind; "" where the estimator was there before the draw."""
    if end.started_ns is None or end.drawn_ns is None or end.go_ns is None:
        return "the journal does not say when it was started"
    return "" if end.started_ns < end.drawn_ns <= end.go_ns else "not started before the link was drawn"


def _score(end: End, raw: object, truth: dict[str, object], *, cpu_s: float | None, why: str) -> Score:
    shape = end.cell.shape if end.cell else ""
    try:
        told = msgspec.convert(raw, Figures)
        log = msgspec.convert(truth, Truth)
        real = rates(log, told.layer)
    except msgspec.ValidationError as error:
        return failed(end.run, shape, why or f"printed nothing to judge (status {end.status}): {error}")
    if real is None:
        return failed(end.run, shape, why or f"nothing came through the link: {told.outcome}")
    value = judged_rate(told, shape)
    measured = Score(
        run=end.run,
        shape=shape,
        error_pct=FAILED_PCT,
        named=told.shape or "",
        seconds=log.bulk_s,
        bytes_pct=log.wire_ip_bytes * 8 / (real.ip_bps * YARDSTICK_S) * 100,
        cpu_s=told.cpu_s if cpu_s is None else cpu_s,
        no_estimate=value is None,
        why=why or ("" if value else f"no estimate: {told.outcome}"),
    )
    return measured if why or not value else _compared(measured, told, value, real)


def judged_rate(told: Figures, shape: str) -> float | None:
    """Return the rate a run is judged by: a FIFO's capacity, any other link's sustained rate; bit/s.

    What measures TCP payload knows no capacity: there it is the sustained rate on a FIFO too.
    """
    if told.outcome != "ok":
        return None
    value = told.sustained_bps if shape != "fifo" or told.layer == "tcp-payload" else told.capacity_bps
    return value if value is not None and 0 < value < math.inf else None


def _compared(measured: Score, told: Figures, value: float, real: Rates) -> Score:
    signed_pct = (value / real.sustained_bps - 1) * 100
    low, high = told.interval_bps or (math.inf, -math.inf)
    near_burst = real.burst_bps is not None and abs(value / real.burst_bps - 1) <= BURST_NEAR
    return Score(
        run=measured.run,
        shape=measured.shape,
        error_pct=abs(signed_pct),
        signed_pct=signed_pct,
        covered=low <= real.sustained_bps <= high,
        half_width_pct=(high - low) / 2 / real.sustained_bps * 100 if high >= low else None,
        named=measured.named,
        seconds=measured.seconds,
        bytes_pct=measured.bytes_pct,
        cpu_s=measured.cpu_s,
        burst_as_sustained=near_burst and abs(signed_pct) > SUSTAINED_FAR_PCT,
    )
