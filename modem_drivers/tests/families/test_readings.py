"""Typed readings of every family, from transcripts; where a line is from stands beside it.

Made lines have distinct values in all fields, in the order that the source names: no two fields can be taken
for each other. "made" is by hand after that source.
"""

import pytest

from modem_drivers.at.grammar import Line
from modem_drivers.errors import MalformedReply
from modem_drivers.families.catalogue import named_family
from modem_drivers.families.readers import rat_of
from modem_drivers.reading import CellReading, SignalReading


def signal(name, command, *lines) -> SignalReading:
    queries = named_family(name).signal
    (query,) = (one for one in queries if one.command.text == command)
    return query.read(lines)


def cell(name, command, *lines) -> CellReading:
    queries = named_family(name).cell
    (query,) = (one for one in queries if one.command.text == command)
    return query.read(lines)


def levels(found: SignalReading) -> tuple[object, ...]:
    return (found.rat, found.state, found.rsrp_dbm, found.rsrq_db, found.sinr_db, found.rssi_dbm)


def place(found: CellReading) -> tuple[object, ...]:
    return (found.rat, found.plmn, found.tac, found.cell_id, found.pci, found.earfcn, found.band)


QENG = 'AT+QENG="servingcell"'
ENDC = (  # made, after modems' three lines: SINR before RSRQ, thread (quectel-rgmii-toolkit PR 65)
    '+QENG: "servingcell","CONNECT"',
    '+QENG: "LTE","FDD",510,10,1A2B3C4,120,1850,3,5,4,1F2A,-97,-11,-66,151,9,-,30',
    '+QENG: "NR5G-NSA",510,10,77,-101,180,-13,633984,78,12,1',
)
SA = '+QENG: "servingcell","NOCONN","NR5G-SA","TDD", 510,10,1234ABCDE,77,11F2A,633984,78,12,-91,-12,250,1,30'


def test_nr_beside_lte_is_en_dc_and_both_cells_are_told():
    found = signal("quectel-5g", QENG, *ENDC)
    assert levels(found) == ("EN-DC", "connected", -97.0, -11.0, 10.2, -66.0)
    (second,) = found.secondary
    assert levels(second) == ("EN-DC", None, -101.0, -13.0, 18.0, None)
    both = cell("quectel-5g", QENG, *ENDC)
    assert place(both) == ("EN-DC", "51010", 0x1F2A, 0x1A2B3C4, 120, 1850, 3)
    assert (both.duplex, both.bandwidth_hz, both.uplink_bandwidth_hz) == ("FDD", 15_000_000, 20_000_000)
    assert place(both.secondary[0]) == ("EN-DC", "51010", None, None, 77, 633984, 78)


def test_lte_alone_is_lte_also_on_a_5g_modem():
    found = signal("quectel-5g", QENG, ENDC[0].replace("CONNECT", "NOCONN"), ENDC[1])
    assert levels(found)[:2] == ("LTE", "idle")
    assert found.secondary == ()


def test_nr_alone_is_nr():
    assert levels(signal("quectel-5g", QENG, SA)) == ("NR", "idle", -91.0, -12.0, 25.0, None)
    assert place(cell("quectel-5g", QENG, SA)) == ("NR", "51010", 0x11F2A, 0x1234ABCDE, 77, 633984, 78)


@pytest.mark.parametrize("state", [("SEARCH", "searching"), ("LIMSRV", "limited")])
def test_without_a_cell_the_state_is_the_reading(state):
    found = signal("quectel-5g", QENG, f'+QENG: "servingcell","{state[0]}"')
    assert levels(found) == (None, state[1], None, None, None, None)
    assert place(cell("quectel-5g", QENG, f'+QENG: "servingcell","{state[0]}"'))[:2] == (None, None)


CPSI = "+CPSI: LTE,Online,510-10,0x1F2A,27447236,120,EUTRAN-BAND3,1850,4,5,{}"


@pytest.mark.parametrize(
    ("tail", "rsrp_dbm", "rsrq_db", "rssi_dbm"),
    [
        ("-92,-672,-418,14", -67.2, -9.2, -41.8),  # tenths: thread (3ginfo-lite issues 61)
        ("-7,-77,-70,14", -77.0, -7.0, -70.0),  # whole dB, SIM7000: thread (SIM7000-LTE-Shield 50)
    ],
)
def test_cpsi_in_the_scale_that_its_number_can_only_have(tail, rsrp_dbm, rsrq_db, rssi_dbm):
    found = signal("simcom-sim7600", "AT+CPSI?", CPSI.format(tail))
    assert levels(found) == ("LTE", None, rsrp_dbm, rsrq_db, None, rssi_dbm)
    there = cell("simcom-sim7600", "AT+CPSI?", CPSI.format(tail))
    assert place(there) == ("LTE", "51010", 0x1F2A, 27447236, 120, 1850, 3)
    assert (there.bandwidth_hz, there.uplink_bandwidth_hz) == (15_000_000, 20_000_000)


