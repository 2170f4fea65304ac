"""Every scenario as a client of an EC25 meets it: literal answers, and the truth beside them."""

from pathlib import Path

import pytest

from hil_tests.bench.at_talk import FIXED, Talk
from hil_tests.sims.network.scenarios import BY_NAME, apply

PDU_MODE = ("AT+CMGF=0", 'AT+CPMS="ME","ME","ME"', "AT+CNMI=2,1,2,0,0")


def talk(*scenarios, name="quectel-ec25"):
    return Talk(name, profile=apply(FIXED, scenarios))


def test_denied_with_its_cause():
    said = talk("denied:11")
    assert said.ask("AT+CEREG?").reply == ("+CEREG: 0,3", "OK")
    assert said.ask("AT+CEREG?").truth == {"stat": 3, "cause": 11}
    assert said.ask("AT+COPS?").reply == ("+COPS: 0", "OK")
    assert said.ask("AT+CEER").reply == ("+CEER: PLMN not allowed", "OK")
    assert said.ask("AT+CEER").truth == {"emm_cause": 11}
    assert said.ask("AT+CGACT=1,1").reply == ("+CME ERROR: 30",)


def test_denied_with_its_cause_in_the_standards_third_level():
    said = talk("denied:5", name="simcom-sim7600")
    said.modem.settings["+CREG"] = ("3",)  # TS 27.007 7.2: <cause_type> 0, EMM; the SIM7600 lacks the level
    said.modem.forget_announced("+CREG")
    fields = said.modem.registration_fields("+CREG", "3", 1.0)
    assert f"{fields['stat']}{fields['location_if_asked']}" == "3,,,,0,5"


def test_denied_later_and_let_in_again():
    said = talk("denied-later:10")
    said.ask("AT+CEREG=1")
    assert "+CEREG: 3" in said.wait(11)
    assert said.ask("AT+CSQ").reply == ("+CSQ: 99,99", "OK")
    assert "+CEREG: 1" in said.wait(11)


def test_national_and_international_roaming():
    said = talk("roam-national:51001", "names-table")
    assert said.ask("AT+CEREG?").reply == ("+CEREG: 0,5", "OK")
    assert said.ask("AT+COPS?").reply == ('+COPS: 0,0,"Indosat",7', "OK")
    assert said.ask("AT+CIMI").reply == ("510101234567890", "OK")
    assert ",510,01,3C4D5E,321," in said.ask('AT+QENG="servingcell"').reply[0]
    scan = said.ask("AT+COPS=?").reply[0]
    assert scan.startswith('+COPS: (2,"Indosat","ISAT","51001",7),(1,"Telkomsel","TSEL","51010",7),(3,')
    abroad = talk("roam-international:50212", "names-table")
    assert abroad.ask("AT+COPS?").reply == ('+COPS: 0,0,"Maxis",7', "OK")


def test_names_late_from_the_table_and_from_the_card():
    said = talk("names-late:10")
    assert said.ask("AT+QSPN").reply[0] == '+QSPN: "Telkomsel","TSEL","Telkomsel",0,"51010"'
    assert said.ask("AT+QSPN").truth["name_source"] == "table"
    said.ask("AT+CTZR=1")
    assert '+CTZV: "+28"' in said.wait(11)
    assert said.ask("AT+QSPN").reply[0] == '+QSPN: "PILIH JUJUR","TSEL","Telkomsel",0,"51010"'
    own = talk("names-sim")
    spn = "00" + b"Telkomsel".hex().upper() + "FF" * 7
    assert own.ask("AT+CRSM=176,28486,0,0,17").reply == (f'+CRSM: 144,0,"{spn}"', "OK")
    assert own.ask("AT+CRSM=178,28613,1,4,0").reply[0].startswith('+CRSM: 144,0,"43')
    assert (
        own.ask("AT+CRSM=176,28436,0,0,0").reply[0]
        == f'+CRSM: 144,0,"{b"KPU CPHS".hex().upper()}{"FF" * 12}"'
    )
    assert own.modem.displayed().network is None  # the card hides the network's name
    assert talk("names-table").ask("AT+CRSM=178,28613,1,4,0").reply == ("+CRSM: 106,130", "OK")


