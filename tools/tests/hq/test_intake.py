"""What is stored and what is refused, with the reason; strangers may send anything."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.hq.intake import Accepted, Rejected, take_in

TOPIC = "pantau/v1/31/3171/kpu-a/51010/result"
RECORD = {
    "v": 1,
    "id": "kpu-a/7f3a/000007",
    "ts": 1766000000000,
    "boot": "b",
    "box": "kpu-a",
    "site": "KPU",
    "line": "51010",
    "kind": "result",
    "clk": {"src": "ntp"},
    "ok": False,
    "outcome": "operator",
    "values": {},
    "nv": {},
    "err": {"code": "x", "text": "y"},
}


def taken(topic=TOPIC, **changes):
    return take_in(topic, json.dumps({**RECORD, **changes}).encode(), 5)


def test_a_record_is_accepted_with_its_bytes():
    raw = json.dumps(RECORD, indent=3).encode()
    got = take_in(TOPIC, raw, 5)
    assert isinstance(got, Accepted)
    assert (got.box, got.epoch, got.seq, got.ok, got.outcome) == ("kpu-a", "7f3a", 7, False, "operator")
    assert (got.raw, got.received_ns, got.ts_ms) == (raw, 5, 1766000000000)


@pytest.mark.parametrize(
    ("topic", "changes", "reason"),
    [
        (TOPIC, {"id": "kpu-b/7f3a/000007"}, "the id says 'kpu-b', the payload 'kpu-a'"),
        (TOPIC, {"box": "kpu-b", "id": "kpu-b/7f3a/000007"}, "the topic says 'kpu-a', the payload 'kpu-b'"),
        (TOPIC, {"line": "51001"}, "the topic says '51010', the payload '51001'"),
        (TOPIC, {"kind": "event"}, "the topic says 'result', the payload 'event'"),
        (TOPIC, {"id": 7}, "not a record: Expected `str`, got `int` - at `$.id`"),
        (TOPIC, {"v": 0}, "v 0 is no version of the payload"),
        (TOPIC, {"ts": 2**63}, "ts is out of range"),
        (TOPIC.replace("result", "signal"), {}, "kind 'signal' is live and never stored"),
        (TOPIC.replace("3171", "3271"), {}, "regency '3271' does not lie in province '31'"),
        ("some/where/else", {}, "topic 'some/where/else' has 3 levels, not 7"),
    ],
)
def test_a_wrong_record_is_refused_with_the_reason(topic, changes, reason):
    got = taken(topic, **changes)
    assert isinstance(got, Rejected)
    assert reason in got.reason


@pytest.mark.parametrize("raw", [b"{", b"null", b"[1]", b"\xff", b'{"v":1}', b"NaN", b"0" * 100])
def test_what_is_no_record_is_refused(raw):
    got = take_in(TOPIC, raw, 5)
    assert isinstance(got, Rejected)
    assert got.reason.startswith("not a record")
    assert got.raw == raw


@given(raw=st.binary(max_size=60), topic=st.text(max_size=40))
def test_nothing_a_stranger_sends_raises(raw, topic):
    assert isinstance(take_in(topic.encode("utf-8", "replace").decode(), raw, 1), Rejected)
