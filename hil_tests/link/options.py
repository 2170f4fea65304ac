"""The command line of `python -m hil_tests.link`, checked before anything is made."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hil_tests.link.errors import OptionError

SHAPES = ("fifo", "scheduler", "policer", "batching", "ramp")
SHAPE_OF = {
    "users": "scheduler",
    "grant": "scheduler",
    "peak_mbit": "policer",
    "burst_kbyte": "policer",
    "batching_ms": "batching",
    "first_rate_mbit": "ramp",
    "ramp_s": "ramp",
}
DESCRIPTION = """\
Set a link up between namespaces of its own (client - router - server), run iperf3 -P4 and then irtt
over it, and print what they say beside the truth: what the link, by its own log, could carry in those
very seconds and did to those very packets. Needs root, or a kernel that lets an ordinary user make
namespaces."""
EPILOG = """\
Rates are layer 2 (frame without FCS); every printed figure names its layer. Loss, jitter, queue and
shape act on --direction; the other way has half the round trip and --other-rate-mbit. What is not given
of a shape is drawn from --seed and shown under truth.setting. Exit status: 0 when it ran, whatever the
outcome; 2 when it could not. More: docs/bench-link.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for; None = draw it from the seed, or leave it out. Units as the names say."""

    rate_mbit: float
    rtt_ms: float
    loss_pct: float
    jitter_ms: float
    queue_ms: float
    shape: str
    seed: int
    rate_trace: Path | None
    shaper: str
    direction: str
    other_rate_mbit: float | None
    loss_burst_packets: float | None
    reorder_pct: float
    reorder_ms: float
    aqm: str
    promotion_ms: float | None
    idle_ms: float
    users: int | None
    grant: str
    peak_mbit: float | None
    burst_kbyte: float | None
    batching_ms: float | None
    first_rate_mbit: float | None
    ramp_s: float | None
    ipv6: bool
    blackhole: Sequence[tuple[float, float]]
    rebind_nat_s: float | None
    seconds: int
    omit_s: int
    probe_ms: float
    probe_s: float
    congestion: str
    without_ours: bool
    keep: Path | None
    json: bool

    @property
    def down(self) -> bool:
        """Return whether the shaped and measured direction is to the client."""
        return self.direction == "down"


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    out = argparse.ArgumentParser(prog="python -m hil_tests.link", description=DESCRIPTION, epilog=EPILOG)
    _add_link(out.add_argument_group("the link"))
    _add_more(out.add_argument_group("more of what cellular links do (emulator only)"))
    _add_shapes(out.add_argument_group("parameters of a shape; drawn from the seed when not given"))
    _add_run(out.add_argument_group("the run"))
    return out


Group = argparse._ArgumentGroup


def _add_link(group: Group) -> None:
    group.add_argument(
        "--rate-mbit", type=float, default=20.0, metavar="R",
        help="the FIFO's, the scheduler's whole cell's, the policer's token, the ramp's last rate (20)",
    )  # fmt: skip
    group.add_argument("--rtt-ms", type=float, metavar="T", help="round trip, half each way (40; tbf: 0)")
    group.add_argument("--loss-pct", type=float, default=0.0, metavar="P", help="random loss, per cent (0)")
    group.add_argument(
        "--jitter-ms", type=float, default=0.0, metavar="J", help="uniform 0..J more, in order"
    )
    group.add_argument(
        "--queue-ms", type=float, default=200.0, metavar="Q", help="longest wait, then tail drop"
    )
    group.add_argument("--shape", choices=SHAPES, help="how the rate is given (fifo)")
    group.add_argument("--seed", type=int, default=1, help="of loss, jitter, users and all that is drawn (1)")
    group.add_argument(
        "--rate-trace", type=Path, metavar="FILE",
        help="CSV with header, t_s and rate_mbit or rate_down_mbit,rate_up_mbit; implies --shape scheduler",
    )  # fmt: skip
    group.add_argument(
        "--shaper", choices=("emu", "tbf"), default="emu",
        help="the emulator, or the kernel's tbf on the router: rate and queue only, this kernel has no netem",
    )  # fmt: skip
    group.add_argument(
        "--direction", choices=("down", "up"), default="down", help="what is shaped and measured"
    )


def _add_more(group: Group) -> None:
    group.add_argument("--other-rate-mbit", type=float, metavar="R", help="rate of the other way (the same)")
    group.add_argument(
        "--loss-burst-packets", type=float, metavar="N", help="loss comes in bursts of N packets on average"
    )
    group.add_argument(
        "--reorder-pct", type=float, default=0.0, metavar="P", help="share overtaken, per cent"
    )
    group.add_argument(
        "--reorder-ms", type=float, default=5.0, metavar="T", help="how much later those are (5)"
    )
    group.add_argument("--aqm", choices=("none", "codel"), default="none", help="in front of the tail drop")
    group.add_argument(
        "--promotion-ms", type=float, metavar="T", help="first packet after idle waits, 50-300"
    )
    group.add_argument(
        "--idle-ms", type=float, default=1000.0, metavar="T", help="silence that means idle (1000)"
    )
    group.add_argument("--ipv6", action="store_true", help="measure over IPv6")
    group.add_argument(
        "--blackhole", type=from_for, action="append", default=[], metavar="FROM_S,FOR_S",
        help="swallow everything from then on for so long, seconds since the link stood; repeatable",
    )  # fmt: skip
    group.add_argument(
        "--rebind-nat-s",
        type=float,
        metavar="T",
        help="then NAT takes another address and ports",
    )


def from_for(text: str) -> tuple[float, float]:
    """Return FROM_S,FOR_S as two numbers. Raises: argparse.ArgumentTypeError."""
    try:
        from_s, for_s = (float(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: write FROM_S,FOR_S, as 4,1.5") from error
    if not (0 <= from_s <= 600 and 0 < for_s <= 600):
        raise argparse.ArgumentTypeError(f"{text!r}: from 0 to 600 s, for above 0 to 600 s")
    return from_s, for_s


def _add_shapes(group: Group) -> None:
    group.add_argument("--users", type=int, metavar="N", help="scheduler: competing users, 0-64")
    group.add_argument("--grant", choices=("share", "turns"), help="scheduler: a share of each TTI, or TTIs")
    group.add_argument(
        "--peak-mbit", type=float, metavar="R", help="policer: the line rate behind the bucket"
    )
    group.add_argument("--burst-kbyte", type=float, metavar="B", help="policer: the bucket, 1000 bytes")
    group.add_argument("--batching-ms", type=float, metavar="T", help="batching: delivery every T ms, 1-16")
    group.add_argument("--first-rate-mbit", type=float, metavar="R", help="ramp: the rate before it")
    group.add_argument("--ramp-s", type=float, metavar="T", help="ramp: seconds of traffic before it, 0.2-2")


def _add_run(group: Group) -> None:
    group.add_argument("--seconds", type=int, default=8, help="of iperf3, after those left out (8)")
    group.add_argument("--omit-s", type=int, default=2, metavar="S", help="of iperf3, left out at first (2)")
    group.add_argument(
        "--probe-ms", type=float, default=20.0, metavar="T", help="irtt's interval, 10 or more (20)"
    )
    group.add_argument("--probe-s", type=float, default=6.0, metavar="S", help="seconds of irtt (6)")
    group.add_argument(
        "--congestion", default="bbr", metavar="NAME", help="iperf3's congestion control (bbr)"
    )
    group.add_argument("--without-ours", action="store_true", help="leave our capacity estimator out")
    group.add_argument("--keep", type=Path, metavar="DIR", help="keep log, captures and reports there")
    group.add_argument("--json", action="store_true", help="one JSON object instead of the table")


def read(arguments: Sequence[str] | None = None) -> Options:
    """Return the options of a command line. Raises: OptionError, SystemExit (usage)."""
    values = vars(parser().parse_args(arguments))
    if values["rtt_ms"] is None:
        values["rtt_ms"] = 0.0 if values["shaper"] == "tbf" else 40.0
    if values["shape"] is None:
        values["shape"] = "fifo" if values["rate_trace"] is None else "scheduler"
    _demand_own(values)
    values["grant"] = values["grant"] or "share"
    options = Options(**values)
    for text, broken in (*_ranges(options), *_conflicts(options)):
        if broken:
            raise OptionError(text)
    return options


def _demand_own(values: Mapping[str, object]) -> None:
    """Raise OptionError for a parameter of another shape than the one asked for."""
    for name, shape in SHAPE_OF.items():
        if values[name] is not None and values["shape"] != shape:
            option = f"--{name.replace('_', '-')}"
            raise OptionError(f"{option} is of --shape {shape}, not {values['shape']}; leave one of them out")


def _ranges(o: Options) -> tuple[tuple[str, bool], ...]:
    return (
        ("--rate-mbit must be 0.1 to 1000", not 0.1 <= o.rate_mbit <= 1000),
        ("--rtt-ms must be 0 to 10000", not 0 <= o.rtt_ms <= 10_000),
        ("--loss-pct must be 0 to 50", not 0 <= o.loss_pct <= 50),
        ("--jitter-ms must be 0 to 1000", not 0 <= o.jitter_ms <= 1000),
        ("--queue-ms must be 1 to 10000", not 1 <= o.queue_ms <= 10_000),
        ("--reorder-pct must be 0 to 50", not 0 <= o.reorder_pct <= 50),
        ("--reorder-ms must be above 0, at most 1000", not 0 < o.reorder_ms <= 1000),
        ("--rebind-nat-s must be 0 to 600", o.rebind_nat_s is not None and not 0 <= o.rebind_nat_s <= 600),
        ("--seconds must be 1 to 600", not 1 <= o.seconds <= 600),
        ("--omit-s must be 0 to 60", not 0 <= o.omit_s <= 60),
        ("--probe-ms must be 10 to 1000: irtt's server allows no less", not 10 <= o.probe_ms <= 1000),
        ("--probe-s must be 0.2 to 59: irtt's server allows no more", not 0.2 <= o.probe_s <= 59),
    )


def _conflicts(o: Options) -> tuple[tuple[str, bool], ...]:
    emulated = ("--loss-pct", o.loss_pct), ("--jitter-ms", o.jitter_ms), ("--reorder-pct", o.reorder_pct)
    more = ("--promotion-ms", o.promotion_ms), ("--loss-burst-packets", o.loss_burst_packets)
    named = [name for name, value in (("--rtt-ms", o.rtt_ms), *emulated, *more) if value]
    named += [name for name, on in (("--aqm codel", o.aqm != "none"), ("--ipv6", o.ipv6)) if on]
    named += ["--blackhole"] if o.blackhole else []
    named += ["--rebind-nat-s"] if o.rebind_nat_s is not None else []
    tbf = o.shaper == "tbf"
    only_rate = "the kernel's tbf gives rate and queue only (this kernel has no netem)"
    return (
        (f"{', '.join(named)}: {only_rate}; leave out or use --shaper emu", tbf and bool(named)),
        (f"--shape {o.shape}: {only_rate}; use --shape fifo or --shaper emu", tbf and o.shape != "fifo"),
        (
            "--rate-trace needs --shape scheduler and --shaper emu",
            o.rate_trace is not None and (o.shape != "scheduler" or tbf),
        ),
        (
            "--rebind-nat-s: IPv6 is not translated; leave --ipv6 out",
            o.rebind_nat_s is not None and o.ipv6,
        ),
        (
            "--loss-burst-packets needs --loss-pct above 0 and a length of 1 or more",
            o.loss_burst_packets is not None and (o.loss_burst_packets < 1 or not o.loss_pct),
        ),
    )
