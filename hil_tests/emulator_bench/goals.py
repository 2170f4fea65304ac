"""What must hold, each as figures beside a limit, from the evidence of one run."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isnan

import numpy as np

from hil_tests.emulator_bench import estimates
from hil_tests.emulator_bench.scenario import Evidence
from hil_tests.sims.operator_net.fates import Fate
from hil_tests.sims.operator_net.settings import DirectionSetting

PPS_SHARE = 0.99  # of what was wanted: a source that did less has not put the emulator to the test
NS_PER_MS = 1e6
FAILURES = ("send_errors", "interface_drops")  # of the log's summary: {what: packets}


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One line that must hold: all figures must be at most the limit."""

    name: str
    figures: tuple[float, ...]
    limit: float
    detail: str = ""

    @property
    def worst(self) -> float:
        """Return the largest figure; none at all, or one that is not a number, counts as infinite."""
        return max((inf if isnan(figure) else figure for figure in self.figures), default=inf)

    @property
    def holds(self) -> bool:
        """Return whether every figure keeps the limit."""
        return self.worst <= self.limit


def settings_of(evidence: Evidence) -> list[DirectionSetting]:
    """Return each flow's direction as set."""
    links = evidence.trial.links
    return [links[flow.line].up if flow.up else links[flow.line].down for flow in evidence.trial.flows]


def pps_of(evidence: Evidence) -> float:
    """Return how many packets a second went in, over all lines and ways, while the source sent."""
    sent = evidence.sent
    return sum(sent.packets) / ((sent.ended_ns - sent.begun_ns) / estimates.NS_PER_S)


def offered(evidence: Evidence, pps: float) -> Goal:
    """Return that the source did offer *pps*: what is missing, per cent."""
    missing = max(0.0, 1 - pps_of(evidence) / pps) * 100
    return Goal(
        name="offered rate missing, %",
        figures=(missing,),
        limit=(1 - PPS_SHARE) * 100,
        detail=f"{pps_of(evidence):.0f} packets a second over {len(evidence.trial.links)} lines",
    )


def own_drops(evidence: Evidence) -> Goal:
    """Return what the emulator itself lost: by its log, its rings and its interfaces."""
    found = own_losses(evidence.summary)
    found["emulator_failure"] = int(np.count_nonzero(evidence.records["fate"] == Fate.EMULATOR_FAILURE))
    named = {name: count for name, count in found.items() if count}
    return Goal(
        name="own drops of the emulator",
        figures=(float(sum(found.values())),),
        limit=0,
        detail=str(named or ""),
    )


def own_losses(summary: Mapping[str, object]) -> dict[str, int]:
    """Return {what: packets} that the emulator's summary says it lost before or after its log."""
    out = {name: int(str(summary.get(name, 0))) for name in ("oversized", "unsent_at_end")}
    for name in FAILURES:
        counts = summary.get(name)
        out[name] = sum(counts.values()) if isinstance(counts, dict) else 0
    ports = summary.get("ports")
    out["rings"] = sum(port["ring_dropped"] for port in ports) if isinstance(ports, list) else 0
    return out


def loss_equal(evidence: Evidence) -> Goal:
    """Return by how much receivers' loss and the log's differ, and the kernel's counters and tcpdump."""
    gaps = [float(abs(account.sent - account.received - account.log_lost)) for account in evidence.accounts]
    received = sum(account.received for account in evidence.accounts)
    return Goal(
        name="receiver's loss - log's, packets",
        figures=(*gaps, float(abs(evidence.counted - received))),
        limit=0,
        detail=f"{received} packets arrived, the kernel counted {evidence.counted}",
    )


def loss_as_set(evidence: Evidence) -> Goal:
    """Return how far the log's loss is from what was set, standard deviations, all ways together."""
    ways = list(zip(settings_of(evidence), evidence.accounts, strict=True))
    expected = sum(setting.loss * account.sent for setting, account in ways)
    variance = sum(setting.loss * (1 - setting.loss) * account.sent for setting, account in ways)
    lost = sum(int(np.count_nonzero(account.joined.fate == Fate.LOSS)) for _, account in ways)
    return Goal(
        name="log's loss - setting, sigmas",
        figures=(abs(lost - expected) / variance**0.5 if variance else inf,),
        limit=3.0,
        detail=f"{lost} lost of {sum(evidence.sent.packets)}, {expected:.0f} expected",
    )


def added_delay(evidence: Evidence) -> Goal:
    """Return the 99th percentile of what tcpdump at both ends sees beyond the log's own schedule, ms."""
    added_ms = added_delay_ms(evidence)
    shares = np.percentile(added_ms, [50, 99, 100]) if len(added_ms) else np.full(3, np.nan)
    return Goal(
        name="added delay p99 by tcpdump, ms",
        figures=(round(float(shares[1]), 4),),
        limit=2.0,
        detail=f"p50 {shares[0]:.3f}, max {shares[2]:.3f} ms; {evidence.machine.words()}",
    )


def added_delay_ms(evidence: Evidence) -> estimates.Floats:
    """Return every packet's added delay, all flows."""
    parts = [account.joined.added_delay_ns() for account in evidence.accounts]
    return np.asarray(np.concatenate(parts) / NS_PER_MS, np.float64)


def unexplained(evidence: Evidence) -> Goal:
    """Return how many packets the three books do not agree on."""
    found: dict[str, int] = {}
    for account in evidence.accounts:
        for what, count in account.unexplained.items():
            found[what] = found.get(what, 0) + count
    named = {what: count for what, count in found.items() if count}
    told = f"; tcpdump missed {evidence.capture_drops} by its own words" if evidence.capture_drops else ""
    return Goal(
        name="unexplained packets",
        figures=(float(sum(found.values())),),
        limit=0,
        detail=f"{named or 'none'} of {sum(evidence.sent.packets)}{told}",
    )
