"""RTT and loss through a relay that delays, loses and repeats to order, and keeps its own record."""

import asyncio
import socket
import struct
import time
from dataclasses import dataclass, field
from statistics import median

import pytest

from edge.measure.delay import LossRuns
from edge.run.rtt import measure_rtt


@dataclass
class Faults:
    """Which probes (by the sequence number in their first octets) meet what."""

    lost_up: frozenset[int] = frozenset()
    lost_down: frozenset[int] = frozenset()
    repeated: frozenset[int] = frozenset()


@dataclass
class Relay:
    """Passes TCP on as it is, holds each datagram *delay_s* each way; `held_ns[seq]` is how long it did."""

    server_port: int
    delay_s: float
    faults: Faults = field(default_factory=Faults)
    held_ns: dict[int, int] = field(default_factory=dict)
    port: int = 0

    async def __aenter__(self):
        self._tasks = set()
        self._tcp = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        self.port = self._tcp.sockets[0].getsockname()[1]
        loop = asyncio.get_running_loop()
        self._inside, self._outside = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self._inside.bind(("127.0.0.1", self.port))
        self._outside.connect(("127.0.0.1", self.server_port))
        self._client = ("127.0.0.1", 9)
        for sock, read in ((self._inside, self._up), (self._outside, self._down)):
            sock.setblocking(False)
            loop.add_reader(sock, read)
        return self

    async def __aexit__(self, *_):
        loop = asyncio.get_running_loop()
        for sock in (self._inside, self._outside):
            loop.remove_reader(sock)
            sock.close()
        self._tcp.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _up(self):
        data, self._client = self._inside.recvfrom(2048)
        seq = struct.unpack_from("!I", data)[0]
        if seq not in self.faults.lost_up:
            self._hold(seq, lambda: self._outside.send(data))

    def _down(self):
        data = self._outside.recv(2048)
        # the sender's number in a reflected packet: octet 24, or 48 with HMAC (RFC 8762 figures 5 and 6)
        seq = struct.unpack_from("!I", data, 48 if len(data) == 112 else 24)[0]
        if seq in self.faults.lost_down:
            return
        for _ in range(2 if seq in self.faults.repeated else 1):
            self._hold(seq, lambda: self._inside.sendto(data, self._client))

    def _hold(self, seq, send):
        came_ns = time.monotonic_ns()

        def let_go():
            self.held_ns[seq] = self.held_ns.get(seq, 0) + time.monotonic_ns() - came_ns
            send()

        asyncio.get_running_loop().call_later(self.delay_s, let_go)

    async def _pass_on(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        try:
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        except OSError:
            pass
        finally:
            writer.close()
            far_writer.close()


async def _pump(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.write_eof()


KEY = b"a key for this test only"


async def relayed(server, job_for, faults=None, **settings):
    """Measure through a relay of 20 ms each way; return (result, relay)."""
    async with Relay(server.port, 0.020, faults or Faults()) as relay:
        return await measure_rtt(job_for("127.0.0.1", relay.port, **settings)), relay


def test_rtt_is_what_the_relay_held_each_probe(server, job_for, run):
    result, relay = run(relayed(server, job_for, probes=40))
    assert result.err is None
    assert (result.sent, result.received, result.lost, result.stamped_at) == (41, 41, 0, "kernel")
    beyond_us = [rtt_us - relay.held_ns[seq] / 1000 for seq, rtt_us in enumerate(result.probes.rtt_us)]
    assert min(beyond_us) > -1  # never less than it was held; both clocks count microseconds
    assert median(beyond_us) < 5000
    assert result.rtt_ms.min <= result.rtt_ms.p50 <= result.rtt_ms.p99 <= result.rtt_ms.max
    assert result.rtt_ms.min >= 40
    assert result.access_ms == pytest.approx(result.probes.rtt_us[0] / 1000, abs=0.001)


@pytest.mark.parametrize("key", [None, KEY])
def test_losses_by_direction_are_those_ordered(tmp_path, start, job_for, run, key):
    faults = Faults(frozenset({0, 4, 9, 30}), frozenset({5, 11}), frozenset({7}))
    server = start(tmp_path, key=key)
    result, _ = run(relayed(server, job_for, faults, probes=30, interval_ms=10, key=key))
    assert result.err is None
    assert (result.sent, result.received, result.lost) == (31, 25, 6)
    assert (result.lost_up, result.lost_down, result.duplicates) == (4, 2, 1)
    assert [seq for seq, rtt in enumerate(result.probes.rtt_us) if rtt is None] == [0, 4, 5, 9, 11, 30]
    assert result.authenticated is (key is not None)
    assert result.access_ms is None
    assert result.nv["access_ms"] == "the first probe was not answered"
    assert result.nv["owd_ms"] == "not known how far from UTC: the clock of the box and the server"
    assert result.loss_runs == LossRuns(count=5, longest=2, mean=1.2)  # 4 and 5 were lost in a row
    assert result.ipdv_up_ms.n == result.ipdv_down_ms.n == 21  # 29 pairs, 8 of them beside a loss
    assert result.tcp_rtt_ms > 0


def test_one_way_delay_is_told_with_the_bound_of_both_clocks(tmp_path, start, job_for, run):
    server = start(tmp_path, options=("--clock-error-ms", "0.5"))
    result, _ = run(relayed(server, job_for, probes=20, interval_ms=10, clock_error_ms=0.25))
    assert result.owd_ms.error == pytest.approx(0.75, rel=0.01)  # the packet has 8 bits of it
    assert 20 <= result.owd_ms.up < 40
    assert 20 <= result.owd_ms.down < 40
    assert "owd_ms" not in result.nv


def test_no_udp_at_all_is_no_data_and_no_loss_figure(server, job_for, run):
    everything = Faults(lost_down=frozenset(range(6)))
    result, _ = run(relayed(server, job_for, everything, probes=5))
    assert (result.outcome, result.err.code) == ("undetermined", "udp.blocked")
    assert "none of 6 UDP probes was answered" in result.err.text
    assert (result.rtt_ms, result.lost, result.access_ms) == (None, None, None)
    assert (result.sent, result.received) == (6, 0)
