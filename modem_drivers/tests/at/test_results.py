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
        ("MODEM ERROR: 7", Outcome.ERROR, 7, "code not in the standard's table"),
        ("TOO MANY PARAMETERS", Outcome.ERROR, None, ""),
        ("NA", Outcome.ERROR, None, ""),
        ("ABORTED", Outcome.ERROR, None, ""),
    ],
)
def test_final_results(line, outcome, number, meaning):
    assert parse_result(line) == (outcome, number, meaning)


@pytest.mark.parametrize(
    "line", ["OKAY", "ok", "+CSQ: 20,99", "NO CARRIER", "BUSY", "0", "4", "", "ERROR 5", "+CME ERRORS"]
)
def test_what_ends_no_command(line):
    assert parse_result(line, "AT+CSQ") is None


def test_words_of_a_call_end_a_call_only():
    assert parse_result("NO CARRIER", "ATD*99#") == (Outcome.ERROR, None, "NO CARRIER")
    assert parse_result("CONNECT 150000000", "ATD*99#") == (Outcome.OK, None, "CONNECT 150000000")


def test_digits_count_after_atv0_only():
    assert parse_result("0", numeric=True) == (Outcome.OK, None, "")
    assert parse_result("4", numeric=True) == (Outcome.ERROR, None, "")


@pytest.mark.parametrize(
    ("digit", "outcome", "words"),
    [
        ("1", Outcome.OK, "CONNECT"),
        ("3", Outcome.ERROR, "NO CARRIER"),
        ("6", Outcome.ERROR, "NO DIALTONE"),
        ("7", Outcome.ERROR, "BUSY"),
        ("8", Outcome.ERROR, "NO ANSWER"),
    ],
)
def test_digits_of_a_call(digit, outcome, words):
    """ITU-T V.250 table 1."""
    assert parse_result(digit, "ATD*99#", numeric=True) == (outcome, None, words)
    assert parse_result(digit, "AT+CSQ", numeric=True) is None


@pytest.mark.parametrize("word", ["NA", "ABORTED"])
def test_a_bare_answer_may_say_these_words(word):
    assert parse_result(word, "AT+CGMM", bare=True) is None
