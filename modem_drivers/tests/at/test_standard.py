"""Replies of 3GPP TS 27.007. Levels by TS 36.133 tables 9.1.4-1, 9.1.7-1 and 27.007 8.5, lower bin edges."""

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem_drivers.at.shapes import is_solicited_registration
from modem_drivers.at.standard import (
    derive_command,
    hide_private,
    parse_cesq,
    parse_cops,
    parse_cpin,
    parse_csq,
    parse_plmn,
    parse_registration,
)
from modem_drivers.errors import MalformedReply


@pytest.mark.parametrize(
    ("line", "rat", "rsrp_dbm", "rsrq_db", "sinr_db", "rssi_dbm"),
    [
        ("+CESQ: 99,99,255,255,20,80", "LTE", -61, -10, None, None),  # ModemManager reads -61 for 80
        ("+CESQ: 99,99,255,255,0,0", "LTE", -141, -20, None, None),
        ("+CESQ: 99,99,255,255,34,97", "LTE", -44, -3, None, None),
        ("+CESQ: 99,99,255,255,255,255", None, None, None, None, None),
        ("+CESQ:17,99,255,255,255,255", "GSM", None, None, None, -94),
        ("+CESQ: 17,99,255,255,4,29,75,52,57", "LTE", -112, -18, None, None),  # FM350, nine fields
        ("+CESQ: 99,99,255,255,255,255,75,52,57", "NR", -105, -6, 5, None),
        ("+CESQ: 37,99,255,255,21,38", "LTE", -103, -9.5, None, None),  # heard: EC25, Turkcell
    ],
)
def test_cesq(line, rat, rsrp_dbm, rsrq_db, sinr_db, rssi_dbm):
    reading = parse_cesq([line])
    assert (reading.rat, reading.rsrp_dbm, reading.rsrq_db) == (rat, rsrp_dbm, rsrq_db)
    assert (reading.sinr_db, reading.rssi_dbm, reading.problems) == (sinr_db, rssi_dbm, ())
    assert reading.command == "+CESQ"


def test_cesq_keeps_the_raw_index():
    assert parse_cesq(["+CESQ: 99,99,255,255,20,80"]).raw["rsrp_dbm"] == "80"


def test_cesq_damage_in_one_field_leaves_the_others():
    reading = parse_cesq(["+CESQ: 99,99,255,255,2x,80"])
    assert (reading.rsrp_dbm, reading.rsrq_db) == (-61, None)
    assert reading.problems == ("rsrq_db: '2x' is not an integer",)


@pytest.mark.parametrize(
    "lines", [[], ["+CSQ: 1,2"], ["+CESQ: 99,99,255"], ["+CESQ: a,b,c,d,e,f"], ["\\xff\\xfe"]]
)
def test_cesq_refused(lines):
    with pytest.raises(MalformedReply, match=r"\+CESQ"):
        parse_cesq(lines)


@pytest.mark.parametrize(
    ("line", "rssi_dbm"),
    [
        ("+CSQ: 0,99", -113),
        ("+CSQ: 31,0", -51),
        ("+CSQ: 20, 99", -73),
        ("+CSQ: 99,99", None),
        ("+CSQ:7", -99),
    ],
)
def test_csq(line, rssi_dbm):
    assert parse_csq([line]).rssi_dbm == rssi_dbm


@pytest.mark.parametrize("line", ["+CSQ: 32,7x", "+CSQ: ?,?"])
def test_csq_refused(line):
    with pytest.raises(MalformedReply, match="rssi_dbm"):
        parse_csq([line])


@pytest.mark.parametrize(
    ("line", "stat", "tac", "cell_id", "rat", "reject_cause"),
    [  # forms: 27.007 7.2, 10.1.22, 10.1.43; heard ones named
        ("+CEREG: 0,1", 1, None, None, None, None),
        ('+CEREG: 2,1,"8EEA","BE33501",7', 1, 0x8EEA, 0xBE33501, "LTE", None),
        ('+CEREG: 2,5,"5D4","01BC7511",13', 5, 0x5D4, 0x01BC7511, "EN-DC", None),  # FM150
        ("+CEREG: 1, 2, 0001, 00000100, 7", 2, 1, 0x100, "LTE", None),
        ("+CREG: 2,1,4CA,81DE445,7", 1, 0x4CA, 0x81DE445, "LTE", None),  # Huawei, unquoted
        ('+CREG: 2,1,"0B,"0100701",7', 1, 0x0B, 0x0100701, "LTE", None),  # a quote never closed
        ("+CREG: 3,3,,,,0,11", 3, None, None, None, 11),
        ("+CREG:002,001,18C3,04D8B0,3", 1, 0x18C3, 0x04D8B0, "GSM", None),
        ('+C5GREG: 2,1,"114000","100072000",11,4,"01.010101"', 1, 0x114000, 0x100072000, "NR", None),
        ("+CEREG: 2,0", 0, None, None, None, None),
    ],
)
def test_registration(line, stat, tac, cell_id, rat, reject_cause):
    found = parse_registration([line], line.partition(":")[0])
    assert (found.stat, found.tac, found.cell_id, found.rat) == (stat, tac, cell_id, rat)
    assert (found.reject_cause, found.problems) == (reject_cause, ())
    assert found.registered is (stat in (1, 5))
    assert found.roaming is (stat == 5)


