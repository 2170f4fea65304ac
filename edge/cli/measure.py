"""`pantau measure`: one measurement, in any namespace, against any pantau-server."""

import asyncio
import secrets
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.progress import Progress as Bar
from rich.progress import TaskID

from edge.capture.ring import RingSetting
from edge.capture.tap import LineTap
from edge.cli.errors import complain
from edge.cli.target import enter_netns, parse_server
from edge.host.load import Machine
from edge.host.machine import boot_id
from edge.host.timekeeping import read_clock_state
from edge.measure.result import Capacity, Result, Throughput, to_json
from edge.measure.verdicts import rate_of, with_device
from edge.net.counters import LineCounter
from edge.net.netns import own_cookie
from edge.run.brake import ByteBrake
from edge.run.job import Job, Progress
from edge.run.measurements import measure as run_measurement
from edge.schedule.budget import payload_bytes
from edge.service.build import open_ring, read_key
from edge.service.clock import SystemClock
from edge.service.device_watch import DeviceWatch

FAILED = 2
READY = "READY"


class Kind(StrEnum):
    """What can be measured."""

    RTT = "rtt"
    TCP_DOWN = "tcp-down"
    TCP_UP = "tcp-up"
    CAPACITY_DOWN = "capacity-down"
    CAPACITY_UP = "capacity-up"


KindArgument = Annotated[
    Kind,
    typer.Argument(
        help="rtt: delay and loss; tcp-*: rate of one TCP flow; capacity-*: what the line can carry."
    ),
]
ServerOption = Annotated[
    str, typer.Option(help="HOST:PORT of a pantau-server; HOST is an address, not a name.")
]


def measure(
    kind: KindArgument,
    server: ServerOption,
    netns: Annotated[str, typer.Option(help="Measure in this network namespace (ip netns list).")] = "",
    key: Annotated[
        Path | None, typer.Option(help="File with the server's key; leave out for an open server.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.5, max=30, help="Length of a TCP test.")] = 5.0,
    probes: Annotated[int, typer.Option(min=1, max=10_000, help="Probes of an rtt test.")] = 100,
    interval_ms: Annotated[float, typer.Option(min=1, help="Pause between probes.")] = 20.0,
    await_go: Annotated[
        bool, typer.Option(help="Load everything, say READY on standard error, begin at a line of input.")
    ] = False,
    box: Annotated[str, typer.Option(help="Whose key --key is, where the server has one a box.")] = "",
    max_bytes: Annotated[
        int, typer.Option(min=0, help="Take no more than this over the interfaces, both ways; 0: no limit.")
    ] = 0,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object, nothing else.")] = False,
) -> None:
    """Measure once and print the result; a failure is a result with its cause.

    Exit status: 0 measured; 2 no figure (the result says why); 1 refused to start.
    """
    host, port = parse_server(server)
    enter_netns(netns)
    if await_go:
        _await_go()
    tap = open_ring("", [(host, port)], RingSetting())
    expected_s = probes * interval_ms / 1000 if kind is Kind.RTT else seconds
    with Bar(transient=True, disable=json) as bar:
        task = bar.add_task(kind.value, total=expected_s)
        job = Job(
            host=host,
            port=port,
            clock=SystemClock(),
            nonce=secrets.token_hex(16),
            key=read_key(key) if key else None,
            seconds=seconds,
            probes=probes,
            interval_ms=interval_ms,
            tap=tap,
            netns_cookie=own_cookie(),
            clock_error_ms=read_clock_state().error_ms,
            on_progress=lambda step: _show(bar, task, step),
            box=box,
            max_bytes=payload_bytes(max_bytes) if max_bytes else None,
            brake=_brake(max_bytes),
        )
        result = asyncio.run(_measure(job, kind, tap))
    _print(result, json=json)
    raise typer.Exit(0 if result.ok else FAILED)


def _await_go() -> None:
    """Say that all is loaded, and wait for a line on standard input; its end counts as one."""
    print(READY, file=sys.stderr, flush=True)
    sys.stdin.readline()


def _brake(max_bytes: int) -> ByteBrake | None:
    """Return what stops the test at *max_bytes* by this namespace's counters; 0: nothing."""
    if not max_bytes:
        return None
    return ByteBrake(LineCounter("", boot_id()).bytes_now, max_bytes, SystemClock().mono_s)


async def _measure(job: Job, kind: Kind, tap: LineTap | None) -> Result:
    """Run the measurement while the loop empties the packet counter."""
    if tap is not None:
        asyncio.get_running_loop().add_reader(tap.fileno(), tap.pump)
    drops, watch = tap.drops() if tap else 0, DeviceWatch(Machine())
    async with watch.watching():
        result = await run_measurement(kind.value, job)
    drops = tap.drops() - drops if tap else 0
    return with_device(result, watch.verdict(rate_bps=rate_of(result), ring_drops=drops))


def _show(bar: Bar, task: TaskID, step: Progress) -> None:
    bar.update(task, completed=step.elapsed_s)


def _print(result: Result, *, json: bool) -> None:
    if json:
        print(msgspec.json.encode(to_json(result)).decode())
    elif result.err is not None:
        complain(f"no figure ({result.outcome}): {result.err.text}", result.err.text_id)
    elif isinstance(result, Throughput):
        print(
            f"{result.kind}: {(result.sustained_bps or 0) / 1e6:.3f} Mbit/s TCP payload "
            f"({result.congestion_control}, counted at the {result.counted_at}), "
            f"{result.bytes} bytes in {result.seconds:.1f} s"
        )
    elif isinstance(result, Capacity):
        print(_capacity_words(result))
    elif result.rtt_ms is not None:
        rtt = result.rtt_ms
        print(
            f"rtt: min {rtt.min:.2f}, median {rtt.p50:.2f}, p90 {rtt.p90:.2f}, max {rtt.max:.2f} ms; "
            f"lost {result.lost} of {result.sent} (up {result.lost_up}, down {result.lost_down})"
        )


def _capacity_words(result: Capacity) -> str:
    """Return a capacity result as one line."""
    if result.sustained_bps is None:
        return f"{result.kind}: no estimate: {result.nv.get('sustained_bps', 'not told')}"
    low, high = (rate / 1e6 for rate in result.interval_bps or (0.0, 0.0))
    burst = "" if result.burst_bps is None else f", bursts of {result.burst_bps / 1e6:.3f}"
    return (
        f"{result.kind}: {result.sustained_bps / 1e6:.3f} Mbit/s of IP packets sustained "
        f"(95 %: {low:.3f} to {high:.3f}){burst}, {result.shape}; "
        f"{result.bytes} bytes in {result.seconds or 0:.1f} s"
    )
