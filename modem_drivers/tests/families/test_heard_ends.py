"""Ends that test_heard's replies do not reach: literal lines with one cell at, or beyond, its end."""

import pytest

from modem_drivers.families.grammars import rows_for
from modem_drivers.families.parse import parse_reply

PRIMARY = "+GTCAINFO:\nPCC:{band},{pci},{arfcn},{width},100,1,1,2,2,-102\nOK"
SECONDARY = "+GTCAINFO:\nSCC 1:{state},{uplink},{band},{pci},{arfcn},{width},255\nOK"
GOOD = {"band": "103", "pci": "470", "arfcn": "1802", "width": "100", "state": "2", "uplink": "0"}


def carrier(template, **cells):
    return parse_reply("AT+GTCAINFO?", template.format(**{**GOOD, **cells}), "fibocom-mediatek")


@pytest.mark.parametrize(
    ("cell", "name", "inside", "beyond"),
    [  # https://github.com/4IceG/luci-app-3ginfo-lite/pull/70; ends: what is plausible at all
        ("band", "band_code", (1, 9999), ("0", "10000")),
        ("pci", "pci", (0, 1007), ("-1", "1008")),
        ("arfcn", "arfcn", (0, 3_279_165), ("-1", "3279166")),
        ("width", "bandwidth", (0, 9999), ("-1", "10000")),
        ("state", "carrier_state", (0, 9), ("-1", "10")),
        ("uplink", "uplink", (0, 1), ("-1", "2")),
    ],
)
@pytest.mark.parametrize("template", [PRIMARY, SECONDARY], ids=["primary", "secondary"])
def test_a_carrier_s_cells(template, cell, name, inside, beyond):
    if "{" + cell + "}" not in template:
        return
    for value in inside:
        assert carrier(template, **{cell: str(value)}).rows[-1][name] == value
    for text in beyond:
        assert carrier(template, **{cell: text}).rows[-1][name] is None


def test_short_carriers_and_titles():
    for line, kept in (("PCC:103,470,1802", "arfcn"), ("SCC 1:2,0,138", "band_code")):
        told = parse_reply("AT+GTCAINFO?", f"+GTCAINFO:\n{line}\nOK", "fibocom-mediatek")
        assert told.rows[-1][kept] is not None
    short = parse_reply("AT+GTCAINFO?", "+GTCAINFO:\nPCC:103,470\nOK", "fibocom-mediatek")
    assert set(short.rows[-1]) == {"title"}
    assert [row.get("title") for row in short.rows] == [None, "PCC"]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("+GTSENRDTEMP: 99,150000", {"sensor": 99, "temperature_c": 150.0}),
        ("+GTSENRDTEMP: 0,-60000", {"sensor": 0, "temperature_c": -60.0}),
        ("+GTSENRDTEMP: 100,150001", {}),
        ("+GTSENRDTEMP: -1,20000", {"sensor": None, "temperature_c": 20.0}),
        ("+GTSENRDTEMP: 1,150001", {"sensor": 1, "temperature_c": None}),
        ("+GTSENRDTEMP: 1,-60001", {"sensor": 1, "temperature_c": None}),
        ("+XLEC: 1,9,3", {"n": 1, "carriers": 9, "bandwidths_raw": "3", "band_text": None}),
        ("+XLEC: 0,0", {"n": 0, "carriers": 0}),
        ("+XLEC: 2,1,3", {"n": None, "carriers": 1}),
        ("+XLEC: 0,10,3", {"n": 0, "carriers": None}),
        ("+XLEC: -1,-1,3", {"n": None, "carriers": None}),
    ],
)
def test_temperatures_and_carriers_of_xmm(line, wanted):
    told = parse_reply(None, line + "\nOK", "fibocom-xmm")
    assert {key: told.fields.get(key, "absent") for key in wanted} == wanted
    assert (told.status == "malformed") == (not wanted)


@pytest.mark.parametrize(
    ("stat", "said"),
    [("0", "unknown"), ("1", "available"), ("2", "current"), ("3", "forbidden"), ("4", None)],
)
def test_states_of_a_scan(stat, said):
    told = parse_reply("AT+COPS=?", f'+COPS: ({stat},"A","B","51010",7)\nOK')  # 27.007 7.3
    assert told.fields["stat"] == said


