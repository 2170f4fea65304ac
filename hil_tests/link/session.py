"""One trial of a link: network, programs, truth."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import msgspec

from hil_tests.bench.validity import judge
from hil_tests.link import iperf3, irtt, net, ours, run, stamp, trips, truth
from hil_tests.link.acts import acts_of, performed
from hil_tests.link.figures import Figures
from hil_tests.link.isolated import Waiting
from hil_tests.link.net import Net, TbfCount, TbfRates
from hil_tests.link.options import Options
from hil_tests.link.run import Step
from hil_tests.link.shapes import MBIT, known, link_of
from hil_tests.link.stamp import Report
from hil_tests.link.truth import Servable
from hil_tests.sims.operator_net import log
from hil_tests.sims.operator_net.records import DOWN, UP

IP_SHARE = 1500 / 1514  # of a full Ethernet frame without FCS
OURS_SHARE = 1400 / 1414  # of our own, smaller packets
PAYLOAD_SHARE = 1448 / 1514  # the same, as TCP payload with time stamps


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the programs measured, by name in the order run, and the truth of each and of the link."""

    measured: Mapping[str, Figures]
    truths: Mapping[str, Figures]
    link: Mapping[str, object]

    def truth_json(self) -> dict[str, object]:
        """Return the report's `truth`: of the capacity test's seconds, of the probes; apart in `of`."""
        joined = self.truths["capacity"].as_json()
        probes = self.truths["irtt"].as_json()
        joined.update({key: probes[key] for key in ("rtt_ms", "sent", "lost") if key in probes})
        joined["of"] = {name: self.truths[name].as_json() for name in self.measured}
        return joined | dict(self.link)


def try_link(options: Options, folder: Path, step: Step) -> Trial:
    """Set the link up, run everything over it, and read the truth. Raises: LinkError, NetworkError, ..."""
    if options.shaper == "tbf":
        return _on_tbf(options, folder, step)
    with contextlib.ExitStack() as undo:
        with step("setting the link up: client, emulator, router, server"):
            made = net.unlinked(folder, seed=options.seed, ipv6=options.ipv6)
            here, put_in = undo.enter_context(made)
            run.start_server(here, folder)
            waiting = undo.enter_context(run.waiting_ours(here, options, folder))
            link = link_of(options)  # drawn now: our estimator is there already
            put_in(link)
        with performed(acts_of(options), here.perform) as done:
            measured, probes = _measure(here, options, folder, waiting, step)
    with step("reading the emulator's log"):
        truths = emulator_truths(folder / "emulator.bin", options)
        truths["stamp"] = stamp_truth(folder / "emulator.bin", probes)
        if "ours" in measured:
            truths["ours"] = ours_truth(folder / "emulator.bin", options)
        validity = judge(log.load(folder / "emulator.bin"))
    facts = {
        "setting": msgspec.to_builtins(link),
        "seed": options.seed,
        "shaper": "emu",
        "acts": done.events,
        "valid": validity.valid,
        "emulator": {**msgspec.to_builtins(validity), "why_invalid": validity.reasons},
    }
    return Trial(measured=measured, truths=truths, link=facts)


def _measure(
    here: Net, options: Options, folder: Path, waiting: Waiting | None, step: Step
) -> tuple[dict[str, Figures], Report]:
    trips_seen, probes = run.run_stamp(here, options, folder, step)
    run.await_empty(options)
    bulk = run.run_iperf3(here, options, step)
    run.await_empty(options)
    measured = {"stamp": trips_seen, "iperf3": bulk, "irtt": run.run_irtt(here, options, step)}
    return _with_ours(measured, waiting, options, step), probes


def _with_ours(
    measured: dict[str, Figures], waiting: Waiting | None, options: Options, step: Step
) -> dict[str, Figures]:
    """Return *measured* with our estimator's figures in front, unless it was left out."""
    if waiting is None:
        return measured
    run.await_empty(options)
    return {"ours": run.run_ours(waiting, options, step), **measured}


def stamp_truth(log_path: Path, report: Report) -> Figures:
    """Return the truth of our own probes' very packets. Raises: OSError, LogError."""
    records = log.load(log_path)
    return trips.trips_truth(trips.session(records, stamp.PORT, report.probes.local_port))


def ours_truth(log_path: Path, options: Options) -> Figures:
    """Return the truth of our capacity test's very seconds. Raises: OSError, LogError."""
    direction = DOWN if options.down else UP
    servable = bottleneck(log_path, direction, delay_ms=options.rtt_ms / 2)
    return ours.truth_of(log.load(log_path), direction, known(options), servable)


