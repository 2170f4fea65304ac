"""Whole replies into fields. Where a line was heard or read stands beside it; "memory" where nowhere."""

import json

import pytest

from modem_drivers.families.grammars import FAMILIES, VENDORS
from modem_drivers.families.parse import parse_reply

PDU = "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37"  # as in sms/test_tpdu.py
MODEMS = "memory: collected from public drivers and threads, source not kept"
CASES = (  # command, reply, family, some of the fields, where it is from
    ("AT+CSQ", "+CSQ: 20,99", None, {"rssi_dbm": -73, "ber": None}, "27.007 8.5: -113 + 2 x 20"),
    ("AT+CESQ", "+CESQ: 99,99,255,255,20,80", None, {"rsrq_db": -10.0, "rsrp_dbm": -61}, "27.007 8.69"),
    (
        "AT+CESQ",
        "+CESQ: 17,99,255,255,4,29,75,52,57",
        None,
        {"rxlev_dbm": -94, "ss_rsrq_db": -6.0, "ss_rsrp_dbm": -105, "ss_sinr_db": 5.0},
        MODEMS + " (FM350, nine fields)",
    ),
    ("AT+CREG?", '+CREG: 2,1,"0B","0100701",7', None, {"tac": 11, "cell_id": 0x100701}, MODEMS),
    ("AT+CREG?", "+CREG: 2,1,4CA,81DE445", None, {"tac": 0x4CA, "cell_id": 0x81DE445}, MODEMS + " (Huawei)"),
    ("AT+CREG?", '+CREG:002,001,"18d8","ffff"', None, {"stat": 1, "tac": 0x18D8}, MODEMS + " (Iridium)"),
    ("AT+CREG?", "+CREG: 3,3,,,,0,11", None, {"state": "denied", "reject_cause": 11}, MODEMS),
    (None, "+CREG: 2,,", None, {"state": "searching", "tac": None}, MODEMS + " (URC)"),
    ("AT+CEREG?", "+CEREG: 1, 2, 0001, 00000100, 7", None, {"stat": 2, "cell_id": 256, "rat": "LTE"}, MODEMS),
    (
        "AT+C5GREG?",
        '+C5GREG: 2,1,"114000","100072000",11,4,"01.010101"',
        None,
        {"tac": 0x114000, "cell_id": 0x100072000, "rat": "NR", "nssai": "01.010101"},
        MODEMS,
    ),
    ("AT+COPS?", "+COPS: 0", None, {"mode": 0}, MODEMS + " (deregistered)"),
    ("AT+COPS?", '+COPS:0,2,"26202",13', None, {"operator": "26202", "rat": "EN-DC"}, MODEMS),
    ("AT+CPIN?", "+CPIN: SIM PIN", None, {"state": "SIM PIN"}, "27.007 8.3"),
    ("AT+CCLK?", '+CCLK: "24/02/14,07:00:00+28"', None, {"clock": "2024-02-14T07:00:00+07:00"}, "27.007"),
    (
        "AT+CGCONTRDP=1",
        '+CGCONTRDP: 1,5,"internet","10.1.2.3.255.255.255.252","10.1.2.1"',
        None,
        {"apn": "internet", "address": "10.1.2.3/30", "gateway": "10.1.2.1"},
        "27.007 10.1.23: mask glued",
    ),
    (
        "AT+CGPADDR",
        '+CGPADDR: 1,"10.1.2.3","32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"',
        None,
        {"address": "10.1.2.3", "address_2": "2001:db8::1"},
        "27.007 10.1.14: sixteen dotted octets",
    ),
    (
        "AT+CGEQOSRDP=1",
        "+CGEQOSRDP: 1,9,0,0,0,0,150000,50000",
        None,
        {"qci": 9, "dl_ambr_kbps": 150_000, "ul_ambr_kbps": 50_000},
        "27.007 10.1.28",
    ),
    ("AT+CPINR", "+CPINR: SIM PIN,3,3", None, {"code": "SIM PIN", "tries": 3}, "27.007 8.65"),
    ("AT+CTZU?", '+CTZU: "19/07/09,11:15:40",+08', None, {"clock": "2019-07-09T11:15:40"}, MODEMS),
    (
        "AT+QSPN",
        '+QSPN: "I TIM","TIM","","0","22201"',
        "quectel-lte",
        {"name_full": "I TIM", "spn": None, "plmn": "22201"},
        MODEMS + ' (alphabet quoted)',
    ),
    ("AT+QSPN", '+QSPN: "00230050","0023","",1,"51010"', "quectel-lte", {"name_full": "#P"}, "UCS2 by hand"),
    (
        "AT+QNWINFO",
        '+QNWINFO: "FDD LTE","28601","LTE BAND 3",1795',
        "quectel-lte",
        {"plmn": "28601", "band_text": "LTE BAND 3", "arfcn": 1795},
        MODEMS,
    ),
    ("AT+QCSQ", '+QCSQ: "LTE",-66,-97,150,-11', "quectel-lte", {"rsrp_dbm": -97, "sinr_db": 10.0}, MODEMS),
    (
        "AT+CPSI?",
        "+CPSI: LTE,Online,510-10,0x1F2A,27447236,120,EUTRAN-BAND3,1850,5,5,-92,-672,-418,14",
        "simcom-sim7600",
        {"plmn": "51010", "rsrp_dbm": -67.2, "rsrq_db": -9.2, "levels_scale": "tenths", "tac": 0x1F2A},
        MODEMS + " (x10)",
    ),
    (
        "AT+CPSI?",
        "+CPSI: LTE,Online,510-10,0x1F2A,27447236,120,EUTRAN-BAND3,1850,5,5,-7,-77,-70,14",
        "simcom-sim7600",
        {"rsrp_dbm": -77.0, "levels_scale": "dB"},
        MODEMS + " (SIM7000)",
    ),
    (
        "AT+CPSI?",
        "+CPSI: LTE,Online,510-10,0x1F2A,27447236,120,EUTRAN-BAND3,1850,5,5,12,36,42,5",
        "simcom-a76xx",
        {"rsrp_raw": 36, "levels_scale": "undecided"},
        MODEMS + " (A76xx index)",
    ),
    ("AT+CPSI?", "+CPSI: NO SERVICE,Online", "simcom-sim7600", {"mode": "NO SERVICE"}, MODEMS),
    (
        "AT^HCSQ?",
        '^HCSQ: "LTE",54,44,151,26',
        "huawei-stick",
        {"rssi_dbm": -67, "rsrp_dbm": -97, "sinr_db": 10.0, "rsrq_db": -7.0},
        MODEMS + ": -121+54, -141+44, -20.2+151/5, -20+26/2",
    ),
    (
        "AT^MONSC",
        "^MONSC: LTE,460,00,38400,D975244,8,24C8,-85,-10,-54",
        "huawei-stick",
        {"plmn": "46000", "earfcn": 38400, "cell_id": 0xD975244, "pci": 8, "tac": 0x24C8, "rsrp_dbm": -85},
        MODEMS + " (real line)",
    ),
    ("AT^EONS=1", "^EONS: 1,46011,\"4E2D\",\"4E2D\",1,\"\"", "huawei-stick", {"name_full": "中"}, MODEMS),
    (None, "^NWTIME:18/12/13,06:20:04+28,00", "huawei-stick", {"clock": "2018-12-13T06:20:04+07:00"}, MODEMS),
    (
        "AT^DHCP?",
        "^DHCP: 0A0B0C0A,00FFFFFF,010B0C0A,010B0C0A,08080808,04040808",
        "huawei-stick",
        {"address": "10.12.11.10", "mask": "255.255.255.0", "dns": "8.8.8.8"},
        MODEMS + ": little-endian, by hand",
    ),
    (
        "AT+XMCI=1",
        '+XMCI: 4,510,10,"0x1F2A","0x01A2B3C4","0x0078","0x0000073A","0x00004B4A",70,"41","20","14","3","7"',
        "fibocom-xmm",
        {"plmn": "51010", "pci": 120, "earfcn": 1850, "rsrp_dbm": -100, "rsrq_db": -10.0, "rssnr_db": 7.0},
        MODEMS,
    ),
    (
        "AT+XCESQ?",
        "+XCESQ: 0,99,99,255,255,24,51,18",
        "fibocom-xmm",
        {"rsrq_db": -8.0, "rsrp_dbm": -90, "rssnr_db": 9.0},
        MODEMS,
    ),
    (
        "AT#RFSTS",
        '#RFSTS: "510 10",1850,-97,-66,-11,1F2A,255,,128,19,0,1A2B3C4,"510101234567890","Telkomsel",3,3',
        "telit",
        {"plmn": "51010", "rsrp_dbm": -97, "imsi": "<15 digits>", "band": 3},
        MODEMS,
    ),
)  # fmt: skip


