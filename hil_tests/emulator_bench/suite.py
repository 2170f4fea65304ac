"""The parts of the self-test: five lines under load, five that are full, every shape, the kernel's tbf."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from hil_tests.bench.machine import Machine
from hil_tests.bench.validity import Judged, Validity, first_valid, judge
from hil_tests.emulator_bench import draws, estimates, goals, shapes, tbf
from hil_tests.emulator_bench.estimates import Window
from hil_tests.emulator_bench.flows import Sent
from hil_tests.emulator_bench.goals import Goal
from hil_tests.emulator_bench.scenario import Evidence, judged_ns, play
from hil_tests.emulator_bench.shapes import Case, Finding, Seen

STALL_MS = 100.0  # a source that pauses for longer leaves a full link empty, then overfills it
LOAD_S, FULL_S, SHAPES_S, TBF_S = 12.0, 6.0, 6.0, 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one part of the self-test found.

    packets: judged; invalid: why runs before were thrown away, of as many packets each; late: by the log.
    """

    name: str
    goals: tuple[Goal, ...]
    packets: int
    facts: Mapping[str, object]
    machine: Machine | None = None
    late: Validity | None = None
    invalid: tuple[str, ...] = ()


def late(evidence: Evidence) -> list[str]:
    """Return why a run is invalid where the emulator's own losses are what is judged."""
    return judge(evidence.records).lateness + missed(evidence)


def invalid(evidence: Evidence) -> list[str]:
    """Return why a run is invalid where the emulator is only the tool, and links must stay full."""
    return judge(evidence.records).reasons + missed(evidence) + stalled(evidence.sent)


def missed(evidence: Evidence) -> list[str]:
    """Return that tcpdump, by its own words, has not seen everything; empty when it has."""
    drops = evidence.capture_drops
    return [f"tcpdump missed {drops} packets"] if drops else []


def stalled(sent: Sent) -> list[str]:
    """Return that the source, by its own words, stood still for too long; empty when it did not."""
    worst_ms = sent.worst_tick_ms
    return [f"the source stood still for {worst_ms:g} ms"] if worst_ms > STALL_MS else []


def part_of(
    name: str, judged: Judged[Evidence], found: tuple[Goal, ...], facts: Mapping[str, object]
) -> Part:
    """Return a part made of one valid run."""
    evidence = judged.run
    return Part(
        name=name,
        goals=(*found, goals.unexplained(evidence)),
        packets=sum(evidence.sent.packets),
        facts=facts,
        machine=evidence.machine,
        late=judge(evidence.records),
        invalid=judged.invalid,
    )


def under_load(seed: int, *, seconds: float = LOAD_S, pps: int = draws.LOAD_PPS) -> Part:
    """Judge five lines that carry 67 kpps together. Raises: NoVerdict, NetworkError, CaptureError."""
    trial = draws.load(random.Random(f"{seed}/load"), seconds=seconds, pps=pps)
    judged = first_valid(lambda: play(trial, seed=seed), late)
    evidence = judged.run
    found = (
        goals.offered(evidence, pps),
        goals.own_drops(evidence),
        goals.loss_equal(evidence),
        goals.loss_as_set(evidence),
        goals.added_delay(evidence),
    )
    facts = {
        "pps": round(goals.pps_of(evidence)),
        "emulator_cpu_s": evidence.summary.get("cpu_s"),
        "source_cpu_s": evidence.sent.cpu_s,
        "source_worst_tick_ms": evidence.sent.worst_tick_ms,
        "capture_drops": evidence.capture_drops,
    }
    return part_of("load", judged, found, facts)


def when_full(seed: int, *, seconds: float = FULL_S) -> Part:
    """Judge the rate of five lines, full both ways. Raises: as under_load."""
    trial = draws.full(random.Random(f"{seed}/full"), seconds=seconds)
    judged = first_valid(lambda: play(trial, seed=seed), invalid)
    evidence = judged.run
    rates = [
        (setting.rate_bps or 0, estimates.rate_bps(account.joined, Window(0.5, seconds)))
        for setting, account in zip(goals.settings_of(evidence), evidence.accounts, strict=True)
    ]
    errors = tuple(abs(seen / wanted - 1) * 100 for wanted, seen in rates)
    rate = Goal(name="rate, error % by tcpdump at the far end", figures=errors, limit=0.1)
    return part_of("full", judged, (rate,), {"rates_bps": [[want, round(seen, 1)] for want, seen in rates]})


def all_shapes(seed: int, *, seconds: float = SHAPES_S) -> Part:
    """Judge every shape from outside, twelve at once. Raises: as under_load."""
    trial, cases = shapes.drawn(random.Random(f"{seed}/shapes"), seconds=seconds)
    judged = first_valid(lambda: play(trial, seed=seed), invalid)
    evidence = judged.run
    began_ns = int(str(evidence.summary["start_ns"]))
    findings: list[Finding] = []
    for case, account in zip(cases, evidence.accounts, strict=True):
        seen = Seen(
            setting=case.setting, joined=account.joined.without_warm_up(), began_ns=began_ns, seconds=seconds
        )
        findings += case.judge(seen)
    findings += served(evidence, cases)
    return part_of("shapes", judged, tuple(goal_of(finding) for finding in findings), {})


def served(evidence: Evidence, cases: Sequence[Case]) -> Iterator[Finding]:
    """Yield, of every full link, how far what came out is from what the log says could be served."""
    t0_ns, t1_ns = judged_ns(evidence.sent)
    for case, account, servable in zip(cases, evidence.accounts, evidence.servable, strict=True):
        out = account.joined.by_arrival()
        came = float(out.length[(out.far_ns >= t0_ns) & (out.far_ns < t1_ns)].sum())
        if case.is_full:
            off = shapes.error_pct(came, servable)
            yield Finding(
                shape=case.name, what="served, of what the log says could be, error %", figure=off, limit=1.0
            )


def goal_of(finding: Finding) -> Goal:
    """Return a shape's figure as a goal."""
    return Goal(name=f"{finding.shape}: {finding.what}", figures=(finding.figure,), limit=finding.limit)


def by_the_kernel(seed: int, *, count: int = 2, seconds: float = TBF_S) -> Part:
    """Judge the kernel's tbf as the emulator is judged: if it fails, the judge is wrong, not the emulator."""
    rng = random.Random(f"{seed}/tbf")
    rates_bps = [tbf.drawn_rate_bps(rng) for _ in range(count)]
    runs = [
        first_valid(partial(tbf.run, rate_bps, seconds=seconds), lambda run: stalled(run.sent))
        for rate_bps in rates_bps
    ]
    errors = tuple(abs(judged.run.error_pct) for judged in runs)
    return Part(
        name="tbf",
        goals=(Goal(name="the kernel's tbf, rate error % by the same judge", figures=errors, limit=0.1),),
        packets=0,
        facts={"rates_bps": rates_bps},
        invalid=tuple(reason for judged in runs for reason in judged.invalid),
    )
