"""A capacity test in virtual time, for tuning: our own steering over the emulator's own link, no sockets.

`python -m hil_tests.capacity_model --kind fifo,ramp --seed 3 --runs 40` prints errors. It is no judge: the
sender's and the emulator's lateness are drawn here, while the bench runs in real time.
"""

import argparse
import heapq
import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from edge.measure.capacity import IP_BYTES, NS_PER_S, TICK_S, Grant, Seen
from edge.measure.capacity_control import Controller, Phase
from edge.measure.capacity_estimate import estimate, glance
from edge.measure.capacity_pacer import Pacer
from hil_tests.link import options as command_line
from hil_tests.link.options import Options
from hil_tests.link.shapes import known, link_of
from hil_tests.sims.operator_net.capacity import served_bytes, served_rate
from hil_tests.sims.operator_net.fates import Fate
from hil_tests.sims.operator_net.links import Change, Links
from hil_tests.sims.operator_net.loop import generators
from hil_tests.sims.operator_net.records import ETHERNET_BYTES

QUANTUM_NS = 1_000_000
LATE_NS = 450_000
STALL_SHARE = 0.002
MOST_STALL_NS = 15_000_000
FRAME_BYTES = IP_BYTES + ETHERNET_BYTES
START_NS = 1_700_000_000 * NS_PER_S
_STEP = np.dtype([("t_ns", "<i8"), ("value", "<f8"), ("kind", "<i4")])


class Verdict(NamedTuple):
    """One virtual test beside its truth; error and bytes as shares, of 10 s at the true rate."""

    link: str
    shape: str
    ours: str | None
    error: float
    covers: bool
    width: float
    bytes: float
    took_s: float
    queue_ms: float
    phases: list[tuple[str, float]]
    stopped: str | None
    reason: str | None
    burst: float


class Wire:
    """The link and its two ends in virtual time."""

    def __init__(self, options: Options, rng: random.Random) -> None:
        way = link_of(options).down
        self.links = Links(
            [way, way],
            [generators(options.seed, "link", 0), generators(options.seed, "link", 1)],
            start_ns=START_NS,
            begin_ns=START_NS,
        )
        self.changes: list[Change] = []
        self.t_ns = self.begun_ns = START_NS + rng.randrange(NS_PER_S)
        self.sent, self.most_queue_s = 0, 0.0
        self._rng, self._half_ns = rng, round(options.rtt_ms / 2 * 1e6)
        self._pacer = Pacer()
        self._grants: list[tuple[int, Grant]] = []
        self._flying: list[tuple[int, int, Seen]] = []
        self._out_ns = self._stalled_ns = 0

    def grant(self, grant: Grant) -> None:
        """Let *grant* arrive half a round trip later."""
        self._grants.append((self.t_ns + self._half_ns, grant))

    def step(self) -> list[Seen]:
        """Go on by a millisecond; return what arrives."""
        self.t_ns += QUANTUM_NS
        while self._grants and self._grants[0][0] <= self.t_ns:
            self._pacer.take(self._grants.pop(0)[1], self.t_ns)
        if self._rng.random() < STALL_SHARE:
            self._stalled_ns = self.t_ns + self._rng.randrange(MOST_STALL_NS)
        if self.t_ns >= self._stalled_ns:
            self._send(self._pacer.due(self.t_ns))
        self.links.keep_ahead(self.t_ns)
        self.changes += self.links.take_changes(1)
        came = []
        while self._flying and self._flying[0][0] <= self.t_ns:
            came.append(heapq.heappop(self._flying)[2])
        return came

    def _send(self, count: int) -> None:
        for _ in range(count):
            fate, due_ns = self.links.admit(1, self.t_ns, FRAME_BYTES)
            if fate is Fate.DELIVERED:
                self._out_ns = max(self._out_ns, due_ns + self._rng.randrange(LATE_NS))
                heapq.heappush(
                    self._flying, (self._out_ns, self.sent, Seen(self.sent, self.t_ns, self._out_ns))
                )
            self.sent += 1


def run(arguments: Sequence[str], rng: random.Random) -> Verdict:
    """Return the verdict of one virtual test of the link that *arguments* of hil_tests.link name."""
    options = command_line.read(arguments)
    wire = Wire(options, rng)
    rtt_s = (options.rtt_ms + rng.uniform(0, options.jitter_ms)) / 1000
    control = Controller(
        rtt_s=rtt_s, judge=estimate, glance=glance, most_bytes=2_000_000_000, now_ns=wire.t_ns
    )
    wire.grant(control.tick(wire.t_ns))
    next_ns, phases = wire.t_ns, [("pulses", 0.0)]
    while control.phase is not Phase.OVER:
        came = wire.step()
        if came:
            control.arrived(came, wire.t_ns)
            wire.most_queue_s = max(wire.most_queue_s, control.record.queue_s())
        if wire.t_ns >= next_ns or (came and control.phase is Phase.PULSES):
            wire.grant(control.tick(wire.t_ns))
            next_ns = wire.t_ns + round(TICK_S * NS_PER_S)
        if control.phase.value != phases[-1][0]:
            phases.append((control.phase.value, round((wire.t_ns - wire.begun_ns) / NS_PER_S, 3)))
    return _verdict(arguments, options, wire, control, phases)


