"""The SIM7600's words: literal replies for a fixed radio, truth equal to what they say, and its quirks."""

import re

import pytest
from msgspec.structs import replace

from hil_tests.bench.at_talk import FIXED, Talk
from hil_tests.sims.at_modem.model import Role
from hil_tests.sims.at_modem.registry import MODELS
from hil_tests.sims.network.terminal import Lies

NAME = "simcom-sim7600"
# The layout: https://blog.csdn.net/twd_1991/article/details/85706072 (tenths; the last is whole dB).
CPSI = "+CPSI: LTE,Online,510-10,0x1A2B,3951966,321,EUTRAN-BAND3,1850,5,5,-103,-964,-661,12"
CELL = {"plmn": "51010", "band": 3, "earfcn": 1850, "pci": 321, "tac": 6699, "cell_id": 3951966}


@pytest.mark.parametrize(
    ("command", "lines", "truth"),
    [
        ("AT+CPSI?", [CPSI], {"rsrp_dbm": -96.4, "rsrq_db": -10.3, "rssi_dbm": -66.1, "sinr_db": 12, **CELL}),
        ("AT+CSQ", ["+CSQ: 23,99"], {"rssi_dbm": -67}),  # TS 27.007 8.5: index 23 is -67 dBm
        # TS 27.007 8.69: -96.4 dBm is in the bin [-97, -96), index 44; -10.3 dB in [-10.5, -10), index 19
        ("AT+CESQ", ["+CESQ: 99,99,255,255,19,44"], {"rsrp_dbm": -97, "rsrq_db": -10.5}),
        ("AT+CNSMOD?", ["+CNSMOD: 0,8"], {"system_mode": 8, "setting": ["0"]}),  # manual V1.12 5.15: 8 is LTE
        ("AT+CNMP?", ["+CNMP: 2"], {}),
        ("AT+CICCID", ["+ICCID: 89621012345678901234"], {"iccid": "89621012345678901234"}),
        ("AT+CGMR", ["+CGMR: LE20B05SIM7600G22"], {}),
        ("AT+CGMM", ["SIMCOM_SIM7600G-H"], {}),
        ("AT+CGSN", ["864612041234563"], {"imei": "864612041234563"}),
        ("AT+SPIC", ["+SPIC: 3,10,0,10"], {"pin_tries": 3, "puk_tries": 10}),  # manual V1.12 4.6, example
        ("AT+CSPN?", ['+CSPN: "Telkomsel",0'], {"spn": "Telkomsel"}),
        ("AT+CUSBPIDSWITCH?", ["+CUSBPIDSWITCH: 9001"], {}),
        ("AT+CEREG?", ["+CEREG: 0,1"], {"stat": 1}),
    ],
)
def test_reply_and_truth(command, lines, truth):
    said = Talk(NAME).ask(command)
    assert said.reply == (*lines, "OK")
    assert said.truth == truth


def test_without_service_there_are_no_figures():
    talk = Talk(NAME)
    assert talk.ask("AT+COPS=2", "AT+CPSI?").reply == ("+CPSI: NO SERVICE,Online", "OK")
    assert talk.ask("AT+CNSMOD?").reply == ("+CNSMOD: 0,0", "OK")
    assert talk.ask("AT+CFUN=4", "AT+CPSI?").reply == ("+CPSI: NO SERVICE,Low Power Mode", "OK")


def test_whole_decibels_where_the_profile_says_so():
    said = Talk(NAME, profile=replace(FIXED, cpsi_scale="whole")).ask("AT+CPSI?")
    assert said.reply[0].split(",")[-4:] == ["-10", "-96", "-66", "12"]
    assert (said.truth["rsrp_dbm"], said.truth["rsrq_db"], said.truth["rssi_dbm"]) == (-96, -10, -66)


def test_wrong_rsrp_shows_seven_more_than_the_truth():
    said = Talk(NAME, lies=Lies(rsrp=True)).ask("AT+CPSI?")
    assert said.reply[0].split(",")[-3:-1] == ["-894", "-591"]
    assert said.truth["rsrp_dbm"] == -96.4


def test_reports_come_unasked_while_they_are_wished():
    talk = Talk(NAME)
    talk.ask("AT+AUTOCSQ=1,0", "AT+CPSI=4")
    heard = talk.wait(20)
    assert (heard.count("+CSQ: 23,99"), heard.count(CPSI)) == (4, 5)
    talk.ask("AT+AUTOCSQ=0", "AT+CPSI=0")
    assert talk.wait(20) == ()


def test_change_of_system_mode_is_reported_once():
    talk = Talk(NAME)
    talk.ask("AT+CNSMOD=1")
    assert talk.wait(2) == ()
    assert talk.ask("AT+COPS=2").unasked + talk.wait(2) == ("+CNSMOD: 0",)


def test_errors_come_in_words_from_the_start():
    talk = Talk(NAME)
    assert talk.ask("AT+CPBR=7").reply == ("+CME ERROR: not found",)
    assert talk.ask("AT+CMEE=1", "AT+CPBR=7").reply == ("+CME ERROR: 22",)
    assert talk.ask("ATZ", "AT+CMEE?").reply == ("+CMEE: 2", "OK")