def test_cpsi_as_an_index_is_no_level_but_a_cell():
    line = CPSI.format("12,36,42,5")  # A76xx: an index, which bins it counts is not known
    with pytest.raises(MalformedReply):
        signal("simcom-sim7600", "AT+CPSI?", line)
    assert place(cell("simcom-a76xx", "AT+CPSI?", line))[1:3] == ("51010", 0x1F2A)
    asked = [query.command.text for query in named_family("simcom-a76xx").signal]
    assert asked == ["AT+CESQ", "AT+CSQ"]


def test_cpsi_with_nr_beside_lte_and_without_service():
    nsa = "+CPSI: NR5G_NSA,77,NR5G_BAND78,633984,-1010,-130,180"  # made, after SIM8200's two lines (memory)
    found = signal("simcom-5g", "AT+CPSI?", CPSI.format("-92,-672,-418,14"), nsa)
    assert (found.rat, found.secondary[0].rsrp_dbm, found.secondary[0].rsrq_db) == ("EN-DC", -101.0, -13.0)
    there = cell("simcom-5g", "AT+CPSI?", CPSI.format("-92,-672,-418,14"), nsa)
    assert place(there.secondary[0]) == ("EN-DC", None, None, None, 77, 633984, 78)
    none = signal("simcom-sim7600", "AT+CPSI?", "+CPSI: NO SERVICE,Online")
    assert levels(none) == (None, "no_service", None, None, None, None)


def test_huawei_s_bins_and_cell():
    found = signal("huawei-stick", "AT^HCSQ?", '^HCSQ: "LTE",54,44,151,26')
    assert levels(found) == ("LTE", None, -97.0, -7.0, 10.0, -67.0)  # -141+44, -20+26/2, -20.2+151/5, -121+54
    line = "^MONSC: LTE,460,00,38400,D975244,8,24C8,-85,-10,-54"  # a public transcript
    assert place(cell("huawei-stick", "AT^MONSC", line)) == (
        "LTE",
        "46000",
        0x24C8,
        0xD975244,
        8,
        38400,
        None,
    )
    none = signal("huawei-stick", "AT^HCSQ?", '^HCSQ: "NOSERVICE"')
    assert levels(none)[:3] == (None, "no_service", None)


def test_huawei_s_names_in_ucs2():
    (query,) = named_family("huawei-stick").names
    assert query.command.text == "AT^EONS=5"
    name = query.read(['^EONS: 1,46011,"4E2D56FD","4E2D",1,"00530050"'])  # made
    assert (name.source, name.full, name.short, name.spn, name.plmn) == (
        "^EONS",
        "中国",
        "中",
        "SP",
        "46011",
    )


def test_sierra_s_form():
    lines = (  # after danielewood/sierra-wireless-modems issues 27; the levels: made
        "!GSTATUS: ",
        "Current Time:  34020\t\tTemperature: 44",
        "Reset Counter: 1\t\tMode:        ONLINE         ",
        "System mode:   LTE        \tPS state:    Attached     ",
        "LTE band:      B7     \t\tLTE bw:      15 MHz  ",
        "LTE Rx chan:   3175\t\tLTE Tx chan: 21175",
        "RRC state:     RRC Connected  ",
        "PCC RxM RSSI:  -60\t\tRSRP (dBm):  -91",
        "Tx Power:      --\t\tTAC:         0F2B (3883)",
        "RSRQ (dB):     -9.3\t\tCell ID:     01A2B3C4 (27440068)",
        "SINR (dB):     18.4",
    )
    assert levels(signal("sierra", "AT!GSTATUS?", *lines)) == ("LTE", "connected", -91.0, -9.3, 18.4, -60.0)
    assert signal("sierra", "AT!GSTATUS?", *lines).command == "!GSTATUS"
    assert cell("sierra", "AT!GSTATUS?", *lines).command == "!GSTATUS"
    assert place(cell("sierra", "AT!GSTATUS?", *lines)) == ("LTE", None, 3883, 27440068, None, 3175, 7)


def test_telit_s_line_without_the_imsi():
    line = '#RFSTS: "510 10",1850,-97,-66,-11,1F2A,255,,128,19,0,1A2B3C4,"510101234567890","Telkomsel",3,8'
    found = signal("telit", "AT#RFSTS", line)  # made, after public scripts
    assert levels(found) == ("LTE", None, -97.0, -11.0, None, -66.0)
    there = cell("telit", "AT#RFSTS", line)
    assert place(there) == ("LTE", "51010", 0x1F2A, 0x1A2B3C4, None, 1850, 8)
    assert "510101234567890" not in repr((found, there))


