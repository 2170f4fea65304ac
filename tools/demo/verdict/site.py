"""The site against truth.json: did it do what it was told? This is what catches a sabotaged site."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from tools.demo.verdict.model import Figure, missing, near
from tools.demo.verdict.packets import DOWN, EMULATOR_FAILED, LOST, UP, Packets, transit_ns, was_delivered
from tools.demo.verdict.shaping import RateFit, fit_rate
from tools.demo.verdict.throughput import RateStep

RATE_LIMIT_PERCENT = 1.0
LOSS_SIGMAS = 4.0
L2 = "l2"
FAR_NS = 2**62
WORDS = {UP: "up", DOWN: "down"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What truth.json says of one direction of a line: loss as a fraction, the rates in force over time."""

    direction: int
    loss: float
    steps: Sequence[RateStep]


def judge_rate(line: str, told: Told, packets: Packets) -> Figure:
    """Return the rate seen in the log, worst stretch, against the rate in force by truth.json."""
    name = f"site's rate {WORDS[told.direction]}"
    pairs = [
        (fit, rate)
        for rate, stretch in _stretches(told, packets)
        if (fit := fit_rate(stretch, rate)) is not None
    ]
    if not pairs:
        return missing(line, name, L2, "the link was never busy: its rate cannot be told from the log")
    fit, rate = max(pairs, key=lambda pair: abs(pair[0].rate_bps / pair[1] - 1))
    return _rate_figure(line, name, fit, rate, len(pairs))


def _rate_figure(line: str, name: str, fit: RateFit, rate_bps: float, stretches: int) -> Figure:
    figure = near(
        line=line,
        name=name,
        layer=L2,
        unit="Mbit/s",
        site=rate_bps / 1e6,
        measured=fit.rate_bps / 1e6,
        limit=RATE_LIMIT_PERCENT,
        relative=True,
    )
    words = f"truth.json against the log's departures, {fit.packets} packets"
    return replace(figure, reason=words + (f", worst of {stretches} stretches" if stretches > 1 else ""))


def _stretches(told: Told, packets: Packets) -> list[tuple[float, Packets]]:
    """Return (rate, packets delivered) of each time between two changes of the rate.

    A packet belongs to the rate at which it was sent on, by its departure less the fixed delay.
    """
    mine = packets[(packets["dir"] == told.direction) & was_delivered(packets)]
    if not len(mine):
        return []
    sent_on_ns = mine["t_out_ns"].astype(np.int64) - int(transit_ns(mine).min())
    ends = [*(step.t_ns for step in told.steps[1:]), FAR_NS]
    return [
        (step.rate_bps, mine[(sent_on_ns >= step.t_ns) & (sent_on_ns < end_ns)])
        for step, end_ns in zip(told.steps, ends, strict=True)
    ]


def judge_loss(line: str, told: Sequence[Told], packets: Packets) -> Figure:
    """Return random losses of all IPv4 packets, both ways, against truth.json, within 4 sigma (binomial).

    Loss is drawn before the queue, so that packets the queue had no room for count among those that survived.
    """
    name, expected, variance, lost, total = "site's loss", 0.0, 0.0, 0, 0
    for way in told:
        fates = packets["fate"][packets["dir"] == way.direction]
        count = len(fates)
        expected, variance = expected + count * way.loss, variance + count * way.loss * (1 - way.loss)
        lost, total = lost + int((fates == LOST).sum()), total + count
    if not total:
        return missing(line, name, L2, "no packet came through this link")
    sigma = sqrt(variance)
    return Figure(
        line=line,
        name=name,
        layer=L2,
        unit="packets",
        site=round(expected, 1),
        measured=lost,
        error=lost - expected,
        limit=LOSS_SIGMAS * sigma,
        error_unit="packets",
        ok=abs(lost - expected) <= LOSS_SIGMAS * sigma,
        reason=f"truth.json against the log, of {total} packets, 4 sigma",
    )


def emulator_failures(packets: Packets, *, ring_drops: int) -> str:
    """Return why there is no verdict because the emulator itself failed, or an empty string."""
    failed = int((packets["fate"] == EMULATOR_FAILED).sum())
    if not ring_drops and not failed:
        return ""
    return f"no verdict: the emulator was late ({ring_drops} ring drops, {failed} packets it failed to send)"