def test_data_call_comes_and_goes():
    talk = Talk(NAME)
    assert talk.ask("AT$QCRMCALL=1,1").reply == ("$QCRMCALL: 1, V4", "OK")
    assert talk.ask("AT$QCRMCALL?").reply == ("$QCRMCALL: 1, V4", "OK")
    assert talk.ask("AT+CGPADDR=1").reply[0].startswith("+CGPADDR: 1,10.")
    assert talk.ask("AT$QCRMCALL=0,1", "AT$QCRMCALL?").reply == ("OK",)
    assert talk.ask("AT+CGPADDR=1").reply[0] == "+CGPADDR: 1,0.0.0.0"


@pytest.mark.parametrize("before", ["AT+COPS=2", "AT+CMEE=0"])
def test_data_call_that_fails_ends_with_no_carrier(before):
    talk = Talk(NAME)
    said = talk.ask(before, "AT$QCRMCALL=1,1,2" if before == "AT+CMEE=0" else "AT$QCRMCALL=1,1")
    assert said.reply == ("NO CARRIER",)


@pytest.mark.parametrize("restart", ["AT+CRESET", "AT+CUSBPIDSWITCH=9011,1,1", "AT+CFUN=1,1"])
def test_restart_says_the_boot_words(restart):
    talk = Talk(NAME)
    talk.ask(restart)
    assert talk.wait(20) == ("RDY", "+CPIN: READY", "SMS DONE", "PB DONE")


def test_same_product_identity_restarts_nothing():
    talk = Talk(NAME)
    assert talk.ask("AT+CUSBPIDSWITCH=9001,1,1").reply == ("OK",)
    assert talk.wait(20) == ()
    assert talk.ask("AT+CUSBPIDSWITCH=9011,1,1", "AT+CUSBPIDSWITCH?").reply[0] == "+CUSBPIDSWITCH: 9011"


@pytest.mark.parametrize("command", ["AT+CNMP=71", "AT+CPSI=256", "AT+CNWINFO?", "AT+CUSBPIDSWITCH=1,1,1"])
def test_refused_with_plain_error(command):
    assert Talk(NAME).ask(command).reply == ("ERROR",)


def test_on_gsm_the_line_is_another():
    said = Talk(NAME, scenarios=["gsm"]).ask("AT+CPSI?")
    # Manual V1.12 5.14: +CPSI: GSM,Online,460-00,0x182d,12401,27 EGSM 900,-64,2110,42-42
    line = r"\+CPSI: GSM,Online,510-10,0x[0-9A-F]{4},\d+,\d+ (EGSM 900|DCS 1800),-96,0,10-10"
    assert re.fullmatch(line, said.reply[0])
    assert said.truth["rssi_dbm"] == -96
    assert "rsrp_dbm" not in said.truth
    assert Talk(NAME, scenarios=["gsm"]).ask("AT+CNSMOD?").reply[0] == "+CNSMOD: 0,3"


def test_a_locked_card_tells_its_tries():
    talk = Talk(NAME, scenarios=["sim-pin"])
    assert talk.ask("AT+CPIN?").reply == ("+CPIN: SIM PIN", "OK")
    assert talk.ask('AT+CPIN="0000"').reply == ("+CME ERROR: incorrect password",)
    assert talk.ask("AT+SPIC").reply == ("+SPIC: 2,10,0,10", "OK")
    assert talk.ask("AT+CIMIM").reply == ("+CME ERROR: SIM PIN required",)
    assert talk.ask("AT+CICCID").reply[0] == "+ICCID: 89621012345678901234"


@pytest.mark.parametrize(
    ("mode", "scenarios", "registered"),
    [("38", [], 1), ("13", [], 2), ("13", ["gsm"], 1), ("38", ["gsm"], 2), ("2", ["gsm"], 1), ("14", [], 2)],
)
def test_preferred_mode_decides_what_networks_count(mode, scenarios, registered):
    talk = Talk(NAME, scenarios=scenarios)
    assert talk.ask(f"AT+CNMP={mode}", "AT+CNMP?").reply == (f"+CNMP: {mode}", "OK")
    talk.wait(5)
    stat = talk.ask("AT+CGREG?" if scenarios else "AT+CEREG?").reply[0].split(",")[1]
    assert int(stat) == registered


def test_call_that_the_network_ends_is_gone():
    talk = Talk(NAME, scenarios=["pdp-drop:40"])
    assert talk.ask("AT+CGEREP=1", "AT$QCRMCALL=1,1", "AT$QCRMCALL?").reply[0] == "$QCRMCALL: 1, V4"
    assert talk.wait(60) == ("+CGEV: NW PDN DEACT 1",)
    assert talk.ask("AT$QCRMCALL?").reply == ("OK",)


def test_unasked_lines_and_positions_go_where_they_are_told():
    talk = Talk(NAME)
    model = MODELS[NAME]
    assert (model.unsolicited(talk.modem), model.positions(talk.modem)) == (Role.AT, False)
    talk.ask("AT+CATR=2", "AT+CGPS=1,1")
    assert (model.unsolicited(talk.modem), model.positions(talk.modem)) == (Role.MODEM, True)
    assert talk.ask("AT+CGPS?").reply[0] == "+CGPS: 1,1"