@pytest.mark.parametrize(
    ("plmn", "act", "wanted"),
    [
        ("310260", "13", ("310260", 13)),
        ("51010", "0", ("51010", 0)),
        ("5101", "14", (None, None)),
        ("3102601", "-1", (None, None)),
    ],
)
def test_ends_of_a_scan(plmn, act, wanted):
    told = parse_reply("AT+COPS=?", f'+COPS: (2,"A","B","{plmn}",{act})\nOK')
    assert (told.fields["plmn"], told.fields["act"]) == wanted


def gtcc(line):
    return parse_reply("AT+GTCCINFO?", f"+GTCCINFO:\n{line}\nOK", "fibocom-qualcomm").rows[-1]


@pytest.mark.parametrize(
    ("channel", "pci", "wanted"),
    [  # hexadecimal channel and PCI (pull 32 as above): 22 and 10 bits
        ("3FFFFF", "3FF", (0x3FFFFF, 0x3FF)),
        ("400000", "A", (None, 10)),
        ("A", "400", (10, None)),
        ("0", "A", (0, 10)),
    ],
)
def test_ends_of_hexadecimal_channels(channel, pci, wanted):
    cell = gtcc(f"1,4,510,10,1F2A,1A2B3C4,{channel},{pci},,100,21,45,45,21")
    assert (cell["arfcn"], cell["pci"]) == wanted


@pytest.mark.parametrize(
    ("channel", "band", "read_as"),
    [  # 36.101 5.7.3: band 1 is 0..599, band 3 is 1200..1949
        ("599", "101", 599), ("600", "101", 600), ("257", "101", 257), ("1200", "103", 1200),
        ("1949", "103", 1949), ("400", "103", 400), ("500", "103", 0x500), ("479", "103", 479),
        ("799", "103", 0x799), ("1950", "103", 1950), ("1199", "103", 1199), ("0", "101", 0),
        ("1850", "203", 1850), ("500", "", 500), ("9999999", "103", None),
    ],
)  # fmt: skip
def test_the_band_tells_the_digits(channel, band, read_as):
    assert gtcc(f"1,4,510,10,1F2A,1A2B3C4,{channel},12,{band},100,21,45,45,21")["arfcn"] == read_as


def test_a_hexadecimal_neighbour_has_its_levels_in_their_places():
    cell = gtcc("2,4,,,,,189C,1A0,,27,28,12")
    assert (cell["arfcn"], cell["pci"], cell["rxlev_raw"], cell["rsrp_raw"]) == (6300, 416, 27, 28)
    assert (cell["rsrp_dbm"], cell["rsrq_db"]) == (-113, -14.0)
    short = gtcc("2,4,,,,,189C,1A0")
    assert (short["arfcn"], short["pci"]) == (6300, 416)
    assert set(gtcc("2,4,,,,,189C")) == {"title"}
    serving = gtcc("1,4,510,10,1F2A,1A2B3C4,189C,1A0,120,50,16,42,43")
    assert (serving["bandwidth"], serving["sinr_raw"]) == (50, 16)


@pytest.mark.parametrize(
    ("rat", "rsrp", "rsrq", "wanted"),
    [  # 27.007 8.69: the lower edges of the first and last bins; beyond them nothing
        (4, 0, 0, (-141, -20.0)),
        (4, 97, 34, (-44, -3.0)),
        (4, 98, 35, (None, None)),
        (4, -1, -1, (None, None)),
        (9, 0, 0, (-157, -43.5)),
        (9, 127, 127, (-30, 20.0)),
        (9, 128, 128, (None, None)),
    ],
)
def test_levels_of_gtccinfo(rat, rsrp, rsrq, wanted):
    cell = gtcc(f"1,{rat},510,10,1F2A,1A2B3C4,1850,120,103,100,21,45,{rsrp},{rsrq}")
    assert (cell.get("rsrp_dbm"), cell.get("rsrq_db")) == wanted


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (
            "RSRP:-160 RSRQ:-45 TAC:FFFF Id:FFFFFFF EARFCN:262143 PWR:-130dbm DRX:9999",
            (-160, -45, 0xFFFF, 262143, -130, 9999),
        ),
        ("RSRP:-20 RSRQ:20 TAC:0 Id:0 EARFCN:0 PWR:-1dbm DRX:0", (-20, 20, 0, 0, -1, 0)),
        ("RSRP:-161 RSRQ:-46 TAC:10000 Id:1 EARFCN:262144 PWR:-131dbm DRX:10000", (None,) * 6),
        ("RSRP:-19 RSRQ:21 TAC:x Id:1 EARFCN:-1 PWR:0dbm DRX:-1", (None,) * 6),
    ],
)
def test_ends_of_moni(cells, wanted):
    told = parse_reply("AT#MONI", f"#MONI: TSEL {cells}\nOK", "telit")
    names = ("rsrp_dbm", "rsrq_db", "tac", "earfcn", "rssi_dbm", "drx")
    assert tuple(told.fields[name] for name in names) == wanted


