"""From a worker's report to a record's fields: pure, so that what a subscriber sees can be tested without a
box.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec import UNSET

from edge.host.timekeeping import ClockState
from edge.measure.failures import outcome_of
from edge.measure.result import Bins as ResultBins
from edge.measure.result import Capacity, Failure, Result, Rtt, Throughput
from edge.measure.result import Probes as ResultProbes
from edge.measure.site import CALM, SiteState, outcome_at_site
from edge.schema.record import Bins, Clk, Err, Fields, Probes, RadioSample, Series, Value
from edge.service.messages import CheckSeen, DataSeen, NetworkSeen, Sample, SessionSeen, SmsSeen
from edge.service.verdict_values import Papers, verdict_values

COMMON = ("server", "nonce", "method", "layer", "family", "seconds", "bytes", "connect_ms")
THROUGHPUT = ("sustained_bps", "mean_bps", "resolution_bps", "congestion_control", "counted_at", "note")
CAPACITY = (
    "shape",
    "capacity_bps",
    "sustained_bps",
    "burst_bps",
    "received",
    "sent",
    "packet_bytes",
    "queue_ms",
    "paced_bps",
    "stopped",
    "limited",
)
RTT = (
    "access_ms",
    "sent",
    "received",
    "lost",
    "lost_up",
    "lost_down",
    "duplicates",
    "reordered",
    "authenticated",
    "stamped_at",
    "tcp_rtt_ms",
)
VARIATIONS = ("ipdv_up", "ipdv_down", "pdv_up", "pdv_down")
RADIO = ("rsrp_dbm", "rsrq_db", "sinr_db", "rssi_dbm", "rat", "band", "earfcn", "pci", "tac", "cell_id")
NETWORK = ("registration", "plmn", "rat", "name_sent", "name_short", "name_sim")
NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Moment:
    """What is true of the box when a record is made: the kernel's boot, and how good its clock is."""

    boot: str
    clock: ClockState

    def clk(self) -> Clk:
        """Return the record's clock statement."""
        error = self.clock.error_ms
        src = self.clock.source
        return Clk(
            src="ntp" if src == "ntp" else "gnss" if src == "gnss" else "none",
            err_ms=UNSET if error is None else error,
        )


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What is known of the line around a test."""

    slot: str
    brand: str | None
    network: NetworkSeen | None
    modem_err: Failure | None
    samples: Sequence[Sample]
    drops: int = 0
    left_bytes: int | None = None
    papers: Papers = field(default_factory=Papers)
    site: SiteState = CALM


def started_fields(kind: str, server: str, start_ns: int, moment: Moment, slot: str) -> Fields:
    """Return what is known of a test before it starts: this is journaled, and published if the box dies in
    it.
    """
    values: dict[str, Value] = {"measurement": kind, "server": server, "slot": slot}
    return Fields(boot=moment.boot, ts=start_ns // NS_PER_MS, clk=moment.clk(), values=values)


def result_fields(result: Result, facts: LineFacts, moment: Moment) -> Fields:
    """Return the record of one finished or failed test."""
    values: dict[str, Value] = {"measurement": result.kind, "slot": facts.slot, "capture_drops": facts.drops}
    nv = dict(result.nv)
    _copy(values, result, COMMON)
    if result.flow is not None:
        values["flow_local"], values["flow_remote"] = result.flow.local, result.flow.remote
    _copy(values, result, _keys(result))
    if isinstance(result, Capacity) and result.interval_bps is not None:
        values["interval_low_bps"], values["interval_high_bps"] = result.interval_bps
    if isinstance(result, Rtt) and result.rtt_ms is not None:
        for name in ("min", "p50", "mean", "p90", "p99", "max"):
            values[f"rtt_{name}_ms"] = round(getattr(result.rtt_ms, name), 3)
    if isinstance(result, Rtt):
        _delays(values, result)
    _isolation(values, result)
    verdict_values(values, nv, result, facts.papers)
    _line(values, nv, facts)
    values.update(site_values(facts.site))
    return Fields(
        boot=moment.boot,
        ts=result.start_ns // NS_PER_MS,
        clk=moment.clk(),
        ok=result.ok,
        outcome="policy"
        if result.ok and result.outcome == "policy"
        else outcome_at_site(outcome_of(result.err), facts.site),
        values=values,
        nv=nv,
        err=as_err(result.err) if result.err else None,
        series=_series(result, facts.samples),
    )


def event_fields(
    name: str, err: Failure | None, t_ns: int, moment: Moment, values: dict[str, Value]
) -> Fields:
    """Return an event: something seen (err is None) or something wrong with its cause."""
    return Fields(
        boot=moment.boot,
        ts=t_ns // NS_PER_MS,
        clk=moment.clk(),
        ok=err is None,
        outcome="ok" if err is None else "box",
        values={"event": name, **values},
        err=as_err(err) if err else None,
    )


def check_fields(seen: CheckSeen, moment: Moment, slot: str) -> Fields:
    """Return a check's verdict as an event: it was seen, so it is ok, whatever the verdict."""
    head: dict[str, Value] = {"event": seen.check, "verdict": seen.verdict, "slot": slot}
    return Fields(
        boot=moment.boot,
        ts=seen.t_ns // NS_PER_MS,
        clk=moment.clk(),
        values={**head, **seen.values},
        nv=seen.nv,
    )


