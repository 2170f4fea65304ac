"""A measurement is a frozen result, and a failed one is a result too: its cause, never a number.

The keys are those of docs/interfaces.md section 3; `to_json` leaves out what is not known (None), except
`err` and `isolation`, and each key left out has its reason in `nv`.
"""

from typing import ClassVar

from msgspec import Struct, field, to_builtins

from edge.measure.delay import LossRuns, OneWay, Variation

BIN_MS = 100
"""Width of a throughput bin, ms."""
WARMUP_S = 1.5
"""Seconds of slow start left out of the sustained rate."""


class Failure(Struct, frozen=True, kw_only=True):
    """Why there is no figure: `code` is a row of failures.CAUSES, `text` English, `text_id` Indonesian."""

    code: str
    text: str
    text_id: str


class FlowEnds(Struct, frozen=True, kw_only=True):
    """The flow measured: proto "tcp"|"udp", local and remote "ip:port" ("[ip]:port" for IPv6)."""

    proto: str
    local: str
    remote: str


class Isolation(Struct, frozen=True, kw_only=True):
    """Whether the traffic stayed on its own line: the socket's namespace, and bytes by each line's counter.

    `own_bytes` is None where this line has no packet counter.
    """

    ok: bool
    cookie: bool
    own_bytes: int | None
    other_bytes: dict[str, int]
    counted_bytes: int
    text: str


class Bins(Struct, frozen=True, kw_only=True):
    """Payload bytes in bins from `t0_ns` (the first payload packet) on; the first `skip` are slow start."""

    t0_ns: int
    bytes: list[int]
    width_ms: int = BIN_MS
    skip: int = round(WARMUP_S * 1000 / BIN_MS)


class RttMs(Struct, frozen=True, kw_only=True):
    """Round-trip times of the answered probes after the first, ms; quantiles by linear interpolation."""

    min: float
    p50: float
    mean: float
    p90: float
    p99: float
    max: float


class Probes(Struct, frozen=True, kw_only=True):
    """Each probe from sequence number `seq0` on: RTT in us (None = no answer) and its time of sending."""

    seq0: int
    ssid: int
    local_port: int
    rtt_us: list[int | None]
    t1_ns: list[int]