@pytest.mark.parametrize(("cell", "value"), [("FFFFFFF", 0xFFFFFFF), ("10000000", None)])
def test_ends_of_moni_s_cell(cell, value):
    line = f"#MONI: TSEL RSRP:-97 RSRQ:-11 TAC:1F2A Id:{cell} EARFCN:1850 PWR:-66dbm DRX:128"
    assert parse_reply("AT#MONI", line + "\nOK", "telit").fields["cell_id"] == value
    assert parse_reply("AT#MONI", "#MONI: no service\nOK", "telit").status == "malformed"


@pytest.mark.parametrize("text", ["0x7FFFFFFF", "2147483647", "0xFFFFFFFF"])
def test_a_counter_of_xmm_that_counts_nothing(text):
    line = f'+XMCI: 4,510,11,"0x1","0x2","0x3","0x4","0x5","0x6",59,19,14,"{text}","0x7FFFFFFE"'
    told = parse_reply("AT+XMCI=1", line + "\nOK", "fibocom-xmm")
    assert (told.status, told.fields["timing_advance"], told.fields["cqi"]) == ("parsed", None, 0x7FFFFFFE)


def test_carriers_come_in_several_lines():
    assert rows_for("fibocom-xmm")[1]["+GTCAINFO"].many


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("+CSQ: 100,0", {"rscp_dbm": -116}),
        ("+CSQ: 191,0", {"rscp_dbm": -25}),
        ("+CSQ: 192,0", {"rscp_dbm": None, "ber": 0}),
        ("+CSQ: 199,0", {"rssi_dbm": None, "ber": 0}),
        ("+CSQ: 141", {"rscp_dbm": -75}),
        ("+EGMR: 861234567890123", {"imei": "861234567890123"}),
        ("+CBC: 0,101", {"voltage_mv": 101}),
        ("+CBC: 3,99999", {"voltage_mv": 99999}),
        ("+CBC: 0,100000", {"voltage_mv": None, "battery": 0}),
        ("+CBC: 0,50", {"charge_percent": 50}),
        ("+CBC: 0,0,3700", {"charge_percent": 0, "voltage_mv": 3700}),
        ("+CBC: 0,100", {"charge_percent": 100}),
        ("+CBC: 0,101,3700", {"charge_percent": None, "voltage_mv": 3700}),
        ('^HCSQ: "NR",0,254,255', {"rsrp_raw": 0, "sinr_raw": 254, "rsrq_raw": None}),
        ('^HCSQ: "NR",1,256,-1', {"rsrp_raw": 1, "sinr_raw": None, "rsrq_raw": None}),
    ],
)
def test_ends_of_levels_and_batteries(line, wanted):
    told = parse_reply(None, line + "\nOK")
    assert {key: told.fields.get(key, "absent") for key in wanted} == wanted
    assert told.status == (
        "partial" if any(end in line for end in (" 192", "100000", "101,", "256")) else "parsed"
    )


def test_what_is_nothing_and_what_is_no_cell():
    assert gtcc("2,4,,,FFFF,00FFFFFFF,1721,160,,53,53,0")["tac"] is None
    assert gtcc("1,4,510,10,1F2A,FFFFFFF,1850,120,103,100,21,45,45,21")["cell_id"] is None
    assert gtcc("1,4,510,10,1F2A,1A2B3C4,500,12,103")["arfcn"] == 0x500
    assert set(gtcc("7,4,510,10,1F2A,1A2B3C4,1850,120,103")) == {"title"}
    line = '+XMCI: 4,510,11,"0x1","0x2","0x3","0x4","0x5","0x6",59,19,14,"0X17",3'
    told = parse_reply("AT+XMCI=1", line + "\nOK", "fibocom-xmm")
    assert (told.fields["timing_advance"], told.fields["cqi"]) == (23, 3)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('+QCAINFO: "SCC",520110,12,"NR5G BAND 41",1,625', {"pci": 625, "carrier_state": 1}),
        ('+QCAINFO: "SCC",326,25,"LTE BAND 1"', {"arfcn": 326, "band_text": "LTE BAND 1"}),
    ],
)
def test_short_secondary_carriers(line, wanted):
    told = parse_reply("AT+QCAINFO", line + "\nOK", "quectel-5g")
    assert told.status == "parsed"
    assert {key: told.fields[key] for key in wanted} == wanted
