"""Quantiles against numpy."""

import pytest

from edge.stats.percentiles import mean, median, percentile

VALUES = [41.2, 39.9, 55.0, 40.1, 47.3, 40.0, 39.8]


@pytest.mark.parametrize(
    ("percent", "value"),
    [(0, 39.8), (50, 40.1), (90, 50.38), (99, 54.538), (100, 55.0)],  # numpy 2 percentile(), default method
)
def test_percentile_is_numpys(percent, value):
    assert percentile(VALUES, percent) == pytest.approx(value, abs=1e-9)


def test_one_value_is_every_percentile():
    assert percentile([7.5], 99) == 7.5


def test_median_of_an_even_number_lies_between():
    assert median([1, 2, 3, 10]) == 2.5


def test_mean():
    assert mean([1, 2, 6]) == 3


@pytest.mark.parametrize("estimate", [median, mean])
def test_nothing_has_no_figure(estimate):
    with pytest.raises(ValueError, match="at least one"):
        estimate([])


def test_a_percentile_beyond_100_is_an_error():
    with pytest.raises(ValueError, match="percent is 101: give 0"):
        percentile([1.0], 101)
