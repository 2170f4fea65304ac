"""LTE carriers beyond their channel number: frequencies, the uplink's channel, the width in other words.

Rows of TS 36.101 table 5.7.3-1, remembered; a transcript of band 1 (EARFCN 425: 2152.5 and 1962.5 MHz, of
https://github.com/4IceG/luci-app-3ginfo-lite/issues/25) agrees with its row.
"""

from typing import NamedTuple

from hil_tests.sims.network.carriers import Carrier

BANDWIDTH_HZ = (1_400_000, 3_000_000, 5_000_000, 10_000_000, 15_000_000, 20_000_000)  # by bandwidth_code


class Band(NamedTuple):
    """Where a band's channels begin: EARFCN and frequency, down and up."""

    first_down: int
    down_hz: int
    first_up: int
    up_hz: int


BANDS = {
    1: Band(0, 2_110_000_000, 18000, 1_920_000_000),
    3: Band(1200, 1_805_000_000, 19200, 1_710_000_000),
    5: Band(2400, 869_000_000, 20400, 824_000_000),
    8: Band(3450, 925_000_000, 21450, 880_000_000),
    40: Band(38650, 2_300_000_000, 38650, 2_300_000_000),
}
STEP_HZ = 100_000


def downlink_hz(carrier: Carrier) -> int:
    """Return the downlink's centre frequency, hertz."""
    band = BANDS[carrier.band]
    return band.down_hz + STEP_HZ * (carrier.earfcn - band.first_down)


def uplink_hz(carrier: Carrier) -> int:
    """Return the uplink's centre frequency, hertz; time-division carriers have one for both."""
    band = BANDS[carrier.band]
    return band.up_hz + STEP_HZ * (carrier.earfcn - band.first_down)


def uplink_earfcn(carrier: Carrier) -> int:
    """Return the uplink's channel number."""
    band = BANDS[carrier.band]
    return band.first_up + carrier.earfcn - band.first_down


def bandwidth_hz(carrier: Carrier) -> int:
    """Return the width of the carrier, hertz."""
    return BANDWIDTH_HZ[carrier.bandwidth_code]
