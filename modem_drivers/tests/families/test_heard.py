"""Replies that people saw their modems give, from public threads; expected values were read off by hand.

heard.jsonl: a reply a line, with its source. Subscribers' numbers of the threads are left out or replaced.
What no thread shows is "memory".
"""

import json
from pathlib import Path

import pytest

from modem_drivers.families.parse import parse_reply

HEARD = [json.loads(line) for line in Path(__file__).with_name("heard.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("heard", HEARD, ids=lambda one: f"{one['command']} {one['reply'][:24]}")
@pytest.mark.parametrize("ending", ["\r\n\r\nOK\r\n", ""])
def test_what_was_heard_is_read_whole(heard, ending):
    told = parse_reply(heard["command"], heard["reply"].replace("\n", "\r\n") + ending, heard["family"])
    assert (told.status, told.problems) == ("parsed", ()), heard["source"]
    assert {key: told.fields[key] for key in heard["wanted"]} == heard["wanted"], heard["source"]
    assert max(1, len(told.rows)) == heard["lines"]


def test_en_dc_with_a_space_less_line_of_the_nr_cell():
    reply = (
        '+QENG: "servingcell","NOCONN"\n'
        '+QENG: "LTE","FDD",515,03,3359966,1,150,1,5,5,4AA3,-89,-13,-58,16,15,20,-\n'
        '+QENG:"NR5G-NSA",515,03,832,-76,21,-11,528030,41,8,1\nOK'
    )  # https://github.com/4IceG/luci-app-3ginfo-lite/issues/56
    _, lte, nr = parse_reply('AT+QENG="servingcell"', reply, "quectel-5g").rows
    assert (lte["plmn"], lte["tac"], lte["rsrp_dbm"]) == ("51503", 0x4AA3, -89)
    assert (nr["pci"], nr["rsrp_dbm"], nr["rsrq_db"], nr["sinr_raw"], nr["band"]) == (832, -76, -11, 21, 41)


def test_carriers_of_nr_whose_lines_run_into_each_other():
    reply = (
        '+QCAINFO: "PCC",501390,12,"NR5G BAND 41",153,-11,-11,2549\n'
        '+QCAINFO: "SCC",126270,2,"NR5G BAND 71",1,93,0,-,-'
        '+QCAINFO: "SCC",521310,11,"NR5G BAND 41",1,153,0,-,-,-11,-11,2549\nOK'
    )  # https://github.com/iamromulan/quectel-rgmii-toolkit/issues/142
    told = parse_reply("AT+QCAINFO", reply, "quectel-5g")
    assert told.status == "parsed"
    assert [(row["carrier"], row["arfcn"], row["pci"]) for row in told.rows] == [
        ("PCC", 501390, 153),
        ("SCC", 126270, 93),
        ("SCC", 521310, 153),
    ]
    assert told.rows[2]["level_3_raw"] == 2549
    assert "rsrp_dbm" not in told.rows[1]


def test_secondary_carriers_of_lte_say_their_uplink():
    reply = '+QCAINFO: "SCC",326,25,"LTE BAND 1",1,167,-87,-9,-69,0,0,-,-\nOK'  # TOOLKIT issue 141
    told = parse_reply("AT+QCAINFO", reply, "quectel-5g")
    assert (told.status, told.fields["rsrp_dbm"], told.fields["uplink_configured"]) == ("parsed", -87, 0)


def test_channel_and_pci_in_hexadecimal_where_the_band_says_so():
    reply = (
        "+GTCCINFO:\nLTE service cell:\n1,4,262,02,BFD3,2D4201,189C,30,120,50,16,42,42,26\n"
        "LTE neighbor cell:\n2,4,,,,,189C,190,,24,24,2\n2,4,,,,,189C,DB,,34,34,10\nOK"
    )  # https://github.com/4IceG/luci-app-3ginfo-lite/pull/32; AT+GTCAINFO? of it: PCC: 120,48,6300
    told = parse_reply("AT+GTCCINFO?", reply, "fibocom-qualcomm")
    assert told.status == "parsed"
    assert (told.fields["arfcn"], told.fields["pci"], told.fields["band"]) == (6300, 48, 20)
    assert (told.fields["rsrp_dbm"], told.fields["rsrq_db"]) == (-99, -7.0)
    assert told.rows[-1]["pci"] == 0xDB


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [  # 4IceG/luci-app-3ginfo-lite pull 70, issue 122; levels: +GTCAINFO there says -102, -99
        ("1,4,250,1,1234,000123456,1802,470,103,100,-4,39,39,7",
         {"rat": "LTE", "plmn": "25001", "band": 3, "arfcn": 1802, "rsrp_dbm": -102, "rsrq_db": -16.5}),
        ("1,9,460,11,590A1C,5AB620605,176190,524,505,75,6,57,57,73",
         {"rat": "NR", "plmn": "46011", "band": 5, "rsrp_dbm": -100, "rsrq_db": -7.0}),
        ("1,9,,,FFFFFFF,00FFFFFFF,723322,143,5079,500,13,68,68,80",
         {"rat": "NR", "tac": None, "cell_id": None, "band": 79, "rsrp_dbm": -89}),
    ],
)  # fmt: skip
def test_mediatek_s_cells(reply, wanted):
    told = parse_reply("AT+GTCCINFO?", "+GTCCINFO:\n" + reply + "\n\nOK", "fibocom-mediatek")
    assert told.status == "parsed"
    assert {key: told.rows[-1][key] for key in wanted} == wanted


def test_two_commands_in_one_line_keep_their_unheaded_lines_apart():
    reply = (
        "+GTCCINFO:\n1,4,250,1,1234,000123456,1802,470,103,100,-4,39,39,7\n\n+GTCAINFO:\n"
        "PCC:103,470,1802,100,100,1,1,2,2,-102\nSCC 1:2,0,138,18,38100,100,255,0,255,0,255,-102\n\n\nOK"
    )  # https://github.com/4IceG/luci-app-3ginfo-lite/pull/70
    told = parse_reply("AT+GTCCINFO?;+GTCAINFO?", reply, "fibocom-mediatek")
    assert told.status == "parsed"
    carriers = [(row["carrier"], row["band"], row["arfcn"]) for row in told.rows if "carrier" in row]
    assert carriers == [("PCC", 3, 1802), ("SCC", 38, 38100)]


def test_a_neighbour_of_xmm_without_identity():
    reply = (
        '+XMCI: 5,000,000,"0xFFFE","0xFFFFFFFF","0x01F6","0x00001838","0xFFFFFFFF","0xFFFFFFFF",51,20,255,'
        '"0x7FFFFFFF","0x00000000"\nOK'
    )  # https://github.com/4IceG/luci-app-3ginfo-lite/issues/39
    told = parse_reply("AT+XMCI=1", reply, "fibocom-xmm")
    assert told.status == "parsed"
    assert (told.fields["tac"], told.fields["cell_id"], told.fields["timing_advance"]) == (None, None, None)
    assert (told.fields["earfcn"], told.fields["rsrp_dbm"]) == (6200, -90)


def test_sierra_s_grid_says_area_cell_and_state():
    reply = (
        "!GSTATUS: \nCurrent Time:  1373\t\tTemperature: 53\n"
        "Reset Counter: 3\t\tMode:        ONLINE         \n"
        "System mode:   LTE        \tPS state:    Attached     \n"
        "LTE band:      B8     \t\tLTE bw:      5 MHz   \n"
        "LTE Rx chan:   3764\t\tLTE Tx chan: 21764\nEMM state:     Registered     \tNormal Service \n"
        "RRC state:     RRC Idle       \nIMS reg state: No Srv  \t\t\n\n"
        "PCC RxM RSSI:  -84\t\tRSRP (dBm):  -110\nPCC RxD RSSI:  -85\t\tRSRP (dBm):  -118\n"
        "Tx Power:      --\t\tTAC:         E2EA (58090)\n"
        "RSRQ (dB):     -12.7\t\tCell ID:     02C3484A (46352458)\n"
        "SINR (dB):      1.0\n\nOK"
    )  # https://github.com/4IceG/luci-app-3ginfo-lite/issues/136
    told = parse_reply("AT!GSTATUS?", reply, "sierra")
    wanted = {
        "tac": 58090, "cell_id": 46352458, "rsrp_dbm": -110, "rsrq_db": -12.7, "sinr_db": 1.0, "earfcn": 3764,
        "temperature_c": 53, "tx_power_dbm": None,
    }  # fmt: skip
    assert told.status == "parsed"
    assert {key: told.fields[key] for key in wanted} == wanted


@pytest.mark.parametrize(
    "command", ["AT+CREG?", "+CREG", "CREG", "at+creg?", "+creg?", " AT+CREG? ", None, ""]
)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\r\n"])
def test_however_the_command_is_named(command, end):
    echo = f"{command}{end}" if command and command.strip().upper().startswith("AT") else ""
    told = parse_reply(command, f'{echo}{end}+CREG: 2,5,"00C3","0003C2",2{end}{end}OK{end}')
    assert (told.status, told.fields["state"], told.fields["rat"]) == ("parsed", "roaming", "UTRAN")


@pytest.mark.parametrize(
    ("command", "secret"),
    [("ATI", "6281234567890"), ("AT+CNUM=?", "6281234567890"), ("AT+COPS=?", "6281234567890")],
)
def test_a_number_shows_in_none_of_them(command, secret):
    told = parse_reply(command, f"{secret}\n+X: {secret}\nRevision: {secret}\nOK")
    assert secret not in str(told)
