"""Codes against second listings: final results, unsolicited codes, registration, reject causes.

CME: 3GPP TS 27.007 9.2.1 and 9.2.2; CMS: TS 27.005 3.2.5; causes: TS 24.301 9.9.3.9, 9.9.4.4 and TS 24.501
9.11.3.2; whose a cause is: this project's, after the operators' side of its design (3, 5 and 6 are our card
or our IMEI).
"""

from dataclasses import replace

import pytest

from modem_drivers.at.results import (
    CME_MEANING,
    CME_NOT_SUPPORTED,
    CMS_MEANING,
    DIAL_WORDS,
    Outcome,
    parse_result,
)
from modem_drivers.at.standard import PRIVATE_VERBS, hide_private, parse_registration
from modem_drivers.at.urc import find_urc
from modem_drivers.families.parse import parse_reply
from modem_drivers.reading import REGISTERED_STATS, ROAMING_STATS
from modem_drivers.session import (
    CAUSES,
    CME_STATES,
    ESM_CAUSES,
    TABLE,
    Facts,
    cause_of,
    cme_to_esm,
    decide_state,
    esm_cause_of,
)

CME = """
0 phone failure|1 no connection to phone|2 phone-adaptor link reserved|3 operation not allowed
4 operation not supported|5 PH-SIM PIN required|6 PH-FSIM PIN required|7 PH-FSIM PUK required
10 SIM not inserted|11 SIM PIN required|12 SIM PUK required|13 SIM failure|14 SIM busy|15 SIM wrong
16 incorrect password|17 SIM PIN2 required|18 SIM PUK2 required|20 memory full|21 invalid index|22 not found
23 memory failure|24 text string too long|25 invalid characters in text string|26 dial string too long
27 invalid characters in dial string|30 no network service|31 network timeout
32 network not allowed - emergency calls only|40 network personalization PIN required
41 network personalization PUK required|42 network subset personalization PIN required
43 network subset personalization PUK required|44 service provider personalization PIN required
45 service provider personalization PUK required|46 corporate personalization PIN required
47 corporate personalization PUK required|50 incorrect parameters|100 unknown|103 illegal MS|106 illegal ME
107 GPRS services not allowed|111 PLMN not allowed|112 location area not allowed
113 roaming not allowed in this location area|132 service option not supported
133 requested service option not subscribed|134 service option temporarily out of order
148 unspecified GPRS error|149 PDP authentication failure
"""
CMS = """
300 ME failure|301 SMS service of ME reserved|302 operation not allowed|303 operation not supported
304 invalid PDU mode parameter|305 invalid text mode parameter|310 SIM not inserted|311 SIM PIN required
313 SIM failure|314 SIM busy|320 memory failure|321 invalid memory index|322 memory full
330 SMSC address unknown|331 no network service|332 network timeout|500 unknown error
"""


def listed(text: str) -> dict[int, str]:
    """Return {code: words} of a listing, "|" or a line's end between entries."""
    entries = [entry for line in text.strip().splitlines() for entry in line.split("|")]
    return {int(entry.partition(" ")[0]): entry.partition(" ")[2] for entry in entries}


@pytest.mark.parametrize(
    ("head", "outcome", "codes", "table"),
    [("+CME ERROR", Outcome.CME, CME, CME_MEANING), ("+CMS ERROR", Outcome.CMS, CMS, CMS_MEANING)],
)
def test_errors_by_number_and_by_words(head, outcome, codes, table):
    for number, words in listed(codes).items():
        assert parse_result(f"{head}: {number}") == (outcome, number, words)
        assert parse_result(f"{head}: {words}") == (outcome, number, words)
    assert set(table) == set(listed(codes))


