"""One test of one line: journaled before it starts, proven to have stayed on its line, committed before it
is published.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from edge.config.model import Config
from edge.host.timekeeping import by_receiver, read_clock_state
from edge.measure.failures import failure
from edge.measure.isolation import judge_isolation, with_isolation
from edge.measure.result import Capacity, Result, Throughput
from edge.measure.site import SiteState
from edge.outbox.store import Outbox
from edge.schedule.budget import BudgetSpent
from edge.schema.record import Fields
from edge.service.budget import Keeper
from edge.service.clock import SystemClock
from edge.service.failed import failed
from edge.service.line import LineHandle, WorkerGone, flow_of
from edge.service.messages import Measured
from edge.service.records import LineFacts, Moment, result_fields, started_fields
from edge.service.site_watch import SiteWatch
from edge.service.verdict_values import Papers, judged_by_policy, papers_of
from modem_drivers.radio.plmn import find_network

GRACE_S = 40.0
"""Beyond the test's own length, before a worker that does not answer is given up."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every test needs; nonce makes 32 fresh hex digits."""

    config: Config
    outbox: Outbox
    clock: SystemClock
    boot: str
    nonce: Callable[[], str]
    keeper: Keeper
    site: SiteWatch = field(default_factory=SiteWatch)

    def moment(self) -> Moment:
        """Return the box's circumstances now."""
        compared = self.site.compared_at(self.clock.mono_s())
        return Moment(self.boot, by_receiver(read_clock_state(), compared))


async def run_test(
    bench: Bench, handle: LineHandle, others: Sequence[LineHandle], kind: str, server: int
) -> Fields:
    """Measure *kind* on the line and return the committed fields.

    Raises: OutboxError when nothing can be stored (then the test did not start, or its journal entry stays).
    """
    nonce = bench.nonce()
    start_ns = bench.clock.unix_ns()
    started = started_fields(
        kind, bench.config.server[server].name, start_ns, bench.moment(), handle.line.slot
    )
    bench.outbox.begin(nonce, "result", handle.name, started)
    result, drops = await _measure(bench, handle, kind, server, nonce, start_ns)
    left_bytes = await _settle(bench, handle, nonce)
    if result.ok or (result.isolation is not None and not result.isolation.ok):
        result = await _judge(result, handle, others, drops)
    result = judged_by_policy(result, handle.line, handle.data)
    end_ns = bench.clock.unix_ns()
    facts = replace(
        _facts(handle, start_ns, end_ns, drops, bench.site.log.during(start_ns, end_ns)),
        left_bytes=left_bytes,
        papers=Papers(
            papers_of(handle.line, handle.modem),
            [papers_of(other.line, other.modem) for other in others if other.alive],
        ),
    )
    fields = result_fields(result, facts, bench.moment())
    bench.outbox.finish(nonce, fields)
    return fields


async def _measure(
    bench: Bench, handle: LineHandle, kind: str, server: int, nonce: str, start_ns: int
) -> tuple[Result, int]:
    """Return the worker's result, or the failure that took its place; and the ring's drops meanwhile."""
    schedule = bench.config.schedule
    expected_s = (
        schedule.rtt_probes * schedule.rtt_interval_ms / 1000 if kind == "rtt" else schedule.tcp_seconds
    )
    err = handle.down
    if err is None and (forbidden := handle.data_forbidden) is not None:
        err = failure("data.forbidden", where=handle.line.slot, detail=forbidden.text)
    if err is None:
        try:
            allowed = await bench.keeper.begin(handle, nonce, kind)
            timeout_s = expected_s + GRACE_S
            measured = await handle.measure(nonce, kind, server, timeout_s=timeout_s, allowed_bytes=allowed)
            return _result(measured), measured.drops
        except BudgetSpent as exc:
            err = failure("budget.spent", where=handle.line.slot, detail=str(exc))
        except WorkerGone:
            err = failure("interrupted", where=handle.line.slot, detail="the line's worker process ended")
        except TimeoutError:
            err = failure("interrupted", where=handle.line.slot, detail="the line's worker did not answer")
    name = bench.config.server[server].name
    return failed(kind, err, server=name, nonce=nonce, start_ns=start_ns), 0


async def _settle(bench: Bench, handle: LineHandle, nonce: str) -> int | None:
    """Charge the test to the line's budget and return what is left; None without one, or while its counter
    cannot be read: then the test's hold stays until it can.
    """
    try:
        return await bench.keeper.end(handle, nonce)
    except (WorkerGone, TimeoutError, BudgetSpent):
        return None


def _result(measured: Measured) -> Result:
    result = measured.throughput or measured.rtt or measured.capacity
    if result is None:
        raise WorkerGone("empty answer")
    return result


async def _judge(result: Result, handle: LineHandle, others: Sequence[LineHandle], drops: int) -> Result:
    """Ask every other line's counter for this flow; the result is void if any of it went elsewhere."""
    flow = flow_of(result)
    proof = result.isolation
    if flow is None or proof is None:
        return result
    alive = [other for other in others if other.alive]
    counted = await asyncio.gather(*(other.bytes_of(flow) for other in alive), return_exceptions=True)
    strays = {other.name: size for other, size in zip(alive, counted, strict=True) if isinstance(size, int)}
    verdict = judge_isolation(
        cookie=proof.cookie,
        own_bytes=proof.own_bytes,
        other_bytes=strays,
        counted_bytes=proof.counted_bytes,
        drops=drops,
    )
    if isinstance(result, Throughput):
        return with_isolation(result, verdict)
    if isinstance(result, Capacity):
        return with_isolation(result, verdict)
    return with_isolation(result, verdict)


def _facts(handle: LineHandle, start_ns: int, end_ns: int, drops: int, site: SiteState) -> LineFacts:
    home = handle.modem.home_plmn if handle.modem else None
    network = find_network(home) if home else None
    return LineFacts(
        slot=handle.line.slot,
        brand=network.brand if network else None,
        network=handle.network,
        modem_err=handle.modem_err,
        samples=handle.samples_between(start_ns, end_ns),
        drops=drops,
        site=site,
    )
