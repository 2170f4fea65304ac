"""Carriers against 3GPP TS 36.508 4.3.1.1 (mid-range test frequencies) and TS 36.101 table 5.5-1 (edges)."""

from itertools import pairwise

import pytest

from modem_drivers.errors import UnknownBand
from modem_drivers.radio.bands import LTE, earfcn_to_hz, find_band, uplink_earfcn_to_hz


@pytest.mark.parametrize(
    ("earfcn", "band", "hertz"),
    [
        (300, 1, 2_140_000_000),
        (1575, 3, 1_842_500_000),
        (2525, 5, 881_500_000),
        (3625, 8, 942_500_000),
        (39150, 40, 2_350_000_000),
        (0, 1, 2_110_000_000),
        (1200, 3, 1_805_000_000),
        (1949, 3, 1_879_900_000),
        (3450, 8, 925_000_000),
        (39649, 40, 2_399_900_000),
    ],
)
def test_downlink_carriers(earfcn, band, hertz):
    assert find_band(earfcn).band == band
    assert earfcn_to_hz(earfcn) == hertz


@pytest.mark.parametrize(
    ("earfcn", "hertz"),
    [(18300, 1_950_000_000), (19575, 1_747_500_000), (20525, 836_500_000), (21625, 897_500_000)],
)
def test_uplink_carriers(earfcn, hertz):
    assert uplink_earfcn_to_hz(earfcn) == hertz


@pytest.mark.parametrize("earfcn", [-1, 600, 1199, 1950, 3800, 38649, 39650])
def test_a_channel_beside_the_bands_is_unknown(earfcn):
    with pytest.raises(UnknownBand, match=rf"EARFCN {earfcn} is in no LTE band .*radio/bands.py"):
        earfcn_to_hz(earfcn)


def test_rows_do_not_overlap():
    edges = sorted((row.downlink_first, row.downlink_last) for row in LTE)
    assert all(first[1] < second[0] for first, second in pairwise(edges))
