"""The radio a simulated modem hears: values that move with time, drawn from seeds, physically consistent.

Each cell's level wanders about its mean (shadowing, first-order Gauss-Markov) with a fast ripple on top; the
serving cell changes when another is better by HYSTERESIS_DB. RSRQ follows from SINR and the cell's load, and
RSSI from RSRP and RSRQ by RSRQ = N_RB x RSRP / RSSI (TS 36.214 5.1.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log10
from random import Random

from hil_tests.sims.network.carriers import LTE_MODES, Carrier, Mode, Rat, best_mode
from hil_tests.sims.network.cells import STEP_S, Cell, MovingCell, clamp, draw_site, move
from hil_tests.sims.network.profile import Profile
from hil_tests.sims.network.settings import ModeStep
from hil_tests.sims.trace import Trace

HYSTERESIS_DB = 3.0
SINR_RANGE_DB = {Rat.LTE: (-10.0, 29.0), Rat.NR: (-10.0, 38.0), Rat.GSM: (-10.0, 29.0)}
DEFAULT_OFFER = Mode.ENDC


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A cell and its level; `sinr_db` only of cells in use."""

    cell: Cell
    carrier: Carrier
    rsrp_dbm: float
    rsrq_db: float
    sinr_db: float = 0.0

    @property
    def rssi_dbm(self) -> float:
        """Wideband received power, from RSRP, RSRQ and the number of resource blocks; in GSM the level."""
        if self.carrier.rat is Rat.GSM:
            return self.rsrp_dbm
        return self.rsrp_dbm - self.rsrq_db + 10 * log10(self.carrier.resource_blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(Heard):
    """What the radio is at one moment, unrounded: the serving cell, and what else is heard.

    `nr` is the NR leg in EN-DC, `second` an LTE carrier that could be aggregated. In GSM `rsrp_dbm` is the
    received level and quality figures mean nothing.
    """

    mode: Mode = Mode.LTE
    neighbours: tuple[Heard, ...] = ()
    second: Heard | None = None
    nr: Heard | None = None

    def shifted(self, by_db: float) -> "Sample":
        """Return the same moment with RSRP (and so RSSI) off by *by_db*."""
        nr = self.nr and replace(self.nr, rsrp_dbm=self.nr.rsrp_dbm + by_db)
        return replace(self, rsrp_dbm=self.rsrp_dbm + by_db, nr=nr)


def quality_db(sinr_db: float, load: float) -> float:
    """Return the RSRQ of a cell at this SINR whose resource elements are in use to the share *load*."""
    ratio = 10 ** (sinr_db / 10)
    return 10 * log10(ratio / (12 * (ratio * load + 1)))


def mode_at(steps: Sequence[ModeStep], t_s: float) -> Mode:
    """Return what the network offers at *t_s*."""
    past = [step.mode for step in sorted(steps, key=lambda step: step.after_s) if step.after_s <= t_s]
    return Mode(past[-1]) if past else DEFAULT_OFFER


class Radio:
    """The moving values of one modem; a function of the seeds and of the seconds since the start."""

    def __init__(self, rng: Random, profile: Profile, trace: Trace | None = None, *, place: str = "") -> None:
        """Draw cells and means; *rng* is used up as time goes on. *place*, if given, seeds the cells."""
        self._rng, self._network = rng, profile.network
        self.trace = trace
        self.trace_offset_s = 0.0
        self.allowed = LTE_MODES
        place = place or f"place {rng.random()}"
        self.cells = draw_site(place, profile)
        means = Random(f"{place} means")
        drawn_rsrp, drawn_sinr = means.uniform(-106, -80) + rng.uniform(-2, 2), means.uniform(2, 22)
        self._rsrp_dbm = drawn_rsrp if profile.rsrp_dbm is None else profile.rsrp_dbm
        self._sinr_db = drawn_sinr if profile.sinr_db is None else profile.sinr_db
        self._below_db = {Rat.LTE: 0.0, Rat.NR: means.uniform(-2, 6), Rat.GSM: -means.uniform(8, 14)}
        expected = quality_db(self._sinr_db, self.cells[Rat.LTE][0].usual_load)
        self._quality_offset_db = 0.0 if profile.rsrq_db is None else profile.rsrq_db - expected
        self._serving = dict.fromkeys(Rat, 0)
        self._steps = 0

    @property
    def carrier(self) -> Carrier:
        """The first LTE carrier."""
        return self.cells[Rat.LTE][0].carrier

    def mode(self, t_s: float) -> Mode:
        """Return how the modem is connected at *t_s*."""
        return best_mode(mode_at(self._network.modes, t_s), self.allowed)

    def trace_s(self, t_s: float) -> float:
        """Return the trace's own time at *t_s* seconds after the start."""
        return t_s + self.trace_offset_s

    def at(self, t_s: float) -> Sample | None:
        """Return the sample at *t_s*, None without coverage; time must not go back."""
        while (self._steps + 1) * STEP_S <= t_s:
            self._advance()
        mode = self.mode(t_s)
        rat = mode.rat
        if rat is None:
            return None
        sample = self._sample(mode, rat)
        return self._traced(sample, t_s) if self.trace else sample

    def around(self, t_s: float) -> tuple[Heard, ...]:
        """Return every LTE and NR cell that a scan would find, the strongest first."""
        if self.at(t_s) is None:
            return ()
        found = [self._heard(cell) for rat in (Rat.LTE, Rat.NR) for cell in self.cells[rat]]
        return tuple(sorted(found, key=lambda heard: -heard.rsrp_dbm))

    def _advance(self) -> None:
        self._steps += 1
        every_s = self._network.handover_every_s
        for rat, cells in self.cells.items():
            if every_s:
                move(cells, self._steps * STEP_S, every_s)
            for cell in cells:
                cell.advance(self._rng)
            offsets_db = [cell.offset_db for cell in cells]
            best = offsets_db.index(max(offsets_db))
            if offsets_db[best] > offsets_db[self._serving[rat]] + HYSTERESIS_DB:
                self._serving[rat] = best

    def _heard(self, moving: MovingCell) -> Heard:
        """Return the values of a cell in use."""
        rat = moving.carrier.rat
        best_dbm = self._rsrp_dbm - self._below_db[rat]
        level = moving.level_dbm(best_dbm)
        sinr = clamp(self._sinr_db + level - best_dbm - 2 * moving.busy, SINR_RANGE_DB[rat])
        rsrq = clamp(quality_db(sinr, moving.load) + self._quality_offset_db, (-19.0, -3.5))
        return Heard(cell=moving.cell, carrier=moving.carrier, rsrp_dbm=level, rsrq_db=rsrq, sinr_db=sinr)

    def _neighbours(self, rat: Rat, own_dbm: float) -> tuple[Heard, ...]:
        cells = self.cells[rat]
        rest = [cell for i, cell in enumerate(cells) if i != self._serving[rat]]
        best_dbm = self._rsrp_dbm - self._below_db[rat]
        levels = sorted(((cell.level_dbm(best_dbm), cell) for cell in rest), key=lambda pair: -pair[0])
        return tuple(
            Heard(
                cell=moving.cell,
                carrier=moving.carrier,
                rsrp_dbm=level,
                rsrq_db=clamp(level - own_dbm - 9, (-19.5, -5)),
            )
            for level, moving in levels
        )

    def _sample(self, mode: Mode, rat: Rat) -> Sample:
        own = self._heard(self.cells[rat][self._serving[rat]])
        leg = self.cells[Rat.NR][self._serving[Rat.NR]] if mode is Mode.ENDC else None
        return Sample(
            cell=own.cell,
            carrier=own.carrier,
            rsrp_dbm=own.rsrp_dbm,
            rsrq_db=own.rsrq_db,
            sinr_db=own.sinr_db,
            mode=mode,
            neighbours=self._neighbours(rat, own.rsrp_dbm),
            second=self._second(rat, own.carrier),
            nr=self._heard(leg) if leg else None,
        )

    def _second(self, rat: Rat, used: Carrier) -> Heard | None:
        if rat is not Rat.LTE:
            return None
        others = [cell for cell in self.cells[rat] if cell.carrier.earfcn != used.earfcn]
        return self._heard(others[0]) if others else None

    def _traced(self, sample: Sample, t_s: float) -> Sample:
        """Return *sample* with the trace's values on the serving cell and on an NR leg, on the first cell."""
        assert self.trace is not None
        point = self.trace.at(self.trace_s(t_s))
        first = self.cells[sample.carrier.rat][0]
        nr = sample.nr and replace(
            sample.nr, rsrp_dbm=point.rsrp_dbm, rsrq_db=point.rsrq_db, sinr_db=point.sinr_db
        )
        return replace(
            sample,
            cell=first.cell,
            carrier=first.carrier,
            rsrp_dbm=point.rsrp_dbm,
            rsrq_db=point.rsrq_db,
            sinr_db=point.sinr_db,
            nr=nr,
            neighbours=tuple(heard for heard in sample.neighbours if heard.cell != first.cell),
        )