def test_words_that_end_a_command():
    assert parse_result("OK") == (Outcome.OK, None, "")
    for line in ("ERROR", "COMMAND NOT SUPPORT", "TOO MANY PARAMETERS"):
        assert parse_result(line) == (Outcome.ERROR, None, "")
    assert parse_result("+EXT ERROR: 7") == (Outcome.ERROR, 7, "code not in the standard's table")
    assert parse_result("0", numeric=True) == (Outcome.OK, None, "")
    assert parse_result("4", numeric=True) == (Outcome.ERROR, None, "")
    for line in ("NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE", "NO DIAL TONE"):
        for command in ("ATD*99#", "ATA", "ATO", 'AT+CGDATA="PPP",1', "AT$QCRMCALL=1,1"):
            assert parse_result(line, command) == (Outcome.ERROR, None, line)
        assert line in DIAL_WORDS
    assert len(DIAL_WORDS) == 5
    assert {outcome.name: outcome.value for outcome in Outcome} == {
        "OK": "ok",
        "ERROR": "error",
        "CME": "cme",
        "CMS": "cms",
        "TIMEOUT": "timeout",
    }


def test_what_modems_answer_to_a_command_they_do_not_know():
    assert sorted(CME_NOT_SUPPORTED) == [3, 4, 50, 58, 100]


URC_BODIES = "+CMT +CDS +CBM"
URC_HEADS = (
    "+CMTI +CDSI +CBMI +CREG +CGREG +CEREG +C5GREG +CIREGU +CSCON +CGEV +CTZV +CTZE +CTZU +CTZR +CIEV +CUSD "
    "+CPIN +CFUN +CRING +CLIP +QIND +QUSIM +QSIMSTAT +QCSQ +QIURC +QNETDEVSTATUS +QUSBNETDEV ^BOOT ^RSSI "
    "^HCSQ ^MODE ^EONS ^NWTIME ^SIMST ^SRVST"
)
URC_LINES = "RING|RDY|PB DONE|SMS DONE|SMS READY|CALL READY|NORMAL POWER DOWN|POWERED DOWN|NO CARRIER"


def test_unsolicited_codes():
    for head in URC_BODIES.split():
        found = find_urc(f"{head}: 1")
        assert found is not None
        assert (found.prefix, found.has_body) == (head + ":", True)
    for head in URC_HEADS.split():
        found = find_urc(f"{head}: 1")
        assert found is not None
        assert (found.prefix, found.has_body) == (head + ":", False)
        assert find_urc(f"{head}X") is None
    for line in URC_LINES.split("|"):
        found = find_urc(line.title())
        assert found is not None
        assert (found.prefix, found.has_body) == (line, False)


def test_registration_states():
    # 27.007 7.2: 1 home, 5 roaming, 6 and 7 SMS only, 9 and 10 CSFB not preferred
    assert sorted(REGISTERED_STATS) == [1, 5, 6, 7, 9, 10]
    assert sorted(ROAMING_STATS) == [5, 7, 10]


STAT = (  # 27.007 7.2, 10.1.22: 0 to 11 in their order
    "not_searching home searching denied unknown roaming home_sms_only roaming_sms_only emergency_only "
    "home_csfb_not_preferred roaming_csfb_not_preferred rlos"
)
ACT = "GSM GSM UTRAN GSM UTRAN UTRAN UTRAN LTE EC-GSM-IoT NB-IoT LTE NR NR EN-DC"  # 27.007 7.3: 0 to 13


def test_words_of_registration():
    for number, words in enumerate(STAT.split()):
        assert parse_reply("AT+CREG?", f"+CREG: 2,{number}").fields["state"] == words
    for number, rat in enumerate(ACT.split()):
        assert parse_reply("AT+CEREG?", f'+CEREG: 2,1,"1F2A","1A2B3C4",{number}').fields["rat"] == rat
        assert parse_registration([f'+CEREG: 2,1,"1F2A","1A2B3C4",{number}'], "+CEREG").rat == rat
        assert parse_reply("AT+COPS?", f'+COPS: 0,2,"51010",{number}').fields["rat"] == rat


PRIVATE = (  # subscriber numbers, names, messages
    "+CIMI +CCID +ICCID +QCCID +CICCID ^ICCID #CCID !ICCID +CNUM +CRSM +CSIM +CMGL +CMGR +CPBR +CPBF +CLCC "
    "+CUSD"
)


def test_private_answers_are_hidden():
    for verb in PRIVATE.split():
        assert hide_private(f"AT{verb}", f"{verb}: Budi") == "<hidden>"
    assert hide_private("AT+CSQ", "+CSQ: 20,99") == "+CSQ: 20,99"
    assert len(PRIVATE_VERBS) == len(PRIVATE.split())