@pytest.mark.parametrize(("command", "line", "family", "wanted", "source"), CASES, ids=lambda c: str(c)[:24])
@pytest.mark.parametrize("ending", ["\r\n\r\nOK\r\n", "\nOK", "\r\n"])
def test_a_line_of_each_kind(command, line, family, wanted, source, ending):
    echo = f"{command}\r" if command else ""
    told = parse_reply(command, f"{echo}\r\n{line}{ending}", family)
    assert (told.status, told.problems) == ("parsed", ())
    assert {key: told.fields[key] for key in wanted} == wanted
    assert told.fields.get("result") == ("ok" if "OK" in ending else None)


@pytest.mark.parametrize(("command", "line", "family", "wanted", "source"), CASES, ids=lambda c: str(c)[:24])
def test_a_verb_is_read_also_where_family_and_command_are_not_told(command, line, family, wanted, source):
    if command == "AT+CPSI?" or line[0] not in "+^#":
        return
    told = parse_reply(None, line)
    assert {key: told.fields[key] for key in wanted} == wanted


QENG = '+QENG: "servingcell","NOCONN","LTE","FDD",510,10,1A2B3C4,120,1850,3,5,5,1F2A,-97,-11,-66,12'


@pytest.mark.parametrize(
    ("tail", "more"), [("", {}), (",30", {"srxlev": 30}), (",9,-,30", {"cqi": 9, "srxlev": 30})]
)
def test_the_serving_cell_of_17_18_and_20_fields(tail, more):
    told = parse_reply('AT+QENG="servingcell"', QENG + tail + "\nOK", "quectel-lte")
    wanted = {
        "state": "idle",
        "plmn": "51010",
        "pci": 120,
        "rsrp_dbm": -97,
        "sinr_raw": 12,
        "sinr_db": None,
        **more,
    }
    assert told.status == "parsed"
    assert {key: told.fields[key] for key in wanted} == wanted


