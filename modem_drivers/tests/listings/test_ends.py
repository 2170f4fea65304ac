"""The ends of columns whose lines have a shape of their own: a second listing, after heard.jsonl.

Ends are what is plausible at all, or the standards'; see columns.txt.
"""

import pytest

from modem_drivers.families.grammars import rows_for
from modem_drivers.families.parse import parse_reply

MONI = "#MONI: TSEL RSRP:{rsrp} RSRQ:{rsrq} TAC:{tac} Id:{id} EARFCN:{ch} PWR:{power}dbm DRX:{drx}"
MONI_GOOD = {"rsrp": -97, "rsrq": -11, "tac": "1F2A", "id": "1A2B3C4", "ch": 1850, "power": -66, "drx": 128}


def moni(name: str) -> str:
    return MONI.format(**{**MONI_GOOD, name: "{}"})


GTCC_TAIL = "103,100,21,45,46,22"
ENDS = (  # command, line, field, least, most
    ("AT+GTCAINFO?", "PCC:103,{},1850,100", "pci", 0, 1007),
    ("AT+GTCAINFO?", "PCC:103,120,{},100", "arfcn", 0, 3_279_165),
    ("AT+GTCAINFO?", "PCC:{},120,1850,100", "band_code", 1, 9999),
    ("AT+GTCAINFO?", "PCC:103,120,1850,{}", "bandwidth", 0, 9999),
    ("AT+GTCAINFO?", "SCC 1:{},1,103,120,1850,100", "carrier_state", 0, 9),
    ("AT+GTCAINFO?", "SCC 1:2,{},103,120,1850,100", "uplink", 0, 1),
    ("AT+GTSENRDTEMP=1", "+GTSENRDTEMP: {},37628", "sensor", 0, 99),
    ("AT+XLEC?", "+XLEC: {},3,5,3,5,BAND_LTE_3", "n", 0, 1),
    ("AT+XLEC?", "+XLEC: 0,{},5,3,5,BAND_LTE_3", "carriers", 0, 9),
    ("AT#MONI", moni("rsrp"), "rsrp_dbm", -160, -20),
    ("AT#MONI", moni("rsrq"), "rsrq_db", -45, 20),
    ("AT#MONI", moni("ch"), "earfcn", 0, 262_143),
    ("AT#MONI", moni("power"), "rssi_dbm", -130, -1),
    ("AT#MONI", moni("drx"), "drx", 0, 9999),
    ('AT^HCSQ?', '^HCSQ: "NR",{},151,26', "rsrp_raw", 0, 254),
    ('AT^HCSQ?', '^HCSQ: "NR",44,{},26', "sinr_raw", 0, 254),
    ('AT^HCSQ?', '^HCSQ: "NR",44,151,{}', "rsrq_raw", 0, 254),
    ("AT+CBC", "+CBC: {},3750", "battery", 0, 3),
    ("AT+CBC", "+CBC: 0,{},3750", "charge_percent", 0, 100),
    ("AT+CBC", "+CBC: 0,50,{}", "voltage_mv", 0, 99_999),
)  # fmt: skip
FAMILY = {"AT+G": "fibocom-mediatek", "AT+X": "fibocom-xmm", "AT#M": "telit", "AT^H": "huawei-stick"}


def fields(command: str, line: str) -> dict[str, object]:
    return dict(parse_reply(command, line + "\nOK", FAMILY.get(command[:4])).fields)


@pytest.mark.parametrize(("command", "line", "field", "least", "most"), ENDS)
def test_ends(command, line, field, least, most):
    for value in (least, most):
        assert fields(command, line.format(value))[field] == value
    for value in (least - 1, most + 1):
        told = parse_reply(command, line.format(value) + "\nOK", FAMILY.get(command[:4]))
        assert told.fields.get(field) is None