def emulator_truths(log_path: Path, options: Options) -> dict[str, Figures]:
    """Return {"capacity": the link's, "iperf3", "irtt"}: the truth of the seconds and packets of each.

    Raises: OSError, LogError.
    """
    records = log.load(log_path)
    direction = DOWN if options.down else UP
    data = truth.bulk(records, direction, iperf3.PORT)
    probes = truth.rtt_truth(truth.probes_ms(records, irtt.PORT))
    window = truth.measured_window(data, omit_s=options.omit_s, seconds=options.seconds)
    if window is None:
        nothing = Figures(outcome="failed: the log has no data frame", shape=options.shape)
        return {"capacity": nothing, "iperf3": nothing, "irtt": probes}
    servable = bottleneck(log_path, direction, delay_ms=options.rtt_ms / 2)
    ip, payload = (
        truth.rate_truth(known(options), servable, data, window, tcp_payload=wanted)
        for wanted in (False, True)
    )
    return {"capacity": ip, "iperf3": payload, "irtt": probes}


def bottleneck(log_path: Path, direction: int, *, delay_ms: float) -> Servable:
    """Return what the link could serve of what came out of it between two moments.

    What comes out at t was served delay_ms before.
    """
    delay_ns = round(delay_ms * truth.NS_PER_MS)

    @cache
    def servable(t0_ns: int, t1_ns: int) -> float:
        return log.servable_bytes(log_path, 0, direction, t0_ns - delay_ns, t1_ns - delay_ns)

    return servable


def _on_tbf(options: Options, folder: Path, step: Step) -> Trial:
    rates = tbf_rates(options)
    with contextlib.ExitStack() as undo:
        with step("setting the link up: client, router with the kernel's tbf, server"):
            here = undo.enter_context(net.kernel_shaped(net.NOT_SHAPED, folder))
            run.start_server(here, folder)
            waiting = undo.enter_context(run.waiting_ours(here, options, folder))
            net.shape(here, rates)  # now: our estimator is there already
        interface = here.shaped["c0" if options.down else "s0"]
        measured = {"stamp": run.run_stamp(here, options, folder, step)[0]}
        run.await_empty(options)
        before = net.tbf_count(interface)
        measured["iperf3"] = run.run_iperf3(here, options, step)
        carried = net.tbf_count(interface) - before
        run.await_empty(options)
        measured["irtt"] = run.run_irtt(here, options, step)
        measured = _with_ours(measured, waiting, options, step)
    facts = {"setting": msgspec.to_builtins(rates), "seed": options.seed, "shaper": "tbf"}
    return Trial(measured=measured, truths=tbf_truths(options, carried), link=facts)


def tbf_rates(options: Options) -> TbfRates:
    """Return what the router's two buckets are set to."""
    other_mbit = options.rate_mbit if options.other_rate_mbit is None else options.other_rate_mbit
    shaped_bps, other_bps = round(options.rate_mbit * MBIT), round(other_mbit * MBIT)
    up_bps, down_bps = (other_bps, shaped_bps) if options.down else (shaped_bps, other_bps)
    return TbfRates(up_bps=up_bps, down_bps=down_bps, queue_ms=options.queue_ms)


def tbf_truths(options: Options, carried: TbfCount) -> dict[str, Figures]:
    """Return what is known of a link the kernel shapes: its rate, and what it carried; it logs no packet."""
    rate_bps = options.rate_mbit * MBIT
    common = Figures(
        outcome="ok",
        shape="fifo",
        seconds=options.seconds,
        detail=f"tbf carried {carried.bytes} bytes (layer 2) and dropped {carried.drops} packets meanwhile",
    )
    ip, payload = (
        replace(
            common,
            layer=layer,
            capacity_bps=rate_bps * share,
            sustained_bps=rate_bps * share,
            bytes=round(carried.bytes * share),
        )
        for layer, share in (("ip", IP_SHARE), (iperf3.LAYER, PAYLOAD_SHARE))
    )
    probes = Figures(outcome="no truth: the kernel's tbf logs no packet", layer=irtt.LAYER)
    mine = replace(ip, capacity_bps=rate_bps * OURS_SHARE, sustained_bps=rate_bps * OURS_SHARE, bytes=None)
    return {"capacity": ip, "ours": mine, "iperf3": payload, "irtt": probes, "stamp": probes}
