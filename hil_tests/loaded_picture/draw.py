"""The sheet: three panels over one axis of time."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

INK, MUTED, FAINT = "#1f2933", "#6b7785", "#dfe4ea"
DOWN, UP, PROBE, RSRP = "#1769aa", "#c2570c", "#6b7785", "#3f7d58"
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Curves:
    """Everything to draw, each point (seconds since the round began, value)."""

    title: str
    down_mbps: Points
    up_mbps: Points
    probes_ms: Points
    loaded_ms: Points
    rsrp_dbm: Points


def draw(path: Path, curves: Curves) -> None:
    """Write the picture; the file's ending says its format (.png, .svg)."""
    with _style():
        figure = Figure(figsize=(10.5, 7.2))
        FigureCanvasAgg(figure)
        figure.text(0.07, 0.955, "One loaded test on one clock", fontsize=16, weight="bold")
        figure.text(0.07, 0.925, f"SIMULATED · {curves.title}", color=MUTED)
        axes = figure.subplots(3, 1, sharex=True, height_ratios=(2.2, 2.2, 1.2))
        figure.subplots_adjust(left=0.07, right=0.98, top=0.89, bottom=0.07, hspace=0.12)
        _rates(axes[0], curves)
        _trips(axes[1], curves)
        _rsrp(axes[2], curves)
        figure.savefig(path, dpi=110)


def _style() -> AbstractContextManager[None]:
    return mpl.rc_context(
        {
            "axes.edgecolor": FAINT,
            "axes.labelcolor": MUTED,
            "font.size": 9.5,
            "text.color": INK,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
        }
    )


def _frame(axes: Axes, label: str) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=FAINT, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.set_ylabel(label)


def _rates(axes: Axes, curves: Curves) -> None:
    _frame(axes, "TCP payload, Mbit/s\nin bins of 100 ms")
    rows = (
        ("download, as it came to the box", curves.down_mbps, DOWN),
        ("upload, as it left the box", curves.up_mbps, UP),
    )
    for name, points, colour in rows:
        times, values = zip(*points, strict=True)
        axes.step(times, values, where="post", color=colour, linewidth=1.4, label=name)
    axes.legend(frameon=False, loc="upper left", ncols=2)
    axes.set_ylim(0, 1.25 * max(value for _, points, _ in rows for _, value in points))


def _trips(axes: Axes, curves: Curves) -> None:
    _frame(axes, "round trip, ms")
    rows = (
        ("STAMP probes, line idle", curves.probes_ms, PROBE),
        ("TCP's own, from the capture", curves.loaded_ms, INK),
    )
    for name, points, colour in rows:
        times, values = zip(*points, strict=True)
        axes.plot(times, values, ".", color=colour, markersize=2.5, label=name)
    axes.legend(frameon=False, loc="upper left", ncols=2, markerscale=4)
    axes.set_ylim(0, 1.25 * max(value for _, points, _ in rows for _, value in points))


def _rsrp(axes: Axes, curves: Curves) -> None:
    _frame(axes, "RSRP, dBm")
    times, values = zip(*curves.rsrp_dbm, strict=True)
    axes.step(times, values, where="post", color=RSRP, linewidth=1.3)
    axes.plot(times, values, ".", color=RSRP)
    axes.set_ylim(min(values) - 4, max(values) + 4)
    axes.set_xlabel("seconds since the round began; stamps of the kernel")
