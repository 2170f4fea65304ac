"""A wired anchor: the same measurements from beside the server, by the box's own program, every minute.

What the anchor sees is the server without any cellular line: a fault that it sees too is the server's.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import msgspec

PROGRAM = Path(sys.executable).with_name("pantau")
KINDS = ("rtt", "tcp-down", "tcp-up")
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorPlan:
    """What to measure. least_bps, most_rtt_ms: what a healthy server keeps; rounds None: for ever."""

    name: str
    server: str
    key: Path | None = None
    box: str = ""
    kinds: tuple[str, ...] = KINDS
    seconds: float = 3.0
    every_s: float = 60.0
    least_bps: float = 0.0
    most_rtt_ms: float = 50.0
    rounds: int | None = None


class Figures(msgspec.Struct, frozen=True):
    """What of a result the anchor judges by."""

    kind: str
    ok: bool
    outcome: str = ""
    sustained_bps: float | None = None
    rtt_ms: dict[str, float] | None = None
    lost: int | None = None
    sent: int | None = None
    err: dict[str, str] | None = None


def words_of(plan: AnchorPlan, kind: str, program: Path = PROGRAM) -> list[str]:
    """Return the command that measures *kind* once."""
    key = ["--key", str(plan.key)] if plan.key else []
    box = ["--box", plan.box] if plan.box else []
    told = [
        str(program),
        "measure",
        kind,
        "--server",
        plan.server,
        "--seconds",
        f"{plan.seconds:g}",
        "--json",
    ]
    return [*told, *key, *box]


def why_unwell(plan: AnchorPlan, figures: Figures) -> str:
    """Return what is wrong with the server by one result, in words; "" if it is well."""
    if not figures.ok:
        return f"{figures.kind}: {(figures.err or {}).get('code', 'no figure')}"
    if figures.sustained_bps is not None and figures.sustained_bps < plan.least_bps:
        return f"{figures.kind}: {figures.sustained_bps / 1e6:.1f} Mbit/s, below {plan.least_bps / 1e6:g}"
    median_ms = (figures.rtt_ms or {}).get("p50", 0.0)
    if median_ms > plan.most_rtt_ms:
        return f"rtt: {median_ms:.1f} ms, above {plan.most_rtt_ms:g}"
    if figures.lost:
        return f"rtt: {figures.lost} of {figures.sent} probes lost"
    return ""


def measure_once(plan: AnchorPlan, kind: str) -> tuple[str, str]:
    """Return (the result as the program printed it, what is wrong: "" if nothing)."""
    try:
        done = subprocess.run(
            words_of(plan, kind), capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
        figures = msgspec.json.decode(done.stdout, type=Figures)
    except (OSError, subprocess.TimeoutExpired, msgspec.DecodeError) as exc:
        return "null", f"{kind}: the anchor's own program gave no result ({type(exc).__name__})"
    return done.stdout.strip(), why_unwell(plan, figures)


def run_anchor(
    plan: AnchorPlan,
    out: TextIO,
    *,
    measure: Callable[[AnchorPlan, str], tuple[str, str]] = measure_once,
    sleep: Callable[[float], None] = time.sleep,
    mono_s: Callable[[], float] = time.monotonic,
) -> bool:
    """Measure round by round; print a JSON line a result, then one a round. Return the last round's health.

    A round that takes longer than every_s is followed by the next at once.
    """
    healthy, done = True, 0
    while plan.rounds is None or done < plan.rounds:
        begun_s = mono_s()
        healthy = _round(plan, out, measure)
        done += 1
        if done != plan.rounds:
            sleep(max(0.0, begun_s + plan.every_s - mono_s()))
    return healthy


def _round(plan: AnchorPlan, out: TextIO, measure: Callable[[AnchorPlan, str], tuple[str, str]]) -> bool:
    faults: list[str] = []
    for kind in plan.kinds:
        raw, why = measure(plan, kind)
        faults += [why] if why else []
        _say(out, {"anchor": plan.name, "t_ms": time.time_ns() // 1_000_000, "result": json.loads(raw)})
    _say(
        out,
        {
            "anchor": plan.name,
            "server": plan.server,
            "t_ms": time.time_ns() // 1_000_000,
            "healthy": not faults,
            "faults": faults,
        },
    )
    return not faults


def _say(out: TextIO, line: dict[str, object]) -> None:
    print(json.dumps(line), file=out, flush=True)


def checked_kinds(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return *kinds*. Raises: ValueError, naming one that the anchor cannot measure."""
    for kind in kinds:
        if kind not in KINDS:
            raise ValueError(f"kind {kind!r} is none of {', '.join(KINDS)}")
    return tuple(kinds)