def test_zone_of_papua():
    said = talk("zone:36")  # 1731000000 is 2024-11-07 17:20 UTC; TZ=Asia/Jayapura date -d @1731000000: 02:20
    assert said.ask("AT+CCLK?").reply[0].startswith('+CCLK: "24/11/08,02:20:')
    assert said.ask("AT+CCLK?").reply[0].endswith('+36"')


def test_cards_absent_locked_and_busy():
    said = talk("sim-absent")
    assert said.ask("AT+CPIN?").reply == ("+CME ERROR: 10",)
    assert said.ask("AT+CIMI").reply == ("+CME ERROR: 10",)
    assert said.ask("AT+CMGL=4").reply == ("+CMS ERROR: 310",)
    assert said.ask("AT+CEREG?").reply == ("+CEREG: 0,0", "OK")
    busy = talk("sim-busy:8")
    assert busy.ask("AT+CPIN?").reply == ("+CME ERROR: 14",)
    busy.wait(9)
    assert busy.ask("AT+CPIN?").reply == ("+CPIN: READY", "OK")
    assert busy.ask("AT+CEREG?").reply == ("+CEREG: 0,1", "OK")


def test_pin_and_its_tries():
    said = talk("sim-pin:2")
    assert said.ask("AT+CPIN?").reply == ("+CPIN: SIM PIN", "OK")
    assert said.ask("AT+CIMI").reply == ("+CME ERROR: 11",)
    assert said.ask("AT+CPINR").reply == ("+CPINR: SIM PIN,2,3", "+CPINR: SIM PUK,10,10", "OK")
    assert said.ask('AT+CPIN="0000"').reply == ("+CME ERROR: 16",)
    assert said.ask("AT+CPINR").truth == {"pin_tries": 1, "puk_tries": 10}
    opened = said.ask('AT+CPIN="1234"')
    assert opened.reply == ("OK",)
    assert opened.unasked == ("+CPIN: READY",)
    said.wait(3)
    assert said.ask("AT+CEREG?").reply == ("+CEREG: 0,1", "OK")
    assert said.ask('AT+CLCK="SC",2').reply == ("+CLCK: 1", "OK")


def test_puk():
    said = talk("sim-puk:10")
    assert said.ask("AT+CPIN?").reply == ("+CPIN: SIM PUK", "OK")
    assert said.ask("AT+CIMI").reply == ("+CME ERROR: 12",)
    assert said.ask('AT+CPIN="12345678"').reply == ("+CME ERROR: 12",)
    assert said.ask('AT+CPIN="00000000","9999"').reply == ("+CME ERROR: 16",)
    assert said.ask('AT+CPIN="12345678","9999"').reply == ("OK",)
    assert said.ask("AT+CPIN?").reply == ("+CPIN: READY", "OK")


def test_csim_speaks_to_the_card_itself():
    said = talk("sim-pin:3")
    assert said.ask('AT+CSIM=10,"0020000100"').reply == ('+CSIM: 4,"63C3"', "OK")
    assert said.ask('AT+CSIM=14,"00A40004022FE2"').reply == ('+CSIM: 4,"610F"', "OK")
    assert said.ask('AT+CSIM=10,"00B000000A"').reply == ('+CSIM: 24,"982601214365870921439000"', "OK")
    assert said.ask('AT+CSIM=9,"00B000000A"').reply == ("+CME ERROR: 50",)


def test_refused_access_point():
    said = talk("apn-refused:33")
    assert said.ask("AT+CGACT=1,1").reply == ("+CME ERROR: 133",)  # TS 27.007 9.2.2.2
    assert said.ask("AT+CEER").reply == ("+CEER: Requested service option not subscribed", "OK")
    assert said.ask("AT+CGPADDR=1").reply == ('+CGPADDR: 1,"0.0.0.0"', "OK")
    assert said.ask("AT+CEREG?").reply == ("+CEREG: 0,1", "OK")
    assert said.ask("AT+CGCONTRDP=1").reply == ("+CME ERROR: 3",)


