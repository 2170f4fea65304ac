"""Whether a figure is the tariff's and not the network's; and which lines may be compared at all."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

NEAR = 0.1
"""A figure so close to a limit is the limit's."""
IP_SHARE = {"tcp-payload": 1500 / 1448, "ip": 1.0}
"""Bits of IP packets a bit of the layer: limits are of IP packets; 1448 of 1500 with time stamps."""


class PolicyLimit(NamedTuple):
    """A rate that somebody set: AMBR, or a step of the tariff's fair use; bit/s of IP packets."""

    name: str
    bps: float


class PolicyVerdict(NamedTuple):
    """The limit a figure stands at, None if at none."""

    limit: PolicyLimit | None
    text: str


def judge_policy(rate_bps: float | None, layer: str, limits: Sequence[PolicyLimit]) -> PolicyVerdict:
    """Return the nearest limit within NEAR of the rate."""
    if rate_bps is None or not limits:
        return PolicyVerdict(None, "no rate" if rate_bps is None else "no limit is known")
    ip_bps = rate_bps * IP_SHARE.get(layer, 1.0)
    nearest = min(limits, key=lambda limit: abs(ip_bps / limit.bps - 1))
    text = f"{ip_bps / 1e6:.2f} Mbit/s of IP packets, {nearest.name} is {nearest.bps / 1e6:g}"
    return PolicyVerdict(nearest if abs(ip_bps / nearest.bps - 1) <= NEAR else None, text)


COMPARED = ("modem", "firmware", "antenna", "tariff")
"""What two lines must have in common before they may be ranked."""


class Comparable(NamedTuple):
    """ok None: something of it is not known."""

    ok: bool | None
    text: str


def compare_lines(one: Mapping[str, str], other: Mapping[str, str]) -> Comparable:
    """Return whether two lines may be ranked; each says its COMPARED, "" or no key: not known."""
    unknown = [name for name in COMPARED if not one.get(name) or not other.get(name)]
    differ = [name for name in COMPARED if name not in unknown and one[name] != other[name]]
    if differ:
        return Comparable(False, f"different {', '.join(differ)}")
    if unknown:
        return Comparable(None, f"{', '.join(unknown)} not known")
    return Comparable(True, f"the same {', '.join(COMPARED)}")
