"""The thinner personalities: literal replies for a fixed radio, truth equal to what they say, their quirks.

The layouts are those of the transcripts each row names; the numbers follow from the fixed radio by the
arithmetic beside them.
"""

import re

import pytest

from hil_tests.bench.at_talk import Talk
from hil_tests.sims.network.terminal import Lies

HUAWEI, SIERRA, TELIT, FIBOCOM = "huawei-e3372s", "sierra-mc7455", "telit-le910", "fibocom-l850"
CELL = {"plmn": "51010", "earfcn": 1850, "tac": 6699, "cell_id": 3951966}
STATUS = (
    "!GSTATUS: ",
    "Current Time:  1\t\tTemperature: 40",
    "Reset Counter: 1\t\tMode:        ONLINE         ",
    "System mode:   LTE        \tPS state:    Attached     ",
    "LTE band:      B3     \t\tLTE bw:      20 MHz  ",
    "LTE Rx chan:   1850\t\tLTE Tx chan: 19850",
    "LTE CA state:  NOT ASSIGNED",
    "EMM state:     Registered     \tNormal Service ",
    "RRC state:     RRC Idle       ",
    "IMS reg state: No Srv  \t\t",
    "",
    "PCC RxM RSSI:  -66\t\tRSRP (dBm):  -96",
    "PCC RxD RSSI:  -70\t\tRSRP (dBm):  -100",
    "Tx Power:      --\t\tTAC:         1A2B (6699)",
    "RSRQ (dB):     -10.3\t\tCell ID:     003C4D5E (3951966)",
    "SINR (dB):     12.4",
    "",
)
LTE_HEADS = (
    "Serving:   EARFCN MCC MNC   TAC      CID Bd D U SNR PCI  RSRQ   RSRP   RSSI RXLV",
    "IntraFreq:                                          PCI  RSRQ   RSRP   RSSI RXLV",
    "InterFreq: EARFCN ThresholdLow ThresholdHi Priority PCI  RSRQ   RSRP   RSSI RXLV",
)
SERVING = "             1850 510  10  6699 003C4D5E  3 5 5  12 321 -10.3  -96.4  -66.1 --"
XMCI = (
    '+XMCI: 4,510,10,"0x1A2B","0x003C4D5E","0x0141","0x0000073A","0x00004D8A","0xFFFFFFFF",44,19,24,'
    '"0x00000000","0x00000000"'
)
LTE_TRUTH = {"rsrp_dbm": -96.4, "rsrq_db": -10.3, "rssi_dbm": -66.1, "sinr_db": 12, "band": 3, "pci": 321}


