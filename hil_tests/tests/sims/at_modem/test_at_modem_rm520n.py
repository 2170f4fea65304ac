"""The RM520N's words in LTE, NSA and SA for a fixed radio; what is drawn is matched by its form."""

import re

import pytest

from hil_tests.bench.at_talk import FIXED, Talk
from hil_tests.sims.at_modem.personalities.quectel_nr_actions import session_rate
from hil_tests.sims.at_modem.scales import halved_db, halved_raw, ss_rsrp_index, ss_rsrq_index, ss_sinr_index
from hil_tests.sims.network.scenarios import apply

# the fixed radio, on LTE cell and NR leg alike: RSRP -96.4 dBm, RSRQ -10.3 dB, SINR 12.4 dB (at_talk)
LTE = '"LTE","FDD",510,10,3C4D5E,321,1850,3,5,5,1A2B,-96,-10,-66,16'  # SINR: (12.4 + 20) / 2 is 16 steps


def talk(*scenarios):
    return Talk("quectel-rm520n", profile=apply(FIXED, scenarios))


@pytest.mark.parametrize(
    ("index", "expected"),
    [  # TS 38.133 10.1.6, 10.1.11, 10.1.16, as TS 27.007 8.69 of Release 15 has them
        (ss_rsrp_index(-157.0), 0),
        (ss_rsrp_index(-156.0), 1),
        (ss_rsrp_index(-96.4), 60),
        (ss_rsrp_index(-31.0), 126),
        (ss_rsrq_index(-43.0), 1),
        (ss_rsrq_index(-10.3), 66),
        (ss_rsrq_index(20.0), 126),
        (ss_sinr_index(-23.0), 1),
        (ss_sinr_index(12.4), 71),
        (ss_sinr_index(40.0), 127),
        # note V1.0.0 3.2.2: (1/5) x X x 10 - 20; its example's 11 is 2 dB
        (halved_raw(2), 11),
        (halved_db(11), 2),
    ],
)
def test_scales_of_nr(index, expected):
    assert index == expected


def test_lte_has_twenty_fields_and_the_state_in_the_first_line():
    said = talk("lte").ask('AT+QENG="servingcell"')
    assert said.reply == (f'+QENG: "servingcell","NOCONN",{LTE},0,-32768,28', "OK")
    assert said.truth["sinr_db"] == 12
    assert said.truth["rsrp_dbm"] == -96


def test_nsa_has_three_lines_and_no_space_in_the_last():
    said = talk("nsa").ask('AT+QENG="servingcell"')
    assert said.reply[:2] == ('+QENG: "servingcell","NOCONN"', f"+QENG: {LTE},9,230,-")
    leg = re.fullmatch(
        r'\+QENG:"NR5G-NSA",510,10,(\d+),-96,12,-10,(\d+),(1|3|40),(3|7),([01])', said.reply[2]
    )
    assert leg
    assert said.truth["nr_pci"] == int(leg[1])
    assert (said.truth["nr_rsrp_dbm"], said.truth["nr_rsrq_db"], said.truth["nr_sinr_db"]) == (-96, -10, 12)


def test_sa_is_one_line_with_a_space_before_the_country():
    said = talk("sa").ask('AT+QENG="servingcell"')
    cell = re.fullmatch(
        r'\+QENG: "servingcell","NOCONN","NR5G-SA","[FT]DD", 510,10,([0-9A-F]+),(\d+),([0-9A-F]+),'
        r"(\d+),(1|3|40),(3|7),-96,-10,12,[01],-",
        said.reply[0],
    )
    assert cell
    truth = said.truth
    assert (truth["cell_id"], truth["tac"]) == (int(cell[1], 16), int(cell[3], 16))
    assert (truth["rsrp_dbm"], truth["rsrq_db"], truth["sinr_db"]) == (-96, -10, 12)


@pytest.mark.parametrize(
    ("mode", "cesq", "csq"),
    [
        ("lte", "+CESQ: 99,99,255,255,19,44,255,255,255", "+CSQ: 23,99"),
        ("nsa", "+CESQ: 99,99,255,255,19,44,66,60,71", "+CSQ: 23,99"),
        ("sa", "+CESQ: 99,99,255,255,255,255,66,60,71", "+CSQ: 99,99"),
    ],
)
def test_standard_signal_in_each_mode(mode, cesq, csq):
    said = talk(mode)
    assert said.ask("AT+CESQ").reply == (cesq, "OK")
    assert said.ask("AT+CSQ").reply == (csq, "OK")


