"""From the recorder's lines to the verdict: payloads as docs/interfaces.md spells them."""

import msgspec

from tools.demo.verdict.judge import Evidence, judge
from tools.demo.verdict.messages import Message, hear
from tools.demo.verdict.model import sentence
from tools.demo.verdict.site_log import LineLog, LineTruth, Way
from tools.tests.demo.demo_data import log

ROOT = "pantau/v1/31/3171/b"
RESULT = (
    '{"v":1,"id":"b/e/7","ts":1766000000000,"boot":"x","box":"b","site":"s","line":"51010","kind":"result",'
    '"clk":{"src":"ntp"},"ok":true,"outcome":"ok","values":{"measurement":"tcp-down","slot":"1-1.1",'
    '"sustained_bps":8e6,"flow_local":"192.168.8.100:4711","isolation_ok":true},"nv":{},"err":null,'
    '"series":{"bins":{"t0_ns":1,"bytes":[1,2],"width_ms":100,"skip":15},'
    '"radio":[{"ts":1766000000100,"rsrp_dbm":-97.0,"state":"idle"}]},"tx":1766000000001,"hist":false}'
)
FAILED = (
    '{"v":1,"id":"b/e/8","ts":1,"box":"b","line":"51010","kind":"result","ok":false,"outcome":"server",'
    '"values":{"measurement":"rtt","slot":"1-1.1"},"err":{"code":"server.refused","text":"nobody listens"}}'
)


def heard(*pairs):
    return hear([Message(t_ns=1, topic=f"{ROOT}/{topic}", payload=payload) for topic, payload in pairs])


def test_every_kind_is_taken():
    found = heard(
        ("51010/result", RESULT),
        ("51010/result", RESULT),  # sent again: the same record
        ("box/receipt", '{"v":1,"box":"b","epoch":"e","watermark":6,"also":[8]}'),
        ("51010/signal", '{"v":1,"box":"b","line":"51010","ts":5,"values":{"rsrp_dbm":-90,"rat":"LTE"}}'),
        ("51010/signal", '[{"v":1,"box":"b","line":"51010","ts":6,"values":{"sinr_db":3.2}}]'),
        ("51010/state", '{"v":1,"box":"b","line":"51010","ts":5,"values":{"name_sent":"XL"}}'),
        ("box/meta", '{"v":1,"box":"b","lines":[{"line":"51010","slot":"1-1.1"}]}'),
        ("box/status", '{"v":1,"state":"online"}'),
        ("51010/state", ""),  # a retained message being cleared
    )
    assert list(found.results) == ["b/e/7"]
    assert (found.receipts[0].watermark, found.receipts[0].also) == (6, [8])
    assert {sample.ts for sample in found.samples["51010"]} == {1766000000100, 5, 6}
    assert found.states["51010"].values == {"name_sent": "XL"}
    assert found.slots == {"51010": "1-1.1"}
    assert found.bad == []


def test_what_cannot_be_read_is_a_complaint():
    found = heard(
        ("51010/result", RESULT.replace("8e6", "NaN")),
        ("51010/result", "{"),
        ("51010/signal", '{"line":"51010","ts":"noon","values":{}}'),
    )
    assert found.results == {}
    assert len(found.bad) == 3
    assert found.bad[0].startswith(f"{ROOT}/51010/result: ")


LINE = LineTruth(
    slot="1-1.1",
    link=0,
    plmn="51010",
    brand="Telkomsel",
    name_shown="Telkomsel",
    ways={0: Way(rate_bps=4e6), 1: Way(rate_bps=8e6)},
)
EMPTY = LineLog(packets=log(), replies=[], in_force={0: [], 1: []}, bursts_ns={0: [], 1: []})


def verdict_of(found, **more):
    evidence = Evidence(truth=[LINE], logs={"1-1.1": EMPTY}, heard=found, stored={}, packets=log(), **more)
    return judge(evidence)


def test_silence_fails_every_line_and_crashes_nothing():
    verdict = verdict_of(heard())
    assert not verdict.holds
    assert {(f.name, f.reason) for f in verdict.failed if f.name in {"rtt", "tcp-down", "tcp-up"}} == {
        (kind, "no result was published") for kind in ("rtt", "tcp-down", "tcp-up")
    }
    assert all("line 1-1.1, " in words for words in verdict.sentences())


def test_a_published_failure_is_a_failed_figure_with_its_cause():
    verdict = verdict_of(heard(("51010/result", FAILED)))
    [figure] = [figure for figure in verdict.failed if figure.name == "rtt"]
    assert "server.refused: nobody listens" in sentence(figure)


def test_unreadable_messages_fail_once_with_their_number():
    verdict = verdict_of(heard(("51010/result", "{"), ("51010/result", "{")))
    [figure] = [figure for figure in verdict.failed if figure.name == "messages"]
    assert figure.reason.startswith("2 messages could not be read, the first: ")


def test_a_late_emulator_is_said_first():
    verdict = verdict_of(heard(), ring_drops=4)
    assert verdict.sentences()[0].startswith("no verdict: the emulator was late (4 ring drops")
    assert not verdict.holds


def test_no_figure_at_all_does_not_hold():
    evidence = Evidence(truth=[], logs={}, heard=heard(), stored={}, packets=log())
    assert not judge(evidence).holds


def test_figures_are_json():
    plain = msgspec.json.decode(msgspec.json.encode(verdict_of(heard()).figures))
    assert plain[0]["line"] == "1-1.1"