@pytest.mark.parametrize(
    ("name", "command", "lines", "truth"),
    [
        # RSSI -66.1: bin 54 = [-67, -66); RSRP -96.4: 44 = [-97, -96); SINR 12.4: 163 = [12.4, 12.6);
        # RSRQ -10.3: 19 = [-10.5, -10)
        (
            HUAWEI,
            "AT^HCSQ?",
            ('^HCSQ:"LTE",54,44,163,19',),
            {"rssi_dbm": -67, "rsrp_dbm": -97, "sinr_db": 12.4, "rsrq_db": -10.5},
        ),
        (
            HUAWEI,
            "AT^MONSC",
            ("^MONSC: LTE,510,10,1850,3C4D5E,141,1A2B,-96,-10,-66",),
            {"rsrp_dbm": -96, "rsrq_db": -10, "rssi_dbm": -66, "pci": 321, **CELL},
        ),
        # TS 36.101 5.7.3: 1805 MHz + 0.1 x (1850 - 1200) = 1870.0 MHz; up 1710 + 65 = 1775.0 MHz, 19850
        (
            HUAWEI,
            "AT^HFREQINFO?",
            ("^HFREQINFO:0,6,3,1850,18700,20000,19850,17750,20000",),
            {"band": 3, "earfcn": 1850},
        ),
        (
            HUAWEI,
            "AT^EONS=5",
            ('^EONS:5,"51010","PILIH JUJUR","TSEL"',),
            {"plmn": "51010", "name_full": "PILIH JUJUR", "name_short": "TSEL"},
        ),
        (HUAWEI, "AT^ICCID?", ("^ICCID: 89621012345678901234",), {"iccid": "89621012345678901234"}),
        (HUAWEI, "AT^SYSINFOEX", ('^SYSINFOEX:2,3,0,1,,6,"LTE",101,"LTE"',), {"abroad": 0}),
        (
            SIERRA,
            "AT!GSTATUS?",
            STATUS,
            {"rssi_dbm": -66, "rsrp_dbm": -96, "rsrq_db": -10.3, "sinr_db": 12.4, "band": 3, **CELL},
        ),
        (SIERRA, "AT!ICCID?", ("!ICCID: 89621012345678901234",), {"iccid": "89621012345678901234"}),
        (SIERRA, "AT*CNTI=0", ("*CNTI: 0,LTE",), {}),
        (
            TELIT,
            "AT#RFSTS",
            (
                (
                    '#RFSTS: "510 10",1850,-96,-66,-10,1A2B,255,,1280,19,0,3C4D5E,'
                    '"510101234567890","PILIH JUJUR",3,3'
                ),
            ),
            {
                "rsrp_dbm": -96,
                "rssi_dbm": -66,
                "rsrq_db": -10,
                "band": 3,
                "name_full": "PILIH JUJUR",
                **CELL,
            },
        ),
        (
            TELIT,
            "AT#SERVINFO",
            ('#SERVINFO: 1850,-66,"PILIH JUJUR","51010",3C4D5E,1A2B,1280,3,-96',),
            {"rsrp_dbm": -96, "rssi_dbm": -66, "name_full": "PILIH JUJUR", **CELL},
        ),
        (
            TELIT,
            "AT#MONI",
            ("#MONI: PILIH JUJUR RSRP:-96 RSRQ:-10 TAC:1A2B Id:3C4D5E EARFCN:1850 PWR:-66dbm DRX:1280",),
            {
                "rsrp_dbm": -96,
                "rssi_dbm": -66,
                "rsrq_db": -10,
                "earfcn": 1850,
                "tac": 6699,
                "cell_id": 3951966,
                "name_full": "PILIH JUJUR",
            },
        ),
        (TELIT, "AT#CCID", ("#CCID: 89621012345678901234",), {"iccid": "89621012345678901234"}),
        (TELIT, "AT#PSNT?", ("#PSNT: 0,4",), {"technology": 4, "setting": ["0"]}),
        # RSRP -96.4: 44, edge -97; RSRQ -10.3: 19, edge -10.5; SINR 12.4: 24 halves
        (
            FIBOCOM,
            "AT+XCESQ?",
            ("+XCESQ: 0,99,99,255,255,19,44,24",),
            {"rsrp_dbm": -97, "rsrq_db": -10.5, "sinr_db": 12},
        ),
        (FIBOCOM, "AT+XLEC?", ("+XLEC: 0,1,5,BAND_LTE_3",), {"band": 3}),
        (
            FIBOCOM,
            "AT+XCCINFO?",
            ('+XCCINFO: 0,510,10,"003C4D5E",3,103,"FFFF",1,"FF","1A2B",0,0,0,0,0,0,0,0',),
            {"plmn": "51010", "band": 3, "tac": 6699, "cell_id": 3951966},
        ),
        (FIBOCOM, "AT+CSQ", ("+CSQ: 23,4",), {"rssi_dbm": -67}),
    ],
)
def test_reply_and_truth(name, command, lines, truth):
    said = Talk(name).ask(command)
    assert said.reply == (*lines, "OK")
    assert said.truth == truth


@pytest.mark.parametrize(
    ("name", "command", "lines"),
    [
        (HUAWEI, "AT^HCSQ?", ('^HCSQ:"NOSERVICE"', "OK")),
        (HUAWEI, "AT^MONSC", ("^MONSC: NONE", "OK")),
        (SIERRA, "AT!LTEINFO?", ("!LTEINFO: ", "Not Available", "OK")),
        (SIERRA, "AT*CNTI=0", ("*CNTI: 0,NONE", "OK")),
        (TELIT, "AT#RFSTS", ('#RFSTS: ,,,,,,,,,,,,"510101234567890","",0,', "OK")),
        (TELIT, "AT#MONI", ("+CME ERROR: 30",)),
        (FIBOCOM, "AT+XCESQ?", ("+XCESQ: 0,99,99,255,255,255,255,255", "OK")),
        (FIBOCOM, "AT+XMCI=1", ("OK",)),
    ],
)
def test_without_service_there_are_no_figures(name, command, lines):
    assert Talk(name).ask("AT+COPS=2", command).reply == lines


