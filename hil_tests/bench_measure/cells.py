"""Cells: combinations of link parameters, drawn from a seed, half of them for tuning and half to be judged.

A cell is what follows `python -m hil_tests.link`; a trace's rows stand beside it, for they go to a file.
"""

import hashlib
import itertools
import random
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from hil_tests.link import options as command_line
from hil_tests.link.options import Options

FIFO, OTHER, TBF = "fifo", "other", "tbf"
JUDGED, TUNING = "judged", "tuning"
WAYS = ("down", "up")
RATES_MBIT, RTTS_MS = (5.0, 20.0, 60.0, 150.0), (20.0, 40.0, 80.0, 150.0)
LOSSES_PCT, JITTERS_MS = (0.0, 0.5, 1.0, 3.0), (0.0, 5.0, 20.0)
BANDS_MBIT = ((5.0, 10.0), (10.0, 35.0), (35.0, 95.0), (95.0, 150.0))  # where off-grid rates come from
QUEUES_MS = (100.0, 300.0)
GRID_QUEUE_MS = 200.0
TRACE, TRACE_S = "trace", 60.0
NOT_PARAMETERS = ("--direction", "--queue-ms")
Words = Mapping[str, float | str]


class Cell(msgspec.Struct, frozen=True):
    """One combination. *link*: option words; *trace*: rows (t_s, rate_mbit), empty without one."""

    kind: str
    shape: str
    direction: str
    link: tuple[str, ...]
    trace: tuple[tuple[float, float], ...] = ()

    @property
    def name(self) -> str:
        """Return a hash of the parameters, without direction and queue: 8 hexadecimal digits."""
        pairs = zip(self.link[::2], self.link[1::2], strict=True)
        counted = sorted(pair for pair in pairs if pair[0] not in NOT_PARAMETERS)
        return hashlib.sha256(repr((self.kind, counted, self.trace)).encode()).hexdigest()[:8]

    @property
    def half(self) -> str:
        """Return JUDGED or TUNING, by the last bit of the name."""
        return JUDGED if int(self.name, 16) & 1 else TUNING


class Plain(NamedTuple):
    """What every emulated link has; units as the names say."""

    rate_mbit: float
    rtt_ms: float
    loss_pct: float
    jitter_ms: float
    queue_ms: float


def draw(seed: int, kind: str, index: int, half: str) -> Cell:
    """Return cell number *index* of *kind* for *seed*: the first drawn that belongs to *half*."""
    drawn = (DRAWS[kind](random.Random(f"{seed}/{kind}/{index}/{n}"), index) for n in itertools.count())
    return next(cell for cell in drawn if cell.half == half)


def cell_of(seed: int, kind: str, index: int, half: str, *, full: bool) -> Cell:
    """Return cell number *index* of the bench; of the full one, whose FIFO cells are the grid."""
    return grid(half)[index] if full and kind == FIFO else draw(seed, kind, index, half)