def _verdict(
    arguments: Sequence[str],
    options: Options,
    wire: Wire,
    control: Controller,
    phases: list[tuple[str, float]],
) -> Verdict:
    made = estimate(control.record.seen)
    real = true_bps(options, wire, control.record.seen)
    low, high = made.interval_bps or (0.0, 0.0)
    return Verdict(
        " ".join(arguments),
        options.shape,
        made.shape,
        1.0 if made.sustained_bps is None else made.sustained_bps / real - 1,
        low <= real <= high,
        (high - low) / real,
        wire.sent * IP_BYTES * 8 / real / 10,
        (wire.t_ns - wire.begun_ns) / NS_PER_S,
        round(wire.most_queue_s * 1000),
        phases,
        control.stopped,
        made.reason,
        (made.burst_bps or 0) / real,
    )


def true_bps(options: Options, wire: Wire, seen: Sequence[Seen]) -> float:
    """Return the sustained rate: the setting's, or what could be served while packets came out."""
    share = IP_BYTES / FRAME_BYTES
    setting = known(options)
    if setting.sustained_bps is not None:
        return setting.sustained_bps * share
    steps = np.array([(c.t_ns, c.value, c.kind) for c in wire.changes], _STEP)
    half_ns = round(options.rtt_ms / 2 * 1e6)
    t0_ns, t1_ns = seen[0].received_ns - half_ns, seen[-1].received_ns - half_ns
    return served_bytes(served_rate(steps), t0_ns, t1_ns) * 8e9 / (t1_ns - t0_ns) * share


def draw(kind: str, rng: random.Random) -> list[str]:
    """Return the options of a link of *kind*, off the grid."""
    rate_mbit = rng.choice((5, 20, 60, 150)) * rng.uniform(0.8, 1.2)
    rtt_ms = rng.choice((20, 40, 80, 150)) * rng.uniform(0.8, 1.1)
    out = ["--rate-mbit", f"{rate_mbit:.3f}", "--rtt-ms", f"{rtt_ms:.1f}"]
    out += ["--seed", str(rng.randrange(10**6)), "--queue-ms", str(rng.choice((200, 300)))]
    losses, jitters = ((0, 0.5, 1, 3), (0, 5, 20)) if kind == "fifo" else ((0, 0, 0.5, 1), (0, 0, 2, 5))
    out += ["--loss-pct", str(rng.choice(losses)), "--jitter-ms", str(rng.choice(jitters))]
    if kind == "turns":
        return [*out, "--shape", "scheduler", "--grant", "turns"]
    return [*out, "--shape", kind]


def verdicts(kind: str, seed: int, runs: int) -> Iterator[Verdict]:
    """Yield the verdict of each run."""
    rng = random.Random(f"{seed}/{kind}")
    for _ in range(runs):
        arguments = draw(kind, rng)
        yield run(arguments, random.Random(rng.randrange(10**9)))


def summary(rows: Sequence[Verdict]) -> str:
    """Return one line of figures."""
    errors = np.abs([row.error for row in rows]) * 100
    middle, high = np.percentile(errors, [50, 95])
    return (
        f"n {len(rows)}: error median {middle:.2f} % p95 {high:.2f} % max {errors.max():.1f} %, "
        f"shape {sum(r.shape == r.ours for r in rows)}, covers {sum(r.covers for r in rows)}, "
        f"width {np.median([r.width for r in rows]):.3f}, "
        f"bytes {np.median([r.bytes for r in rows]):.2f} to {max(r.bytes for r in rows):.2f}, "
        f"took {np.median([r.took_s for r in rows]):.2f} to {max(r.took_s for r in rows):.2f} s, "
        f"queue {max(r.queue_ms for r in rows):.0f} ms"
    )


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m hil_tests.capacity_model", description=__doc__)
    parser.add_argument("--kind", default="fifo", help="fifo, scheduler, turns, policer, batching, ramp")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--rows", action="store_true", help="print each run")
    given = parser.parse_args()
    for kind in given.kind.split(","):
        rows = []
        for row in verdicts(kind, given.seed, given.runs):
            rows.append(row)
            if given.rows:
                print(msgspec.json.encode(row._asdict()).decode(), flush=True)
        print(kind, summary(rows), flush=True)


if __name__ == "__main__":
    main()
