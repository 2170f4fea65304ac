"""The radio a simulated modem hears: values that move with time, drawn from a seed, physically consistent.

Each cell's RSRP wanders about its mean (shadowing, first-order Gauss-Markov) with a fast ripple on top; the
serving cell changes when another is better by HYSTERESIS_DB. RSRQ follows from SINR and the cell's load, and
RSSI from RSRP and RSRQ by RSRQ = N_RB x RSRP / RSSI (TS 36.214 5.1.3).
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, log10, sqrt
from pathlib import Path
from random import Random
from typing import NamedTuple

from hil_tests.sims.network.profile import Profile, ProfileError

STEP_S = 0.25
SHADOW_DB, SHADOW_S = 3.0, 30.0
RIPPLE_DB = 0.7
LOAD_S = 8.0
HYSTERESIS_DB = 3.0
NEIGHBOUR_BELOW_DB = 6.0
RSRP_RANGE_DBM = (-125.0, -55.0)


class Carrier(NamedTuple):
    """One LTE carrier in use in Indonesia: band, downlink channel (TS 36.101 5.7.3), bandwidth."""

    band: int
    earfcn: int
    bandwidth_code: int  # as Quectel reports it: 0..5 = 1.4, 3, 5, 10, 15, 20 MHz
    resource_blocks: int
    duplex: str


CARRIERS = (
    Carrier(1, 325, 3, 50, "FDD"),
    Carrier(3, 1850, 5, 100, "FDD"),
    Carrier(3, 1300, 5, 100, "FDD"),
    Carrier(5, 2452, 3, 50, "FDD"),
    Carrier(8, 3500, 3, 50, "FDD"),
    Carrier(40, 38950, 5, 100, "TDD"),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """Names of a cell: physical identity (0..503), tracking area (16 bit), E-UTRAN cell identity (28)."""

    pci: int
    tac: int
    cell_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A cell and its level."""

    cell: Cell
    rsrp_dbm: float
    rsrq_db: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the radio is at one moment, unrounded."""

    cell: Cell
    carrier: Carrier
    rsrp_dbm: float
    rsrq_db: float
    sinr_db: float
    neighbours: tuple[Heard, ...] = ()

    @property
    def rssi_dbm(self) -> float:
        """Wideband received power, from RSRP, RSRQ and the number of resource blocks."""
        return self.rsrp_dbm - self.rsrq_db + 10 * log10(self.carrier.resource_blocks)

    def shifted(self, by_db: float) -> "Sample":
        """Return the same moment with RSRP (and so RSSI) off by *by_db*."""
        return replace(self, rsrp_dbm=self.rsrp_dbm + by_db)


class TracePoint(NamedTuple):
    """A row of a trace file; it holds from t_s until the next row."""

    t_s: float
    rsrp_dbm: float
    rsrq_db: float
    sinr_db: float


def read_trace(path: Path) -> tuple[TracePoint, ...]:
    """Return the points of a CSV with the columns t_s, rsrp_dbm, rsrq_db, sinr_db.

    Raises: ProfileError, if it cannot be read or a column or number is missing.
    """
    try:
        with path.open(newline="") as file:
            rows = [
                TracePoint(*(float(row[name]) for name in TracePoint._fields)) for row in csv.DictReader(file)
            ]
    except OSError as exc:
        raise ProfileError(f"{path}: cannot be read ({exc.strerror}); give an existing CSV file") from exc
    except (KeyError, ValueError, TypeError) as exc:
        columns = ",".join(TracePoint._fields)
        raise ProfileError(f"{path}: {exc}; the first line must be {columns}, then one number each") from exc
    if not rows or rows != sorted(rows, key=lambda row: row.t_s):
        raise ProfileError(f"{path}: no rows, or t_s goes back; give rows in the order of time")
    return tuple(rows)


def quality_db(sinr_db: float, load: float) -> float:
    """Return the RSRQ of a cell at this SINR whose resource elements are in use to the share *load*."""
    ratio = 10 ** (sinr_db / 10)
    return 10 * log10(ratio / (12 * (ratio * load + 1)))


def _clamp(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])


def draw_cells(rng: Random, profile: Profile, count: int = 3) -> tuple[Cell, ...]:
    """Return *count* cells of one site, the profile's first."""
    tac = rng.randrange(0x1000, 0xFFFE)
    node = rng.randrange(0x1000, 0xFFFFF)
    first_pci = rng.randrange(0, 501)
    cells = [Cell((first_pci + i) % 504, tac, node << 8 | i + 1) for i in range(count)]
    own = cells[0]
    cells[0] = Cell(
        own.pci if profile.pci is None else profile.pci,
        own.tac if profile.tac is None else profile.tac,
        own.cell_id if profile.cell_id is None else profile.cell_id,
    )
    return tuple(cells)


