"""The SINR of +QENG: which scale, from what; the lines are those of families.sinr's sources."""

import pytest

from modem_drivers.families.quectel_lte import parse_qcsq, parse_qeng_signal
from modem_drivers.families.sinr import cross_check, decide_sinr


@pytest.mark.parametrize(
    ("raw", "rat", "revision", "other_db", "sinr_db", "scale"),
    [
        (None, "LTE", "", None, None, ""),
        (-9, "LTE", "", None, -9.0, "dB"),  # an index is never negative: beside +QCSQ 55, which is -9 dB
        (151, "LTE", "", None, 10.2, "fifths from -20"),  # 151 dB is beyond what is heard
        (12, "LTE", "", None, None, "undecided"),  # 12 dB, or -17.6 dB
        (12, "LTE", "EP06ELAR04A22M4G", None, 12.0, "dB"),  # thread 3ginfo-lite 108: a real EP06 with A22
        (12, "LTE", "EP06ELAR03A08M4G", None, None, "undecided"),
        (12, "LTE", "EC200TEUHAR05A01M16", None, 12.0, "dB"),  # thread 3ginfo-lite 43
        (12, "LTE", "", 12.4, 12.0, "dB"),
        (12, "LTE", "", -17.0, -17.6, "fifths from -20"),
        (30, "LTE", "", None, None, "undecided"),
        (31, "LTE", "", None, -13.8, "fifths from -20"),
        (250, "LTE", "", None, 30.0, "fifths from -20"),
        (0, "LTE", "", None, None, "undecided"),
        (-20, "LTE", "", None, -20.0, "dB"),
        (-21, "LTE", "", None, None, "undecided"),
        (251, "LTE", "", None, None, "undecided"),
        (12, "LTE", "", 3.0, None, "undecided"),  # it is neither of both
        (180, "NR", "", None, 18.0, "tenths"),  # an NSA line: libqmi pull request 2
        (18, "NR", "", None, None, "undecided"),  # 18 dB, or 1.8
        (18, "NR", "", 17.0, 18.0, "dB"),
        (18, "NR", "", 2.0, 1.8, "tenths"),
        (-30, "NR", "", None, -3.0, "tenths"),
        (40, "NR", "", None, None, "undecided"),
        (41, "NR", "", None, 4.1, "tenths"),
        (-23, "NR", "", None, None, "undecided"),
        (-24, "NR", "", None, -2.4, "tenths"),
        (-231, "NR", "", None, None, "undecided"),
    ],
)
def test_a_number_is_converted_where_one_scale_alone_can_be_meant(
    raw, rat, revision, other_db, sinr_db, scale
):
    found = decide_sinr(raw, rat=rat, revision=revision, other_db=other_db)
    assert (found.sinr_db, found.scale) == (sinr_db, scale)
    assert bool(found.problem) == (scale == "undecided")


@pytest.mark.parametrize(("apart", "agrees"), [(3.0, True), (3.1, False)])
def test_two_replies_agree_within_three_decibels(apart, agrees):
    assert (decide_sinr(-9, other_db=-9 + apart).sinr_db == -9.0) is agrees


QENG = '+QENG: "servingcell","NOCONN","LTE","FDD",510,10,1A2B3C4,120,1850,3,5,5,1F2A,-122,-19,-82,{},5'


@pytest.mark.parametrize(
    ("qcsq_raw", "qeng_raw", "scale", "problems"),
    [
        (55, -9, "dB", 0),  # both heard of one module, forums.quectel.com 54722: -9 dB and -9
        (160, 12, "dB", 0),  # 12 dB
        (15, 12, "fifths from -20", 0),  # -17 dB
        (100, 12, "undecided", 1),  # 0 dB: neither 12 nor -17.6
    ],
)
def test_both_replies_stand_beside_each_other(qcsq_raw, qeng_raw, scale, problems):
    signal = parse_qcsq([f'+QCSQ: "LTE",85,-124,{qcsq_raw},-18'])
    both = cross_check(signal, parse_qeng_signal([QENG.format(qeng_raw)]), "EC25EFAR06A08M4G")
    assert both.sinr_db == signal.sinr_db
    assert (both.raw["qeng_sinr"], both.raw["qeng_sinr_scale"]) == (str(qeng_raw), scale)
    assert both.raw["firmware"] == "EC25EFAR06A08M4G"
    assert len(both.problems) - len(signal.problems) == problems


def test_nothing_is_added_where_qeng_says_no_sinr():
    signal = parse_qcsq(['+QCSQ: "LTE",85,-124,55,-18'])
    assert cross_check(signal, parse_qeng_signal(['+QENG: "servingcell","SEARCH"'])) == signal
    assert cross_check(signal, signal) == signal