def test_en_dc_in_three_lines():
    lines = (
        '+QENG: "servingcell","NOCONN"',
        '+QENG: "LTE","FDD",510,10,1A2B3C4,120,1850,3,5,5,1F2A,-97,-11,-66,12,9,-,30',
        '+QENG: "NR5G-NSA",510,10,77,-101,180,-11,633984,78,12,1',
    )
    told = parse_reply('AT+QENG="servingcell"', "\r\n".join([*lines, "", "OK"]), "quectel-5g")
    rows = told.rows
    assert told.status == "parsed"
    assert [row.get("rat") for row in rows] == [None, "LTE", "NR5G-NSA"]
    assert rows[2]["sinr_raw"] == 180  # SINR before RSRQ: thread (iamromulan/quectel-rgmii-toolkit PR 65)
    assert rows[2]["rsrq_db"] == -11


def test_stand_alone_and_a_blank_before_the_mcc():
    line = '+QENG: "servingcell","CONNECT","NR5G-SA","TDD", 515,66,1234ABCDE,77,1F2A,633984,78,12,-91,-11,18'
    told = parse_reply('AT+QENG="servingcell"', line, "quectel-5g")
    wanted = {"rat": "NR5G-SA", "mcc": "515", "cell_id": 0x1234ABCDE, "rsrp_dbm": -91, "sinr_raw": 18}
    assert {key: told.fields[key] for key in wanted} == wanted


def test_sierra_s_grid():
    reply = (
        "!GSTATUS: \r\nCurrent Time:  3015             Temperature: 37\r\n"
        "System mode:   LTE              PS state:    Attached\r\n"
        "PCC RxM RSSI: -45 RSRP (dBm): -81\r\nTx Power:      --               TAC:         0F2B (3883)\r\nOK"
    )
    told = parse_reply("AT!GSTATUS?", reply, "sierra")
    wanted = {"temperature_c": 37, "rat": "LTE", "rssi_dbm": -45, "rsrp_dbm": -81, "tx_power_dbm": None}
    assert told.status == "parsed"
    assert {key: told.fields[key] for key in wanted} == wanted
    older = parse_reply("AT!GSTATUS?", "!GSTATUS:\nPCC RxM RSRP: -119\nOK", "sierra")
    assert older.fields["rsrp_dbm"] == -119


def test_fibocom_s_rows_without_a_head():
    reply = "+GTCCINFO:\r\nLTE service cell:\r\n1,4,510,10,1F2A,1A2B3C4,1850,120,103,100,21,45,45,21\r\nOK"
    told = parse_reply("AT+GTCCINFO?", reply, "fibocom-qualcomm")
    cell = told.rows[-1]
    assert (cell["rat"], cell["band"], cell["plmn"], cell["pci"]) == ("LTE", 3, "51010", 120)


