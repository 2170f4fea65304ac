"""Faults of a running lab as an observer at its ends sees them, and IPv6; each beside the same without."""

import contextlib
import errno
import json
import os
import socket
import time

import pytest

from hil_tests.sims.operator_net import log, namespaces
from hil_tests.sims.operator_net.control import ControlError, Request, ask
from hil_tests.sims.operator_net.ipv6 import SERVER_ADDRESS6, client_address6
from hil_tests.sims.operator_net.lab import SERVER_ADDRESS, Lab
from hil_tests.sims.operator_net.records import DOWN, UP
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting, TraceRow
from hil_tests.sims.operator_net.shapes import Policer, Scheduler

pytestmark = pytest.mark.netns
DEADLINE_S = 20.0
QUIET_S = 0.25  # what has not come within this, at delays of a few ms, does not come


@contextlib.contextmanager
def lab(tmp_path, up=None, down=None, **options):
    link = LinkSetting("1-1.1", DirectionSetting(**(up or {})), DirectionSetting(**(down or {})))
    name = f"f{os.getpid()}{os.urandom(1).hex()[0]}"
    with Lab(name, [link], tmp_path, client_netns=True, **options) as running:
        yield running


def udp(namespace, address, family=socket.AF_INET):
    sock = namespaces.inside(namespace, lambda: socket.socket(family, socket.SOCK_DGRAM))
    sock.bind((address, 0))
    sock.settimeout(DEADLINE_S)
    return sock


@contextlib.contextmanager
def ends(running):
    """A client's socket and one of the server's that know each other; yields (client, server, its peer)."""
    with (
        udp(running.server_namespace, SERVER_ADDRESS) as server,
        udp(running.client_namespaces[0], "") as client,
    ):
        client.connect(server.getsockname())
        client.send(b"hello")
        yield client, server, server.recvfrom(100)[1]


def arrives(sock, data):
    """Whether *data* is what comes next; False after QUIET_S of nothing."""
    sock.settimeout(QUIET_S)
    try:
        return sock.recv(2000) == data
    except TimeoutError:
        return False
    finally:
        sock.settimeout(DEADLINE_S)


def until(condition):
    deadline_s = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def taken_in(running):
    """How many frames have reached the emulator from the client."""
    shown = namespaces.run(["ip", "-n", running.emulator_namespace, "-s", "-j", "link", "show", "c0"])
    return json.loads(shown)[0]["stats64"]["rx"]["packets"]


def control_events(running):
    lines = running.log_path.with_name("emulator-events.jsonl").read_text().splitlines()
    return [event for event in map(json.loads, lines) if event["event"] == "control"]


def test_a_blackhole_swallows_both_ways_until_it_is_lifted(tmp_path):
    with lab(tmp_path) as running, ends(running) as (client, server, peer):
        begun_ns = running.control(Request(blackhole=True))
        client.send(b"lost up")
        server.sendto(b"lost down", peer)
        assert not arrives(server, b"lost up")
        assert not arrives(client, b"lost down")
        ended_ns = running.control(Request(blackhole=False))
        client.send(b"up again")
        assert arrives(server, b"up again")
    records = log.load(running.log_path)
    lost = records[records["fate"] == 6]
    assert sorted(lost["dir"].tolist()) == [UP, DOWN]
    assert [event["t_ns"] for event in control_events(running)] == [begun_ns, ended_ns]
    assert begun_ns < lost["t_in_ns"].min() < lost["t_in_ns"].max() < ended_ns


def test_a_half_open_link_carries_up_and_not_down(tmp_path):
    with lab(tmp_path) as running, ends(running) as (client, server, peer):
        running.half_open(0)
        client.send(b"there")
        assert arrives(server, b"there")
        server.sendto(b"back", peer)
        assert not arrives(client, b"back")


