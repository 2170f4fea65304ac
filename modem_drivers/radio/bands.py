"""LTE bands used in Indonesia: channel numbers (EARFCN) and carriers.

Ref: 3GPP TS 36.101 V17, table 5.5-1 (bands) and table 5.7.3-1 (F = F_low + 0.1 MHz x (N - N_offs)).
Out of scope: NR, and bands that no operator of MCC 510 uses.
"""

from __future__ import annotations

from typing import NamedTuple

from modem_drivers.errors import UnknownBand

STEP_HZ = 100_000


class LteBand(NamedTuple):
    """One row of table 5.7.3-1; last channel numbers are inclusive; uplink None: none of its own (TDD)."""

    band: int
    duplex: str
    downlink_low_hz: int
    downlink_first: int
    downlink_last: int
    uplink_low_hz: int
    uplink_first: int
    uplink_last: int


LTE = (
    LteBand(1, "FDD", 2_110_000_000, 0, 599, 1_920_000_000, 18_000, 18_599),
    LteBand(3, "FDD", 1_805_000_000, 1_200, 1_949, 1_710_000_000, 19_200, 19_949),
    LteBand(5, "FDD", 869_000_000, 2_400, 2_649, 824_000_000, 20_400, 20_649),
    LteBand(8, "FDD", 925_000_000, 3_450, 3_799, 880_000_000, 21_450, 21_799),
    LteBand(40, "TDD", 2_300_000_000, 38_650, 39_649, 2_300_000_000, 38_650, 39_649),
)

BANDWIDTH_HZ = {0: 1_400_000, 1: 3_000_000, 2: 5_000_000, 3: 10_000_000, 4: 15_000_000, 5: 20_000_000}
"""Index of dl-Bandwidth (TS 36.331 6.2.2 MasterInformationBlock: n6, n15, n25, n50, n75, n100) to hertz."""


def find_band(earfcn: int) -> LteBand:
    """Return the row that holds downlink channel number *earfcn*.

    Raises: UnknownBand, if no row does.
    """
    for row in LTE:
        if row.downlink_first <= earfcn <= row.downlink_last:
            return row
    raise UnknownBand(earfcn)


def earfcn_to_hz(earfcn: int) -> int:
    """Return the downlink carrier in hertz of LTE channel number *earfcn* (TS 36.101 5.7.3).

    Raises: UnknownBand, if no row of bands.LTE holds it.
    """
    row = find_band(earfcn)
    return row.downlink_low_hz + STEP_HZ * (earfcn - row.downlink_first)


def uplink_earfcn_to_hz(earfcn: int) -> int:
    """Return the uplink carrier in hertz of uplink channel number *earfcn* (TS 36.101 5.7.3).

    Raises: UnknownBand, if no row of bands.LTE holds it.
    """
    for row in LTE:
        if row.uplink_first <= earfcn <= row.uplink_last:
            return row.uplink_low_hz + STEP_HZ * (earfcn - row.uplink_first)
    raise UnknownBand(earfcn)