@pytest.mark.parametrize(
    ("name", "command", "shown"),
    [
        (HUAWEI, "AT^HCSQ?", '^HCSQ:"LTE",61,51,163,19'),
        (SIERRA, "AT!LTEINFO?", SERVING.replace("-96.4", "-89.4").replace("-66.1", "-59.1")),
        (TELIT, "AT#SERVINFO", '#SERVINFO: 1850,-59,"PILIH JUJUR","51010",3C4D5E,1A2B,1280,3,-89'),
        (FIBOCOM, "AT+XMCI=1", XMCI.replace(",44,", ",51,")),
    ],
)
def test_wrong_rsrp_shows_seven_more_and_the_truth_stays(name, command, shown):
    said = Talk(name, lies=Lies(rsrp=True)).ask(command)
    assert shown in said.reply
    assert said.truth["rsrp_dbm"] == Talk(name).ask(command).truth["rsrp_dbm"]


@pytest.mark.parametrize(("name", "command"), [(HUAWEI, "AT^EONS=5"), (TELIT, "AT#SERVINFO")])
def test_wrong_name_shows_another_name_than_the_truth(name, command):
    said = Talk(name, lies=Lies(name=True)).ask(command)
    assert "PILIH JUJUR" not in said.reply[0]
    assert said.truth["name_full"] == "PILIH JUJUR"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (HUAWEI, "+CREG: 2,1,1A2B,3C4D5E"),
        (FIBOCOM, '+CREG: 2,6,"1A2B","003C4D5E",7'),
        (TELIT, '+CREG: 2,1,"1A2B","3C4D5E",7'),
    ],
)
def test_registration_in_the_makers_wording(name, line):
    assert Talk(name).ask("AT+CREG=2", "AT+CREG?").reply == (line, "OK")


def test_sierra_lists_cells_by_carrier():
    said = Talk(SIERRA).ask("AT!LTEINFO?")
    cell = r" +\d{1,3} -\d\d?\.\d +-\d+\.\d +-\d+\.\d --"
    assert said.reply[:2] == ("!LTEINFO: ", LTE_HEADS[0])
    assert said.reply[2:6] == (SERVING, "", LTE_HEADS[1], f"{'':52}321 -10.3  -96.4  -66.1 --")
    gap = said.reply.index("", 4)
    assert all(re.fullmatch(rf" {{51}}{cell}", line) for line in said.reply[6:gap])
    assert said.reply[gap + 1] == LTE_HEADS[2]
    others = said.reply[gap + 2 : -2]
    assert others
    assert all(re.fullmatch(rf" +1300            0           0        0{cell}", line) for line in others)
    assert said.reply[-2:] == ("", "OK")
    assert said.truth == {**LTE_TRUTH, **CELL}


def test_fibocom_puts_the_serving_cell_first():
    talk = Talk(FIBOCOM)
    said = talk.ask("AT+XMCI=1")
    assert said.reply[0] == XMCI
    assert said.truth == {"rsrp_dbm": -97, "rsrq_db": -10.5, "sinr_db": 12, "pci": 321, **CELL}
    other = (
        r'\+XMCI: 5,000,000,"0xFFFE","0xFFFFFFFF","0x0[0-9A-F]{3}","0x0000[0-9A-F]{4}","0xFFFFFFFF",'
        r'"0xFFFFFFFF",\d+,\d+,255,"0x7FFFFFFF","0x00000000"'
    )
    neighbours = said.reply[1:-1]
    assert neighbours
    assert all(re.fullmatch(other, line) for line in neighbours)
    power, quality = talk.ask("AT+RSRP?"), talk.ask("AT+RSRQ?")
    assert power.reply[0].startswith("+RSRP: 321,1850,-97.00,")
    assert quality.reply[0].startswith("+RSRQ: 321,1850,-10.50,")
    assert (power.truth, quality.truth) == ({"rsrp_dbm": -97}, {"rsrq_db": -10.5})
    assert power.reply[0].count(",") == quality.reply[0].count(",") == 3 * (len(neighbours) + 1) - 1