def test_a_restart_loses_what_is_on_its_way(tmp_path):
    with lab(tmp_path, {"delay_ms": 300.0}) as running, ends(running) as (client, server, _peer):
        before = taken_in(running)
        client.send(b"on its way")
        until(lambda: taken_in(running) == before + 1)
        running.control(Request(link=0, dir="up", restart=True))
        client.send(b"after")
        assert server.recv(100) == b"after"
    records = log.load(running.log_path)
    assert log.fates(records[(records["proto"] == 17) & (records["dir"] == UP)])["blackhole"] == 1


def test_loss_and_rate_change_while_it_runs(tmp_path):
    with lab(tmp_path, {"rate_bps": 100_000_000}) as running, ends(running) as (client, server, _peer):
        running.control(Request(dir="up", loss=1.0))
        client.send(b"lost")
        assert not arrives(server, b"lost")
        changed_ns = running.control(Request(dir="up", loss=0.0, rate_bps=80_000))  # 10 bytes a ms
        client.send(bytes(958))  # 1000 bytes with its headers: 100 ms
        assert arrives(server, bytes(958))
        with pytest.raises(ControlError, match="link 0, down: rate_bps must be above 0, of a link that has"):
            running.control(Request(rate_bps=5))
    records = log.load(running.log_path)
    slow = records[records["len"] == 1000][0]
    assert slow["t_due_ns"] - slow["t_in_ns"] == 100_000_000
    assert log.servable_bytes(running.log_path, 0, UP, changed_ns, changed_ns + 1_000_000_000) == 10_000


def test_requests_that_make_no_sense_are_refused_and_nobody_there_is_named(tmp_path):
    with lab(tmp_path) as running:
        with pytest.raises(ControlError, match="link 1: there are 0 to 0"):
            running.control(Request(link=1, blackhole=True))
        with pytest.raises(ControlError, match="dir 'left': up or down"):
            running.control(Request(dir="left"))
        with pytest.raises(ControlError, match=r"loss must be a share from 0 to 1"):
            running.control(Request(loss=2.0))
        assert control_events(running) == []
    with pytest.raises(ControlError, match=r"emulator\.sock: .*; does the emulator run\?"):
        ask(running.control_path, Request())


def test_after_a_rebinding_the_client_has_another_address_and_port_and_the_old_one_is_nobodys(tmp_path):
    with lab(tmp_path) as running, ends(running) as (client, server, peer):
        server.sendto(b"known", peer)
        assert arrives(client, b"known")
        assert peer == ("100.64.0.2", client.getsockname()[1])
        assert running.rebind_nat(0) == "100.64.0.3"
        server.sendto(b"to the old one", peer)
        assert not arrives(client, b"to the old one")
        client.send(b"hello again")
        data, now = server.recvfrom(100)
        assert data == b"hello again"
        assert now[0] == "100.64.0.3"
        assert now[1] != peer[1]  # one of 64512 ports at random
        server.sendto(b"to the new one", now)
        assert arrives(client, b"to the new one")


def test_an_interface_deleted_in_mid_test_is_an_unreachable_network(tmp_path):
    with lab(tmp_path) as running, ends(running) as (client, _server, _peer):
        client.send(b"still there")
        running.delete_client_interface(0)
        with pytest.raises(OSError, match="unreachable") as caught:
            client.send(b"gone")
        assert caught.value.errno == errno.ENETUNREACH
        shown = namespaces.run(["ip", "-n", running.client_namespaces[0], "-o", "link"])
        assert running.client_interfaces[0] not in shown


def test_ipv6_goes_through_the_same_link_without_translation(tmp_path):
    with (
        lab(tmp_path, {"delay_ms": 15.0}, ipv6=True) as running,
        udp(running.server_namespace, SERVER_ADDRESS6, socket.AF_INET6) as server,
        udp(running.client_namespaces[0], "::", socket.AF_INET6) as client,
    ):
        client.connect(server.getsockname()[:2])
        client.send(b"\x00\x00\x01\x02sixth")
        data, peer = server.recvfrom(100)
        assert (data, peer[:2]) == (b"\x00\x00\x01\x02sixth", (client_address6(0), client.getsockname()[1]))
        server.sendto(b"back", peer)
        assert arrives(client, b"back")
    records = log.load(running.log_path)
    sixth = records[(records["proto"] == 17) & (records["dir"] == UP)]
    assert len(sixth) == 1
    assert sixth[0]["t_due_ns"] - sixth[0]["t_in_ns"] == 15_000_000
    # Ethernet 14 + IPv6 40 + UDP 8 + 9
    assert (sixth[0]["len"], sixth[0]["payload"], sixth[0]["seq"], sixth[0]["state"]) == (71, 9, 0x102, 16)
    assert (sixth[0]["src"], sixth[0]["dst"]) == (0x100, 0x10)


