"""Answers that stay true, and what ends them."""

import pytest

from modem_drivers.at.static import CARD_ERRORS, STATIC, StaticAnswers

DEVICE = ("AT+CGMI", "AT+CGMM", "AT+CGMR", "AT+CGSN", "ATI")  # 3GPP TS 27.007 5.1-5.4
CARD = ("AT+CIMI",)  # 5.6


def all_answers():
    full: StaticAnswers[str] = StaticAnswers()
    for command in STATIC:
        full.keep(command, f"answer to {command}", full.age)
    return full


def kept(answers):
    return tuple(command for command in STATIC if answers.find(command) is not None)


def test_each_is_kept():
    answers = all_answers()
    assert kept(answers) == DEVICE + CARD
    assert answers.find("AT+CGMM") == "answer to AT+CGMM"


@pytest.mark.parametrize("code", ["RDY", "^BOOT:12,0", "NORMAL POWER DOWN", "POWERED DOWN"])
def test_a_restart_ends_all(code):
    answers = all_answers()
    answers.heard(code)
    assert kept(answers) == ()


@pytest.mark.parametrize("code", ["+CPIN: READY", "+QUSIM: 1", "+QSIMSTAT: 1,0", "^SIMST:1"])
def test_news_of_the_card_end_what_the_card_said(code):
    answers = all_answers()
    answers.heard(code)
    assert kept(answers) == DEVICE


@pytest.mark.parametrize(
    ("line", "is_kept"),
    [
        ("+CPIN: READY", True),
        ("+CPIN: SIM PIN", False),
        ("+CPIN: NOT READY", False),
        ("+cpin:READY", True),
        ("+QSIMSTAT: 0,1", True),
        ("+QSIMSTAT: 0,0", False),
        ("+CREG: 2,3", True),
    ],
)
def test_an_answer_that_tells_of_another_card_ends_what_the_first_said(line, is_kept):
    answers = all_answers()
    answers.answered(line)
    assert kept(answers) == (DEVICE + CARD if is_kept else DEVICE)


def test_other_codes_end_nothing():
    answers = all_answers()
    answers.heard('+CMTI: "SM",3')
    answers.said("AT+CSQ")
    answers.refused(30)
    answers.refused(None)
    assert kept(answers) == DEVICE + CARD


@pytest.mark.parametrize(
    "command",
    ["ATZ", "AT&F", "AT+CFUN=1,1", "AT+CPOF", "AT+CRESET", "AT+QPOWD=1", "AT!RESET", "AT^RESET",
     "AT#REBOOT", "AT+QUIMSLOT=2", "AT+GTDUALSIM=1", "AT^SIMSLOT=1", "AT+SWITCHSIM=1"],
)  # fmt: skip
def test_commands_that_restart_or_change_the_card_end_all(command):
    answers = all_answers()
    answers.said(command)
    assert kept(answers) == ()


@pytest.mark.parametrize("number", [10, 11, 12, 13, 14, 15])
def test_errors_of_the_card_end_what_it_said(number):
    """3GPP TS 27.007 9.2.1."""
    answers = all_answers()
    answers.refused(number)
    assert kept(answers) == DEVICE
    assert len(CARD_ERRORS) == 6


def test_an_answer_asked_before_a_restart_is_not_kept_after_it():
    answers = all_answers()
    asked_at = answers.age
    answers.heard("RDY")
    answers.keep("AT+CGMM", "of before", asked_at)
    assert answers.find("AT+CGMM") is None


def test_what_is_not_static_is_not_kept():
    answers = all_answers()
    answers.keep("AT+CSQ", "20,99", answers.age)
    assert answers.find("AT+CSQ") is None