def test_the_truth_of_nine_fields_is_each_bins_lower_edge():
    assert talk("sa").ask("AT+CESQ").truth == {"rsrp_dbm": -97, "rsrq_db": -10.5, "sinr_db": 12.0}
    truth = talk("nsa").ask("AT+CESQ").truth
    assert (truth["rsrp_dbm"], truth["nr_rsrp_dbm"], truth["nr_sinr_db"]) == (-97, -97, 12.0)


def test_vendor_signal_in_each_mode():
    assert talk("lte").ask("AT+QCSQ").reply == ('+QCSQ: "LTE",-66,-96,162,-10', "OK")
    assert talk("nsa").ask("AT+QCSQ").reply[1] == '+QCSQ: "NR5G",-96,12,-10'
    assert talk("sa").ask("AT+QCSQ").reply == ('+QCSQ: "NR5G",-96,12,-10', "OK")
    assert talk("sa").ask("AT+QRSRP").reply == ("+QRSRP: -96,-99,-32768,-32768,NR5G", "OK")
    assert talk("nsa").ask("AT+QSINR").reply == (
        "+QSINR: 12,9,-32768,-32768,LTE",
        "+QSINR: 12,9,-32768,-32768,NR5G",
        "OK",
    )


def test_network_information_and_carriers():
    assert talk("lte").ask("AT+QNWINFO").reply == ('+QNWINFO: "FDD LTE","51010","LTE BAND 3",1850', "OK")
    lte, nr, _ = talk("nsa").ask("AT+QNWINFO").reply
    assert lte == '+QNWINFO: "FDD LTE","51010","LTE BAND 3",1850'
    assert re.fullmatch(r'\+QNWINFO: "[FT]DD NR5G","51010","NR5G BAND (1|3|40)",\d+', nr)
    pcc, scc, leg, _ = talk("nsa").ask("AT+QCAINFO").reply
    assert pcc == '+QCAINFO: "PCC",1850,100,"LTE BAND 3",1,321,-96,-10,-66,12'
    assert re.fullmatch(r'\+QCAINFO: "SCC",\d+,(50|100),"LTE BAND \d+",2,(\d+,)(-\d+,){3}-?\d+,0,-,-', scc)
    assert re.fullmatch(r'\+QCAINFO: "SCC",\d+,(3|7),"NR5G BAND (1|3|40)",\d+', leg)
    assert len(talk("sa").ask("AT+QCAINFO").reply) == 2
    assert talk("denied:11").ask("AT+QNWINFO").reply == ("+QNWINFO: No Service", "OK")


def test_registration_in_5gs_carries_the_slice():
    said = talk("sa")
    said.ask("AT+C5GREG=2")
    assert re.fullmatch(
        r'\+C5GREG: 2,1,"[0-9A-F]{5,6}","[0-9A-F]+",11,4,"01\.000000"', said.ask("AT+C5GREG?").reply[0]
    )
    assert said.ask("AT+CEREG?").reply == ("+CEREG: 0,0", "OK")
    assert said.ask("AT+COPS?").reply == ('+COPS: 0,0,"PILIH JUJUR",11', "OK")
    nsa = talk("nsa")
    assert nsa.ask("AT+C5GREG?").reply == ("+C5GREG: 0,0", "OK")
    assert nsa.ask("AT+COPS?").reply == ('+COPS: 0,0,"PILIH JUJUR",13', "OK")
    assert talk("sa", "sms-ims").ask("AT+CIREG?").truth == {"ims": 1, "sms_way": "ims"}


def test_causes_by_system():
    said = talk("sa", "denied:7")
    assert said.ask("AT+C5GREG?").reply == ("+C5GREG: 0,3", "OK")
    assert said.ask("AT+QNETRC?").reply[2] == '+QNETRC: "5gmm_cause",7'
    assert said.ask('AT+QENG="servingcell"').reply[0].startswith('+QENG: "servingcell","LIMSRV","NR5G-SA"')
    lte = talk("lte", "apn-refused:27")
    assert lte.ask("AT+QNETRC?").reply[:3] == (
        '+QNETRC: "emm_cause",0',
        '+QNETRC: "esm_cause",27',
        '+QNETRC: "5gmm_cause",0',
    )


