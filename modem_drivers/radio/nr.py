"""NR bands that operators of Indonesia use or may be given, and NR-ARFCN as frequency.

Ref: 3GPP TS 38.104 V17, table 5.2-1 (bands) and table 5.4.2.1-1 (F = F_offs + step x (N - N_offs)), memory.
Out of scope: frequency range 2; uplink channel numbers (of FDD bands they are on the same global raster).
"""

from __future__ import annotations

from typing import NamedTuple

from modem_drivers.errors import UnknownBand


class NrBand(NamedTuple):
    """One row of table 5.2-1: the downlink's edges."""

    band: int
    duplex: str
    downlink_low_mhz: int
    downlink_high_mhz: int


class Raster(NamedTuple):
    """One row of table 5.4.2.1-1: from channel number *first* to the next row's."""

    first: int
    step_hz: int
    offset_hz: int


NR = (
    NrBand(1, "FDD", 2110, 2170),
    NrBand(3, "FDD", 1805, 1880),
    NrBand(5, "FDD", 869, 894),
    NrBand(8, "FDD", 925, 960),
    NrBand(28, "FDD", 758, 803),
    NrBand(40, "TDD", 2300, 2400),
    NrBand(41, "TDD", 2496, 2690),
    NrBand(77, "TDD", 3300, 4200),
    NrBand(78, "TDD", 3300, 3800),
)
RASTERS = (
    Raster(0, 5_000, 0),
    Raster(600_000, 15_000, 3_000_000_000),
    Raster(2_016_667, 60_000, 24_250_080_000),
)
LAST = 3_279_165


def nr_arfcn_to_hz(arfcn: int) -> int:
    """Return the frequency in hertz of NR channel number *arfcn* (TS 38.104 5.4.2.1).

    Raises: UnknownBand, if it is on no raster.
    """
    if not RASTERS[0].first <= arfcn <= LAST:
        raise UnknownBand(arfcn)
    row = next(row for row in reversed(RASTERS) if row.first <= arfcn)
    return row.offset_hz + row.step_hz * (arfcn - row.first)


def find_nr_bands(arfcn: int) -> tuple[NrBand, ...]:
    """Return the rows whose downlink holds channel number *arfcn*: bands overlap (77 holds 78).

    Raises: UnknownBand, if it is on no raster.
    """
    megahertz = nr_arfcn_to_hz(arfcn) / 1e6
    return tuple(row for row in NR if row.downlink_low_mhz <= megahertz <= row.downlink_high_mhz)
