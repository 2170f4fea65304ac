"""The golden JSON of records: written by hand after the contract's payload, never by the encoder."""

import json

import pytest

from edge.schema.errors import BadName, BadPayload
from edge.schema.ids import RecordId, parse_id
from edge.schema.record import (
    Bins,
    Clk,
    Err,
    Fields,
    Probes,
    RadioSample,
    Series,
    decode_envelope,
    decode_record,
    encode_record,
    evidence_of,
    make_record,
    series_of,
    with_tail,
)

RESULT = (
    b'{"v":1,"id":"kpu-3171-a/7f3a/000123","ts":1766000000000,"boot":"b1","box":"kpu-3171-a",'
    b'"site":"KPU Kota Jakarta Pusat","line":"51010","kind":"result","clk":{"src":"ntp","err_ms":0.4},'
    b'"ok":true,"outcome":"ok","values":{"rtt_p50_ms":41.2,"lost":0,"name_sent":"TELKOMSEL"},'
    b'"nv":{"sinr_db":"not reported"},"err":null,'
    b'"series":{"bins":{"t0_ns":1,"bytes":[0,1448],"width_ms":100,"skip":15},'
    b'"probes":{"seq0":0,"ssid":4711,"local_port":40112,"rtt_us":[41200,null],"t1_ns":[1,2]},'
    b'"radio":[{"ts":1766000000100,"rsrp_dbm":-97.5}]}}'
)
FAILURE = (
    b'{"v":1,"id":"kpu-3171-a/7f3a/000124","mono_ms":77,"boot":"b1","box":"kpu-3171-a","site":"KPU",'
    b'"line":"slot-1-1-1","kind":"result","clk":{"src":"none"},"ok":false,"outcome":"operator","values":{},'
    b'"nv":{},"err":{"code":"net.no_route","text":"no route","text_id":"tidak ada rute"}}'
)


def fields(**changes):
    return Fields(**{"boot": "b1", "ts": 1766000000000, **changes})


def test_a_result_is_the_golden_json():
    series = Series(
        bins=Bins(t0_ns=1, bytes=[0, 1448]),
        probes=Probes(seq0=0, ssid=4711, local_port=40112, rtt_us=[41200, None], t1_ns=[1, 2]),
        radio=[RadioSample(ts=1766000000100, rsrp_dbm=-97.5)],
    )
    record = make_record(
        RecordId("kpu-3171-a", "7f3a", 123),
        site="KPU Kota Jakarta Pusat",
        line="51010",
        kind="result",
        fields=fields(
            clk=Clk(src="ntp", err_ms=0.4),
            values={"rtt_p50_ms": 41.2, "lost": 0, "name_sent": "TELKOMSEL"},
            nv={"sinr_db": "not reported"},
            series=series,
        ),
    )
    assert encode_record(record) == RESULT
    assert decode_record(RESULT) == record


def test_a_failure_without_a_clock_is_the_golden_json():
    record = make_record(
        RecordId("kpu-3171-a", "7f3a", 124),
        site="KPU",
        line="slot-1-1-1",
        kind="result",
        fields=Fields(
            boot="b1",
            mono_ms=77,
            ok=False,
            outcome="operator",
            err=Err(code="net.no_route", text="no route", text_id="tidak ada rute"),
        ),
    )
    assert encode_record(record) == FAILURE
    assert decode_record(FAILURE) == record


def test_readers_tolerate_keys_they_do_not_know():
    newer = RESULT[:-1] + b',"colour":{"a":[1]},"prev":"ab"}'
    assert decode_record(newer).prev == "ab"
    assert decode_envelope(newer).id == "kpu-3171-a/7f3a/000123"


def test_the_store_keeps_a_record_whose_outcome_it_does_not_know():
    newer = RESULT.replace(b'"outcome":"ok"', b'"outcome":"weather"').replace(b'"v":1', b'"v":2')
    assert decode_envelope(newer).outcome == "weather"
    with pytest.raises(BadPayload, match=r"outcome|\$\.v"):
        decode_record(newer)


def test_the_tail_stands_behind_the_evidence_and_comes_off_again():
    published = with_tail(RESULT, tx_ms=1766000000500, hist=False)
    assert published == RESULT[:-1] + b',"tx":1766000000500,"hist":false}'
    assert json.loads(published)["tx"] == 1766000000500
    assert decode_record(published).hist is False
    assert evidence_of(published) == RESULT
    assert evidence_of(RESULT) == RESULT


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"values": {"rtt_ms": float("nan")}}, "rtt_ms=nan: leave an unknown value out"),
        ({"values": {"dl_bps": float("inf")}}, "dl_bps=inf"),
        ({"values": {"name_sent": "x" * 201}}, "name_sent: 201 characters, at most 200"),
        ({"ok": False}, "ok=False contradicts outcome='ok'"),
        ({"ok": False, "outcome": "server"}, "without err: a failure says its cause"),
        ({"outcome": "box"}, "ok=True contradicts outcome='box'"),
    ],
)
def test_what_would_be_a_sentinel_or_a_contradiction_is_refused(changes, text):
    with pytest.raises(BadPayload, match=text):
        make_record(RecordId("a", "7f3a", 1), site="s", line="51010", kind="result", fields=fields(**changes))


def test_a_record_without_any_time_is_refused():
    with pytest.raises(BadPayload, match="needs ts"):
        make_record(RecordId("a", "7f3a", 1), site="s", line="51010", kind="event", fields=Fields(boot="b"))


def test_a_live_kind_is_no_record():
    with pytest.raises(BadPayload, match="'signal' is live"):
        make_record(RecordId("a", "7f3a", 1), site="s", line="51010", kind="signal", fields=fields())


def test_series_come_from_plain_json():
    assert series_of({"bins": {"t0_ns": 5, "bytes": [1]}}).bins == Bins(t0_ns=5, bytes=[1])
    with pytest.raises(BadPayload, match="bins"):
        series_of({"bins": {"t0_ns": "5", "bytes": [1]}})


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("kpu/7f3a", BadPayload),
        ("kpu/7f3a/1", BadPayload),  # one spelling only: six digits at least
        ("kpu/7f3a/0000001", BadPayload),
        ("kpu/7f3a/000000", BadPayload),  # counted from 1
        ("kpu/7F3A/000001", BadPayload),
        ("kpu/7f3a/-00001", BadPayload),
        ("kpu/7f3a/٠٠٠٠٠١", BadPayload),  # Arabic digits are digits to Python
        ("Kpu/7f3a/000001", BadName),
        ("kpu/7f3a/" + "9" * 400, BadPayload),
    ],
)
def test_a_wrong_id_is_refused(text, error):
    with pytest.raises(error):
        parse_id(text)


def test_an_id_beyond_six_digits_grows():
    assert str(parse_id("kpu/7f3a0011/1234567")) == "kpu/7f3a0011/1234567"