# The layouts on GSM: those of the rows' sources; -96.4 dBm is bin 24 of ^HCSQ ([-98, -97) is 23)
@pytest.mark.parametrize(
    ("name", "command", "line"),
    [
        (HUAWEI, "AT^HCSQ?", r'\^HCSQ:"GSM",24'),
        (HUAWEI, "AT^SYSINFOEX", r'\^SYSINFOEX:2,3,0,1,,1,"GSM",3,"EDGE"'),
        (HUAWEI, "AT^MONSC", r"\^MONSC: GSM,510,10,(900|1800),\d+,\d+,[0-9A-F]+,[0-9A-F]+,-96,0,0"),
        (
            TELIT,
            "AT#RFSTS",
            r'#RFSTS: "510 10",\d+,-96,[0-9A-F]+,00,5,19,10,2,[0-9A-F]+,"\d{15}","PILIH JUJUR",3,[12]',
        ),
        (TELIT, "AT#SERVINFO", r'#SERVINFO: \d+,-96,"PILIH JUJUR","51010",\d+,[0-9A-F]+,0,1,,"II",01,6'),
        (TELIT, "AT#PSNT?", r"#PSNT: 0,1"),
        (TELIT, "AT+CESQ", r"\+CESQ: 14,99,255,255,255,255"),  # TS 27.007 8.69: [-97, -96) is 14
    ],
)
def test_on_gsm_the_wording_is_another(name, command, line):
    said = Talk(name, scenarios=["gsm"]).ask(command)
    assert re.fullmatch(line, said.reply[0]), said.reply
    assert said.truth.get("rssi_dbm", -96) in {-96, -97}
    assert "rsrp_dbm" not in said.truth


@pytest.mark.parametrize(("name", "command"), [(SIERRA, "AT!LTEINFO?"), (FIBOCOM, "AT+XMCI=1")])
def test_a_module_without_gsm_has_no_service_on_it(name, command):
    talk = Talk(name, scenarios=["gsm"])
    assert talk.ask("AT+CEREG?").reply == ("+CEREG: 0,2", "OK")
    assert "-96" not in "".join(talk.ask(command).reply)


@pytest.mark.parametrize("name", [HUAWEI, SIERRA, TELIT, FIBOCOM])
def test_a_denied_modem_says_so(name):
    talk = Talk(name, scenarios=["denied"])
    assert talk.ask("AT+CEREG?").reply == ("+CEREG: 0,3", "OK")
    assert talk.ask("AT+CESQ").reply == ("+CESQ: 99,99,255,255,255,255", "OK")


@pytest.mark.parametrize(
    ("name", "command"),
    [(HUAWEI, "AT^ICCID?"), (SIERRA, "AT!ICCID?"), (TELIT, "AT#CCID"), (FIBOCOM, "AT+CCID")],
)
def test_without_a_card_there_is_no_card_number(name, command):
    assert Talk(name, scenarios=["sim-absent"]).ask(command).reply == ("+CME ERROR: 10",)


def test_refused_access_point_is_told_with_its_cause():
    assert Talk(TELIT, scenarios=["apn-refused"]).ask("AT#SGACT=1,1").reply[0].startswith("+CME ERROR: 1")
    told = Talk(HUAWEI, scenarios=["apn-refused"]).ask("AT^NDISDUP=1,1").unasked[0]
    assert re.fullmatch(r'\^NDISSTAT:0,\d+,,"IPV4"', told)


def test_huawei_chatters_until_it_is_told_not_to():
    talk = Talk(HUAWEI)
    talk.ask("AT+CFUN=4")
    assert set(talk.wait(6)) == {"^RSSI:99", '^HCSQ:"NOSERVICE"'}
    talk.ask("AT+CFUN=1", "AT^CURC=0")
    assert not any(line.startswith("^") for line in talk.wait(30))


