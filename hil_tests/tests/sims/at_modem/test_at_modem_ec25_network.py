"""The EC25's own words about network, card, power and indications: literal answers, the truth beside them."""

import pytest

from hil_tests.bench.at_talk import FIXED, Talk
from hil_tests.sims.network.scenarios import apply

# the fixed radio: RSRP -96.4 dBm, RSRQ -10.3 dB; RSSI -66.1 dBm (at_talk)
SERVING = '+QENG: "neighbourcell intra","LTE",1850,321,-10,-96,-66,-,-,-,-,-,-'


def talk(*scenarios):
    return Talk("quectel-ec25", profile=apply(FIXED, scenarios))


def test_neighbours_begin_with_the_serving_cell_and_swap_the_levels():
    said = talk().ask('AT+QENG="neighbourcell"')
    assert said.reply[0] == SERVING  # manual V2.0 6.17: RSRQ before RSRP, 13 fields within the frequency
    kinds = [line.split(",")[0] for line in said.reply[:-1]]
    assert kinds[:3] == ['+QENG: "neighbourcell intra"'] * 3
    assert kinds[3:] == ['+QENG: "neighbourcell inter"'] * 2
    assert {line.count(",") for line in said.reply[:3]} == {12}
    assert {line.count(",") for line in said.reply[3:-1]} == {11}
    shown = [[int(line.split(",")[3]), int(line.split(",")[5])] for line in said.reply[1:-1]]
    assert sorted(said.truth["neighbours"]) == sorted(shown)


def test_a_cell_that_lets_nobody_in_is_shown_all_the_same():
    said = talk("denied:15")
    line = said.ask('AT+QENG="servingcell"').reply[0]
    assert line.startswith('+QENG: "servingcell","LIMSRV","LTE","FDD",510,10,3C4D5E,321,1850,3,5,5,1A2B,-96,')
    assert said.ask("AT+QNWINFO").reply == ("+QNWINFO: No Service", "OK")
    assert said.ask("AT+QCSQ").reply == ('+QCSQ: "NOSERVICE"', "OK")
    hole = talk("coverage-hole:1")
    hole.wait(0.75)
    assert hole.ask('AT+QENG="servingcell"').reply == ('+QENG: "servingcell","SEARCH"', "OK")


def test_in_gsm_the_words_are_of_gsm():
    said = talk("gsm")
    line = said.ask('AT+QENG="servingcell"')
    cells = line.reply[0].split(",")
    assert cells[:4] == ['+QENG: "servingcell"', '"NOCONN"', '"GSM"', "510"]
    assert len(cells) == 27  # manual V2.0 6.17: as its example in idle mode, from state to voice codec
    assert cells[10:14] == ["-96", "255", "255", "0"]
    assert cells[-10:] == ["-"] * 9 + ['"-"']
    assert "rsrp_dbm" not in line.truth
    assert said.ask("AT+QNWINFO").reply[0].startswith('+QNWINFO: "EDGE","51010","GSM ')
    assert said.ask("AT+QCSQ").reply == ('+QCSQ: "GSM",-96', "OK")
    assert said.ask("AT+CESQ").reply == ("+CESQ: 14,99,255,255,255,255", "OK")  # -96.4 is in [-97, -96): 14
    assert said.ask('AT+QENG="neighbourcell"').reply[0].startswith('+QENG: "neighbourcell","GSM",510,10,')


def test_scan_mode_holds_the_modem_to_one_technology():
    said = talk("lte-to-2g:10")
    assert said.ask('AT+QCFG="nwscanmode"').reply == ('+QCFG: "nwscanmode",0', "OK")
    assert said.ask('AT+QCFG="nwscanmode",3').reply == ("OK",)
    said.wait(12)
    assert said.ask("AT+COPS?").reply == ("+COPS: 0", "OK")  # LTE alone, and there is only GSM
    assert said.ask('AT+QCFG="nwscanmode",1').reply == ("OK",)
    said.wait(3)
    assert said.ask("AT+COPS?").reply == ('+COPS: 0,0,"PILIH JUJUR",0', "OK")
    assert said.ask('AT+QCFG="nwscanmode",9').reply == ("+CME ERROR: 50",)
    assert said.ask('AT+QCFG="nosuch"').reply == ("ERROR",)


def test_ims_answers_two_digits_and_the_second_is_the_networks():
    assert talk().ask('AT+QCFG="ims"').reply == ('+QCFG: "ims",0,0', "OK")
    said = talk("sms-ims")
    assert said.ask('AT+QCFG="ims",1').reply == ("OK",)
    assert said.ask('AT+QCFG="ims"').reply == ('+QCFG: "ims",1,1', "OK")


def test_tries_of_pin_and_puk():
    said = talk("sim-pin:2")
    assert said.ask("AT+QPINC?").reply == ('+QPINC: "SC",2,10', '+QPINC: "P2",3,10', "OK")
    assert said.ask('AT+QPINC="SC"').reply == ('+QPINC: "SC",2,10', "OK")
    assert said.ask("AT+QINISTAT").reply == ("+QINISTAT: 1", "OK")
    assert said.ask("AT+QSIMSTAT?").reply == ("+QSIMSTAT: 0,1", "OK")
    gone = talk("sim-absent")
    assert gone.ask("AT+QSIMSTAT?").reply == ("+QSIMSTAT: 0,0", "OK")
    assert gone.ask("AT+QCCID").reply == ("+CME ERROR: 10",)
    assert gone.ask("AT+QINISTAT").reply == ("+QINISTAT: 0", "OK")


def test_power_down_is_said_late():
    said = talk()
    assert said.ask("AT+QPOWD").reply == ("OK",)
    assert said.wait(3) == ("POWERED DOWN",)
    assert said.ask("AT+CSQ").reply == ("+CSQ: 99,99", "OK")


def test_indications_are_said_where_switched_on():
    said = talk("lte-to-2g:10", "sms-full")
    said.ask('AT+QINDCFG="act",1', 'AT+QINDCFG="smsfull",1', 'AT+CPMS="ME","ME","ME"', "AT+CNMI=2,1")
    lines = said.wait(11)
    assert '+QIND: "act","EGPRS"' in lines
    assert lines.count('+QIND: "smsfull","ME"') == 1
    assert said.ask('AT+QINDCFG="act"').reply == ('+QINDCFG: "act",1', "OK")
    assert said.ask('AT+QINDCFG="rain",1').reply == ("+CME ERROR: 50",)


@pytest.mark.parametrize(
    ("scenarios", "line"),
    [
        ((), "+CIND: 0,2,1,0,0,0,1,0"),  # (-96 + 125) // 10 bars
        (("roam-national:51001",), "+CIND: 0,2,1,0,1,0,1,0"),
        (("denied:11", "sms-full"), "+CIND: 0,2,0,0,0,1,0,0"),
    ],
)
def test_indicators(scenarios, line):
    assert talk(*scenarios).ask("AT+CIND?").reply == (line, "OK")


def test_a_call_of_the_network_device_is_refused_with_the_cause():
    said = talk("apn-refused:27")
    assert said.ask("AT+QNETDEVCTL=1,1,1").reply == ("+CME ERROR: 127",)
    up = talk().ask("AT+QNETDEVCTL=1,2,1")
    assert up.reply == ("OK",)
    assert up.unasked == ("+QNETDEVSTATUS: 1,1,4,1",)


def test_no_name_while_not_registered():
    assert talk("denied:11").ask("AT+QSPN").reply == ("OK",)
