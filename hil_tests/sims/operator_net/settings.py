"""What a link is set to: the emulator's configuration file, checked on reading."""

import itertools
from pathlib import Path

import msgspec


class SettingsError(ValueError):
    """A setting that no link can have; the text names link, direction, key and what is allowed."""


class RateStep(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """`[t_s, rate_bps]`: the rate from t_s seconds after the start of the current burst on."""

    t_s: float
    rate_bps: int


class DirectionSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One direction of a link. Rates are layer-2 bit/s (frame without FCS); loss is a share, 0 to 1.

    rate_bps None: no limit. queue_ms: the longest a packet may need from arrival to the end of its
    transmission; queue_bytes: the most that may wait; the stricter of the two holds, tail drop.
    jitter_ms: each packet waits a uniform 0..jitter_ms more, order kept.
    """

    rate_bps: int | None = None
    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    loss: float = 0.0
    queue_ms: float | None = None
    queue_bytes: int | None = None
    rate_steps: tuple[RateStep, ...] = ()


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
    """The emulator's configuration file."""

    seed: int
    wires: tuple[Wire, ...]


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
        for key, allowed, holds in _checks(direction):
            if not holds:
                raise SettingsError(f"link {link.name}, {direction_name}: {key} must be {allowed}")


def _checks(direction: DirectionSetting) -> tuple[tuple[str, str, bool], ...]:
    steps = direction.rate_steps
    ordered = all(a.t_s < b.t_s for a, b in itertools.pairwise(steps))
    return (
        ("rate_bps", "above 0 or absent", direction.rate_bps is None or direction.rate_bps > 0),
        ("delay_ms", "0 to 60000", 0 <= direction.delay_ms <= 60_000),
        ("jitter_ms", "0 to 60000", 0 <= direction.jitter_ms <= 60_000),
        ("loss", "a share from 0 to 1", 0 <= direction.loss <= 1),
        ("queue_ms", "above 0 or absent", direction.queue_ms is None or direction.queue_ms > 0),
        ("queue_bytes", "above 0 or absent", direction.queue_bytes is None or direction.queue_bytes > 0),
        (
            "rate_steps",
            "in order of time, with rates above 0",
            ordered and all(s.rate_bps > 0 for s in steps),
        ),
        ("rate_steps", "absent where rate_bps is absent", not steps or direction.rate_bps is not None),
    )
