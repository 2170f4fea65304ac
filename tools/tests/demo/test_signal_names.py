"""Radio and names: replies as the documents of Quectel and 3GPP spell them, values worked out by hand."""

import pytest

from tools.demo.verdict import names
from tools.demo.verdict.messages import RadioSample, Result
from tools.demo.verdict.signal import Reply, decode, judge

MS = 1_000_000
QENG = '+QENG: "servingcell","NOCONN","LTE","FDD",510,10,1A2B3C4,321,1850,3,5,5,2F1A,-97,-11,-66,1,31'


def reply(t_ms, line, truth, command="AT+QENG"):
    return Reply(t_ms * MS, command, (line,), truth)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # +QENG: the simulated modem gives decibels, as the manual of its series says
        (QENG, {"rsrp_dbm": -97, "rsrq_db": -11, "sinr_db": 1}),
        ('+QCSQ: "LTE",-66,-97,150,-11', {"rsrp_dbm": -97, "sinr_db": 10, "rsrq_db": -11}),
        # TS 27.007 8.69: rsrq 20 is [-10, -9.5) dB, rsrp 44 is [-97, -96) dBm
        ("+CESQ: 99,99,255,255,20,44", {"rsrq_db": -10, "rsrp_dbm": -97}),
        ("+CESQ: 99,99,255,255,255,255", {}),
        ('+QCSQ: "NOSERVICE"', {}),
        ('+QENG: "servingcell","SEARCH"', {}),
        ('+QCSQ: "LTE",x,y,z,w', {}),
        ("+CSQ: 20,99", {}),
    ],
)
def test_replies_are_read_as_the_documents_say(line, expected):
    assert decode(reply(0, line, {})) == expected


TRUTH = {"rsrp_dbm": -97.0, "rsrq_db": -11.0, "sinr_db": 1.0}
LATER = QENG.replace("-97,-11,-66,1,", "-95,-10,-66,2,")
LATER_TRUTH = {"rsrp_dbm": -95.0, "rsrq_db": -10.0, "sinr_db": 2.0}
REPLIES = [reply(1000, QENG, TRUTH), reply(2000, LATER, LATER_TRUTH)]


def failed(figures):
    return [figure.name for figure in figures if not figure.ok]


def test_samples_equal_to_their_reply():
    samples = [
        RadioSample(ts=1003, rsrp_dbm=-97, rsrq_db=-11, sinr_db=1),
        RadioSample(ts=2003, rsrp_dbm=-95, rsrq_db=-10, sinr_db=2),
    ]
    assert failed(judge("1-1.1", samples, REPLIES)) == []


@pytest.mark.parametrize(
    ("sample", "names_failed"),
    [
        (RadioSample(ts=1003, rsrp_dbm=-96, rsrq_db=-11, sinr_db=1), ["RSRP"]),
        (RadioSample(ts=1003, rsrp_dbm=-97, rsrq_db=-10.5, sinr_db=1), ["RSRQ"]),
        (RadioSample(ts=1003, rsrp_dbm=-97, rsrq_db=-11, sinr_db=105), ["SINR"]),
        (RadioSample(ts=2003, rsrp_dbm=-97, rsrq_db=-11, sinr_db=1), ["RSRP", "RSRQ", "SINR"]),  # stale
        (RadioSample(ts=999 - 5, rsrp_dbm=-97, rsrq_db=-11, sinr_db=1), ["RSRP", "RSRQ", "SINR"]),  # before
        (RadioSample(ts=3501, rsrp_dbm=-95, rsrq_db=-10, sinr_db=2), ["RSRP", "RSRQ", "SINR"]),  # too late
        (RadioSample(ts=1003, rsrp_dbm=-97, rsrq_db=-11), ["SINR"]),  # never published
    ],
)
def test_a_sample_that_is_not_its_reply_fails(sample, names_failed):
    assert failed(judge("1-1.1", [sample], REPLIES)) == names_failed


def test_a_modem_that_says_other_than_it_means_fails():
    lying = [reply(1000, QENG, {**TRUTH, "rsrp_dbm": -104.0})]
    samples = [RadioSample(ts=1003, rsrp_dbm=-97, rsrq_db=-11, sinr_db=1)]
    figures = judge("1-1.1", samples, lying)
    assert failed(figures) == ["RSRP as the site meant it"]
    assert next(f for f in figures if not f.ok).error == 7


def test_nothing_published_and_nothing_logged():
    assert len(failed(judge("1-1.1", [], []))) == 6


def published(name, plmn="51010"):
    values = {key: value for key, value in (("name_sent", name), ("plmn_registered", plmn)) if value}
    return Result(id="b/e/1", box="b", line="51010", ok=True, outcome="ok", values=values)


SHOWN = "#PemiluDamai2024"


@pytest.mark.parametrize(
    ("messages", "on_air", "names_failed"),
    [
        ([published(SHOWN)], SHOWN, []),
        ([published("#pemiludamai2024")], SHOWN, ["name shown"]),
        ([published(SHOWN), published("Telkomsel")], SHOWN, ["name shown"]),
        ([published(None)], SHOWN, ["name shown"]),
        ([published(SHOWN)], "Telkomsel", ["name in the modem's log"]),
        ([published(SHOWN, plmn="51011")], SHOWN, ["PLMN registered"]),
        ([published(SHOWN, plmn=None)], SHOWN, ["PLMN registered"]),
    ],
)
def test_names_are_exact(messages, on_air, names_failed):
    replies = [reply(1, '+COPS: 0,0,"x",7', {"name_full": on_air})]
    figures = names.judge("1-1.1", messages, replies, name_shown=SHOWN, plmn="51010")
    assert failed(figures) == names_failed
