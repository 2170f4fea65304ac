"""NR channel numbers and bands; TS 38.104 tables 5.2-1 and 5.4.2.3-1 (first and last channel numbers)."""

import pytest

from modem_drivers.errors import UnknownBand
from modem_drivers.radio.nr import NR, find_nr_bands, nr_arfcn_to_hz

BANDS = (  # band, first and last downlink channel number of 5.4.2.3-1, duplex, edges in MHz of 5.2-1
    (1, 422_000, 434_000, "FDD", 2110, 2170),
    (3, 361_000, 376_000, "FDD", 1805, 1880),
    (5, 173_800, 178_800, "FDD", 869, 894),
    (8, 185_000, 192_000, "FDD", 925, 960),
    (28, 151_600, 160_600, "FDD", 758, 803),
    (40, 460_000, 480_000, "TDD", 2300, 2400),
    (41, 499_200, 538_000, "TDD", 2496, 2690),
    (77, 620_000, 680_000, "TDD", 3300, 4200),
    (78, 620_000, 653_333, "TDD", 3300, 3800),
)


@pytest.mark.parametrize(("band", "first", "last", "duplex", "low", "high"), BANDS)
def test_a_band_s_channels(band, first, last, duplex, low, high):
    assert nr_arfcn_to_hz(first) == low * 10**6
    assert abs(nr_arfcn_to_hz(last) - high * 10**6) <= 5_000  # n78 ends between two numbers
    for number in (first, last):
        assert (band, duplex) in [(row.band, row.duplex) for row in find_nr_bands(number)]
    for number in (first - 1, last + 1):
        assert band not in [row.band for row in find_nr_bands(number)]
    assert len(NR) == len(BANDS)


@pytest.mark.parametrize(
    ("arfcn", "hertz"),
    [  # the ends of the three rasters
        (0, 0),
        (599_999, 2_999_995_000),
        (600_000, 3_000_000_000),
        (2_016_666, 24_249_990_000),
        (2_016_667, 24_250_080_000),
        (3_279_165, 99_999_960_000),
        (633_984, 3_509_760_000),  # of an n78 cell in a public transcript
    ],
)
def test_frequencies(arfcn, hertz):
    assert nr_arfcn_to_hz(arfcn) == hertz


@pytest.mark.parametrize("arfcn", [-1, 3_279_166])
def test_what_is_on_no_raster(arfcn):
    with pytest.raises(UnknownBand):
        nr_arfcn_to_hz(arfcn)
