"""What a link is set to: the emulator's configuration file, checked on reading."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import msgspec

from hil_tests.sims.operator_net.shapes import (
    Check,
    Codel,
    LossBursts,
    Policer,
    Promotion,
    Ramp,
    RateStep,
    Reorder,
    Scheduler,
    TraceRow,
    Window,
    check_shape,
    check_trace,
    check_windows,
    is_share,
    within,
)

__all__ = [
    "Codel",
    "DirectionSetting",
    "EmulatorConfig",
    "LinkSetting",
    "LossBursts",
    "Policer",
    "Promotion",
    "Ramp",
    "RateStep",
    "Reorder",
    "Scheduler",
    "SettingsError",
    "TraceRow",
    "Window",
    "Wire",
    "check_link",
    "read_config",
]


class SettingsError(ValueError):
    """A setting that no link can have; the text names link, direction, key and what is allowed."""


class DirectionSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One direction of a link. Rates are layer-2 bit/s (frame without FCS); loss is a share, 0 to 1.

    rate_bps None: no limit. queue_ms: the longest a packet may need from arrival to the end of its
    transmission; queue_bytes: the most that may wait; the stricter of the two holds, tail drop.
    jitter_ms: each packet waits a uniform 0..jitter_ms more, order kept. rate_trace stands in place of
    rate_bps. batching_ms: what is due leaves together at multiples of it, counted from 1970. The shapes:
    shapes.py.
    """

    rate_bps: int | None = None
    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    loss: float = 0.0
    queue_ms: float | None = None
    queue_bytes: int | None = None
    rate_steps: tuple[RateStep, ...] = ()
    loss_bursts: LossBursts | None = None
    reorder: Reorder | None = None
    codel: Codel | None = None
    scheduler: Scheduler | None = None
    policer: Policer | None = None
    batching_ms: float | None = None
    ramp: Ramp | None = None
    promotion: Promotion | None = None
    rate_trace: tuple[TraceRow, ...] = ()
    blackholes: tuple[Window, ...] = ()


class LinkSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Both directions of one line's link; up = from the client to the router."""

    name: str
    up: DirectionSetting
    down: DirectionSetting


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A link and the two interfaces, in the emulator's own namespace, that it joins."""

    link: LinkSetting
    client_interface: str
    router_interface: str


class EmulatorConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The emulator's configuration file.

    start_ns: the Unix time at which traces and blackhole windows have their second 0; None: the emulator's
    own start.
    """

    seed: int
    wires: tuple[Wire, ...]
    start_ns: int | None = None


def read_config(path: Path) -> EmulatorConfig:
    """Return the checked configuration in *path* (JSON). Raises: SettingsError, with path and key."""
    try:
        config = msgspec.json.decode(path.read_bytes(), type=EmulatorConfig)
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(
            f"{path}: {error}; write a file as hil_tests.sims.operator_net.settings says"
        ) from error
    for wire in config.wires:
        check_link(wire.link)
    return config


def check_link(link: LinkSetting) -> None:
    """Raises: SettingsError, if a value of *link* is out of its range."""
    for direction_name, direction in (("up", link.up), ("down", link.down)):
        for check in _checks(direction):
            if not check.holds:
                raise SettingsError(
                    f"link {link.name}, {direction_name}: {check.key} must be {check.allowed}"
                )


def _checks(direction: DirectionSetting) -> Iterator[Check]:
    yield from _plain(direction)
    yield from _steps(direction)
    yield from _limited_only(direction)
    for shape in shapes_of(direction):
        yield from check_shape(shape)
    yield from check_trace(direction.rate_trace)
    yield from check_windows(direction.blackholes)


def shapes_of(
    direction: DirectionSetting,
) -> list[LossBursts | Reorder | Codel | Scheduler | Policer | Ramp | Promotion]:
    """Return the shapes that are set."""
    d = direction
    every = (d.loss_bursts, d.reorder, d.codel, d.scheduler, d.policer, d.ramp, d.promotion)
    return [shape for shape in every if shape is not None]


def _plain(direction: DirectionSetting) -> Iterator[Check]:
    queue_ms, queue_bytes, batching_ms = direction.queue_ms, direction.queue_bytes, direction.batching_ms
    yield Check("rate_bps", "above 0 or absent", direction.rate_bps is None or direction.rate_bps > 0)
    yield Check("delay_ms", "0 to 60000", within(0, direction.delay_ms, 60_000))
    yield Check("jitter_ms", "0 to 60000", within(0, direction.jitter_ms, 60_000))
    yield Check("loss", "a share from 0 to 1", is_share(direction.loss))
    yield Check("queue_ms", "above 0 or absent", queue_ms is None or queue_ms > 0)
    yield Check("queue_bytes", "above 0 or absent", queue_bytes is None or queue_bytes > 0)
    yield Check("batching_ms", "1 to 16 or absent", batching_ms is None or within(1, batching_ms, 16))


def _steps(direction: DirectionSetting) -> Iterator[Check]:
    steps = direction.rate_steps
    ordered = all(a.t_s < b.t_s for a, b in itertools.pairwise(steps))
    positive = all(step.rate_bps > 0 for step in steps)
    yield Check("rate_steps", "in order of time, with rates above 0", ordered and positive)
    yield Check("rate_steps", "absent where rate_bps is absent", not steps or direction.rate_bps is not None)


def _limited_only(direction: DirectionSetting) -> Iterator[Check]:
    """Yield what makes sense only where a rate is set, or only where another key is not."""
    traced = bool(direction.rate_trace)
    yield Check("rate_trace", "absent where rate_bps is given", not traced or direction.rate_bps is None)
    limited = traced or direction.rate_bps is not None
    for key in ("codel", "scheduler", "ramp"):
        absent = getattr(direction, key) is None
        yield Check(key, "absent where neither rate_bps nor rate_trace is given", absent or limited)
    both = direction.ramp is not None and bool(direction.rate_steps)
    yield Check("ramp", "absent where rate_steps is given: both are about the same burst", not both)
    twice = direction.loss_bursts is not None and direction.loss > 0
    yield Check("loss_bursts", "absent where loss is given", not twice)