def direction_of(kind: str, index: int) -> str:
    """Return which way cell number *index* is measured: all that is known of it before it is drawn."""
    if kind == FIFO:
        return WAYS[(index // 2 + index // len(RATES_MBIT)) % 2]
    return WAYS[(index % len(SHAPES) + index // len(SHAPES)) % 2]


def options_of(cell: Cell, folder: Path, *, seed: int) -> Options:
    """Return the link's options; a trace goes to a file in *folder*. *seed*: of loss, jitter and users."""
    words = [*cell.link, "--seed", str(seed)]
    if cell.trace:
        path = folder / "trace.csv"
        rows = [f"{t_s:g},{rate_mbit:g}" for t_s, rate_mbit in cell.trace]
        path.write_text("\n".join(["t_s,rate_mbit", *rows]) + "\n", encoding="ascii")
        words += ["--rate-trace", str(path)]
    return command_line.read(words)


def grid(half: str) -> list[Cell]:
    """Return every FIFO cell of the grid that belongs to *half*, down and up in turn."""
    every = itertools.product(RATES_MBIT, RTTS_MS, LOSSES_PCT, JITTERS_MS)
    words = [Plain(*setting, GRID_QUEUE_MS)._asdict() for setting in every]
    mine = [word for word in words if _cell(FIFO, FIFO, WAYS[0], word).half == half]
    return [_cell(FIFO, FIFO, direction_of(FIFO, index), word) for index, word in enumerate(mine)]


def _cell(
    kind: str, shape: str, direction: str, words: Words, trace: tuple[tuple[float, float], ...] = ()
) -> Cell:
    more = {"shape": "scheduler" if shape == TRACE else shape, "direction": direction}
    pairs = [(f"--{name.replace('_', '-')}", _word(value)) for name, value in {**words, **more}.items()]
    return Cell(kind, shape, direction, tuple(itertools.chain(*pairs)), trace)


def _word(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _fifo(rng: random.Random, index: int) -> Cell:
    """Return a FIFO cell: each rate in turn, and each rate off the grid every other round."""
    off_grid = (index + index // len(RATES_MBIT)) % 2 == 1
    place = index % len(RATES_MBIT)
    on_grid = Plain(
        RATES_MBIT[place],
        rng.choice(RTTS_MS),
        rng.choice(LOSSES_PCT),
        rng.choice(JITTERS_MS),
        round(rng.uniform(*QUEUES_MS)),
    )
    between = Plain(
        round(rng.uniform(*BANDS_MBIT[place]), 2),
        round(rng.uniform(RTTS_MS[0], RTTS_MS[-1]), 1),
        round(rng.uniform(LOSSES_PCT[0], LOSSES_PCT[-1]), 2),
        round(rng.uniform(JITTERS_MS[0], JITTERS_MS[-1]), 1),
        on_grid.queue_ms,
    )
    return _cell(FIFO, FIFO, direction_of(FIFO, index), (between if off_grid else on_grid)._asdict())


def _other(rng: random.Random, index: int) -> Cell:
    """Return a cell of each shape in turn, a round down and a round up."""
    shape = tuple(SHAPES)[index % len(SHAPES)]
    low_mbit, high_mbit = RATES_OF[shape]
    plain = Plain(
        round(low_mbit * (high_mbit / low_mbit) ** rng.random(), 2),
        round(rng.uniform(RTTS_MS[0], RTTS_MS[-1]), 1),
        rng.choice((0.0, 0.5, 1.0)),
        rng.choice((0.0, 2.0, 5.0)),
        round(rng.uniform(*QUEUES_MS)),
    )
    words = {**plain._asdict(), **SHAPES[shape](rng, plain.rate_mbit)}
    return _cell(OTHER, shape, direction_of(OTHER, index), words, _trace(rng, shape, plain.rate_mbit))


def _scheduler(rng: random.Random, _rate_mbit: float) -> Words:
    return {"users": rng.randint(1, 4), "grant": rng.choice(("share", "turns"))}


def _policer(rng: random.Random, rate_mbit: float) -> Words:
    """Return a line of 2 to 4 times the tokens' rate, and a bucket of 0.1 to 1 s of it."""
    burst_kbyte = round(rate_mbit * 125 * rng.uniform(0.1, 1.0))
    return {"peak_mbit": round(rate_mbit * rng.uniform(2, 4), 2), "burst_kbyte": burst_kbyte}


def _batching(rng: random.Random, _rate_mbit: float) -> Words:
    return {"batching_ms": round(rng.uniform(1, 16), 2)}


def _ramp(rng: random.Random, rate_mbit: float) -> Words:
    first_mbit = round(rate_mbit * rng.uniform(0.3, 0.7), 2)
    return {"first_rate_mbit": first_mbit, "ramp_s": round(rng.uniform(0.2, 2.0), 3)}


def _traced(rng: random.Random, _rate_mbit: float) -> Words:
    return {"users": rng.randint(0, 2)}


def _trace(rng: random.Random, shape: str, rate_mbit: float) -> tuple[tuple[float, float], ...]:
    """Return steps of 0.2 to 1.5 s: each the one before times e^N(0, 0.25), within 0.4 to 1.8."""
    rows, t_s, times = [], 0.0, 1.0
    while shape == TRACE and t_s < TRACE_S:
        rows.append((round(t_s, 3), round(rate_mbit * times, 3)))
        t_s += rng.uniform(0.2, 1.5)
        times = min(1.8, max(0.4, times * rng.lognormvariate(0, 0.25)))
    return tuple(rows)


def _tbf(rng: random.Random, index: int) -> Cell:
    """Return a link that the kernel's tbf shapes: rate and queue only."""
    rate_mbit = round(rng.uniform(*BANDS_MBIT[index % len(BANDS_MBIT)]), 2)
    words: Words = {"shaper": "tbf", "rate_mbit": rate_mbit, "queue_ms": round(rng.uniform(*QUEUES_MS))}
    return _cell(TBF, FIFO, direction_of(TBF, index), words)


SHAPES = {"scheduler": _scheduler, "policer": _policer, "batching": _batching, "ramp": _ramp, TRACE: _traced}
RATES_OF = {  # Mbit/s, lowest and highest: what such links have, and what the emulator carries
    "scheduler": (10.0, 80.0),
    "policer": (5.0, 40.0),
    "batching": (5.0, 80.0),
    "ramp": (10.0, 80.0),
    TRACE: (8.0, 60.0),
}
DRAWS = {FIFO: _fifo, OTHER: _other, TBF: _tbf}