def test_damage_in_one_field_leaves_the_others():
    told = parse_reply("AT+CESQ", "+CESQ: 99,99,255,255,2x,80\nOK")
    assert (told.status, told.fields["rsrp_dbm"], told.fields["rsrq_db"]) == ("partial", -61, None)
    assert told.problems == ("rsrq_db: '2x' is not an integer",)


@pytest.mark.parametrize(
    ("command", "reply", "status"),
    [
        ("AT+CSQ", "+CSQ: x,y\nOK", "malformed"),
        ("AT+CSQ", "", "malformed"),
        ("AT+CESQ", "+CESQ: 1,2\nOK", "malformed"),
        ("AT+FOO?", "+FOO: 1\nOK", "unknown"),
        ("AT+FOO", "what\nOK", "unknown"),
        ("AT+CSQ", "OK", "parsed"),
        ("AT+CPIN?", "+CME ERROR: 10", "parsed"),
        ("AT+CSQ", "+CSQ: 20,99\n+FOO: 1\nOK", "partial"),
    ],
)
def test_status(command, reply, status):
    assert parse_reply(command, reply).status == status


def test_digits_of_other_scripts_are_no_numbers():
    told = parse_reply("AT+CREG?", "+CREG: 4,\u00b23,,,,0,11\nOK")  # found by make fuzz
    assert told.status in ("partial", "malformed")
    assert parse_reply("AT+CSQ", "+CSQ: \u0663,99\nOK").fields.get("rssi_dbm") is None
    assert parse_reply("AT+CGPADDR", '+CGPADDR: 1,"10.1.2.\u0663"\nOK').fields["address"] is None


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        ("+QNWINFO: No Service", {"access": "No Service"}),
        ('+QCAINFO: "SCC",367000,3,"NR5G BAND 3",727', {"pci": 727, "arfcn": 367000}),
        ('+QCAINFO: "PCC",1850,100,"LTE BAND 3",1,120,-97,-11,-66,12', {"pci": 120, "carrier_state": 1}),
        ("+QRSRP: -97,-99,-32768,-32768,LTE", {"rsrp_0_dbm": -97, "rsrp_2_dbm": None}),
        ('+QTEMP: "mdm-q6-usr","37"', {"sensor": "mdm-q6-usr", "temperature_c": 37}),
    ],
)
def test_quectel_s_other_shapes(reply, wanted):
    told = parse_reply(None, reply + "\nOK", "quectel-5g")
    assert told.status == "parsed"
    assert {key: told.fields[key] for key in wanted} == wanted


def test_results():
    told = parse_reply("AT+CPIN?", "\r\n+CME ERROR: SIM busy\r\n")
    assert told.fields == {"result": "cme", "result_code": 14, "result_text": "SIM busy"}
    assert parse_reply("AT", "AT\r\r\nERROR\r\n").fields == {"result": "error"}


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("AT+CIMI", "510101234567890"),
        ("AT+CIMI", "+CIMI: 510101234567890"),
        ("AT+QCCID", "+QCCID: 89621012345678901234"),
        ("AT+CNUM", '+CNUM: "Budi","+6281234567890",145'),
        ("AT+CMGR=1", '+CMGR: 1,"+6281234567890",24\n' + PDU),
        ("AT+FOO", "6281234567890 rahasia Budi"),
        ("AT+CRSM=176,28423", '+CRSM: 144,0,"089115010121436587F9"'),
        ("AT+CUSD=1", '+CUSD: 0,"Pulsa Budi 6281234567890",15'),
    ],
)  # fmt: skip
def test_private_content_is_in_no_part_of_the_answer(command, reply):
    told = parse_reply(command, reply + "\nOK")
    said = json.dumps([told.fields, told.rows, told.raw, told.problems], default=str)
    assert not any(
        secret in said
        for secret in ("1234567890", "8962", "Budi", "6281", "hello", "278388", "0891150", "rahasia")
    )


def test_home_network_of_an_imsi():
    assert parse_reply("AT+CIMI", "510101234567890\nOK").fields["home_plmn"] == "51010"


def test_a_message_says_its_shape_not_its_text():
    told = parse_reply("AT+CMGL=4", "+CMGL: 3,1,,24\n" + PDU + "\nOK")
    assert (told.fields["index"], told.fields["characters"], told.fields["stat"]) == (3, 10, "received_read")
    assert parse_reply("AT+CMGL=4", "+CMGL: 3,1,,24\nzz\nOK").problems == ("pdu: hex at octet 0",)


def test_every_family_has_a_vendor():
    assert set(FAMILIES.values()) <= set(VENDORS)