def site_values(site: SiteState) -> dict[str, Value]:
    """Return what a subscriber is told of the site during a test; of a calm one nothing."""
    told: dict[str, Value] = {} if site.mains else {"mains_lost": True}
    return told | {"maintenance": True} if site.window else told


def sms_values(sms: SmsSeen) -> dict[str, Value]:
    """Return how the message session of a line is published."""
    return {
        "sms": sms.capability,
        "sms_proven": sms.proven,
        "sms_received": sms.received,
        "sms_incomplete": sms.incomplete,
        "sms_purged": sms.purged,
    }


def session_values(session: SessionSeen, data: DataSeen | None) -> dict[str, Value]:
    """Return how the state of a modem's session is published, and what the network grants its data."""
    granted = msgspec.structs.asdict(data) if data is not None else {}
    return {
        "session": session.state,
        "session_outcome": session.outcome,
        "session_text": session.text,
        "session_text_id": session.text_id,
        **{key: value for key, value in granted.items() if value is not None},
    }


def network_values(network: NetworkSeen) -> dict[str, Value]:
    """Return where the modem is registered and what the network calls itself; unknown is absent."""
    values: dict[str, Value] = {}
    _copy(values, network, NETWORK)
    if "plmn" in values:
        values["plmn_registered"] = values.pop("plmn")
    return values


def as_err(err: Failure) -> Err:
    """Return the record's form of a failure."""
    return Err(code=err.code, text=err.text, text_id=err.text_id)


def _copy(values: dict[str, Value], source: object, names: Sequence[str]) -> None:
    for name in names:
        value = getattr(source, name)
        if value is not None:
            values[name] = value


def _delays(values: dict[str, Value], result: Rtt) -> None:
    """Add delay variation, runs of loss and one-way delay, flat."""
    for name in VARIATIONS:
        if (spread := getattr(result, f"{name}_ms")) is not None:
            values |= {f"{name}_{share}_ms": getattr(spread, share) for share in ("p50", "p95", "p99", "max")}
    if result.loss_runs is not None:
        values |= {"loss_runs": result.loss_runs.count, "loss_run_longest": result.loss_runs.longest}
    if result.owd_ms is not None:
        one = result.owd_ms
        values |= {"owd_up_ms": one.up, "owd_down_ms": one.down, "owd_error_ms": one.error}


def _isolation(values: dict[str, Value], result: Result) -> None:
    proof = result.isolation
    if proof is None:
        return
    values["isolation_ok"] = proof.ok
    values["isolation_text"] = proof.text[:200]
    values["isolation_counted_bytes"] = proof.counted_bytes
    values["isolation_other_bytes"] = sum(proof.other_bytes.values())
    if proof.own_bytes is not None:
        values["isolation_own_bytes"] = proof.own_bytes


def _line(values: dict[str, Value], nv: dict[str, str], facts: LineFacts) -> None:
    if facts.left_bytes is not None:
        values["budget_left_bytes"] = facts.left_bytes
    if facts.brand:
        values["brand"] = facts.brand
    if facts.network is not None:
        values.update(network_values(facts.network))
    last = facts.samples[-1].values if facts.samples else {}
    for key in RADIO:
        if key in last:
            values[key] = last[key]
    missing = facts.modem_err.code if facts.modem_err else "not reported"
    for key in ("rsrp_dbm", "rsrq_db", "sinr_db", "name_sent"):
        if key not in values:
            nv[key] = missing


def _keys(result: Result) -> tuple[str, ...]:
    """Return the keys of *result*'s own kind that go into its record."""
    if isinstance(result, Throughput):
        return THROUGHPUT
    return CAPACITY if isinstance(result, Capacity) else RTT


def _series(result: Result, samples: Sequence[Sample]) -> Series:
    bins = _bins(result.bins) if isinstance(result, Throughput) and result.bins else UNSET
    probes = _probes(result.probes) if isinstance(result, Rtt) and result.probes else UNSET
    radio = [radio_sample(sample) for sample in samples]
    return Series(bins=bins, probes=probes, radio=radio or UNSET)


def _bins(bins: ResultBins) -> Bins:
    return Bins(t0_ns=bins.t0_ns, bytes=bins.bytes, width_ms=bins.width_ms, skip=bins.skip)


def _probes(probes: ResultProbes) -> Probes:
    return Probes(
        seq0=probes.seq0,
        ssid=probes.ssid,
        local_port=probes.local_port,
        rtt_us=probes.rtt_us,
        t1_ns=probes.t1_ns,
    )


def radio_sample(sample: Sample) -> RadioSample:
    """Return one reading of the modem as it stands beside a result."""
    figures = {key: _figure(sample.values.get(key)) for key in ("rsrp_dbm", "rsrq_db", "sinr_db")}
    state = sample.values.get("state")
    return RadioSample(ts=sample.t_ns // NS_PER_MS, state=str(state) if state else None, **figures)


def _figure(value: object) -> float | None:
    return value if isinstance(value, (int, float)) else None
