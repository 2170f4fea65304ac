"""What a subscriber sees of a result: figures, or their absence with its reason; never a sentinel."""

from dataclasses import replace

import pytest
from msgspec import UNSET

from edge.host.timekeeping import ClockState
from edge.measure.failures import failure
from edge.measure.result import Bins, FlowEnds, Isolation, Probes, Rtt, RttMs, Throughput
from edge.schema.ids import RecordId
from edge.schema.record import RadioSample, Series, make_record
from edge.service.messages import NetworkSeen, Sample
from edge.service.records import (
    LineFacts,
    Moment,
    event_fields,
    network_values,
    radio_sample,
    result_fields,
    started_fields,
)

START_NS = 1_764_000_000_123_456_789
MOMENT = Moment("0a1b2c3d", ClockState("ntp", 1.5))
NETWORK = NetworkSeen("home", "51010", "LTE", "TELKOMSEL", None, "by.U")
SAMPLE = Sample(
    START_NS + 1, {"rsrp_dbm": -95.0, "rsrq_db": -11.0, "sinr_db": 7.5, "rat": "LTE", "band": 3}, {}
)
FLOW = FlowEnds(proto="tcp", local="192.168.8.100:40112", remote="198.51.100.10:8620")
PROOF = Isolation(
    ok=True, cookie=True, own_bytes=901, other_bytes={"a": 0, "b": 7}, counted_bytes=900, text="x" * 300
)


def facts(**changes):
    plain = LineFacts("1-1.1", "Telkomsel", NETWORK, modem_err=None, samples=[SAMPLE])
    return replace(plain, **changes)


def common(**changes):
    plain = {"outcome": "ok", "server": "jakarta-1", "nonce": "ab" * 16, "start_ns": START_NS}
    return plain | changes


def throughput(**changes):
    plain = common(kind="tcp-down", flow=FLOW, family="ipv4", seconds=5.0, bytes=900, isolation=PROOF)
    figures = {"sustained_bps": 19_000_000.0, "mean_bps": 18_000_000.0, "congestion_control": "bbr"}
    return Throughput(**(plain | figures | changes))


RTT_MS = RttMs(min=10.0, p50=12.34567, mean=13.0, p90=20.0, p99=30.0, max=40.0)
PROBES = Probes(seq0=0, ssid=7, local_port=40113, rtt_us=[12_345, None], t1_ns=[1, 2])


def series(fields):
    assert isinstance(fields.series, Series)
    return fields.series


def cause(fields):
    assert fields.err is not None
    return fields.err


def as_record(fields):
    """The record, checked as the outbox checks it."""
    return make_record(RecordId("b", "0123abcd", 1), site="s", line="51010", kind="result", fields=fields)


def test_a_throughput_result_carries_figures_flow_proof_network_and_radio():
    bins = Bins(t0_ns=START_NS, bytes=[1, 2, 3])
    fields = result_fields(throughput(bins=bins, counted_at="interface"), facts(drops=4), MOMENT)
    as_record(fields)
    assert (fields.ok, fields.outcome, fields.err, fields.boot) == (True, "ok", None, "0a1b2c3d")
    assert fields.ts == 1_764_000_000_123
    assert (fields.clk.src, fields.clk.err_ms) == ("ntp", 1.5)
    assert fields.values | {"isolation_text": ""} == {
        "measurement": "tcp-down",
        "slot": "1-1.1",
        "capture_drops": 4,
        "server": "jakarta-1",
        "nonce": "ab" * 16,
        "method": "tcp1-median-of-100ms-bins",
        "layer": "tcp-payload",
        "family": "ipv4",
        "seconds": 5.0,
        "bytes": 900,
        "flow_local": "192.168.8.100:40112",
        "flow_remote": "198.51.100.10:8620",
        "sustained_bps": 19_000_000.0,
        "mean_bps": 18_000_000.0,
        "congestion_control": "bbr",
        "counted_at": "interface",
        "isolation_ok": True,
        "isolation_text": "",
        "isolation_counted_bytes": 900,
        "isolation_other_bytes": 7,
        "isolation_own_bytes": 901,
        "brand": "Telkomsel",
        "registration": "home",
        "plmn_registered": "51010",
        "rat": "LTE",
        "name_sent": "TELKOMSEL",
        "name_sim": "by.U",
        "rsrp_dbm": -95.0,
        "rsrq_db": -11.0,
        "sinr_db": 7.5,
        "band": 3,
    }
    assert fields.nv == {}
    assert series(fields).bins.bytes == [1, 2, 3]
    assert series(fields).probes is UNSET


def test_a_long_proof_fits_a_short_text():
    assert result_fields(throughput(), facts(), MOMENT).values["isolation_text"] == "x" * 200


