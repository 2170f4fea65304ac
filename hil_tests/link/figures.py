"""What one measurement says of a link, and the line of JSON it becomes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

RTT_SHARES = (("min", 0), ("p10", 10), ("p50", 50), ("p90", 90), ("p99", 99), ("max", 100))
Z_95 = 1.959964  # the standard normal's 97.5 % point


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One measurement, or the truth of one. Rates are bit/s of *layer*; interval_bps is a 95 % interval.

    outcome: "ok", or why there is no figure. bytes and seconds are those the rate was taken over; cpu_s is
    the user and system time of the measuring program at this end. lost counts of sent.
    """

    outcome: str
    layer: str | None = None
    shape: str | None = None
    capacity_bps: float | None = None
    sustained_bps: float | None = None
    interval_bps: tuple[float, float] | None = None
    burst_bps: float | None = None
    bytes: int | None = None
    seconds: float | None = None
    cpu_s: float | None = None
    rtt_ms: Mapping[str, float] | None = None
    sent: int | None = None
    lost: int | None = None
    detail: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the keys that apply; what does not apply is absent."""
        pairs = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in pairs if value is not None}


def rtt_summary(samples_ms: Sequence[float]) -> dict[str, float] | None:
    """Return {"min", "p10", "p50", "p90", "p99", "max", "mean"} of round trips, ms; None without any.

    Percentiles are numpy's default: linear between order statistics.
    """
    if not samples_ms:
        return None
    shares = np.percentile(np.asarray(samples_ms), [share for _, share in RTT_SHARES])
    named = {name: round(float(value), 4) for (name, _), value in zip(RTT_SHARES, shares, strict=True)}
    return {**named, "mean": round(float(np.mean(samples_ms)), 4)}


def mean_interval(samples: Sequence[float]) -> tuple[float, float] | None:
    """Return the 95 % interval of the mean of *samples* as if independent; None for fewer than five.

    Student's t by the expansion of Abramowitz & Stegun 26.7.5, two terms (1.7 % short for five).
    """
    if len(samples) < 5:
        return None
    free, z = len(samples) - 1, Z_95
    t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    half = t * float(np.std(samples, ddof=1)) / len(samples) ** 0.5
    middle = float(np.mean(samples))
    return middle - half, middle + half


def report_json(parts: Mapping[str, Figures], truth: Mapping[str, object]) -> str:
    """Return the one object that --json prints: `truth` first, then a key a measurement."""
    return json.dumps({"truth": dict(truth), **{name: part.as_json() for name, part in parts.items()}})