def test_fibocom_s_three_ways():
    line = (
        '+XMCI: 4,510,10,"0x1F2A","0x01A2B3C4","0x0078","0x0000073A","0x00004B4A",70,"41","20","14","3","7"'
    )
    neighbour = line.replace("+XMCI: 4", "+XMCI: 5").replace("0x0078", "0x0079")
    there = cell("fibocom-xmm", "AT+XMCI=1", neighbour, line)  # made, after 3ginfo-lite issues 82
    assert place(there) == ("LTE", "51010", 0x1F2A, 0x1A2B3C4, 120, 1850, None)
    found = signal("fibocom-xmm", "AT+XCESQ?", "+XCESQ: 0,99,99,255,255,24,51,18")
    assert levels(found) == ("LTE", None, -90.0, -8.0, 9.0, None)  # -141+51, -20+24/2, 18/2
    rows = (
        "+GTCCINFO:",
        "LTE service cell:",
        "1,4,510,10,1F2A,1A2B3C4,1850,120,103,100,21,45,46,22",
        "LTE neighbor cell:",
        "2,4,510,10,1F2B,1A2B3C5,1850,121,",
    )  # made
    for name in ("fibocom-qualcomm", "fibocom-mediatek"):
        assert place(cell(name, "AT+GTCCINFO?", *rows)) == (
            "LTE",
            "51010",
            0x1F2A,
            0x1A2B3C4,
            120,
            1850,
            3,
        )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("1850,3,", "1850,3,", ""),
        ("1850,3,", "1850,8,", "band: 8 does not hold channel 1850, which is in 3"),
        ("1850,3,", "5230,13,", ""),  # no operator of Indonesia has it: not doubted
        ("633984,78", "633984,77", ""),  # 77 holds 78
        ("633984,78", "633984,41", "band: 41 does not hold channel 633984, which is in 77, 78"),
        ("633984,78", "700000,78", "band: 78 does not hold channel 700000, which is in no band known here"),
        ("633984,78", "700000,79", ""),
    ],
)
def test_a_band_that_cannot_hold_the_channel_is_doubted(old, new, problem):
    found = cell("quectel-5g", QENG, *(line.replace(old, new) for line in ENDC))
    assert [*found.problems, *found.secondary[0].problems] == ([problem] if problem else [])


RATS = {
    "LTE": "LTE CAT-M CAT-M1 lte",
    "NB-IoT": "CAT-NB",
    "NR": "NR NR-5G NR5G NR5G-SA NR5G_SA",
    "EN-DC": "NR5G-NSA NR5G_NSA",
    "GSM": "GSM",
    "UTRAN": "WCDMA UTRAN",
}


def test_the_makers_words_for_technologies():
    for name, words in RATS.items():
        for word in words.split():
            for column in ("rat", "mode"):
                assert rat_of(Line("", {column: word}, {}, ())) == name
    assert rat_of(Line("", {"rat": "EVDO"}, {}, ())) is None


@pytest.mark.parametrize(
    ("said", "state"),
    [("RRC Idle", "idle"), ("RRC Connected", "connected"), ("RRC Unheard", "rrc unheard")],
)
def test_the_words_for_idle_and_connected(said, state):
    form = ("!GSTATUS: ", f"RRC state:     {said}", "RSRP (dBm):  -91")
    assert signal("sierra", "AT!GSTATUS?", *form).state == state
    assert cell("sierra", "AT!GSTATUS?", *form).state == state


@pytest.mark.parametrize(("said", "rat"), [("GSM", "GSM"), ("WCDMA", "UTRAN")])
def test_quectel_s_older_technologies(said, rat):
    line = f'+QENG: "servingcell","NOCONN","{said}",510,10,1F2A,1A2B3C4,12,-70'
    assert place(cell("quectel-lte", QENG, line))[:4] == (rat, "51010", 0x1F2A, 0x1A2B3C4)
    found = signal("quectel-lte", "AT+QCSQ", f'+QCSQ: "{said}",-70')
    assert levels(found) == (rat, "in_service", None, None, None, -70.0)


def test_quectel_s_narrow_band_and_names():
    found = signal("quectel-lte", "AT+QCSQ", '+QCSQ: "CAT-NB1",-70,-97,151,-11')
    assert levels(found) == ("NB-IoT", "in_service", -97.0, -11.0, 10.2, -70.0)
    (query,) = named_family("quectel-lte").names
    assert query.read(['+QSPN: "A","B","C",0,"510101"']).plmn == "510101"
    assert query.read(['+QSPN: "A","B","C",0,"5101012"']).plmn is None
    assert query.read(['+QSPN: "A","B","C",2,"51010"']).problems != ()
    assert query.read(['+QSPN: "0041","0042","0043",1,"51010"']).short == "B"


def test_the_words_for_no_service():
    assert cell("huawei-stick", "AT^MONSC", "^MONSC: NONE").state == "no_service"
    assert cell("simcom-5g", "AT+CPSI?", "+CPSI: NO SERVICE,Online").state == "no_service"
    assert signal("huawei-stick", "AT^HCSQ?", '^HCSQ: "NOSERVICE"').state == "no_service"


def test_another_command_s_line_is_refused():
    with pytest.raises(MalformedReply):
        cell("fibocom-xmm", "AT+XMCI=1", "+CSQ: 20,99")
    with pytest.raises(MalformedReply):
        signal("huawei-stick", "AT^HCSQ?", '^HCSQ: "LTE",x,x,x,x')
    with pytest.raises(MalformedReply):
        signal("sierra", "AT!GSTATUS?", "!GSTATUS:", "nothing: here")
    with pytest.raises(MalformedReply):
        cell("telit", "AT#RFSTS")
