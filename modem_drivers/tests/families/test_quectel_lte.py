"""Quectel replies; each line with where it was heard. Scales: see the family's module."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem_drivers.errors import MalformedReply
from modem_drivers.families.quectel_lte import (
    parse_qcsq,
    parse_qeng_cell,
    parse_qeng_signal,
    parse_qspn,
    scale_sinr,
)

SERVING = '+QENG: "servingcell",'


@pytest.mark.parametrize(
    ("line", "rssi_dbm", "rsrp_dbm", "sinr_db", "rsrq_db"),
    [
        ('+QCSQ: "LTE",77,-116,76,-17', -77, -116, -4.8, -17),  # EG21-G, forums.quectel.com 54722
        ('+QCSQ: "LTE",85,-124,55,-18', -85, -124, -9.0, -18),  # beside +QENG ...,-122,-19,-82,-9,5
        ('+QCSQ: "CAT-M1",-91,-129,67,-20', -91, -129, -6.6, -20),  # BG96, the same thread
        ('+QCSQ: "LTE",-69,-102,150,-12', -69, -102, 10.0, -12),
        ('+QCSQ: "LTE",48,-74,250,-7', -48, -74, 30.0, -7),
        ("+QCSQ:LTE, -69 , -102 , 0 , -12", -69, -102, -20.0, -12),
        ('+QCSQ: "LTE",-69,-,150,-', -69, None, 10.0, None),
    ],
)
def test_qcsq(line, rssi_dbm, rsrp_dbm, sinr_db, rsrq_db):
    reading = parse_qcsq([line])
    assert (reading.rssi_dbm, reading.rsrp_dbm) == (rssi_dbm, rsrp_dbm)
    assert (reading.sinr_db, reading.rsrq_db) == (sinr_db, rsrq_db)
    assert (reading.rat, reading.state, reading.problems) == ("LTE", "in_service", ())


def test_qcsq_without_service_is_a_reading():
    reading = parse_qcsq(['+QCSQ: "NOSERVICE"'])
    assert (reading.state, reading.rat, reading.rsrp_dbm, reading.sinr_db) == ("no_service", None, None, None)


def test_qcsq_of_another_radio_is_not_read_as_lte():
    reading = parse_qcsq(['+QCSQ: "WCDMA",-60,-5,-70'])
    assert (reading.rat, reading.rssi_dbm, reading.rsrp_dbm, reading.rsrq_db) == ("UTRAN", -60, None, None)


@pytest.mark.parametrize(
    ("line", "problem", "rsrp_dbm", "sinr_db"),
    [
        ('+QCSQ: "LTE",-69,-102,900,-12', "sinr_raw: '900' is not in 0..250", -102, None),
        ('+QCSQ: "LTE",-69,-1x2,150,-12', "rsrp_dbm: '-1x2' is not an integer", None, 10.0),
        ('+QCSQ: "LTE",-69,-102', "missing: sinr_raw, rsrq_db", -102, None),
        ('+QCSQ: "LTE",-69,-32768,150,-12', "rsrp_dbm: '-32768' is not in -160..-20", None, 10.0),
    ],
)
def test_qcsq_damage_leaves_the_rest(line, problem, rsrp_dbm, sinr_db):
    reading = parse_qcsq([line])
    assert reading.problems == (problem,)
    assert (reading.rsrp_dbm, reading.sinr_db) == (rsrp_dbm, sinr_db)


@pytest.mark.parametrize(
    "lines", [[], ['+QCSQ: "SIDEWAYS",1'], ["+QCSQ:"], ['+QCSQ: "LTE"'], ['+QCSQ: "LTE",a,b,c,d'], ["OK"]]
)
def test_qcsq_refused(lines):
    with pytest.raises(MalformedReply, match=r"\+QCSQ"):
        parse_qcsq(lines)


CELLS = [  # line, (plmn, tac, cell_id, pci, earfcn, band, bandwidth MHz), (rsrp, rsrq, rssi)
    (  # EP06, 18 fields: 3ginfo-lite 108
        SERVING + '"NOCONN","LTE","FDD",222,88,4CAA71F,28,1500,3,3,3,77B8,-84,-9,-56,21,35',
        ("22288", 0x77B8, 0x4CAA71F, 28, 1500, 3, 10),
        (-84, -9, -56),
    ),
    (  # EC200T: 3ginfo-lite 43
        SERVING + '"NOCONN","LTE","FDD",123,01,43300C,348,1802,3,5,5,5443,-87,-16,-69,5,34',
        ("12301", 0x5443, 0x43300C, 348, 1802, 3, 20),
        (-87, -16, -69),
    ),
    (  # 17 fields
        SERVING + '"CONNECT","LTE","FDD",510,10,1B4C01,345,1850,3,5,5,4A2,-95,-10,-65,12',
        ("51010", 0x4A2, 0x1B4C01, 345, 1850, 3, 20),
        (-95, -10, -65),
    ),
    (  # 20 fields
        SERVING + '"NOCONN","LTE","TDD",510,09,BE33501,116,38750,40,5,5,8EEA,-103,-8,-78,14,15,20,-',
        ("51009", 0x8EEA, 0xBE33501, 116, 38750, 40, 20),
        (-103, -8, -78),
    ),
    (  # blanks and quotes where none are needed
        (
            '+QENG:"servingcell" , "NOCONN" , "LTE" , "FDD" , 510 , "01" , 1B4C01 , 0 , 3500 , 8 , 3 , 3'
            " , 4A2 , -95 , -10 , -65 , - , -"
        ),
        ("51001", 0x4A2, 0x1B4C01, 0, 3500, 8, 10),
        (-95, -10, -65),
    ),
]


@pytest.mark.parametrize(("line", "cell", "signal"), CELLS)
def test_serving_cell(line, cell, signal):
    found = parse_qeng_cell([line])
    assert found.rat == "LTE"
    assert (found.plmn, found.tac, found.cell_id, found.pci, found.earfcn, found.band) == cell[:6]
    assert found.bandwidth_hz == found.uplink_bandwidth_hz == cell[6] * 1_000_000
    assert found.problems == ()
    reading = parse_qeng_signal([line])
    assert (reading.rsrp_dbm, reading.rsrq_db, reading.rssi_dbm) == signal


@pytest.mark.parametrize(
    ("word", "state"),
    [("SEARCH", "searching"), ("LIMSRV", "limited"), ("NOCONN", "idle"), ("CONNECT", "connected")],
)
def test_states(word, state):
    for line in (f'{SERVING}"{word}"', f"+QENG: servingcell,{word.lower()}"):
        reading = parse_qeng_signal([line])
        assert (reading.state, reading.rat, reading.rsrp_dbm, reading.problems) == (state, None, None, ())
        assert parse_qeng_cell([line]).state == state


def test_limited_service_with_a_cell():
    line = SERVING + '"LIMSRV","LTE","TDD",460,00,1F1B320,420,38950,40,5,5,4977,-110,-9,-105,19,8'
    assert parse_qeng_cell([line]).pci == 420
    assert parse_qeng_signal([line]).state == "limited"
    assert parse_qeng_signal([SERVING + '"LIMSRV","LTE"']).rat == "LTE"


ENDC = [  # 3ginfo-lite 56
    '+QENG: "servingcell","NOCONN"',
    '+QENG: "LTE","FDD",515,03,3359966,1,150,1,5,5,4AA3,-89,-13,-58,16,15,20,-',
    '+QENG:"NR5G-NSA",515,03,832,-76,21,-11,528030,41,8,1',
]


def test_en_dc_takes_the_lte_anchor():
    cell = parse_qeng_cell(ENDC)
    assert (cell.rat, cell.state, cell.plmn, cell.tac, cell.earfcn) == ("EN-DC", "idle", "51503", 0x4AA3, 150)
    reading = parse_qeng_signal(ENDC)
    assert (reading.rsrp_dbm, reading.rsrq_db, reading.rssi_dbm) == (-89, -13, -58)
    assert parse_qeng_cell(ENDC[:2]).rat == "LTE"


def test_standalone_nr():
    line = SERVING + '"NOCONN","NR5G-SA","TDD", 515,66,100072000,538,114000,620640,78,12,-109,-12,14,1,-'
    cell = parse_qeng_cell([line])  # 3ginfo-lite 57
    assert (cell.rat, cell.plmn, cell.cell_id) == ("NR", "51566", 0x100072000)
    assert (cell.pci, cell.tac, cell.earfcn, cell.band) == (538, 0x114000, 620640, 78)
    assert parse_qeng_signal([line]).rsrp_dbm == -109


def test_gsm_gives_the_cell_without_levels():
    line = SERVING + '"LIMSRV","GSM",432,11,587,293A,31,98,-,-63,255,255,0,43,43,1,-,-,-,-,-,-,-,-,-,"-"'
    cell = parse_qeng_cell([line])
    assert (cell.rat, cell.plmn, cell.tac, cell.cell_id) == ("GSM", "43211", 0x587, 0x293A)
    assert parse_qeng_signal([line]).rsrp_dbm is None


def test_neighbours_are_not_the_serving_cell():
    neighbour = '+QENG: "neighbourcell intra","LTE",6300,188,-12,-105,-75,-20,23,4,12,10,62'
    assert parse_qeng_cell([neighbour, CELLS[0][0]]).plmn == "22288"
    with pytest.raises(MalformedReply):
        parse_qeng_cell([neighbour])


GOOD = SERVING + '"NOCONN","LTE","FDD",510,10,1B4C01,345,1850,3,5,5,4A2,-95,-10,-65,12,14'
NAMES = ["duplex", "mcc", "mnc", "cell_id", "pci", "earfcn", "band", "uplink_bandwidth"]
NAMES += ["downlink_bandwidth", "tac", "rsrp_dbm", "rsrq_db", "rssi_dbm", "sinr_raw"]


@pytest.mark.parametrize("position", range(14))
def test_damage_in_one_field_of_the_cell_leaves_the_others(position):
    cells = GOOD.split(",")
    cells[3 + position] = "zz"
    problems = parse_qeng_cell([",".join(cells)]).problems
    assert [problem.partition(":")[0] for problem in problems] == [NAMES[position]]
    reading = parse_qeng_signal([",".join(cells)])
    levels = {"rsrp_dbm": reading.rsrp_dbm, "rsrq_db": reading.rsrq_db, "rssi_dbm": reading.rssi_dbm}
    expected = {"rsrp_dbm": -95, "rsrq_db": -10, "rssi_dbm": -65, NAMES[position]: None}
    assert levels == {name: expected[name] for name in levels}


def test_a_lost_duplex_is_refused_whole():
    with pytest.raises(MalformedReply, match="field duplex"):
        parse_qeng_signal([GOOD.replace('"FDD",', "").removesuffix(",14")])


@pytest.mark.parametrize("position", range(1, 14))
def test_a_lost_field_never_shifts_a_value_into_another(position):
    """17 fields, one of them lost: what follows stands one place too early, and must not be believed."""
    cells = GOOD.split(",")[:17]
    del cells[3 + position]
    line = ",".join(cells)
    reading, cell = parse_qeng_signal([line]), parse_qeng_cell([line])
    assert reading.problems
    assert reading.rsrp_dbm in (None, -95)
    assert reading.rsrq_db in (None, -10)
    assert reading.rssi_dbm in (None, -65)
    assert cell.tac in (None, 0x4A2)


def test_a_short_line_keeps_what_stands_before_its_end():
    reading = parse_qeng_signal([SERVING + '"NOCONN","LTE","FDD",510,10,1B4C01,345,1850,3,5,5,4A2,-95,-10'])
    assert (reading.rsrp_dbm, reading.rsrq_db, reading.rssi_dbm) == (-95, -10, None)
    assert reading.problems == ("missing: rssi_dbm, sinr_raw",)


def test_a_band_that_does_not_hold_its_channel_is_a_problem():
    cell = parse_qeng_cell([GOOD.replace(",1850,3,", ",1850,40,")])
    assert cell.problems == ("band: 40 does not hold EARFCN 1850, which is in band 3",)


def test_an_mnc_of_one_digit_is_filled_up():
    assert parse_qeng_cell([GOOD.replace(",510,10,", ",510,1,")]).plmn == "51001"


@pytest.mark.parametrize(
    ("raw", "sinr_db", "scale"),
    [(-9, -9.0, "dB"), (144, 8.8, "fifths from -20"), (12, None, "undecided"), (None, None, "")],
)
def test_sinr_of_qeng_is_given_only_where_one_scale_fits(raw, sinr_db, scale):
    value, name, problems = scale_sinr(raw)
    assert (value, name) == (sinr_db, scale)
    assert bool(problems) is (scale == "undecided")


def test_undecided_sinr_stays_in_raw():
    reading = parse_qeng_signal([GOOD])
    assert (reading.sinr_db, reading.raw["sinr_raw"], reading.raw["sinr_scale"]) == (None, "12", "undecided")
    assert reading.problems[0].startswith("sinr_db: +QENG gives 12, which fits two scales")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["+QENG:"],
        ['+QENG: "servingcell"'],
        ['+QENG: "servingcell","WHAT"'],
        [SERVING + '"NOCONN","6G","FDD"'],
        [SERVING + '"NOCONN","LTE",z,z,z'],
    ],
)
def test_serving_cell_refused(lines):
    with pytest.raises(MalformedReply):
        parse_qeng_signal(lines)


@pytest.mark.parametrize(
    ("line", "full", "short", "spn", "plmn"),
    [
        ('+QSPN: "I TIM","TIM","",0,"22201"', "I TIM", "TIM", None, "22201"),  # RM520N
        ('+QSPN: "O2 - UK","O2","","0","23410"', "O2 - UK", "O2", None, "23410"),  # quoted alphabet
        ('+QSPN: "515 66","515 66","DITO",0,"51566"', "515 66", "515 66", "DITO", "51566"),
        (  # UCS2, names mixed
            '+QSPN: "00430048004E002D00430054","00430054","4E2D56FD75354FE1",1,"46011"',
            "CHN-CT",
            "CT",
            "中国电信",
            "46011",
        ),
        (
            '+QSPN: "#PemiluDamai2024","#PD, 2024","3",0,"51089"',
            "#PemiluDamai2024",
            "#PD, 2024",
            "3",
            "51089",
        ),
        ('+QSPN: "","","",0,""', None, None, None, None),
        ('+QSPN: "XL","XL","XL"', "XL", "XL", "XL", None),
        ('+QSPN: "002300500065006D0069006C0075","","","1","51010"', "#Pemilu", None, None, "51010"),
    ],
)
def test_qspn(line, full, short, spn, plmn):
    name = parse_qspn([line])
    assert (name.full, name.short, name.spn, name.plmn) == (full, short, spn, plmn)
    assert (name.source, name.problems) == ("+QSPN", ())


def test_a_name_that_is_no_ucs2_is_kept_and_said():
    name = parse_qspn(['+QSPN: "TELKOMSEL","00540053","",1,"51010"'])
    assert (name.full, name.short) == ("TELKOMSEL", "TS")
    assert name.problems == ("full: not UCS2 in hexadecimal, kept as it came",)


@pytest.mark.parametrize("lines", [[], ["+QSPN:"], ['+QSPN: "XL"']])
def test_qspn_refused(lines):
    with pytest.raises(MalformedReply):
        parse_qspn(lines)


CELL_TEXT = st.lists(
    st.sampled_from(
        ['"LTE"', '"FDD"', "510", "10", "-95", "-", "", "3", "4A2", '"servingcell"', '"NOCONN"', '"']
    )
    | st.text(max_size=6),
    max_size=22,
).map(",".join)


@given(st.lists(st.tuples(st.sampled_from(["+QENG:", "+QCSQ:", "+QSPN:", ""]), CELL_TEXT), max_size=4))
def test_only_malformed_reply_escapes(pairs):
    lines = [head + tail for head, tail in pairs]
    for read in (parse_qcsq, parse_qeng_cell, parse_qeng_signal, parse_qspn):
        try:
            read(lines)
        except MalformedReply:
            continue
