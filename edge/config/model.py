"""The box's configuration as typed structures; see docs/interfaces.md section 1 for a commented example."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

Count = Annotated[int, msgspec.Meta(ge=1)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
SWITCHES = 5  # of a probe board
Kind = Literal["rtt", "tcp-down", "tcp-up"]


class Mqtt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where results go. password_file names a file; the secret itself never stands in the configuration."""

    url: str
    username: str = ""
    password_file: str = ""
    resend_s: Positive = 30.0


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one round measures, and how often; throughput tests at the same time: at most `parallel`.

    test_mib: what one rate test may take of a budget; utc_offset_h: where the budgets' days begin (WIB: 7).
    """

    every_s: Annotated[float, msgspec.Meta(ge=0)] = 300.0
    rtt_probes: Count = 100
    rtt_interval_ms: Positive = 20.0
    tcp_seconds: Positive = 5.0
    parallel: Count = 2
    signal_every_s: Positive = 1.0
    test_mib: Positive = 40.0
    utc_offset_h: Annotated[float, msgspec.Meta(ge=-12, le=14)] = 7.0
    kinds: tuple[Kind, ...] = ("rtt", "tcp-down", "tcp-up")


class Checks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The ministry's two checks. blast_template: a file with the text that will be sent, "": none.

    blast_from, blast_until: when it is sent and must have come; after that its absence is a verdict too.
    """

    blast_template: str = ""
    blast_from: Moment | None = None
    blast_until: Moment | None = None
    phone_class: Literal["standard", "android", "iphone", "no-sim-names"] = "standard"
    name_every_s: Positive = 60.0
    store_every_s: Positive = 60.0


class Heartbeat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An exchange a line, with two servers in turn, so that a line's silence is known within a minute.

    every_s 0: off. From fast_from until fast_until (while votes are counted) one every fast_s.
    """

    every_s: Annotated[float, msgspec.Meta(ge=0)] = 20.0
    fast_s: Positive = 10.0
    fast_from: Moment | None = None
    fast_until: Moment | None = None
    tell_s: Positive = 300.0


class Sms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The SMS matrix: how many messages the whole box may send a day (they cost money; 0: none)."""

    per_day: Annotated[int, msgspec.Meta(ge=0)] = 0
    limit_s: Positive = 180.0


class Server(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One far end: HOST:PORT, TCP and UDP on the same number; key_file empty means an open server."""

    name: str
    address: str
    key_file: str = ""


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One modem: its place (USB path), its AT port, and its network interface or a ready namespace.

    at_port "" means: whatever port of the place the families' tables name. pin_file: holds the card's PIN, ""
    if it has none. apn: dialled where the modem has no address by itself, "": never. number_file: holds the
    card's own number (+62...) for the SMS matrix; it never leaves the box. gateway "" means no default route.
    budget_mib: what the card may take in a budget_period, both ways, by the interface's counter; 0: any.
    antenna, tariff: what lines are compared by. steps_kbps: the rates of the tariff's fair use.
    """

    slot: str
    at_port: str
    pin_file: str = ""
    apn: str = ""
    number_file: str = ""
    interface: str = ""
    netns: str = ""
    address: str = "192.168.8.100/24"
    gateway: str = "192.168.8.1"
    budget_mib: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    budget_period: Literal["day", "month"] = "month"
    antenna: str = ""
    tariff: str = ""
    steps_kbps: tuple[Positive, ...] = ()


class Board(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The probe board. port: the UART it is wired to, "": there is none. switches: the slot of the modem
    behind each of its switches ("" = nothing there), in their order; empty: the order of the lines.
    """

    port: str = ""
    switches: Annotated[tuple[str, ...], msgspec.Meta(max_length=SWITCHES)] = ()


def switches_of(config: "Config") -> tuple[str, ...]:
    """Return the slot behind each of the board's switches; () without a board."""
    if not config.board.port:
        return ()
    return config.board.switches or tuple(line.slot for line in config.line[:SWITCHES])


class Capture(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The packet ring of each line and the bounds on a round's capture file."""

    ring_blocks: Count = 16
    block_kib: Annotated[int, msgspec.Meta(ge=4, multiple_of=4)] = 128
    max_mib: Count = 64
    max_s: Positive = 300.0
    keep_files: Count = 20


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file."""

    box: str
    site: str
    province: str
    regency: str
    data_dir: str
    mqtt: Mqtt
    server: tuple[Server, ...]
    line: tuple[Line, ...]
    schedule: Schedule = Schedule()
    capture: Capture = Capture()
    checks: Checks = Checks()
    heartbeat: Heartbeat = Heartbeat()
    sms: Sms = Sms()
    board: Board = Board()
