"""Intervals against published values."""

import pytest

from edge.stats.intervals import binomial_cdf, median_interval, normal_quantile, wilson_interval


def test_normal_quantile():
    assert normal_quantile(0.975) == pytest.approx(1.959964, abs=1e-6)  # NIST/SEMATECH e-Handbook 1.3.6.7.1


def test_normal_quantile_of_certainty_is_an_error():
    with pytest.raises(ValueError, match="between 0 and 1"):
        normal_quantile(1.0)


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(10, 100, 0.0552, 0.1744), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)],  # R: prop.test(correct=FALSE)
)
def test_wilson_interval(hits, trials, low, high):
    assert wilson_interval(hits, trials) == pytest.approx((low, high), abs=1e-4)


def test_wilson_of_no_trial_is_an_error():
    with pytest.raises(ValueError, match="trials at least 1"):
        wilson_interval(0, 0)


def test_binomial_cdf():
    assert binomial_cdf(3, 10, 0.5) == pytest.approx(176 / 1024)  # (1 + 10 + 45 + 120) / 2^10


def test_median_interval_of_ten_is_second_to_ninth():
    # coverage 1 - 2 * 11/1024 = 97.9 %; third to eighth would have 89.1 %
    assert median_interval([5, 1, 4, 2, 3, 10, 9, 8, 7, 6]) == (2, 9)


def test_five_values_are_too_few_for_a_95_percent_interval():
    assert median_interval([1, 2, 3, 4, 5]) is None  # widest coverage 1 - 2/32 = 93.75 %
