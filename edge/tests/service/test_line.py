"""The service's side of a line, with a worker played over a real socketpair."""

import asyncio
import gc
import socket

import pytest

from edge.config.model import Line
from edge.measure.failures import failure
from edge.measure.result import FlowEnds, Throughput
from edge.ports import Flow
from edge.service.line import LineHandle, WorkerGone, flow_of
from edge.service.messages import (
    CaptureClosed,
    CountFlow,
    DataSeen,
    FlowCounted,
    Measure,
    Measured,
    ModemFailed,
    ModemReady,
    NetworkSeen,
    Order,
    Report,
    Sample,
    SessionSeen,
    StartCapture,
    StopCapture,
)
from edge.service.wire import Peer, connect

LINE = Line(slot="1-1.1", at_port="/dev/ttyUSB2", interface="wwan0")
FLOW = Flow("tcp", 40112, "198.51.100.10", 8620)


def result(local="192.168.8.100:40112", remote="198.51.100.10:8620", flow=True):
    ends = FlowEnds(proto="tcp", local=local, remote=remote) if flow else None
    return Throughput(kind="tcp-up", outcome="ok", server="s", nonce="n", start_ns=1, flow=ends)


@pytest.mark.parametrize(
    ("local", "remote", "expected"),
    [
        ("192.168.8.100:40112", "198.51.100.10:8620", FLOW),
        ("[2001:db8::2]:40112", "[2001:db8::10]:8620", Flow("tcp", 40112, "2001:db8::10", 8620)),
    ],
)
def test_the_flow_of_a_result_is_as_the_packet_counters_write_it(local, remote, expected):
    assert flow_of(result(local, remote)) == expected


def test_a_result_that_never_connected_has_no_flow():
    assert flow_of(result(flow=False)) is None


class Played:
    """A LineHandle and the far end of its socket."""

    def __init__(self) -> None:
        self.seen: list[object] = []
        self.handle = LineHandle(LINE, 0, lambda handle, report: self.seen.append(report))

    async def start(self) -> "Played":
        ours, theirs = socket.socketpair()
        service: Peer[Report] = await connect(ours, Report)
        self.worker: Peer[Order] = await connect(theirs, Order)
        self.handle.attach(service)
        self.listening = asyncio.create_task(self.handle.listen())
        return self

    async def stop(self) -> None:
        self.worker.close()
        await asyncio.wait_for(self.listening, 5)


def played(scenario):
    """Run *scenario* with a worker played by it; unretrieved errors of the loop are the test's."""

    async def run():
        complaints: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, facts: complaints.append(facts))
        play = await Played().start()
        try:
            return await asyncio.wait_for(scenario(play), 10)
        finally:
            await play.stop()
            del play
            gc.collect()  # a future whose error nobody looked at complains when it goes
            assert complaints == []

    return asyncio.run(run())


def test_a_measurement_gets_the_answer_with_its_nonce():
    async def scenario(play):
        first = asyncio.create_task(play.handle.measure("a", "rtt", 0, timeout_s=5))
        second = asyncio.create_task(play.handle.measure("b", "tcp-up", 1, timeout_s=5))
        orders = [await play.worker.receive(), await play.worker.receive()]
        assert orders == [Measure("a", "rtt", 0), Measure("b", "tcp-up", 1)]
        for nonce, drops in (("stranger", 9), ("b", 2), ("a", 1)):
            play.worker.send(Measured(nonce, throughput=result(), drops=drops))
        return (await first).drops, (await second).drops

    assert played(scenario) == (1, 2)


def test_bytes_of_asks_for_the_flow_and_returns_its_count():
    async def scenario(play):
        asked = asyncio.create_task(play.handle.bytes_of(FLOW))
        order = await play.worker.receive()
        assert order == CountFlow(order.ask, "tcp", 40112, "198.51.100.10", 8620)
        play.worker.send(FlowCounted(order.ask + 1, 7))
        play.worker.send(FlowCounted(order.ask, 900))
        return await asked

    assert played(scenario) == 900


