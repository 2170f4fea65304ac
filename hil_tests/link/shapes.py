"""From options to the settings of a link; what was not given of a shape is drawn from the seed."""

import csv
import random
from pathlib import Path

import msgspec

from hil_tests.link.errors import OptionError
from hil_tests.link.options import Options
from hil_tests.link.truth import Known
from hil_tests.sims.operator_net.settings import (
    Codel,
    DirectionSetting,
    LinkSetting,
    LossBursts,
    Policer,
    Promotion,
    Ramp,
    Reorder,
    Scheduler,
    TraceRow,
)

MBIT = 1_000_000
LINE = "link"


def link_of(options: Options) -> LinkSetting:
    """Return both directions' settings. Raises: OptionError (a trace that cannot be read)."""
    shaped = shaped_way(options)
    other_mbit = options.rate_mbit if options.other_rate_mbit is None else options.other_rate_mbit
    other = DirectionSetting(
        rate_bps=round(other_mbit * MBIT), delay_ms=options.rtt_ms / 2, queue_ms=options.queue_ms
    )
    up, down = (other, shaped) if options.down else (shaped, other)
    return LinkSetting(LINE, up, down)


def shaped_way(options: Options) -> DirectionSetting:
    """Return the settings of the measured direction."""
    in_bursts = options.loss_burst_packets is not None
    plain = DirectionSetting(
        rate_bps=round(options.rate_mbit * MBIT),
        delay_ms=options.rtt_ms / 2,
        jitter_ms=options.jitter_ms,
        loss=0.0 if in_bursts else options.loss_pct / 100,
        loss_bursts=loss_bursts(options) if in_bursts else None,
        queue_ms=options.queue_ms,
        codel=Codel() if options.aqm == "codel" else None,
        reorder=Reorder(options.reorder_pct / 100, options.reorder_ms) if options.reorder_pct else None,
        promotion=None if options.promotion_ms is None else Promotion(options.promotion_ms, options.idle_ms),
    )
    return _shape(options, plain, random.Random(f"{options.seed}/shape"))


def loss_bursts(options: Options) -> LossBursts:
    """Return bursts of the wanted mean length that lose the wanted share: enter / (enter + leave)."""
    share, leave = options.loss_pct / 100, 1 / (options.loss_burst_packets or 1.0)
    return LossBursts(enter=leave * share / (1 - share), leave=leave)


def _shape(options: Options, plain: DirectionSetting, rng: random.Random) -> DirectionSetting:
    rate_mbit = options.rate_mbit
    match options.shape:
        case "scheduler":
            users = rng.randint(1, 4) if options.users is None else options.users
            celled = replace(plain, scheduler=Scheduler(users=users, grant=options.grant))
            if options.rate_trace is None:
                return celled
            return replace(
                celled, rate_bps=None, rate_trace=read_trace(options.rate_trace, options.direction)
            )
        case "policer":
            peak_mbit = given(options.peak_mbit, rate_mbit * rng.uniform(2, 4))
            burst_kbyte = given(options.burst_kbyte, rate_mbit * 125 * rng.uniform(0.1, 1.0))
            bucket = Policer(rate_bps=plain.rate_bps or 0, burst_bytes=round(burst_kbyte * 1000))
            return replace(plain, rate_bps=round(peak_mbit * MBIT), policer=bucket)
        case "batching":
            return replace(plain, batching_ms=given(options.batching_ms, round(rng.uniform(1, 16), 2)))
        case "ramp":
            first_mbit = given(options.first_rate_mbit, rate_mbit * rng.uniform(0.3, 0.7))
            after_s = given(options.ramp_s, round(rng.uniform(0.2, 2.0), 3))
            return replace(plain, ramp=Ramp(first_rate_bps=round(first_mbit * MBIT), after_s=after_s))
    return plain


def replace(setting: DirectionSetting, **changes: object) -> DirectionSetting:
    """Return *setting* with *changes*."""
    return msgspec.structs.replace(setting, **changes)


def given(value: float | None, drawn: float) -> float:
    """Return *value*, or *drawn* where none was given."""
    return drawn if value is None else value


def known(options: Options) -> Known:
    """Return what the setting alone says of the rates: a policer's token rate, a ramp's last rate."""
    way, rate_bps = shaped_way(options), options.rate_mbit * MBIT
    sustained = rate_bps if options.shape in {"fifo", "policer", "ramp", "batching"} else None
    burst = way.rate_bps if options.shape in {"policer", "scheduler"} else None
    return Known(shape=options.shape, sustained_bps=sustained, burst_bps=burst)


def read_trace(path: Path, direction: str) -> tuple[TraceRow, ...]:
    """Return the rows of a CSV file with the columns t_s and rate_<direction>_mbit or rate_mbit.

    Raises: OptionError, with file, line and what is wanted.
    """
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = tuple(
                _trace_row(path, number, row, direction)
                for number, row in enumerate(csv.DictReader(lines), start=2)
            )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise OptionError(f"--rate-trace {path}: {error}; name a CSV file with a header") from error
    if not rows:
        raise OptionError(f"--rate-trace {path}: no row below the header; give at least one")
    return rows


def _trace_row(path: Path, number: int, row: dict[str, str], direction: str) -> TraceRow:
    own = f"rate_{direction}_mbit"
    rate = own if own in row else "rate_mbit"
    where = f"--rate-trace {path}, line {number}"
    if missing := [name for name in ("t_s", rate) if name not in row]:
        wanted = f"columns t_s (seconds) and rate_mbit or {own} are needed"
        raise OptionError(f"{where}: no column {', '.join(missing)}; {wanted}")
    try:
        return TraceRow(float(row["t_s"]), round(float(row[rate]) * MBIT))
    except (TypeError, ValueError) as error:
        raise OptionError(f"{where}: {error}; give a number each in t_s (seconds) and {rate}") from error
