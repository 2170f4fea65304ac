"""What a run may cost; figures with limits."""

import math

import pytest

from hil_tests.bench.allow import parse_allow
from hil_tests.bench.errors import NotAllowed
from hil_tests.bench.verdict import Measurement


def test_nothing_is_allowed_by_itself():
    allowance = parse_allow([])
    assert not allowance.may("sms-send")
    assert not allowance.may("data-mb=1")
    with pytest.raises(NotAllowed, match="add --allow sms-send"):
        allowance.spend("sms-send")


def test_acts_and_amounts():
    allowance = parse_allow(["sms-send,data-mb=50", "power-cycle"])
    assert allowance.may("sms-send")
    assert allowance.may("power-cycle")
    allowance.spend("data-mb=30")
    assert allowance.may("data-mb=20")
    assert not allowance.may("data-mb=21")
    allowance.spend("sms-send")
    assert allowance.may("sms-send")


def test_what_is_free_is_free_without_end():
    allowance = parse_allow(["data-mb=1"], free=["data-mb"])
    for _ in range(3):
        allowance.spend("data-mb=1000")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("sms", 'no act; did you mean "sms-send"?'),
        ("data-mb", "write data-mb=NUMBER"),
        ("sms-send=3", "write sms-send alone"),
        ("data-mb=0", "above 0"),
        ("data-mb=nan", "above 0"),
    ],
)
def test_wrong_words_of_allow(words, said):
    with pytest.raises(ValueError, match=said):
        parse_allow([words])


@pytest.mark.parametrize(
    ("value", "holds"), [(-61.0, True), (-60.0, True), (-59.9, False), (None, False), (math.nan, False)]
)
def test_a_figure_holds_within_its_limits(value, holds):
    assert Measurement(name="rsrp", value=value, unit="dBm", low=-120, high=-60).holds is holds