def test_when_the_worker_is_gone_everything_waited_for_fails_at_once():
    async def scenario(play):
        play.handle.start_capture("/x", "")
        waiting = [
            asyncio.create_task(play.handle.measure("a", "rtt", 0, timeout_s=60)),
            asyncio.create_task(play.handle.bytes_of(FLOW)),
            asyncio.create_task(play.handle.stop_capture()),
        ]
        for _ in range(4):
            await play.worker.receive()
        play.worker.close()
        ends = await asyncio.gather(*waiting, return_exceptions=True)
        assert not play.handle.alive
        with pytest.raises(WorkerGone):
            await play.handle.measure("b", "rtt", 0, timeout_s=60)
        return [type(end) for end in ends]

    assert played(scenario) == [WorkerGone, WorkerGone, type(None)]


def test_a_measurement_that_is_never_answered_ends_with_a_time_out():
    async def scenario(play):
        with pytest.raises(TimeoutError):
            await play.handle.measure("a", "rtt", 0, timeout_s=0.01)
        await play.worker.receive()
        play.worker.send(Measured("a", throughput=result()))  # too late: nobody waits
        play.worker.send(FlowCounted(99, 1))
        asked = asyncio.create_task(play.handle.bytes_of(FLOW))
        play.worker.send(FlowCounted((await play.worker.receive()).ask, 5))
        return await asked

    assert played(scenario) == 5


def test_a_capture_is_started_stopped_and_described():
    async def scenario(play):
        play.handle.start_capture("/data/a.pcapng", "round 1")
        stopping = asyncio.create_task(play.handle.stop_capture())
        assert await play.worker.receive() == StartCapture("/data/a.pcapng", "round 1")
        assert await play.worker.receive() == StopCapture()
        play.worker.send(CaptureClosed("/data/a.pcapng", 10, 0))
        closed = await stopping
        assert await play.handle.stop_capture() is None
        return closed

    assert played(scenario) == CaptureClosed("/data/a.pcapng", 10, 0)


def test_a_capture_whose_worker_died_is_none_at_once_and_without_complaint():
    async def scenario(play):
        play.handle.start_capture("/x", "")
        await play.stop()
        none = await play.handle.stop_capture()
        play.handle.start_capture("/y", "")  # there is nobody to write it
        return none, await play.handle.stop_capture()

    assert played(scenario) == (None, None)


def test_the_modem_s_reports_are_kept_and_a_new_start_forgets_the_trouble():
    err = failure("modem.silent", where="/dev/ttyUSB2")
    network = NetworkSeen("home", "51010", "LTE", "TELKOMSEL", None, None)

    async def scenario(play):
        play.worker.send(ModemFailed(err))
        await play.handle.modem_heard.wait()
        assert (play.handle.modem_err, play.handle.modem) == (err, None)
        play.handle.modem_heard.clear()
        play.worker.send(ModemReady("EC25", "EC25EFAR06", "51010"))
        play.worker.send(network)
        await play.handle.modem_heard.wait()
        assert play.handle.modem_err is None
        assert play.handle.modem.home_plmn == "51010"
        assert play.handle.network == network
        return len(play.seen)

    assert played(scenario) == 3


def test_the_readings_of_a_test_are_those_with_a_time_in_it():
    async def scenario(play):
        for t_ns in (9, 10, 15, 20, 21):
            play.worker.send(Sample(t_ns, {}, {}))
        await play.stop()
        return [sample.t_ns for sample in play.handle.samples_between(10, 20)]

    assert played(scenario) == [10, 15, 20]


def test_what_a_worker_tells_of_the_session_and_its_data():
    async def scenario(play):
        play.worker.send(SessionSeen("data", "ok", True, "t", "t"))
        play.worker.send(DataSeen("internet", 9, None, 150000, 50000))
        play.worker.send(NetworkSeen("home", "51010", "LTE", None, None, None))
        await play.handle.modem_heard.wait()
        assert play.handle.data == DataSeen("internet", 9, None, 150000, 50000)
        assert play.handle.data_forbidden is None
        play.handle.modem_heard.clear()
        abroad = SessionSeen("international roaming", "policy", False, "registered in a foreign network", "t")
        play.worker.send(abroad)
        play.worker.send(NetworkSeen("roaming", "50212", "LTE", None, None, None))
        await play.handle.modem_heard.wait()
        assert play.handle.data is None
        assert play.handle.data_forbidden == abroad

    played(scenario)