def test_an_rtt_result_carries_percentiles_in_ms_and_every_probe():
    result = Rtt(**common(kind="rtt"), rtt_ms=RTT_MS, sent=2, received=1, lost=1, lost_up=0, probes=PROBES)
    fields = result_fields(result, facts(), MOMENT)
    as_record(fields)
    shown = {key: value for key, value in fields.values.items() if key.startswith(("rtt_", "lost", "sent"))}
    assert shown == {
        "sent": 2,
        "lost": 1,
        "lost_up": 0,
        "rtt_min_ms": 10.0,
        "rtt_p50_ms": 12.346,
        "rtt_mean_ms": 13.0,
        "rtt_p90_ms": 20.0,
        "rtt_p99_ms": 30.0,
        "rtt_max_ms": 40.0,
    }
    assert series(fields).probes.rtt_us == [12_345, None]
    assert series(fields).probes.local_port == 40113


@pytest.mark.parametrize(
    ("code", "outcome"),
    [("server.refused", "server"), ("route.none", "box"), ("no_data", "undetermined")],
)
@pytest.mark.parametrize("kind", ["tcp-down", "tcp-up", "rtt"])
def test_a_failure_has_its_cause_and_reasons_but_no_number(kind, code, outcome):
    err = failure(code, where="198.51.100.10:8620", detail="because")
    nv = {"sustained_bps": code, "rtt_ms": code}
    maker = Rtt if kind == "rtt" else Throughput
    result = maker(**common(kind=kind, outcome=outcome), err=err, nv=nv)
    fields = result_fields(result, facts(samples=[], network=None, brand=None), MOMENT)
    as_record(fields)
    assert (fields.ok, fields.outcome, cause(fields).code) == (False, outcome, code)
    assert "because" in cause(fields).text
    assert cause(fields).text_id != cause(fields).text
    numbers = {key: value for key, value in fields.values.items() if isinstance(value, (int, float))}
    assert numbers == {"capture_drops": 0}
    assert fields.nv == nv | dict.fromkeys(("rsrp_dbm", "rsrq_db", "sinr_db", "name_sent"), "not reported")
    assert (series(fields).bins, series(fields).probes, series(fields).radio) == (UNSET, UNSET, UNSET)


def test_without_a_modem_the_reason_is_the_modem_s_trouble():
    err = failure("modem.silent", where="/dev/ttyUSB2")
    fields = result_fields(throughput(), facts(samples=[], network=None, modem_err=err), MOMENT)
    assert fields.nv == dict.fromkeys(("rsrp_dbm", "rsrq_db", "sinr_db", "name_sent"), "modem.silent")
    assert fields.ok
    assert "rsrp_dbm" not in fields.values


def test_what_a_modem_does_report_has_no_reason_beside_it():
    half = Sample(START_NS, {"rsrp_dbm": -140.0}, {"sinr_db": "not reported"})
    fields = result_fields(throughput(), facts(samples=[half]), MOMENT)
    assert fields.values["rsrp_dbm"] == -140.0
    assert fields.nv == dict.fromkeys(("rsrq_db", "sinr_db"), "not reported")


def test_a_clock_that_nobody_sets_states_no_error_bound():
    clk = Moment("b", ClockState("none", None)).clk()
    assert (clk.src, clk.err_ms) == ("none", UNSET)


def test_the_last_reading_is_the_value_and_all_are_the_series():
    later = Sample(START_NS + 2_000_000, {"rsrp_dbm": -96.0, "state": "connected"}, {})
    fields = result_fields(throughput(), facts(samples=[SAMPLE, later]), MOMENT)
    assert fields.values["rsrp_dbm"] == -96.0
    assert series(fields).radio == [
        RadioSample(ts=1_764_000_000_123, rsrp_dbm=-95.0, rsrq_db=-11.0, sinr_db=7.5),
        RadioSample(ts=1_764_000_000_125, rsrp_dbm=-96.0, state="connected"),
    ]


def test_a_reading_without_figures_is_none_not_zero():
    sample = radio_sample(Sample(5_000_000, {"state": "searching"}, {"rsrp_dbm": "not reported"}))
    assert sample == RadioSample(ts=5, rsrp_dbm=None, rsrq_db=None, sinr_db=None, state="searching")


def test_unknown_facts_of_the_network_are_absent():
    assert network_values(NetworkSeen(None, None, None, None, None, None)) == {}
    assert network_values(NetworkSeen("searching", None, "LTE", None, None, None)) == {
        "registration": "searching",
        "rat": "LTE",
    }


def test_a_journaled_test_says_what_where_and_when_and_no_figure():
    fields = started_fields("rtt", "jakarta-1", START_NS, MOMENT, "1-1.1")
    assert fields.values == {"measurement": "rtt", "server": "jakarta-1", "slot": "1-1.1"}
    assert fields.ts == 1_764_000_000_123


def test_an_event_with_a_cause_is_the_box_s():
    err = failure("modem.absent", where="/dev/ttyUSB2")
    bad = event_fields("modem", err, START_NS, MOMENT, {"slot": "1-1.1"})
    assert (bad.ok, bad.outcome, cause(bad).code) == (False, "box", "modem.absent")
    assert bad.values == {"event": "modem", "slot": "1-1.1"}
    good = event_fields("registered", None, START_NS, MOMENT, {})
    assert (good.ok, good.outcome, good.err) == (True, "ok", None)