def test_fair_use_steps_are_told_by_the_modem_and_to_the_link():
    said = talk("fair-use:30")
    assert said.ask("AT+CGEQOSRDP=1").reply == ("+CGEQOSRDP: 1,9,0,0,0,0,150000,50000", "OK")
    said.wait(31)
    assert said.ask("AT+CGEQOSRDP=1").reply == ("+CGEQOSRDP: 1,9,0,0,0,0,2000,1000", "OK")
    said.wait(31)
    last = said.ask("AT+CGEQOSRDP=1")
    assert last.truth == {"qci": 9, "ambr_down_kbps": 256, "ambr_up_kbps": 256}
    told = [event.ambr.down_kbps for event in said.modem.link_events if event.ambr]
    assert told == [150000, 2000, 256]


def test_a_dropped_context_is_told_and_can_be_had_again():
    said = talk("pdp-drop:10")
    said.ask("AT+CGEREP=2,1")
    assert (
        said.ask("AT+CGCONTRDP=1").reply[0].startswith('+CGCONTRDP: 1,5,"internet.mnc010.mcc510.gprs","10.')
    )
    assert "+CGEV: NW PDN DEACT 1" in said.wait(10)
    assert said.ask("AT+CGACT?").reply == ("+CGACT: 1,0", "+CGACT: 2,0", "OK")
    assert said.ask("AT+CEER").truth == {"esm_cause": 39}
    assert said.ask("AT+CGACT=1,1").reply == ("OK",)
    assert said.ask("AT+CGPADDR=1").reply[0].startswith('+CGPADDR: 1,"10.')
    up = [event.up for event in said.modem.link_events if event.kind == "data"]
    assert up == [True, False, True]


def test_no_way_for_messages():
    said = talk("sms-none", "sms-late:0")
    assert said.ask("AT+CREG?").reply == ("+CREG: 0,0", "OK")
    assert said.ask("AT+CEREG?").reply == ("+CEREG: 0,1", "OK")
    assert said.ask("AT+CIREG?").reply == ("+CIREG: 0,0", "OK")
    said.ask(*PDU_MODE)
    assert not [line for line in said.wait(60) if line.startswith("+CMT")]
    assert said.modem.store.used("ME") == 0
    assert talk("sms-ims").ask("AT+CIREG?").truth == {"ims": 1, "sms_way": "ims"}


def sent(said, text=b"0011000B916407281553F80000AA0AE8329BFD4697D9EC37"):
    """Send the tutorials' SMS-SUBMIT of 23 octets; return the final lines."""
    said.type(b"AT+CMGS=23\r")
    return said.type(text + b"\x1a")


def test_sending_needs_a_way():
    assert b"+CMGS: 1" in sent(talk("sms-ims"))
    assert b"+CMS ERROR: 500" in sent(talk("sms-none"))
    assert b"+CMS ERROR: 331" in sent(talk("denied:3"))


def parts_of(said, seconds=8):
    said.ask(*PDU_MODE)
    said.wait(seconds)
    return said.ask("AT+CMGL=4")


@pytest.mark.parametrize(("bits", "head"), [("8", "050003"), ("16", "060804")])
def test_a_long_message_comes_in_parts(bits, head):
    listed = parts_of(talk(f"sms-long:{bits}"))
    pdus = listed.reply[1:-1:2]
    assert len(pdus) == 2
    assert all(head in pdu for pdu in pdus)
    messages = listed.truth["messages"]
    assert [message["part"][2:] for message in messages] == [[2, 1], [2, 2]]
    assert "".join(message["text"] for message in messages) == messages[0]["whole"]


