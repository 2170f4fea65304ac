"""What the link did, from the emulator's log: of the very seconds and packets each program measured.

Rates: what the bottleneck could have carried in those seconds, at the layer of the frames really sent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hil_tests.link.figures import Figures, mean_interval, rtt_summary
from hil_tests.sims.operator_net import log
from hil_tests.sims.operator_net.fates import Fate
from hil_tests.sims.operator_net.log import Ints, Records
from hil_tests.sims.operator_net.records import DOWN, ETHERNET_BYTES, TCP, UDP, UP

NS_PER_S = 1_000_000_000
NS_PER_MS = 1e6
BULK_BYTES = 1000  # longer frames belong to a bulk transfer; ACKs and control words are below
INTERVAL_NS = 500_000_000
IRTT_NO_PROBE = 0xFD  # bits of the fourth byte of irtt's packets that mark a handshake; 2 marks an answer
Servable = Callable[[int, int], float]
"""Return the bytes (layer 2) the bottleneck could serve from t0_ns to t1_ns."""


@dataclass(frozen=True, slots=True)
class Window:
    """Seconds of the log, Unix ns."""

    t0_ns: int
    t1_ns: int

    @property
    def seconds(self) -> float:
        """Return its length."""
        return (self.t1_ns - self.t0_ns) / NS_PER_S


@dataclass(frozen=True, slots=True)
class LayerShares:
    """What part of a frame's bytes (without FCS) each layer has, over the frames really sent."""

    ip: float
    tcp_payload: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a link's setting says of its rates, bit/s of layer 2; None where only the log can tell."""

    shape: str
    sustained_bps: float | None = None
    burst_bps: float | None = None


def port_flow(records: Records, proto: int, server_port: int) -> Records:
    """Return both directions of everything to and from *server_port*, in order of arrival."""
    up = (records["dir"] == UP) & (records["dport"] == server_port)
    down = (records["dir"] == DOWN) & (records["sport"] == server_port)
    found = records[(records["proto"] == proto) & (up | down)]
    ordered: Records = found[np.argsort(found["t_in_ns"], kind="stable")]
    return ordered


def bulk(records: Records, direction: int, server_port: int) -> Records:
    """Return the delivered data frames of TCP tests with *server_port*, in order of leaving."""
    way = log.delivered(log.one_way(port_flow(records, TCP, server_port), direction))
    found: Records = way[way["len"] > BULK_BYTES]
    return found


def measured_window(data: Records, *, omit_s: float, seconds: float) -> Window | None:
    """Return the seconds a bulk test judged: from omit_s after its first data frame; None without data."""
    if not len(data):
        return None
    t0_ns = int(data["t_out_ns"][0]) + round(omit_s * NS_PER_S)
    return Window(t0_ns, t0_ns + round(seconds * NS_PER_S))


def layer_shares(data: Records) -> LayerShares:
    """Return the layers' shares of the bytes of *data*, which must not be empty."""
    frames = float(data["len"].sum())
    ip = float(data["len"].sum() - ETHERNET_BYTES * len(data))
    return LayerShares(ip=ip / frames, tcp_payload=float(data["payload"].sum()) / frames)


def rate_truth(
    known: Known, servable: Servable, data: Records, window: Window, *, tcp_payload: bool
) -> Figures:
    """Return what the link's bottleneck could carry in *window*, at the IP layer or as TCP payload.

    bytes: what it did carry then. sustained_bps: the setting's where the shape has one, else the capacity.
    """
    shares = layer_shares(data)
    share = shares.tcp_payload if tcp_payload else shares.ip
    inside = data[(data["t_out_ns"] >= window.t0_ns) & (data["t_out_ns"] < window.t1_ns)]
    rates = [
        servable(t_ns, t_ns + INTERVAL_NS) * 8 * share / (INTERVAL_NS / NS_PER_S)
        for t_ns in range(window.t0_ns, window.t1_ns - INTERVAL_NS + 1, INTERVAL_NS)
    ]
    capacity_bps = servable(window.t0_ns, window.t1_ns) * 8 / window.seconds * share
    sustained_bps = capacity_bps if known.sustained_bps is None else known.sustained_bps * share
    return Figures(
        outcome="ok",
        shape=known.shape,
        layer="tcp-payload" if tcp_payload else "ip",
        capacity_bps=round(capacity_bps, 1),
        sustained_bps=round(sustained_bps, 1),
        interval_bps=mean_interval(rates),
        burst_bps=None if known.burst_bps is None else round(known.burst_bps * share, 1),
        bytes=round(float(inside["len"].sum()) * share),
        seconds=window.seconds,
    )


def probes_ms(records: Records, server_port: int) -> list[float | None]:
    """Return the time under way, both ways without the far end's own, of each irtt probe in the order sent.

    None: probe or answer was not delivered, or the far end did not answer. Raises: log.LogError, if it cannot
    be told which probe an answer is of.
    """
    flow = port_flow(records, UDP, server_port)
    flow = flow[(flow["seq"] & IRTT_NO_PROBE) == 0]
    sent = log.one_way(flow, UP)
    arrived = np.flatnonzero(sent["fate"] == Fate.DELIVERED)
    arrived = arrived[np.argsort(sent["t_out_ns"][arrived], kind="stable")]
    answers = log.one_way(flow, DOWN)
    places = _answered(sent["t_out_ns"][arrived], answers["t_in_ns"])
    up_ns = sent["t_out_ns"] - sent["t_in_ns"]
    out: list[float | None] = [None] * len(sent)
    for index, answer in zip(arrived[places].tolist(), answers, strict=True):
        if answer["fate"] == Fate.DELIVERED:
            down_ns = int(answer["t_out_ns"] - answer["t_in_ns"])
            out[index] = (int(up_ns[index]) + down_ns) / NS_PER_MS
    return out


def _answered(reached_ns: Ints, answers_ns: Ints) -> Ints:
    """Return which of the probes that reached the far end, in order, each answer is of.

    As many answers as probes: in order. Fewer, where the far end was held up or ended: of the last probe that
    had reached it, for it answers at once. Raises: log.LogError, if two answers are of one probe.
    """
    if len(answers_ns) == len(reached_ns):
        return np.arange(len(reached_ns))
    places = np.searchsorted(reached_ns, answers_ns, side="right") - 1
    if len(np.unique(places)) != len(answers_ns) or -1 in places:
        raise log.LogError(
            f"{len(reached_ns)} probes reached the far end, its {len(answers_ns)} answers do not fit them"
        )
    return places


def rtt_truth(probes: Sequence[float | None]) -> Figures:
    """Return the truth of round trips."""
    answered = [value for value in probes if value is not None]
    return Figures(
        outcome="ok" if probes else "failed: the log has no probe",
        layer="udp",
        rtt_ms=rtt_summary(answered),
        sent=len(probes),
        lost=len(probes) - len(answered),
    )