class FarEnd(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The server as it calls itself, and the line as the server sees it: `egress` "ip:port" and whose network
    that is; `egress_net`: its /24 or /48 hashed with the server's key. `share_bps`: the rate it kept free;
    `retry_after_s`: when it may be asked again, after a refusal.
    """

    name: str = ""
    asn: int | None = None
    city: str = ""
    egress: str = ""
    egress_net: str = ""
    egress_asn: int | None = None
    egress_name: str = ""
    share_bps: int | None = None
    retry_after_s: float | None = None


class Verdicts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a figure is worth. `censored` "right": it is at least so much, for box or server was the limit.

    `device_limited` with its reasons in `device_text`; `server_limited` in words; `proxy_suspect`: somebody
    on the way acknowledges in our name; `policy_bps`: the limit set by somebody that the figure stands at.
    """

    device_limited: bool | None = None
    device_text: str = ""
    server_limited: str = ""
    censored: str = ""
    proxy_suspect: bool | None = None
    proxy_text: str = ""
    policy_bps: float | None = None
    policy_text: str = ""


class Common(Struct, frozen=True, kw_only=True):
    """What every result says. `seconds` and `bytes` are None where the test never began."""

    kind: str
    outcome: str
    server: str
    nonce: str
    start_ns: int
    family: str | None = None
    flow: FlowEnds | None = None
    seconds: float | None = None
    bytes: int | None = None
    connect_ms: float | None = None
    isolation: Isolation | None = None
    far: FarEnd | None = None
    verdicts: Verdicts | None = None
    err: Failure | None = None
    nv: dict[str, str] = field(default_factory=dict)
    """Reason of each key that is not known."""

    FIGURES: ClassVar[tuple[str, ...]] = ()
    """Keys that are void when the result is."""

    @property
    def ok(self) -> bool:
        """Whether the figures may be used."""
        return self.err is None


class Throughput(Common, frozen=True, kw_only=True):
    """One direction of one TCP flow, counted at the receiver as TCP payload; rates in bit/s.

    `resolution_bps` is the rate of one packet a bin: `sustained_bps` cannot be finer.
    """

    method: str = "tcp1-median-of-100ms-bins"
    layer: str = "tcp-payload"
    sustained_bps: float | None = None
    mean_bps: float | None = None
    resolution_bps: float | None = None
    congestion_control: str | None = None
    counted_at: str | None = None
    bins: Bins | None = None
    note: str | None = None

    FIGURES: ClassVar[tuple[str, ...]] = ("sustained_bps", "mean_bps", "resolution_bps")


class Rtt(Common, frozen=True, kw_only=True):
    """Round-trip time and loss of UDP probes (STAMP, RFC 8762); the reflector's own delay is taken out.

    `stamped_at` says whose clock reading T1 is: "kernel", "clock" (the program's, at sending) or "mixed".
    `ipdv_*_ms` (RFC 3393, consecutive) and `pdv_*_ms` (RFC 5481) are of each direction, `owd_ms` of both;
    all leave the first probe out, `loss_runs` does not. `tcp_rtt_ms`: of the control connection.
    """

    method: str = "stamp-rfc8762"
    layer: str = "udp"
    rtt_ms: RttMs | None = None
    access_ms: float | None = None
    sent: int | None = None
    received: int | None = None
    lost: int | None = None
    lost_up: int | None = None
    lost_down: int | None = None
    duplicates: int | None = None
    reordered: int | None = None
    ipdv_up_ms: Variation | None = None
    ipdv_down_ms: Variation | None = None
    pdv_up_ms: Variation | None = None
    pdv_down_ms: Variation | None = None
    loss_runs: LossRuns | None = None
    owd_ms: OneWay | None = None
    tcp_rtt_ms: float | None = None
    authenticated: bool | None = None
    stamped_at: str | None = None
    probes: Probes | None = None

    FIGURES: ClassVar[tuple[str, ...]] = (
        "rtt_ms",
        "access_ms",
        "lost",
        "lost_up",
        "lost_down",
        "duplicates",
        "reordered",
        "ipdv_up_ms",
        "ipdv_down_ms",
        "pdv_up_ms",
        "pdv_down_ms",
        "loss_runs",
        "owd_ms",
        "tcp_rtt_ms",
    )


class Capacity(Common, frozen=True, kw_only=True):
    """What a line can carry, by paced UDP packets stamped at the receiver; rates in bit/s at the IP layer.

    `sustained_bps` is the mean over the steady part with its 95 % interval, `burst_bps` what the line gave
    for a short time only, `shape` one of edge.measure.capacity.Shape. `seconds` is the time from the first
    to the last packet, `bytes` those of all IP packets at this end, both ways. `stopped` says why it ended
    early, if so. `paced_bps` is the mean rate of the sender between packets less than 20 ms apart.
    """

    method: str = "udp-window-busy-regression-1"
    layer: str = "ip"
    shape: str | None = None
    capacity_bps: float | None = None
    sustained_bps: float | None = None
    interval_bps: tuple[float, float] | None = None
    burst_bps: float | None = None
    received: int | None = None
    sent: int | None = None
    packet_bytes: int | None = None
    queue_ms: float | None = None
    paced_bps: float | None = None
    stopped: str | None = None
    limited: str | None = None

    FIGURES: ClassVar[tuple[str, ...]] = (
        "capacity_bps",
        "sustained_bps",
        "interval_bps",
        "burst_bps",
        "shape",
    )


Result = Throughput | Rtt | Capacity

_ALWAYS = ("err", "isolation")


def to_json(result: Result) -> dict[str, object]:
    """Return *result* as plain JSON values with the keys of docs/interfaces.md section 3."""
    plain: dict[str, object] = to_builtins(result)
    known = {key: value for key, value in plain.items() if value is not None or key in _ALWAYS}
    if not result.nv:
        del known["nv"]
    return {"kind": known.pop("kind"), "ok": result.ok, **known}
