"""The report for people: each measurement beside the truth of the same seconds or packets."""

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.table import Table

from hil_tests.link.figures import Figures
from hil_tests.link.session import Trial

RATES = (("sustained", "sustained_bps"), ("burst", "burst_bps"), ("capacity", "capacity_bps"))
ROUND_TRIPS = ("min", "p50", "p90", "p99", "max")


def show(trial: Trial, console: Console) -> None:
    """Print the table, and below it what needs words."""
    table = Table("measured by", "figure", "layer", "measured", "truth", "error", title=title(trial))
    for row in rows(trial.measured, trial.truths):
        table.add_row(*row)
    console.print(table)
    for name, figures in trial.measured.items():
        console.print(f"{name}: {words(figures)}", soft_wrap=True)
    if not trial.link.get("valid", True):
        console.print(f"INVALID: the emulator itself was not fit: {trial.link['emulator']}", soft_wrap=True)
    if detail := trial.truths["capacity"].detail:
        console.print(detail, soft_wrap=True)


def title(trial: Trial) -> str:
    """Return the table's headline: shape, seed, what the link carried."""
    capacity = trial.truths["capacity"]
    rate = "" if capacity.capacity_bps is None else f", {mbit(capacity.capacity_bps)} Mbit/s could pass (IP)"
    return f"a {capacity.shape} link, seed {trial.link['seed']}{rate}"


def rows(
    measured: Mapping[str, Figures], truths: Mapping[str, Figures]
) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yield the table's rows: who, what, layer, measured, truth, error."""
    for name, figures in measured.items():
        truth = truths[name]
        for label, key in RATES:
            if (value := getattr(figures, key)) is not None:
                real = getattr(truth, key)
                yield (
                    name,
                    f"{label} Mbit/s",
                    figures.layer or "",
                    mbit(value),
                    mbit(real),
                    error(value, real),
                )
        for key in ROUND_TRIPS if figures.rtt_ms else ():
            value, real = (figures.rtt_ms or {})[key], (truth.rtt_ms or {}).get(key)
            gap = "" if real is None else f"{value - real:+.3f} ms"
            yield name, f"rtt {key} ms", figures.layer or "", f"{value:.3f}", number(real), gap
        if figures.lost is not None:
            of = f"{figures.lost} of {figures.sent}"
            real_of = "" if truth.lost is None else f"{truth.lost} of {truth.sent}"
            yield name, "lost", figures.layer or "", of, real_of, "" if of == real_of or not real_of else "!"


def words(figures: Figures) -> str:
    """Return outcome, bytes, seconds and CPU of a measurement as one line."""
    parts = [figures.outcome]
    if figures.interval_bps:
        low, high = figures.interval_bps
        parts.append(f"95 % interval {mbit(low)}..{mbit(high)} Mbit/s")
    if figures.bytes is not None:
        parts.append(f"{figures.bytes / 1e6:.2f} MB in {figures.seconds:g} s")
    if figures.cpu_s is not None:
        parts.append(f"{figures.cpu_s:.2f} s of CPU at the client")
    return ", ".join(parts)


def mbit(rate_bps: float | None) -> str:
    """Return a rate in Mbit/s; empty when unknown."""
    return "" if rate_bps is None else f"{rate_bps / 1e6:.3f}"


def number(value: float | None) -> str:
    """Return a figure with three decimals; empty when unknown."""
    return "" if value is None else f"{value:.3f}"


def error(value: float, real: float | None) -> str:
    """Return the relative error, per cent; empty when the truth is unknown."""
    return "" if not real else f"{(value / real - 1) * 100:+.2f} %"
