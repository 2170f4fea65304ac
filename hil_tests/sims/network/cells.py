"""The cells of one network at one place, and how their levels and loads move.

What belongs to the place (names of cells, shadowing, load) is drawn from the place's seed, so that two modems
there hear the same; the fast ripple is each modem's own.
"""

from dataclasses import dataclass
from math import exp, sqrt
from random import Random

from hil_tests.sims.network.carriers import CARRIERS, GSM_CARRIERS, NR_CARRIERS, Carrier, Rat
from hil_tests.sims.network.profile import Profile

STEP_S = 0.25
SHADOW_DB, SHADOW_S = 3.0, 30.0
RIPPLE_DB = 0.7
LOAD_S = 8.0
NEIGHBOUR_BELOW_DB = 6.0
OTHER_CARRIER_BELOW_DB = 4.0
RSRP_RANGE_DBM = (-125.0, -55.0)
MOVED_DB = 14.0


@dataclass(frozen=True, slots=True)
class Cell:
    """Names of a cell.

    Physical identity (LTE 0..503, NR 0..1007; GSM: BSIC 0..63), tracking or location area (16 bit, NR 24),
    cell identity (E-UTRAN 28 bit, NR 36, GSM 16).
    """

    pci: int
    tac: int
    cell_id: int


class MovingCell:
    """One cell at one modem: advance it step by step, then read `level_dbm` and `busy`."""

    def __init__(self, cell: Cell, carrier: Carrier, below_db: float, place: str) -> None:
        """*below_db*: how far its mean is under the place's best; *place* seeds shadowing and load."""
        self.cell, self.carrier = cell, carrier
        self._below_db = below_db
        self._rng = Random(f"{place} {carrier.rat.value} {carrier.earfcn} {cell.pci}")
        self._shadow_db = self._rng.gauss(0, SHADOW_DB) if below_db else 0.0
        self._load = self._rng.uniform(0.3, 0.8)
        self._busy = self.ripple_db = 0.0
        self.boost_db = 0.0

    @property
    def offset_db(self) -> float:
        """How far the mean level is from the place's best now, without ripple."""
        return self._shadow_db - self._below_db + self.boost_db

    @property
    def busy(self) -> float:
        """How much busier the cell is than usual, standard deviations."""
        return self._busy

    @property
    def load(self) -> float:
        """The share of resource elements in use, 0.17 (reference signals alone) to 1."""
        return clamp(self._load * (1 + 0.3 * self._busy), (0.17, 1.0))

    @property
    def usual_load(self) -> float:
        """The load the cell returns to."""
        return self._load

    def advance(self, ripple: Random) -> None:
        """Go on by STEP_S; *ripple* is the modem's own randomness."""
        keep = exp(-STEP_S / SHADOW_S)
        self._shadow_db = keep * self._shadow_db + self._rng.gauss(0, SHADOW_DB * sqrt(1 - keep**2))
        keep = exp(-STEP_S / LOAD_S)
        self._busy = keep * self._busy + self._rng.gauss(0, sqrt(1 - keep**2))
        self.ripple_db = ripple.gauss(0, RIPPLE_DB)

    def level_dbm(self, best_dbm: float) -> float:
        """Return the level where the place's best mean is *best_dbm*."""
        return clamp(best_dbm + self.offset_db + self.ripple_db, RSRP_RANGE_DBM)


def clamp(value: float, limits: tuple[float, float]) -> float:
    """Return *value*, or the limit it is beyond."""
    return min(max(value, limits[0]), limits[1])


def draw_carrier(rng: Random, profile: Profile) -> Carrier:
    """Return the first LTE carrier: drawn, or the profile's band and channel."""
    fitting = [row for row in CARRIERS if profile.band in {None, row.band}]
    drawn = rng.choice(fitting or list(CARRIERS))
    band = profile.band or drawn.band
    duplex = "TDD" if 33 <= band <= 53 else "FDD"
    earfcn = drawn.earfcn if profile.earfcn is None else profile.earfcn
    return drawn._replace(band=band, earfcn=earfcn, duplex=duplex)


def _lte_cells(rng: Random, profile: Profile, place: str) -> list[MovingCell]:
    first = draw_carrier(rng, profile)
    second = rng.choice([row for row in CARRIERS if row.earfcn != first.earfcn])
    tac, node, pci = rng.randrange(0x1000, 0xFFFE), rng.randrange(0x1000, 0xFFFFF), rng.randrange(0, 501)
    drawn = [Cell((pci + i) % 504, tac, node << 8 | i + 1) for i in range(5)]
    own = drawn[0]
    drawn[0] = Cell(
        own.pci if profile.pci is None else profile.pci,
        own.tac if profile.tac is None else profile.tac,
        own.cell_id if profile.cell_id is None else profile.cell_id,
    )
    below = (0.0, *(NEIGHBOUR_BELOW_DB,) * 2, OTHER_CARRIER_BELOW_DB, OTHER_CARRIER_BELOW_DB + 4)
    carriers = (first,) * 3 + (second,) * 2
    return [MovingCell(*row, place) for row in zip(drawn, carriers, below, strict=True)]


def _nr_cells(rng: Random, place: str) -> list[MovingCell]:
    carrier, tac = rng.choice(NR_CARRIERS), rng.randrange(0x10000, 0xFFFFFE)
    node, pci = rng.randrange(0x10000, 0xFFFFFF), rng.randrange(0, 1005)
    cells = [Cell((pci + i) % 1008, tac, node << 12 | i + 1) for i in range(3)]
    below = (0.0, NEIGHBOUR_BELOW_DB, NEIGHBOUR_BELOW_DB + 3)
    return [MovingCell(cell, carrier, down, place) for cell, down in zip(cells, below, strict=True)]


def _gsm_cells(rng: Random, place: str) -> list[MovingCell]:
    lac, first = rng.randrange(0x0100, 0x0FFF), rng.randrange(0x0100, 0xFFF0)
    cells = [Cell(rng.randrange(64), lac, first + i) for i in range(2)]
    return [
        MovingCell(cell, carrier, down, place)
        for cell, carrier, down in zip(cells, GSM_CARRIERS, (0.0, 8.0), strict=True)
    ]


def draw_site(place: str, profile: Profile) -> dict[Rat, list[MovingCell]]:
    """Return the cells of *place* by technology; the first of each is usually the best."""
    rng = Random(f"{place} cells")
    return {
        Rat.LTE: _lte_cells(rng, profile, place),
        Rat.NR: _nr_cells(rng, place),
        Rat.GSM: _gsm_cells(rng, place),
    }


def move(cells: list[MovingCell], t_s: float, every_s: float) -> None:
    """Make each cell of the first carrier the best in turn for *every_s* (a place between cells)."""
    same = [cell for cell in cells if cell.carrier.earfcn == cells[0].carrier.earfcn]
    turn = int(t_s // every_s) % len(same)
    for i, cell in enumerate(same):
        cell.boost_db = MOVED_DB if i == turn and turn else 0.0
