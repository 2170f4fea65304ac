"""Verdicts put into a result: they say what its figure is worth and never change it."""

from typing import TypeVar

from msgspec.structs import replace

from edge.measure.device import DeviceVerdict
from edge.measure.ends import ProxyVerdict
from edge.measure.limits import PolicyVerdict
from edge.measure.result import Capacity, Result, Rtt, Throughput, Verdicts

ResultT = TypeVar("ResultT", bound=Rtt | Throughput | Capacity)

RIGHT = "right"
"""The figure is right-censored: ">= x"."""
SHARE_FULL = 0.9
"""A figure this near to the rate that the server kept free is the server's limit."""


def rate_of(result: Result) -> float | None:
    """Return the result's rate, bit/s; None of a result without one."""
    return None if isinstance(result, Rtt) else result.sustained_bps


def with_device(result: ResultT, verdict: DeviceVerdict) -> ResultT:
    """Return *result* with the verdict on the box."""
    told = replace(_of(result), device_limited=verdict.limited, device_text=verdict.text)
    return _censored(result, told, limited=verdict.limited)


def with_server_limit(result: ResultT, words: str) -> ResultT:
    """Return *result* with the server's words of being the limit, or ours where its share was used up."""
    share_bps, rate_bps = (result.far.share_bps if result.far else None), rate_of(result)
    if not words and share_bps and rate_bps and rate_bps >= SHARE_FULL * share_bps:
        words = f"the server kept {share_bps / 1e6:g} Mbit/s free for this test"
    return _censored(result, replace(_of(result), server_limited=words), limited=bool(words))


def with_proxy(result: ResultT, verdict: ProxyVerdict) -> ResultT:
    """Return *result* with the verdict on somebody who acknowledges on the way; a suspicion stays one."""
    if verdict.suspect is None or _of(result).proxy_suspect:
        return result
    told = replace(_of(result), proxy_suspect=verdict.suspect, proxy_text=verdict.text)
    return replace(result, verdicts=told)


def with_policy(result: ResultT, verdict: PolicyVerdict) -> ResultT:
    """Return *result*; one that stands at somebody's limit is of outcome policy, its figure kept."""
    if verdict.limit is None:
        return result
    told = replace(_of(result), policy_bps=verdict.limit.bps, policy_text=verdict.text)
    return replace(result, verdicts=told, outcome="policy" if result.err is None else result.outcome)


def _of(result: Result) -> Verdicts:
    return result.verdicts or Verdicts()


def _censored(result: ResultT, told: Verdicts, *, limited: bool) -> ResultT:
    if limited and rate_of(result) is not None:
        told = replace(told, censored=RIGHT)
    return replace(result, verdicts=told)
