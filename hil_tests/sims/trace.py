"""A trace: what radio and rates are from moment to moment; one CSV drives a modem and its link together.

Columns: t_s, rsrp_dbm, rsrq_db, sinr_db, and for the link rate_down_mbit and rate_up_mbit, or rate_mbit for
both directions. A row holds from its t_s until the next row's; t_s counts from a moment given from outside as
Unix nanoseconds (`--trace-start-ns`), the same for both programs.
"""

import csv
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import NamedTuple

RADIO_COLUMNS = ("rsrp_dbm", "rsrq_db", "sinr_db")
RATE_COLUMNS = ("rate_down_mbit", "rate_up_mbit")
BOTH_RATES = "rate_mbit"
COLUMNS = ("t_s", *RADIO_COLUMNS)


class TraceError(ValueError):
    """A trace file cannot be used; the text says what, where and what to do."""


class TracePoint(NamedTuple):
    """A row of a trace; it holds from t_s until the next row. A rate that the file lacks is None."""

    t_s: float
    rsrp_dbm: float
    rsrq_db: float
    sinr_db: float
    rate_down_mbit: float | None = None
    rate_up_mbit: float | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """The rows of a trace, the first moment as Unix nanoseconds; without one, its user's own start."""

    points: tuple[TracePoint, ...]
    start_ns: int | None = None

    def index(self, t_s: float) -> int:
        """Return which row holds at *t_s*; before the first row, the first."""
        return max(bisect_right(self.points, t_s, key=lambda point: point.t_s) - 1, 0)

    def at(self, t_s: float) -> TracePoint:
        """Return the row that holds at *t_s*."""
        return self.points[self.index(t_s)]

    def next_change_s(self, t_s: float) -> float | None:
        """Return the t_s of the first row after *t_s*, None after the last."""
        place = bisect_right(self.points, t_s, key=lambda point: point.t_s)
        return self.points[place].t_s if place < len(self.points) else None


def _number(row: Mapping[str, str], name: str) -> float:
    value = float(row[name])
    if not isfinite(value):
        raise ValueError(f"{name} is {row[name]}")
    return value


def _rate(row: Mapping[str, str], name: str) -> float | None:
    column = name if name in row else BOTH_RATES
    if column not in row:
        return None
    value = _number(row, column)
    if value < 0:
        raise ValueError(f"{column} is {row[column]}, a rate must not be below 0")
    return value


def _point(row: Mapping[str, str]) -> TracePoint:
    t_s, rsrp_dbm, rsrq_db, sinr_db = (_number(row, name) for name in COLUMNS)
    down, up = (_rate(row, name) for name in RATE_COLUMNS)
    return TracePoint(t_s, rsrp_dbm, rsrq_db, sinr_db, down, up)


def read_trace(path: Path, start_ns: int | None = None) -> Trace:
    """Return the trace in the CSV file *path*, beginning at *start_ns*.

    Raises: TraceError, if it cannot be read, a column or number is missing, or t_s does not rise.
    """
    points: list[TracePoint] = []
    try:
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                points.append(_point(row))
    except OSError as exc:
        raise TraceError(f"{path}: cannot be read ({exc.strerror}); give an existing CSV file") from exc
    except (KeyError, ValueError, TypeError) as exc:
        columns = f"{','.join(COLUMNS)}[,{','.join(RATE_COLUMNS)} or ,{BOTH_RATES}]"
        where = f"{path}, row {len(points) + 1}"
        raise TraceError(f"{where}: {exc}; the first line must be {columns}, then one number each") from exc
    _demand_order(path, points)
    return Trace(tuple(points), start_ns)


def _demand_order(path: Path, points: Sequence[TracePoint]) -> None:
    rising = all(one.t_s < other.t_s for one, other in pairwise(points))
    if not points or not rising:
        raise TraceError(f"{path}: no rows, or t_s does not rise; give rows in the order of time")