def test_preferences_hold_the_modem_to_some_technologies():
    said = talk("sa")
    assert said.ask('AT+QNWPREFCFG="mode_pref"').reply == ('+QNWPREFCFG: "mode_pref",AUTO', "OK")
    said.ask('AT+QNWPREFCFG="nr5g_disable_mode",1')  # 1: no SA
    said.wait(3)
    assert said.ask("AT+COPS?").reply[0].endswith(",7")  # the network offers SA or LTE here, no NSA
    said.ask('AT+QNWPREFCFG="nr5g_disable_mode",0', 'AT+QNWPREFCFG="mode_pref",NR5G')
    said.wait(3)
    assert said.ask("AT+COPS?").reply[0].endswith(",11")
    assert said.ask('AT+QNWPREFCFG="mode_pref",6G').reply == ("ERROR",)


def test_the_leg_goes_and_is_told():
    said = talk("nsa-to-lte:10")
    said.ask("AT+QENDC=1")
    assert said.ask("AT+QENDC").reply == ("+QENDC: 1,1,0,1,0", "OK")
    assert "+QENDC: 0,0,0,0,0" in said.wait(11)
    assert said.ask('AT+QENG="servingcell"').reply[0].startswith('+QENG: "servingcell","NOCONN","LTE"')


@pytest.mark.parametrize(
    ("kbps", "session"),
    [(524_288, (3, 32768)), (838_864, (3, 52429)), (104_860, (2, 26215)), (256, (1, 256))],
)  # note V1.0.0 3.7.9: its example, 3,32768 and 3,52429 of 16 kbit/s, 2,26215 of 4 kbit/s
def test_session_rates_by_unit(kbps, session):
    assert session_rate(kbps) == session


def test_rates_and_cell_identities():
    said = talk("lte", "fair-use:30")
    assert said.ask('AT+QNWCFG="lte_ambr"').reply == ('+QNWCFG: "lte_ambr","internet",150000,50000', "OK")
    said.wait(31)
    assert said.ask('AT+QNWCFG="lte_ambr"').truth == {"ambr_down_kbps": 2000, "ambr_up_kbps": 1000}
    assert said.ask('AT+QNWCFG="nr5g_ambr"').reply == ("OK",)
    # note V1.0.0 3.7.1: network, cell and node in hexadecimal; 510 10 is 15F001
    identity = '+QNWCFG: "lte_cell_id",15F00103C4D5E,03C4D5E,03C4D'
    assert said.ask('AT+QNWCFG="lte_cell_id"').reply == (identity, "OK")
    # 1000000 kbit/s are 62500 of 16 kbit/s, 200000 are 50000 of 4
    assert talk("sa").ask('AT+QNWCFG="nr5g_ambr"').reply == (
        '+QNWCFG: "nr5g_ambr","internet",3,62500,2,50000',
        "OK",
    )


def test_contexts_and_the_network_device():
    said = talk("nsa")
    address = said.modem.identity.address
    assert said.ask("AT+CGCONTRDP=1").reply == (
        f'+CGCONTRDP: 1,5,"internet","{address}",,"10.255.0.1","10.255.0.2"',
        "OK",
    )
    assert said.ask('AT+QMAP="WWAN"').reply == (f'+QMAP: "WWAN",1,1,"IPV4","{address}"', "OK")
    assert said.ask("AT+QNETDEVCTL=1,1,1").reply == ("ERROR",)  # of the LTE modules


def test_a_scan_lists_cells_of_both_technologies():
    said = talk("nsa").ask("AT+QSCAN=3,1")
    kinds = [line.split(",")[0] for line in said.reply[:-1]]
    assert set(kinds) == {'+QSCAN: "LTE"', '+QSCAN: "NR5G"'}
    assert len(said.truth["cells"]) == len(kinds) == 8


def test_no_gsm():
    assert talk("gsm").ask("AT+COPS?").reply == ("+COPS: 0", "OK")