def test_a_trace_that_began_before_is_followed_from_its_own_start(tmp_path):
    rows = (TraceRow(0, 100_000_000, -80.0, -9.0, 20.0), TraceRow(60, 80_000, -110.0, -15.0, 1.0))
    begun_ns = time.time_ns() - 70_000_000_000
    with (
        lab(tmp_path, {"rate_trace": rows}, start_ns=begun_ns) as running,
        ends(running) as (client, server, _),
    ):
        client.send(bytes(958))
        assert arrives(server, bytes(958))
    records = log.load(running.log_path)
    slow = records[records["len"] == 1000][0]
    assert (slow["row"], slow["t_due_ns"] - slow["t_in_ns"]) == (1, 100_000_000)
    trace = log.setting(running.log_path, 0, UP)["rate_trace"]
    assert isinstance(trace, list)
    assert trace[slow["row"]][2:] == [-110.0, -15.0, 1.0]


def test_what_an_idle_cell_could_serve_is_written_as_time_goes_on(tmp_path):
    cell = {"rate_bps": 10_000_000, "scheduler": Scheduler(4)}
    with lab(tmp_path, down=cell) as running:
        begun_ns = json.loads(running.log_path.with_suffix(".json").read_text())["started_ns"]

        def reaches_ns():
            return log.load_capacity(running.log_path, 0, DOWN)["t_ns"].max()

        until(lambda: reaches_ns() > begun_ns + 2_200_000_000)  # the first plan has 2 s
    could = log.servable_bytes(running.log_path, 0, DOWN, begun_ns, begun_ns + 2_000_000_000)
    assert 2_500_000 / 5 < could < 2_500_000  # one to five of us share 10 Mbit/s for 2 s


def test_iperf3_finds_a_policer_that_the_log_foretells(tmp_path):
    policer = Policer(rate_bps=4_000_000, burst_bytes=100_000)
    with lab(tmp_path, {"rate_bps": 20_000_000, "policer": policer}) as running:
        server = running.start(
            "iperf3-server", ["iperf3", "-s", "-1", "--forceflush"], namespace=running.server_namespace
        )
        server.await_ready("Server listening")
        command = ["iperf3", "-c", SERVER_ADDRESS, "-u", "-b", "8M", "-l", "1372", "-t", "2", "--json"]
        said = json.loads(namespaces.run(["ip", "netns", "exec", running.client_namespaces[0], *command]))
    records = log.load(running.log_path)
    sent = records[(records["proto"] == 17) & (records["dir"] == UP) & (records["len"] == 1414)]
    policed = log.fates(sent)["policed"]
    last = log.delivered(sent)["t_in_ns"].max()  # of what is lost behind the last one iperf3 cannot know
    assert said["end"]["sum"]["lost_packets"] == log.fates(sent[sent["t_in_ns"] <= last])["policed"]
    assert policed > 400  # 8 Mbit/s offered: 1414 packets, of which 4 Mbit/s and the burst pass
    t0_ns, t1_ns = int(sent["t_in_ns"].min()), int(sent["t_in_ns"].max())
    could = log.servable_bytes(running.log_path, 0, UP, t0_ns, t1_ns)
    delivered = int(log.delivered(sent)["len"].sum())
    assert (
        0 <= could + 2 * 1414 - delivered < 4 * 1414 + 1000
    )  # the handshake's small packets took tokens too
    assert could == pytest.approx(100_000 + 500_000 * (t1_ns - t0_ns) / 1e9, rel=0.01)