def draw_carrier(rng: Random, profile: Profile) -> Carrier:
    """Return the carrier: drawn, or the profile's band and channel."""
    fitting = [row for row in CARRIERS if profile.band in {None, row.band}]
    drawn = rng.choice(fitting or list(CARRIERS))
    band = profile.band or drawn.band
    duplex = "TDD" if 33 <= band <= 53 else "FDD"
    earfcn = drawn.earfcn if profile.earfcn is None else profile.earfcn
    return drawn._replace(band=band, earfcn=earfcn, duplex=duplex)


class Radio:
    """The moving values of one modem; a function of the seed and of the seconds since the start."""

    def __init__(self, rng: Random, profile: Profile, trace: Sequence[TracePoint] = ()) -> None:
        """Draw cells and means; *rng* is used up as time goes on."""
        self._rng = rng
        self._trace = trace
        self.cells = draw_cells(rng, profile)
        self.carrier = draw_carrier(rng, profile)
        drawn_rsrp, drawn_sinr = rng.uniform(-108, -78), rng.uniform(2, 22)
        self._rsrp_dbm = drawn_rsrp if profile.rsrp_dbm is None else profile.rsrp_dbm
        self._sinr_db = drawn_sinr if profile.sinr_db is None else profile.sinr_db
        self._load = rng.uniform(0.3, 0.8)
        expected = quality_db(self._sinr_db, self._load)
        self._quality_offset_db = 0.0 if profile.rsrq_db is None else profile.rsrq_db - expected
        self._shadow_db = [0.0] + [rng.gauss(0, SHADOW_DB) for _ in self.cells[1:]]
        self._busy = 0.0
        self._serving = 0
        self._steps = 0
        self._levels_dbm = [self._mean_dbm(i) for i in range(len(self.cells))]

    def at(self, t_s: float) -> Sample:
        """Return the sample at *t_s* seconds after the start; time must not go back."""
        while (self._steps + 1) * STEP_S <= t_s:
            self._advance()
        if self._trace:
            return self._traced(t_s)
        level, others = self._levels_dbm[self._serving], self._neighbours()
        sinr = _clamp(self._sinr_db + level - self._rsrp_dbm - 2 * self._busy, (-10.0, 29.0))
        return Sample(
            cell=self.cells[self._serving],
            carrier=self.carrier,
            rsrp_dbm=level,
            rsrq_db=self._quality_db(sinr),
            sinr_db=sinr,
            neighbours=others,
        )

    def _mean_dbm(self, index: int) -> float:
        return self._rsrp_dbm + self._shadow_db[index] - (NEIGHBOUR_BELOW_DB if index else 0.0)

    def _quality_db(self, sinr_db: float) -> float:
        load = _clamp(self._load * (1 + 0.3 * self._busy), (0.17, 1.0))
        return _clamp(quality_db(sinr_db, load) + self._quality_offset_db, (-19.0, -3.5))

    def _advance(self) -> None:
        self._steps += 1
        keep = exp(-STEP_S / SHADOW_S)
        for i in range(len(self.cells)):
            self._shadow_db[i] = keep * self._shadow_db[i] + self._rng.gauss(0, SHADOW_DB * sqrt(1 - keep**2))
            ripple = self._rng.gauss(0, RIPPLE_DB)
            self._levels_dbm[i] = _clamp(self._mean_dbm(i) + ripple, RSRP_RANGE_DBM)
        keep = exp(-STEP_S / LOAD_S)
        self._busy = keep * self._busy + self._rng.gauss(0, sqrt(1 - keep**2))
        best = max(range(len(self.cells)), key=self._mean_dbm)
        if self._mean_dbm(best) > self._mean_dbm(self._serving) + HYSTERESIS_DB:
            self._serving = best

    def _neighbours(self) -> tuple[Heard, ...]:
        rest = [(self._levels_dbm[i], cell) for i, cell in enumerate(self.cells) if i != self._serving]
        own = self._levels_dbm[self._serving]
        ranked = sorted(rest, key=lambda pair: -pair[0])
        return tuple(
            Heard(cell=cell, rsrp_dbm=level, rsrq_db=_clamp(level - own - 9, (-19.5, -5)))
            for level, cell in ranked
        )

    def _traced(self, t_s: float) -> Sample:
        point = next((p for p in reversed(self._trace) if p.t_s <= t_s), self._trace[0])
        return Sample(
            cell=self.cells[0],
            carrier=self.carrier,
            rsrp_dbm=point.rsrp_dbm,
            rsrq_db=point.rsrq_db,
            sinr_db=point.sinr_db,
        )
