"""Messages over a socketpair: whole whatever the pieces, and an end that is gone is None."""

import asyncio
import socket

import pytest

from edge.service.messages import Measure, Order, Progress, Report, Sample, StartCapture, StopCapture
from edge.service.wire import MAX_LINE, Peer, connect

SAMPLE = Sample(1, {"rsrp_dbm": -95.5, "name": "Télkomsel\n"}, {"sinr_db": "not reported"})
LINES = (
    b'{"type":"Sample","t_ns":1,"values":{"rsrp_dbm":-95.5,"name":"T\xc3\xa9lkomsel\\n"},'
    b'"nv":{"sinr_db":"not reported"}}\n{"type":"Progress","nonce":"n","elapsed_s":0.5,"text":"x"}\n'
)
"""SAMPLE and a Progress, written by hand (RFC 8259)."""


async def received(pieces: list[bytes]) -> list[object]:
    """Return what a Peer makes of the *pieces*, each sent when the one before was taken in."""
    ours, theirs = socket.socketpair()
    peer: Peer[Report] = await connect(ours, Report)
    got: list[object] = []

    async def listen() -> None:
        while (report := await peer.receive()) is not None:
            got.append(report)

    task = asyncio.create_task(listen())
    with theirs:
        theirs.setblocking(False)
        for piece in pieces:
            await asyncio.get_running_loop().sock_sendall(theirs, piece)
            await asyncio.sleep(0)
    await asyncio.wait_for(task, 5)
    peer.close()
    return got


@pytest.mark.parametrize("size", [1, 2, 7, 64, 4096])
def test_lines_in_pieces_of_any_size_are_the_same_messages(size):
    pieces = [LINES[at : at + size] for at in range(0, len(LINES), size)]
    assert asyncio.run(received(pieces)) == [SAMPLE, Progress("n", 0.5, "x")]


def test_half_a_line_at_the_end_is_no_message():
    assert asyncio.run(received([LINES[:-1]])) == [SAMPLE]


@pytest.mark.parametrize(
    "mad",
    [b"not json\n", b'{"type":"Nobody"}\n', b'{"type":"Progress","nonce":5}\n', b"x" * (MAX_LINE + 1)],
    ids=["no json", "no such message", "wrong type", "endless line"],
)
def test_a_peer_that_talks_nonsense_counts_as_gone(mad):
    assert asyncio.run(asyncio.wait_for(nonsense(LINES + mad), 10)) == [SAMPLE, Progress("n", 0.5, "x")]


async def nonsense(data: bytes) -> list[object]:
    """Return what is received before *data* turns mad; the sender may see the line cut."""
    ours, theirs = socket.socketpair()
    peer: Peer[Report] = await connect(ours, Report)
    theirs.setblocking(False)
    sending = asyncio.create_task(asyncio.get_running_loop().sock_sendall(theirs, data))
    got: list[object] = []
    while (report := await peer.receive()) is not None:
        got.append(report)
    await asyncio.gather(sending, return_exceptions=True)
    theirs.close()
    return got


async def both_ways() -> tuple[list[object], object]:
    ours, theirs = socket.socketpair()
    service: Peer[Report] = await connect(ours, Report)
    worker: Peer[Order] = await connect(theirs, Order)
    orders = [Measure("n", "rtt", 0), StartCapture("/x y", 'a "b"'), StopCapture()]
    for order in orders:
        service.send(order)
    got: list[object] = [await worker.receive() for _ in orders]
    assert got == orders
    worker.send(SAMPLE)
    first = await service.receive()
    worker.close()
    rest = await service.receive()
    service.send(StopCapture())  # nobody is there: noticed by receive, not by an error
    service.close()
    return [first], rest


def test_orders_and_reports_pass_each_other_and_the_end_is_none():
    assert asyncio.run(both_ways()) == ([SAMPLE], None)
