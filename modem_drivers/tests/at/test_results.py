"""Final results: 3GPP TS 27.007 9.2, 27.005 3.2.5; ITU-T V.250 5.7.1."""

import pytest

from modem_drivers.at.results import Outcome, parse_result


@pytest.mark.parametrize(
    ("line", "outcome", "number", "meaning"),
    [
        ("OK", Outcome.OK, None, ""),
        ("ERROR", Outcome.ERROR, None, ""),
        ("COMMAND NOT SUPPORT", Outcome.ERROR, None, ""),
        ("+CME ERROR: 10", Outcome.CME, 10, "SIM not inserted"),
        ("+CME ERROR:14", Outcome.CME, 14, "SIM busy"),
        ("+CME ERROR: SIM not inserted", Outcome.CME, 10, "SIM not inserted"),
        ("+CME ERROR: no such thing", Outcome.CME, None, "no such thing"),
        ("+CME ERROR: 9999", Outcome.CME, 9999, "code not in the standard's table"),
        ("+CME ERROR:", Outcome.CME, None, ""),
        ("+CMS ERROR: 331", Outcome.CMS, 331, "no network service"),
        ("+EXT ERROR: 3", Outcome.ERROR, 3, "code not in the standard's table"),
    ],
)
def test_final_results(line, outcome, number, meaning):
    assert parse_result(line) == (outcome, number, meaning)


@pytest.mark.parametrize("line", ["OKAY", "ok", "+CSQ: 20,99", "NO CARRIER", "BUSY", "0", "4", "", "ERROR 5"])
def test_what_ends_no_command(line):
    assert parse_result(line, "AT+CSQ") is None


def test_words_of_a_call_end_a_call_only():
    assert parse_result("NO CARRIER", "ATD*99#") == (Outcome.ERROR, None, "NO CARRIER")
    assert parse_result("CONNECT 150000000", "ATD*99#") == (Outcome.OK, None, "CONNECT 150000000")


def test_digits_count_after_atv0_only():
    assert parse_result("0", numeric=True) == (Outcome.OK, None, "")
    assert parse_result("4", numeric=True) == (Outcome.ERROR, None, "")
