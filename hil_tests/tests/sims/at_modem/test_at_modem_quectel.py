"""The EC25's words: literal replies for a fixed radio, and the log's truth equal to what they say."""

import pytest

from hil_tests.sims.at_modem.engine import Engine
from hil_tests.sims.at_modem.modem import build_modem
from hil_tests.sims.at_modem.personalities import quectel_ec25
from hil_tests.sims.at_modem.provenance import Kind, count_kinds
from hil_tests.sims.network.profile import Profile
from hil_tests.sims.network.terminal import Lies
from hil_tests.sims.trace import Trace, TracePoint

FIXED = Profile(
    plmn="51010",
    brand="Telkomsel",
    imei="864612041234563",
    imsi="510101234567890",
    iccid="89621012345678901234",
    name_full="PILIH JUJUR",
    name_short="TSEL",
    spn="Telkomsel",
    band=3,
    earfcn=1850,
    pci=321,
    tac=0x1A2B,
    cell_id=0x3C4D5E,
)
# TS 27.007 8.69: RSRP -96.4 dBm is in the bin [-97, -96), index 44; RSRQ -10.3 dB in [-10.5, -10), index 19.
# SINR 12.4 dB = (12.4 + 20) * 5 = 162 fifths. RSSI = -96.4 + 10.3 + 10 lg 100 = -66.1 dBm; +CSQ 23: -67 dBm.
TRACE = Trace((TracePoint(0.0, -96.4, -10.3, 12.4),))
SERVING = '+QENG: "servingcell","NOCONN","LTE","FDD",510,10,3C4D5E,321,1850,3,5,5,1A2B,-96,-10,-66,12,28'


def ask(command, *, profile=FIXED, lies=None, before=()):
    modem = build_modem(1, profile, start_s=0.0, start_unix_s=1_731_000_000, trace=TRACE, lies=lies)
    engine = Engine(quectel_ec25.MODEL.build(modem))
    for number, line in enumerate((*before, command), start=1):
        engine.receive(f"{line}\r".encode())
        engine.run(number * 10.0)
        outputs = engine.run(number * 10.0 + 9)
    reply = next(output for output in outputs if output.command == command)
    return list(reply.reply), dict(reply.truth)


@pytest.mark.parametrize(
    ("command", "lines", "truth"),
    [
        ("AT+CSQ", ["+CSQ: 23,99"], {"rssi_dbm": -67}),
        ("AT+CESQ", ["+CESQ: 99,99,255,255,19,44"], {"rsrp_dbm": -97, "rsrq_db": -10.5}),
        (
            "AT+QCSQ",
            ['+QCSQ: "LTE",-66,-96,162,-10'],
            {"rssi_dbm": -66, "rsrp_dbm": -96, "sinr_db": 12.4, "rsrq_db": -10},
        ),
        (
            'AT+QENG="servingcell"',
            [SERVING],
            {
                "rsrp_dbm": -96,
                "rsrq_db": -10,
                "rssi_dbm": -66,
                "sinr_db": 12,
                "plmn": "51010",
                "band": 3,
                "earfcn": 1850,
                "pci": 321,
                "tac": 6699,
                "cell_id": 3951966,
            },
        ),
        (
            "AT+QNWINFO",
            ['+QNWINFO: "FDD LTE","51010","LTE BAND 3",1850'],
            {"plmn": "51010", "band": 3, "earfcn": 1850},
        ),
        (
            "AT+QSPN",
            ['+QSPN: "PILIH JUJUR","TSEL","Telkomsel",0,"51010"'],
            {"name_full": "PILIH JUJUR", "name_short": "TSEL", "spn": "Telkomsel", "plmn": "51010"},
        ),
        (
            "AT+COPS?",
            ['+COPS: 0,0,"PILIH JUJUR",7'],
            {"name_full": "PILIH JUJUR", "name_short": "TSEL", "plmn": "51010"},
        ),
        ("AT+CGSN", ["864612041234563"], {"imei": "864612041234563"}),
        ("AT+CIMI", ["510101234567890"], {"imsi": "510101234567890"}),
        ("AT+QCCID", ["+QCCID: 89621012345678901234"], {"iccid": "89621012345678901234"}),
        ("AT+CPIN?", ["+CPIN: READY"], {"card": "READY"}),
        (  # TZ=Asia/Jakarta date -d @1731000019
            "AT+CCLK?",
            ['+CCLK: "24/11/08,00:20:19+28"'],
            {"local": "2024-11-08T00:20:19", "zone_quarters": 28},
        ),
        (
            "AT+CPMS?",
            ['+CPMS: "SM",3,50,"SM",3,50,"SM",3,50'],
            {"memory": ["SM", "SM", "SM"], "used": [3, 3, 3]},
        ),
        ("AT+CREG=?", ["+CREG: (0-2)"], {}),
    ],
)
def test_reply_and_truth(command, lines, truth):
    said, logged = ask(command)
    assert said == [*lines, "OK"]
    assert logged == truth


