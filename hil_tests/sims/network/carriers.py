"""Radio facts as rows: access technologies, modes, and the carriers in use in Indonesia."""

from enum import Enum
from typing import NamedTuple


class Rat(Enum):
    """The access technology of a cell."""

    GSM = "GSM"
    LTE = "LTE"
    NR = "NR"


class Mode(Enum):
    """How a modem is connected; the value is the word used in profiles."""

    NONE = "none"
    GSM = "gsm"
    LTE = "lte"
    ENDC = "endc"  # LTE anchor with an NR leg: 5G NSA
    SA = "sa"

    @property
    def rat(self) -> Rat | None:
        """The technology of the cell that serves."""
        return {Mode.GSM: Rat.GSM, Mode.LTE: Rat.LTE, Mode.ENDC: Rat.LTE, Mode.SA: Rat.NR}.get(self)


LTE_MODES = frozenset({Mode.GSM, Mode.LTE})
FALL_BACK = {Mode.SA: (Mode.SA, Mode.LTE), Mode.ENDC: (Mode.ENDC, Mode.LTE)}
"""What a modem that lacks the network's best takes instead; the other modes have no substitute."""


def best_mode(offered: Mode, allowed: frozenset[Mode]) -> Mode:
    """Return the mode of a modem that may use *allowed*, where the network's best is *offered*."""
    return next((mode for mode in FALL_BACK.get(offered, (offered,)) if mode in allowed), Mode.NONE)


class Carrier(NamedTuple):
    """One carrier: band, downlink channel (EARFCN, NR-ARFCN or ARFCN), width.

    TS 36.101 5.7.3, TS 38.104 5.4.2, TS 45.005 2; resource blocks of NR: TS 38.101-1 table 5.3.2-1.
    """

    band: int
    earfcn: int
    bandwidth_code: int  # LTE: 0..5 = 1.4, 3, 5, 10, 15, 20 MHz, as most vendors report it; else 0
    resource_blocks: int
    duplex: str
    rat: Rat = Rat.LTE
    bandwidth_mhz: float = 0.0
    scs_khz: int = 15


CARRIERS = (
    Carrier(1, 325, 3, 50, "FDD", bandwidth_mhz=10),
    Carrier(3, 1850, 5, 100, "FDD", bandwidth_mhz=20),
    Carrier(3, 1300, 5, 100, "FDD", bandwidth_mhz=20),
    Carrier(5, 2452, 3, 50, "FDD", bandwidth_mhz=10),
    Carrier(8, 3500, 3, 50, "FDD", bandwidth_mhz=10),
    Carrier(40, 38950, 5, 100, "TDD", bandwidth_mhz=20),
)
NR_CARRIERS = (
    Carrier(1, 428000, 0, 106, "FDD", Rat.NR, 20),
    Carrier(3, 367000, 0, 106, "FDD", Rat.NR, 20),
    Carrier(40, 466000, 0, 133, "TDD", Rat.NR, 50, 30),
)
GSM_CARRIERS = (
    Carrier(900, 62, 0, 1, "FDD", Rat.GSM, 0.2, 0),
    Carrier(1800, 700, 0, 1, "FDD", Rat.GSM, 0.2, 0),
)