def test_registration_damage_in_the_tac_leaves_the_rest():
    found = parse_registration(['+CEREG: 2,1,"8EEG","BE33501",7'], "+CEREG")
    assert (found.stat, found.tac, found.cell_id, found.rat) == (1, None, 0xBE33501, "LTE")
    assert found.problems == ("tac: '8EEG' is not hexadecimal",)


@pytest.mark.parametrize("line", ["+CEREG: 2", "+CEREG: 2,x", "+CEREG: 2,99", "+CREG: 0,1", "OK"])
def test_registration_without_a_status_is_refused(line):
    with pytest.raises(MalformedReply):
        parse_registration([line], "+CEREG")


@pytest.mark.parametrize(
    ("line", "solicited"),
    [
        ("+CREG: 2,1", True),
        ('+CREG: 2,1,"0001","00000002",7', True),
        ("+CREG:002,001,18C3,04D8B0,3", True),
        ("+CREG: 1", False),
        ('+CREG: 1,"0001","00000002",7', False),
        ("+CREG: 2,,", False),
        ("+CREG: 1,4CA,81DE445,7", False),
        ("+CREG:", False),
    ],
)
def test_answer_and_unsolicited_code_of_one_prefix_are_told_apart(line, solicited):
    assert is_solicited_registration(line) is solicited


@pytest.mark.parametrize(
    ("line", "operator", "plmn"),
    [
        ('+COPS: 0,0,"TELKOMSEL",7', "TELKOMSEL", None),
        ('+COPS: 0,0,"XL, Axiata",7', "XL, Axiata", None),
        ('+COPS:0,2,"26202",13', "26202", "26202"),
        ("+COPS: 0,2,51010", "51010", "51010"),
        ("+COPS: 0", None, None),
        ("+COPS: 2", None, None),
    ],
)
def test_cops(line, operator, plmn):
    found = parse_cops([line])
    assert (found.operator, parse_plmn(found)) == (operator, plmn)


def test_cops_refused():
    with pytest.raises(MalformedReply):
        parse_cops(["+COPS: a,b"])
    with pytest.raises(MalformedReply):
        parse_plmn(parse_cops(['+COPS: 0,2,"TELKOMSEL",7']))


def test_cpin():
    assert parse_cpin(["+CPIN: READY"]) == "READY"
    assert parse_cpin(["+CPIN:SIM PIN"]) == "SIM PIN"
    with pytest.raises(MalformedReply):
        parse_cpin(["+CPIN: MAYBE"])


PREFIXES = ("+CESQ", "+CSQ", "+CEREG", "+C5GREG", "+COPS", "+CPIN")
LINES = st.tuples(st.sampled_from(PREFIXES), st.text(alphabet='0123456789,-"()abxF \\\xff', max_size=60)).map(
    lambda pair: f"{pair[0]}:{pair[1]}"
)


@given(st.lists(LINES | st.text(max_size=40), max_size=3))
def test_only_malformed_reply_escapes(lines):
    readers: list[Callable[[list[str]], object]] = [parse_cesq, parse_csq, parse_cops, parse_cpin]
    readers += [partial(parse_registration, prefix=prefix) for prefix in ("+CEREG", "+C5GREG")]
    for read in readers:
        try:
            read(lines)
        except MalformedReply:
            continue


def test_a_free_command_knows_its_prefixes():
    assert derive_command("AT+CSQ;+CESQ", 1).prefixes == ("+CSQ:", "+CESQ:")
    assert derive_command('AT+QENG="servingcell"', 1).prefixes == ("+QENG:",)
    assert derive_command("AT+CEREG?", 1).fits is is_solicited_registration
    assert derive_command("AT+CSQ", 1).after_ok == ()


def test_what_comes_before_or_after_ok_belongs_to_the_command():
    """ASR's and Unisoc's engineering mode: memory."""
    lines = ("+EEMLTESVC:", "+EEMLTEINTRA:", "+EEMLTEINTER:")
    derived = derive_command("AT+EEMGINFO?", 1)
    assert (derived.prefixes, derived.after_ok) == (("+EEMGINFO:", *lines), lines)


@pytest.mark.parametrize(
    ("command", "line", "kept"),
    [
        ("AT+CIMI", "510101234567890", "<hidden>"),
        ("AT+QCCID", "+QCCID: 8962100012345678901F", "<hidden>"),
        ("at+cmgl=4", "07912618010000F0", "<hidden>"),
        ("AT+CSQ;+CIMI", "+CSQ: 20,99", "<hidden>"),
        ("AT+XYZ?", '+XYZ: "+6281234567890"', '+XYZ: "<hidden>"'),
        ("AT+XYZ?", "+XYZ: 8962100012345678901F", "+XYZ: <hidden>"),
        ("AT+CSQ", "+CSQ: 20,99", "+CSQ: 20,99"),
        ("AT+CEREG?", '+CEREG: 2,1,"8EEA","100072000",7', '+CEREG: 2,1,"8EEA","100072000",7'),
    ],
)
def test_private_content_is_hidden(command, line, kept):
    assert hide_private(command, line) == kept
