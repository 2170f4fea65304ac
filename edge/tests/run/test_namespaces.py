"""Against links made with ip(8) and the kernel's tbf: the rate set is found, and wrong ways are named."""

import asyncio
import time

import pytest

from edge.measure.result import to_json
from edge.run.attempt import read_netns_cookie
from edge.run.job import Progress
from edge.run.rtt import measure_rtt
from edge.run.tcp import measure_tcp_down, measure_tcp_up

pytestmark = pytest.mark.netns
SERVER_IP = "10.77.0.1"
PAYLOAD_SHARE = 1448 / 1514  # TCP payload of a full Ethernet frame without FCS, time stamps on


@pytest.fixture
def inside(link, job_for, socket_in):
    """Return a function that makes a job whose sockets are in the client's namespace."""

    def make(port, *, host=SERVER_IP, netns="", **changes):
        cookie = read_netns_cookie(socket_in(link.client)(2, 2))
        return job_for(
            host, port, socket_factory=socket_in(netns or link.client), netns_cookie=cookie, **changes
        )

    return make


@pytest.mark.parametrize(
    ("measure", "end", "rate_mbit", "counted_at"),
    [
        (measure_tcp_down, "server", 20, "socket"),
        (measure_tcp_up, "client", 20, "interface"),
        (measure_tcp_up, "client", 1, "interface"),
    ],
)
def test_the_rate_tbf_allows_is_found(link, inside, run, witness, measure, end, rate_mbit, counted_at):
    """As tshark saw it at the receiver in the same bins: a busy machine does not always fill the link."""
    link.shape(end, rate_mbit)
    receiver = link.client if end == "server" else link.server
    port = link.serve().port
    with witness(receiver, "v0") as seen:
        result = run(measure(inside(port, seconds=3.5)))
    assert result.err is None
    bins = result.bins
    to = int(result.flow.local.rpartition(":")[2]) if end == "server" else port
    arrived_bps = seen.median_bps(bins.t0_ns, bins.width_ms, bins.skip, len(bins.bytes), to)
    assert result.sustained_bps == pytest.approx(arrived_bps, rel=0.02)
    assert rate_mbit * 1e6 * PAYLOAD_SHARE * 0.5 < arrived_bps < rate_mbit * 1e6 * PAYLOAD_SHARE * 1.02
    assert result.counted_at == counted_at
    assert 34 <= len(result.bins.bytes) <= 50
    assert result.congestion_control in ("bbr", "cubic", "reno")
    assert (result.isolation.ok, result.isolation.cookie) == (True, True)


@pytest.mark.parametrize("measure", [measure_tcp_down, measure_tcp_up])
def test_a_slow_line_ends_soon_although_much_is_queued(link, inside, run, measure):
    link.shape("server", 0.3)
    link.shape("client", 0.3)
    begun_s = time.monotonic()
    result = run(measure(inside(link.serve().port, seconds=2.5)))
    assert time.monotonic() - begun_s < 2.5 + 1 + 5  # its time, the grace, and a loaded machine
    assert result.err is None
    assert 50_000 < result.bytes < 0.3e6 / 8 * 5 + 15_000  # what five seconds and the bucket can carry


def test_rtt_in_a_namespace_is_proven_by_its_cookie(link, inside, run):
    result = run(measure_rtt(inside(link.serve().port, probes=20)))
    assert result.err is None
    assert (result.received, result.lost, result.stamped_at) == (21, 0, "kernel")
    assert result.isolation.text == "by the socket's namespace alone: this line has no packet counter"
    assert result.flow.local.startswith("10.77.0.2:")


def test_a_socket_of_another_namespace_voids_the_result(link, inside, run):
    server = link.serve()
    result = run(measure_tcp_down(inside(server.port, netns=link.server, seconds=1)))
    assert (result.outcome, result.err.code) == ("box", "isolation.leak")
    assert "another network namespace" in result.err.text
    assert result.bytes > 0
    assert result.isolation.cookie is False
    assert "sustained_bps" not in to_json(result)


def test_no_route(link, inside, run):
    result = run(measure_rtt(inside(8620, host="203.0.113.9")))
    assert (result.outcome, result.err.code) == ("box", "route.none")
    assert "203.0.113.9:8620" in result.err.text
    assert "ENETUNREACH" in result.err.text


def test_nobody_at_the_address(link, inside, run):
    begun_s = time.monotonic()
    result = run(measure_tcp_up(inside(8620, host="10.77.0.99", connect_timeout_s=2.0)))
    assert time.monotonic() - begun_s < 10
    assert (result.outcome, result.err.code) == ("undetermined", "server.unreachable")


@pytest.mark.parametrize("measure", [measure_tcp_down, measure_tcp_up])
def test_a_line_that_dies_in_the_middle_is_no_slow_line(link, inside, run, measure, command):
    server = link.serve()
    link.shape("server", 10)
    link.shape("client", 10)

    async def cut():
        told: list[Progress] = []
        test = asyncio.create_task(measure(inside(server.port, seconds=4, on_progress=told.append)))
        while not any(step.elapsed_s > 0.4 for step in told):
            await asyncio.sleep(0.01)
        command("ip", "-n", link.server, "link", "set", "v0", "down")
        return await test

    begun_s = time.monotonic()
    result = run(cut())
    assert time.monotonic() - begun_s < 25
    assert (result.outcome, result.err.code) in (("undetermined", "path.silent"), ("box", "link.lost"))
    assert "sustained_bps" not in to_json(result)


def test_ipv6(link, inside, run, start, command, tmp_path):
    for name, address in ((link.server, "fd77::1"), (link.client, "fd77::2")):
        command(*f"ip -n {name} addr add {address}/64 dev v0 nodad".split())
    link.shape("client", 20)  # else an ordinary user's packet counter has no room for what a veth carries
    server = start(tmp_path, listen="[::]:0", netns=link.server)
    both = [run(measure(inside(server.port, host="fd77::1", seconds=1, probes=5)))
            for measure in (measure_rtt, measure_tcp_up)]  # fmt: skip
    assert [(result.err, result.family) for result in both] == [(None, "ipv6")] * 2
    assert both[0].lost == 0
    assert both[1].counted_at == "interface"
    old = run(measure_rtt(inside(server.port, probes=5)))  # IPv4 to the same socket
    assert (old.err, old.family, old.lost) == (None, "ipv4", 0)