EMM = """
2 box IMSI unknown in HSS|3 box illegal UE|5 box IMEI not accepted|6 box illegal ME
7 policy EPS services not allowed|8 policy EPS services and non-EPS services not allowed
9 operator UE identity cannot be derived by the network|10 operator implicitly detached
11 policy PLMN not allowed|12 policy tracking area not allowed
13 policy roaming not allowed in this tracking area|14 policy EPS services not allowed in this PLMN
15 operator no suitable cells in tracking area|16 operator MSC temporarily not reachable
17 operator network failure|18 operator CS domain not available|19 operator ESM failure
22 operator congestion|25 policy not authorized for this CSG|27 policy N1 mode not allowed
35 policy requested service option not authorized in this PLMN|40 operator no EPS bearer context activated
42 operator severe network failure|62 operator no network slices available
"""


ESM = """
8 policy operator determined barring|26 operator insufficient resources|27 box missing or unknown APN
28 box unknown PDN type|29 box user authentication failed
30 operator request rejected by serving or PDN gateway|31 undetermined request rejected, unspecified
32 operator service option not supported|33 policy requested service option not subscribed
34 operator service option temporarily out of order|36 operator regular deactivation
38 operator network failure|39 operator reactivation requested|50 box PDN type IPv4 only allowed
51 box PDN type IPv6 only allowed|54 operator PDN connection does not exist
55 policy multiple PDN connections for a given APN not allowed|65 box maximum number of EPS bearers reached
"""


def test_causes_of_a_refused_data_session():
    for number, rest in listed(ESM).items():
        outcome, _, words = rest.partition(" ")
        assert esm_cause_of(number) == (words, outcome)
        assert cme_to_esm(100 + number) == number  # 27.007 9.2.2.2
        assert cme_to_esm(number) == (number if number in (28, 29, 33, 34, 36, 38, 39) else None)
    assert set(ESM_CAUSES) == set(listed(ESM))
    assert cme_to_esm(99) is None


def test_reject_causes():
    for number, rest in listed(EMM).items():
        outcome, _, words = rest.partition(" ")
        assert cause_of(number) == (words, outcome)
        state = decide_state(Facts(stat=3, reject_cause=number))
        assert (state.name, state.outcome) == ("denied", outcome)
        assert f"{number}, {words}" in state.text
        assert f"{number}, {words}" in state.text_id
    assert set(CAUSES) == set(listed(EMM))
    assert cause_of(255) == cause_of(None) == ("a cause not in the table", "undetermined")


STATES = {  # whose it is, whether data may be used
    "absent": ("box", False),
    "storage": ("box", False),
    "stuck": ("box", False),
    "booting": ("box", False),
    "sim absent": ("box", False),
    "sim pin": ("box", False),
    "sim puk": ("box", False),
    "sim busy": ("box", False),
    "sim failed": ("box", False),
    "denied": ("undetermined", False),
    "data": ("ok", True),
    "international roaming": ("policy", False),
    "attached": ("ok", True),
    "national roaming": ("ok", True),
    "home": ("ok", True),
    "searching": ("operator", False),
}


def test_states_outcomes():
    assert {row.name: (row.outcome, row.data_allowed) for row in TABLE} == STATES


def test_national_roaming_is_said_beside_data():
    away = Facts(sim="READY", stat=5, home_plmn="51011", registered_plmn="51010")
    attached = decide_state(replace(away, attached=True))
    data = decide_state(replace(away, attached=True, address="10.1.2.3"))
    assert (attached.name, data.name) == ("attached", "data")
    for state in (attached, data):
        assert "by national roaming in 51010" in state.text
        assert "lewat roaming nasional di 51010" in state.text_id


def test_cards_by_error():
    # 27.007 9.2.1: 10 not inserted, 11 PIN, 12 PUK, 13 failure, 14 busy, 15 wrong; 515: python-gsmmodem 12
    assert CME_STATES == {
        10: "ABSENT",
        11: "SIM PIN",
        12: "SIM PUK",
        13: "FAILED",
        14: "BUSY",
        15: "WRONG",
        515: "BUSY",
    }