@pytest.mark.parametrize(
    ("command", "line", "field", "value"),
    [
        ("AT^HCSQ?", '^HCSQ: "NR",255,151,26', "rsrp_raw", None),
        ("AT^HCSQ?", '^HCSQ: "NR",256,151,26', "rsrp_raw", None),
        ("AT#MONI", moni("tac").format("FFFF"), "tac", 0xFFFF),
        ("AT#MONI", moni("tac").format("10000"), "tac", None),
        ("AT#MONI", moni("id").format("FFFFFFF"), "cell_id", 0xFFFFFFF),
        ("AT#MONI", moni("id").format("10000000"), "cell_id", None),
        ("AT+GTSENRDTEMP=1", "+GTSENRDTEMP: 1,150000", "temperature_c", 150.0),
        ("AT+GTSENRDTEMP=1", "+GTSENRDTEMP: 1,150001", "temperature_c", None),
        ("AT+GTSENRDTEMP=1", "+GTSENRDTEMP: 1,-60000", "temperature_c", -60.0),
        ("AT+GTSENRDTEMP=1", "+GTSENRDTEMP: 1,-60001", "temperature_c", None),
        ("AT+CSQ", "+CSQ: 100", "rscp_dbm", -116),
        ("AT+CSQ", "+CSQ: 191,99", "rscp_dbm", -25),
        ("AT+CSQ", "+CSQ: 192,99", "rscp_dbm", None),
        ("AT+CBC", "+CBC: 0,101", "voltage_mv", 101),
        ("AT+CBC", "+CBC: 0,99999", "voltage_mv", 99_999),
        ("AT+CBC", "+CBC: 0,100000", "voltage_mv", None),
        ("AT+CBC", "+CBC: 0,50", "charge_percent", 50),
        ("AT+EGMR", "+EGMR: 861234567890123", "imei", "861234567890123"),
        ("AT+EGMR", "861234567890123", "imei", "861234567890123"),
        ("AT+GTCAINFO?", "PCC:103,120,1850", "arfcn", 1850),
        ("AT+GTCAINFO?", "SCC 1:2,1,103", "band_code", 103),
        ("AT+GTCAINFO?", "a title", "title", "a title"),
        ("AT+XLEC?", "+XLEC: 0,3", "carriers", 3),
    ],
)
def test_cells(command, line, field, value):
    assert fields(command, line).get(field) == value


def test_carriers_of_six_cells():
    nr = parse_reply("AT+QCAINFO", '+QCAINFO: "SCC",521310,11,"NR5G BAND 41",1,153', "quectel-5g")
    lte = parse_reply("AT+QCAINFO", '+QCAINFO: "SCC",326,25,"LTE BAND 1",1,167', "quectel-5g")
    assert (nr.status, nr.fields["pci"], nr.fields["arfcn"]) == ("parsed", 153, 521310)
    assert (lte.status, lte.fields["pci"], lte.fields["arfcn"]) == ("parsed", 167, 326)
    assert [len(row.layouts) for row in rows_for("quectel")[1].values() if row.verb == "+QCAINFO"] == [4]


HEX_TAIL = "103,100,21,45,46,22"  # 0x73A is 1850: FM150 writes channel and PCI in hexadecimal


def gtcc(*cells: str) -> dict[str, object]:
    return dict(parse_reply("AT+GTCCINFO?", ",".join(cells) + "\nOK", "fibocom-qualcomm").fields)


@pytest.mark.parametrize(
    ("place", "text", "field", "value"),
    [
        (4, "FFFF", "tac", None),
        (4, "FFFFFFF", "tac", None),
        (5, "FFFFFFF", "cell_id", None),
        (5, "00FFFFFFF", "cell_id", None),
        (6, "3FFFFF", "arfcn", 0x3FFFFF),
        (6, "400000", "arfcn", None),
        (7, "3FF", "pci", 0x3FF),
        (7, "400", "pci", None),
    ],
)
def test_cells_of_gtccinfo_in_hexadecimal(place, text, field, value):
    cells = ["1", "4", "510", "10", "1F2A", "1A2B3C4", "73A", "7A", *HEX_TAIL.split(",")]
    cells[place] = text
    assert gtcc(*cells)[field] == value


def test_shapes_of_gtccinfo_in_hexadecimal():
    neighbour = ("2", "4", "510", "10", "1F2B", "1A2B3C5", "73A", "7A", "103", "45", "46", "22")
    short = gtcc(*neighbour[:8])
    assert (short["arfcn"], short["pci"], short.get("band_code")) == (0x73A, 0x7A, None)
    whole = gtcc(*neighbour[:11])
    assert (whole["band_code"], whole["rxlev_raw"], whole["rsrp_raw"]) == (103, 45, 46)


def test_several_lines_are_usual():
    rows = rows_for("fibocom")[1]
    assert rows["+GTCAINFO"].many
    assert rows["+GTCCINFO"].many