@pytest.mark.parametrize(("layout", "shown"), [("0", '"PILIH JUJUR"'), ("1", '"TSEL"'), ("2", '"51010"')])
def test_operator_formats(layout, shown):
    said, _ = ask("AT+COPS?", before=(f"AT+COPS=3,{layout}",))
    assert said == [f"+COPS: 0,{layout},{shown},7", "OK"]


def test_a_name_outside_the_plain_alphabet_is_ucs2_hex():
    profile = Profile(plmn="51001", name_full="Pemilu – Damai", name_short="ISAT", spn="Indosat")
    said, truth = ask("AT+QSPN", profile=profile)
    # UCS2 digits by: printf 'Pemilu – Damai' | iconv -t UTF-16BE | xxd -p -u
    assert said[0] == (
        '+QSPN: "00500065006D0069006C007500202013002000440061006D00610069",'
        '"0049005300410054","Indosat",1,"51001"'
    )
    assert truth["name_full"] == "Pemilu – Damai"


def test_sinr_of_qeng_in_fifths_where_the_profile_says_so():
    said, truth = ask('AT+QENG="servingcell"', profile=Profile(plmn="51010", band=3, qeng_sinr="fifth-db"))
    assert said[0].split(",")[-2] == "162"
    assert truth["sinr_db"] == 12.4


def test_wrong_rsrp_shows_seven_more_than_the_truth():
    said, truth = ask("AT+CESQ", lies=Lies(rsrp=True))
    assert said[0] == "+CESQ: 99,99,255,255,19,51"
    assert truth["rsrp_dbm"] == -97


def test_wrong_name_shows_another_name_than_the_truth():
    for command in ("AT+QSPN", "AT+COPS?"):
        said, truth = ask(command, lies=Lies(name=True))
        assert '"PILIH JUJUR"' not in said[0]
        assert truth["name_full"] == "PILIH JUJUR"


def test_data_context_gets_and_loses_its_address():
    said, _ = ask("AT+CGPADDR=1")
    assert said[0].startswith('+CGPADDR: 1,"10.')
    said, _ = ask("AT+CGPADDR=1", before=("AT+CGACT=0,1",))
    assert said == ['+CGPADDR: 1,"0.0.0.0"', "OK"]
    said, _ = ask("AT+CGACT?", before=("AT+CGACT=0,1", "AT+QNETDEVCTL=1,2,0"))
    assert said == ["+CGACT: 1,0", "+CGACT: 2,1", "OK"]


def test_every_row_says_where_it_is_from_and_none_claims_a_recording():
    sources = [row.source for row in quectel_ec25.MODEL.rows]
    assert all(source.reference for source in sources)
    assert count_kinds(sources)[Kind.RECORDED.value] == 0
    assert sum(count_kinds(sources).values()) == len(sources)