def test_huawei_call_is_told_after_the_fact():
    talk = Talk(HUAWEI)
    off = talk.ask("AT^NDISDUP=1,0")
    assert (off.reply, off.unasked) == (("OK",), ('^NDISSTAT:0,,,"IPV4"',))
    assert talk.ask("AT^NDISSTATQRY?").reply == ('^NDISSTATQRY:0,,,"IPV4",0,,,"IPV6"', "OK")
    assert talk.ask("AT^DHCP?").reply[0].startswith("^DHCP:00000000,F8FFFFFF,00000000")
    assert talk.ask('AT^NDISDUP=1,1,"internet"').unasked == ('^NDISSTAT:1,,,"IPV4"',)
    address = talk.modem.identity.address
    backward = "".join(f"{int(octet):02X}" for octet in reversed(address.split(".")))
    assert talk.ask("AT^DHCP?").reply[0].startswith(f"^DHCP:{backward},F8FFFFFF,")


def test_huawei_tells_of_a_call_the_network_ends():
    talk = Talk(HUAWEI, scenarios=["pdp-drop:40"])
    talk.ask("AT^CURC=0")
    (line,) = (line for line in talk.wait(60) if line.startswith("^NDISSTAT"))
    assert re.fullmatch(r'\^NDISSTAT:0,\d+,,"IPV4"', line)
    assert talk.ask("AT^NDISSTATQRY?").reply[0] == '^NDISSTATQRY:0,,,"IPV4",0,,,"IPV6"'


def test_sierra_keeps_its_locked_commands_locked():
    talk = Talk(SIERRA)
    assert talk.ask("AT!USBCOMP?").reply == ("ERROR",)
    assert talk.ask('AT!ENTERCND="0000"').reply == ("ERROR",)
    assert talk.ask("AT!SELRAT=06").reply == ("ERROR",)
    assert talk.ask('AT!ENTERCND="A710"', "AT!USBCOMP?").reply[2] == (
        "Interface bitmask: 0000100D (diag,nmea,modem,mbim)"
    )
    assert (
        talk.ask("AT!USBCOMP=1,1,10D", "AT!USBCOMP?").reply[2].endswith("0000010D (diag,nmea,modem,rmnet0)")
    )
    assert talk.ask("AT!SELRAT=06", "AT!SELRAT?").reply == ("!SELRAT: 06, LTE Only", "OK")
    assert talk.ask("AT!RESET", "AT!USBCOMP?").reply == ("ERROR",)


def test_sierra_says_who_keeps_the_radio_off():
    lines = Talk(SIERRA).ask("AT+CFUN=4", "AT!PCINFO?").reply
    assert lines[0] == "State: Low Power Mode"
    assert "User:1," in lines[1]


def test_telit_context_tells_its_address():
    talk = Talk(TELIT)
    assert talk.ask("AT#SGACT=1,1").reply == (f"#SGACT: {talk.modem.identity.address}", "OK")
    assert talk.ask("AT#ECM=1,0", "AT#ECM?").reply == ("#ECM: 0,1", "OK")
    assert talk.ask("AT#ECMD=0", "AT#SGACT?").reply[0] == "#SGACT: 1,0"
    assert talk.ask("AT+COPS=2", "AT#ECM=1,0").reply == ("+CME ERROR: 30",)


def test_telit_keeps_the_card_for_commands_of_its_own():
    talk = Talk(TELIT, scenarios=["sim-pin"])
    assert talk.ask("AT+CSIM=1", 'AT+CSIM=10,"0020000100"').reply == ('+CSIM: 4,"63C3"', "OK")
    assert talk.ask("AT+CSIM=0").reply == ("OK",)
    assert talk.ask("AT+CSIM=2").reply[-1] != "OK"


def test_telit_reports_the_technology_when_it_is_lost():
    talk = Talk(TELIT)
    talk.ask("AT#PSNT=1")
    assert talk.wait(2) == ()
    assert talk.ask("AT+COPS=2").unasked + talk.wait(2) == ("#PSNT: 5",)