def test_disorder_copies_and_one_reference_of_two_senders():
    numbers = [row["part"][3] for row in parts_of(talk("sms-disorder")).truth["messages"]]
    assert numbers == [2, 1]
    numbers = [row["part"][3] for row in parts_of(talk("sms-duplicate:2")).truth["messages"]]
    assert numbers == [1, 1, 1, 2, 2, 2]
    rows = parts_of(talk("sms-same-reference")).truth["messages"]
    assert {(row["sender"], row["part"][0]) for row in rows} == {("KPU", 77), ("+628001234567", 77)}


def test_a_late_message_comes_late():
    said = talk("sms-late:20")
    said.ask(*PDU_MODE)
    assert not said.wait(20)
    assert said.wait(5) == ('+CMTI: "ME",0',)


def test_class_0_is_shown_and_not_stored():
    said = talk("sms-class0")
    said.ask(*PDU_MODE)
    (line,) = said.wait(5)
    assert line.startswith("+CMT: ,")
    assert "0010" in line.partition("\n")[2]  # PID 00, DCS 10
    assert said.modem.store.used("ME") == 0


def test_full_memory_and_room_again():
    said = talk("sms-full")
    said.ask(*PDU_MODE)
    assert not said.wait(6)
    assert said.ask("AT+CPMS?").reply == ('+CPMS: "ME",23,23,"ME",23,23,"ME",23,23', "OK")
    freed = said.ask("AT+CMGD=4")
    assert freed.unasked + said.wait(2) == ('+CMTI: "ME",4',)


def test_a_broadcast_needs_to_be_wanted():
    said = talk("cell-broadcast:2")
    said.ask(*PDU_MODE)
    assert not said.wait(6)
    wanted = talk("cell-broadcast:2")
    wanted.ask(*PDU_MODE, 'AT+CSCB=0,"0-65535"')
    lines = wanted.wait(6)
    assert [line.split("\r\n")[0] for line in lines] == ["+CBM: 88", "+CBM: 88"]
    assert [line.split("\r\n")[1][:12] for line in lines] == ["401000320F12", "401000320F22"]
    text = talk("cell-broadcast:1")
    text.ask("AT+CMGF=1", "AT+CNMI=2,1,2,0,0", 'AT+CSCB=0,"50"')
    (line,) = text.wait(6)
    assert line.startswith("+CBM: 16400,50,15,1,1\r\nPeringatan dini BMKG")


def test_a_downgrade_changes_access_and_area():
    said = talk("lte-to-2g:10")
    assert said.ask("AT+COPS?").reply == ('+COPS: 0,0,"PILIH JUJUR",7', "OK")
    said.ask("AT+CREG=2")
    before = said.ask("AT+CREG?").reply[0]
    assert before == '+CREG: 2,1,"1A2B","3C4D5E",7'
    lines = said.wait(11)
    (after,) = (line for line in lines if line.startswith("+CREG: 1,"))
    assert after.endswith(",0")
    assert "1A2B" not in after
    assert said.ask("AT+COPS?").reply == ('+COPS: 0,0,"PILIH JUJUR",0', "OK")
    assert said.ask("AT+CEREG?").reply == ("+CEREG: 0,0", "OK")


def test_offers_of_5g_leave_an_lte_modem_on_lte():
    for offer in ("lte", "nsa", "sa", "nsa-to-lte:1", "rat-tour:100", "shared-cells:a", "handover:5"):
        assert talk(offer).ask("AT+COPS?").reply == ('+COPS: 0,0,"PILIH JUJUR",7', "OK")
    assert talk("gsm").ask("AT+COPS?").reply == ('+COPS: 0,0,"PILIH JUJUR",0', "OK")


def test_a_hole_in_the_coverage():
    said = talk("coverage-hole:10")
    said.ask("AT+CEREG=1")
    assert "+CEREG: 2" in said.wait(11)
    assert said.ask("AT+CSQ").reply == ("+CSQ: 99,99", "OK")
    assert "+CEREG: 1" in said.wait(10)


def test_every_scenario_has_a_test_here():
    source = Path(__file__).read_text(encoding="utf-8")
    assert not [name for name in BY_NAME if f'"{name}' not in source and f'"{name}:' not in source]
