"""The picture of a run: per line throughput over time, and RSRP under it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from math import isnan
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Sheet
from matplotlib.lines import Line2D

from tools.demo.verdict.judge import Evidence, Verdict
from tools.demo.verdict.timeline import Run, Timeline, timeline, zero_ns

INK, MUTED, FAINT, PAPER = "#1f2933", "#6b7785", "#dfe4ea", "#ffffff"
COLOUR = {"tcp-down": "#1769aa", "tcp-up": "#c2570c"}
RSRP, GOOD, BAD = "#3f7d58", "#2e7d32", "#b3261e"
DASHES = (0, (4, 3))
COLUMNS = 2
CELL_INCHES = (7.4, 3.55)
HEAD_INCHES, FOOT_INCHES = 1.15, 0.42


def draw(path: Path, evidence: Evidence, verdict: Verdict, title: str) -> None:
    """Write the picture of the run to *path* (PNG)."""
    start_ns = zero_ns(evidence.heard)
    lines = [timeline(line, evidence.logs[line.slot], evidence.heard, start_ns) for line in evidence.truth]
    words = [_words(verdict, line.slot) for line in evidence.truth]
    with _style():
        sheet(lines, words, title, _summary(verdict)).savefig(path, dpi=110, facecolor=PAPER)


def _style() -> AbstractContextManager[None]:
    return mpl.rc_context(
        {
            "axes.edgecolor": FAINT,
            "axes.labelcolor": MUTED,
            "axes.titlesize": 11.5,
            "font.size": 9.5,
            "text.color": INK,
            "text.parse_math": False,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
        }
    )


def _words(verdict: Verdict, slot: str) -> tuple[str, bool]:
    mine = [figure for figure in verdict.figures if figure.line == slot and figure.ok is not None]
    failed = [figure.name for figure in mine if not figure.ok]
    if not failed:
        return f"{len(mine)} figures in tolerance", True
    more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
    return f"FAILED: {failed[0]}{more}", False


def _summary(verdict: Verdict) -> tuple[str, bool]:
    if verdict.no_verdict:
        return verdict.no_verdict, False
    judged = sum(1 for figure in verdict.figures if figure.ok is not None)
    failed = len(verdict.failed)
    return (
        (f"{failed} of {judged} figures failed", False)
        if failed
        else (f"all {judged} figures in tolerance", True)
    )


def sheet(
    lines: Sequence[Timeline], words: Sequence[tuple[str, bool]], title: str, summary: tuple[str, bool]
) -> Sheet:
    """Return the whole sheet: a pair of panels a line, the legend in the first free place."""
    rows = -(-(len(lines) + 1) // COLUMNS)
    height = rows * CELL_INCHES[1] + HEAD_INCHES + FOOT_INCHES
    figure = Sheet(figsize=(COLUMNS * CELL_INCHES[0], height))
    FigureCanvasAgg(figure)
    _head(figure, title, summary, height)
    grid = figure.add_gridspec(
        rows,
        COLUMNS,
        left=0.05,
        right=0.985,
        top=1 - HEAD_INCHES / height,
        bottom=FOOT_INCHES / height,
        hspace=0.36,
        wspace=0.13,
    )
    ends_s = _end_s(lines)
    for index, line in enumerate(lines):
        pair = grid[index // COLUMNS, index % COLUMNS].subgridspec(2, 1, height_ratios=(2.6, 1), hspace=0.12)
        upper = figure.add_subplot(pair[0])
        lower = figure.add_subplot(pair[1], sharex=upper)
        _throughput(upper, line, words[index], ends_s)
        _rsrp(lower, line)
    _legend(figure.add_subplot(grid[len(lines) // COLUMNS, len(lines) % COLUMNS]))
    return figure


def _head(figure: Sheet, title: str, summary: tuple[str, bool], height: float) -> None:
    figure.text(0.05, 1 - 0.42 / height, "Pantau: five lines measured end to end", fontsize=18, weight="bold")
    figure.text(0.05, 1 - 0.72 / height, f"SIMULATED · {title}", fontsize=11, color=MUTED)
    colour = GOOD if summary[1] else BAD
    figure.text(0.985, 1 - 0.42 / height, summary[0], fontsize=13, weight="bold", color=colour, ha="right")


def _end_s(lines: Sequence[Timeline]) -> float:
    ends = [float(run.edges_s[-1]) for line in lines for run in line.runs]
    ends += [point[0] for line in lines for point in line.rsrp]
    return max(ends, default=1.0)


def _frame(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=FAINT, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9)


def _throughput(axes: Axes, line: Timeline, words: tuple[str, bool], end_s: float) -> None:
    _frame(axes)
    axes.set_title(line.title, loc="left", weight="bold", pad=7)
    axes.set_title(words[0], loc="right", fontsize=9.5, color=GOOD if words[1] else BAD, pad=7)
    axes.set_ylabel("TCP payload, Mbit/s")
    axes.tick_params(labelbottom=False)
    axes.set_xlim(-0.02 * end_s, end_s * 1.02)
    top = max((_top(run) for run in line.runs), default=1.0)
    axes.set_ylim(0, top * 1.24)
    for run in line.runs:
        _draw_run(axes, run, top)
    if line.probes is not None:
        begin_s, finish_s, what = line.probes
        axes.axvspan(begin_s, finish_s, color=FAINT, alpha=0.6, linewidth=0)
        middle_s = (begin_s + finish_s) / 2
        axes.text(middle_s, top * 0.6, what, color=MUTED, fontsize=9, rotation=90, ha="center", va="center")
    for at_s, what in line.failures:
        axes.axvline(at_s, color=BAD, linewidth=1.2)
        side = "right" if at_s > end_s / 2 else "left"
        axes.text(at_s, top * 0.5, f" {what} ", color=BAD, fontsize=9.5, weight="bold", ha=side)


def _top(run: Run) -> float:
    """Return the height to show: bursts of one bin above it are cut."""
    bars = sorted([*map(float, run.measured_mbps), *map(float, run.delivered_mbps)])
    known = [float(rate) for rate in run.capacity_mbps if not isnan(rate)]
    return max([bars[int(0.97 * (len(bars) - 1))] if bars else 0.0, *known, 0.1])


def _draw_run(axes: Axes, run: Run, top: float) -> None:
    colour = COLOUR[run.kind]
    axes.axvspan(float(run.edges_s[0]), run.steady_from_s, color=colour, alpha=0.07, linewidth=0)
    axes.stairs(run.measured_mbps, run.edges_s, color=colour, alpha=0.22, fill=True)
    axes.stairs(run.measured_mbps, run.edges_s, color=colour, linewidth=2.6, alpha=0.75)
    axes.stairs(run.delivered_mbps, run.edges_s, color=INK, linewidth=0.7)
    axes.stairs(
        run.capacity_mbps, run.edges_s, color=colour, linewidth=1.1, linestyle=(0, (4, 3)), baseline=None
    )
    if run.sustained_mbps is not None:
        arrow = "↓" if run.kind == "tcp-down" else "↑"
        words = f"{arrow} {run.sustained_mbps:.3g} Mbit/s"
        middle_s = float(run.edges_s[0] + run.edges_s[-1]) / 2
        look = {"color": colour, "weight": "bold", "ha": "center", "va": "center"}
        axes.text(middle_s, top * 1.13, words, look, fontsize=10.5)


def _rsrp(axes: Axes, line: Timeline) -> None:
    _frame(axes)
    axes.set_ylabel("RSRP, dBm")
    if not line.rsrp:
        axes.text(0.5, 0.5, "no RSRP published", transform=axes.transAxes, ha="center", color=BAD)
        return
    times, values = zip(*line.rsrp, strict=True)
    axes.step(times, values, where="post", color=RSRP, linewidth=1.3)
    axes.plot(times, values, ".", color=RSRP, markersize=4.5)
    middle = (min(values) + max(values)) / 2
    half = max(6.0, (max(values) - min(values)) / 2 + 2)
    axes.set_ylim(middle - half, middle + half)
    axes.set_xlabel("seconds since the first reading", labelpad=2, fontsize=9)


def _legend(axes: Axes) -> None:
    axes.axis("off")
    down, up, log, link, start, rsrp = (
        Line2D([], [], color=COLOUR["tcp-down"], linewidth=3, alpha=0.75),
        Line2D([], [], color=COLOUR["tcp-up"], linewidth=3, alpha=0.75),
        Line2D([], [], color=INK, linewidth=0.9),
        Line2D([], [], color=MUTED, linewidth=1.1, linestyle=DASHES),
        Line2D([], [], color=MUTED, linewidth=7, alpha=0.15),
        Line2D([], [], color=RSRP, marker=".", linewidth=1.3),
    )
    rows = (
        (down, "download measured, 100 ms bins, from MQTT"),
        (up, "upload measured, 100 ms bins, from MQTT"),
        (log, "delivered to that flow by the emulator's log"),
        (link, "what the link could have delivered"),
        (start, "slow start, left out; grey: round-trip probes"),
        (rsrp, "RSRP read from the modem meanwhile"),
    )
    axes.legend(
        [handle for handle, _ in rows],
        [text for _, text in rows],
        loc="center left",
        frameon=False,
        fontsize=11,
        labelspacing=0.9,
        handlelength=2.6,
    )
    axes.text(
        0.02,
        0.02,
        "Accuracy figures are on emulated links. No figure has yet been compared\n"
        "with a calibrated instrument on a live network.",
        transform=axes.transAxes,
        fontsize=9.5,
        color=MUTED,
    )
