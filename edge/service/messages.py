"""What the service and a line's worker say to each other: one JSON object a line over their socketpair.

Orders go to the worker, reports come back. Times are Unix ns.
"""

import msgspec

from edge.measure.result import Capacity, Failure, Rtt, Throughput
from edge.schedule.budget import Reading


class Measure(msgspec.Struct, frozen=True, tag=True):
    """Measure *kind* against server number *server* of the configuration.

    allowed_bytes: what the test may take by the interface's counter; 0: as much as it likes.
    """

    nonce: str
    kind: str
    server: int
    allowed_bytes: int = 0


class ReadCounter(msgspec.Struct, frozen=True, tag=True):
    """Say how many bytes your interface received and sent so far."""

    ask: int


class CountFlow(msgspec.Struct, frozen=True, tag=True):
    """Say how many payload bytes of this flow passed your interface (is it ours, or did it leak?)."""

    ask: int
    proto: str
    local_port: int
    remote_ip: str
    remote_port: int


class StartCapture(msgspec.Struct, frozen=True, tag=True):
    """Write packets into a new file from now on."""

    path: str
    comment: str


class StopCapture(msgspec.Struct, frozen=True, tag=True):
    """Close the file, with *comment* at its end."""

    comment: str = ""


class UsbDone(msgspec.Struct, frozen=True, tag=True):
    """The answer to UsbWanted; text says why it could not be done."""

    ask: int
    ok: bool
    text: str = ""


class SendNonce(msgspec.Struct, frozen=True, tag=True):
    """Send *nonce* by SMS to the line in *slot*, whose number the worker reads from the configuration."""

    nonce: str
    slot: str


Order = Measure | ReadCounter | CountFlow | StartCapture | StopCapture | UsbDone | SendNonce


class ModemReady(msgspec.Struct, frozen=True, tag=True):
    """The modem answers; home_plmn is all that leaves the session of the SIM's identity."""

    model: str
    firmware: str
    home_plmn: str | None


class ModemFailed(msgspec.Struct, frozen=True, tag=True):
    """The modem cannot be used now; the worker keeps trying."""

    err: Failure


class SessionSeen(msgspec.Struct, frozen=True, tag=True):
    """The state of the modem's session, a row of modem_drivers.session.TABLE; sent when it changes.

    outcome: whose it is while it lasts (the contract's classes); text, text_id: what it is, what to do.
    """

    state: str
    outcome: str
    data_allowed: bool
    text: str
    text_id: str


class DataSeen(msgspec.Struct, frozen=True, tag=True):
    """A data session as the network granted it: QCI (4G) or 5QI, the subscription's rates; None: not said."""

    apn: str | None
    qci: int | None
    qi_5g: int | None
    ambr_down_kbps: int | None
    ambr_up_kbps: int | None


class UsbWanted(msgspec.Struct, frozen=True, tag=True):
    """Do *verb* at this line's USB place ("usb-rebind", "usb-modeswitch") or to its modem's power
    ("power-off", "power-on"): the worker has no right to.
    """

    ask: int
    verb: str


class InterfaceSeen(msgspec.Struct, frozen=True, tag=True):
    """The line's network interface went (err says so) or is there again (None); sent when it changes."""

    err: Failure | None


class NetworkSeen(msgspec.Struct, frozen=True, tag=True):
    """Where the modem is registered and what the network calls itself; None = not reported."""

    registration: str | None
    plmn: str | None
    rat: str | None
    name_sent: str | None
    name_short: str | None
    name_sim: str | None


class SmsSeen(msgspec.Struct, frozen=True, tag=True):
    """Over what SMS can arrive ("ims", "cs", "none", "unknown"), whether it was proven in 24 h; counts."""

    capability: str
    proven: bool
    received: int
    incomplete: int
    purged: int


class CheckSeen(msgspec.Struct, frozen=True, tag=True):
    """A check's verdict. check: "blast", "name" or "broadcast"; values and nv as in a record."""

    check: str
    t_ns: int
    verdict: str
    values: dict[str, float | int | str | bool]
    nv: dict[str, str]


class HeartNoticed(msgspec.Struct, frozen=True, tag=True):
    """The line or a server fell silent or answers again (measure.heartbeat.Told): an event of the line."""

    told: str
    t_ns: int
    silent_s: float
    missed: int
    server: str | None
    err: Failure | None


class HeartTally(msgspec.Struct, frozen=True, tag=True):
    """The exchanges of some minutes: access_ms of those that came after silence, rtt_ms of the others."""

    start_ns: int
    seconds: float
    sent: int
    received: int
    access_ms: list[float]
    rtt_ms: list[float]
    authenticated: bool


class NonceSent(msgspec.Struct, frozen=True, tag=True):
    """What became of SendNonce, as far as the sender's network says."""

    nonce: str
    outcome: str
    cause: str
    accepted_ns: int | None


class NonceArrived(msgspec.Struct, frozen=True, tag=True):
    """A message of the matrix arrived; told again where it came again."""

    nonce: str
    t_ns: int


class Sample(msgspec.Struct, frozen=True, tag=True):
    """One radio reading, stamped when its reply was complete. values and nv as in a record."""

    t_ns: int
    values: dict[str, float | int | str]
    nv: dict[str, str]


class Measured(msgspec.Struct, frozen=True, tag=True):
    """The result of the test *nonce*: exactly one of the three is set."""

    nonce: str
    throughput: Throughput | None = None
    rtt: Rtt | None = None
    capacity: Capacity | None = None
    drops: int = 0


class FlowCounted(msgspec.Struct, frozen=True, tag=True):
    """The answer to CountFlow."""

    ask: int
    bytes: int


class CounterRead(msgspec.Struct, frozen=True, tag=True):
    """The answer to ReadCounter; reading None: the interface is away."""

    ask: int
    reading: Reading | None


class CaptureClosed(msgspec.Struct, frozen=True, tag=True):
    """The capture file is finished; err says why there is none."""

    path: str
    packets: int
    drops: int
    err: str = ""


class Progress(msgspec.Struct, frozen=True, tag=True):
    """How far a running test is: seconds since its start and a word for people."""

    nonce: str
    elapsed_s: float
    text: str


Report = (
    ModemReady
    | ModemFailed
    | SessionSeen
    | DataSeen
    | UsbWanted
    | InterfaceSeen
    | NetworkSeen
    | SmsSeen
    | CheckSeen
    | HeartNoticed
    | HeartTally
    | NonceSent
    | NonceArrived
    | Sample
    | Measured
    | FlowCounted
    | CounterRead
    | CaptureClosed
    | Progress
)
