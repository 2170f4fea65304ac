"""The network as real packets see it: settings, log, and foreign captures at both ends of a link."""

import contextlib
import itertools
import json
import os
import signal
import socket
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scapy.layers.inet import IP, UDP
from scapy.utils import rdpcap

from hil_tests.sims.operator_net import log, namespaces, offload
from hil_tests.sims.operator_net.lab import CLIENT_MAC, SERVER_ADDRESS, Lab
from hil_tests.sims.operator_net.records import DOWN, UP
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting, RateStep

pytestmark = pytest.mark.netns
_numbers = itertools.count()
DEADLINE_S = 20.0


def lab_id():
    return f"t{os.getpid()}{'abcdefghijklmnopqrstuvwxyz'[next(_numbers) % 26]}"


def link(up=None, down=None, name="1-1.1"):
    return LinkSetting(name, DirectionSetting(**(up or {})), DirectionSetting(**(down or {})))


@contextlib.contextmanager
def lab(tmp_path, *links, **options):
    with Lab(lab_id(), links, tmp_path, client_netns=True, **options) as running:
        yield running


def until(condition, what):
    deadline_s = time.monotonic() + DEADLINE_S
    while not (value := condition()):
        assert time.monotonic() < deadline_s, f"waited in vain: {what}"
        time.sleep(0.02)
    return value


@contextlib.contextmanager
def echo(running):
    """A UDP server in the server's namespace that answers every packet; yields its port."""
    server = namespaces.udp_socket(running.server_namespace)
    server.bind((SERVER_ADDRESS, 0))

    def answer():
        with contextlib.suppress(OSError):
            while True:
                data, peer = server.recvfrom(2048)
                if data == b"end":
                    return
                server.sendto(data, peer)

    thread = threading.Thread(target=answer)
    thread.start()
    port = server.getsockname()[1]
    try:
        yield port
    finally:
        with namespaces.udp_socket(running.server_namespace) as last:
            last.sendto(b"end", (SERVER_ADDRESS, port))
        thread.join()
        server.close()


def client_socket(running, k=0, *, to):
    sock = namespaces.udp_socket(running.client_namespaces[k])
    sock.connect(to)
    return sock


@contextlib.contextmanager
def to_a_sink(running):
    """A client's socket whose packets somebody takes and nobody answers; the first has gone through."""
    with namespaces.udp_socket(running.server_namespace) as sink:
        sink.bind((SERVER_ADDRESS, 0))
        with client_socket(running, to=sink.getsockname()) as sock:
            sock.send(numbered(0))
            until(lambda: 17 in records_after(running)["proto"], "the first packet has passed")
            yield sock


def numbered(seq, size=200):
    return seq.to_bytes(4, "big") + bytes(size - 4)


def exchange(sock, count, interval_s, size=200):
    """Send *count* numbered packets; return {seq: round trip in ns} of those answered within 0.4 s."""
    sent_ns: dict[int, int] = {}
    answered: dict[int, int] = {}

    def receive():
        sock.settimeout(0.4 + interval_s)
        with contextlib.suppress(TimeoutError):
            while len(answered) < count:
                data = sock.recv(2048)
                answered[int.from_bytes(data[:4], "big")] = time.time_ns()

    thread = threading.Thread(target=receive)
    thread.start()
    for seq in range(count):
        sent_ns[seq] = time.time_ns()
        sock.send(numbered(seq, size))
        time.sleep(interval_s)  # the pace of the traffic, not a wait for something
    thread.join()
    return {seq: t_ns - sent_ns[seq] for seq, t_ns in answered.items()}


def records_after(running):
    return log.load(running.log_path)


def summary(running):
    return json.loads(running.log_path.with_suffix(".json").read_text())


def events(running):
    lines = running.log_path.with_name("emulator-events.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_round_trips_are_the_set_delays_and_equal_the_log(tmp_path):
    way = {"delay_ms": 20.0, "rate_bps": 20_000_000}
    with (
        lab(tmp_path, link(way, way)) as running,
        echo(running) as port,
        client_socket(running, to=(SERVER_ADDRESS, port)) as sock,
    ):
        trips = exchange(sock, 60, 0.005)
        local_port = sock.getsockname()[1]
    logged = log.round_trips_ns(log.flow(records_after(running), 0, "udp", local_port))
    assert set(trips) == set(logged) == set(range(60))
    # 242 bytes at 20 Mbit/s = 0.097 ms each way, on top of 2 x 20 ms; never earlier than set
    assert min(trips.values()) >= 40_193_000
    assert np.median(list(trips.values())) < 45e6
    assert np.median([abs(trips[seq] - logged[seq]) for seq in trips]) < 1e6


def capture_command(path, interface):
    """tcpdump; where its change of user is impossible (in a user namespace) the other foreign program."""
    whole = Path("/proc/self/uid_map").read_text().split()[2] == "4294967295"
    if whole:
        return [
            "tcpdump",
            "-Z",
            "root",
            "-n",
            "-s",
            "96",
            "-B",
            "8192",
            "-U",
            "-i",
            interface,
            "-w",
            str(path),
        ]
    return ["tshark", "-n", "-s", "96", "-q", "-i", interface, "-w", str(path)]


@contextlib.contextmanager
def captured(running, namespace, interface, path):
    child = running.start(path.stem, capture_command(path, interface), namespace=namespace)
    words = ("listening on", "Capturing on")
    until(lambda: any(word in child.last_words() for word in words), f"{path.stem} starts")
    until(lambda: path.exists() and path.stat().st_size >= 24, f"{path.stem} has its header")
    yield
    child.process.send_signal(signal.SIGTERM)
    child.process.wait(10)
    running.children.remove(child)


def settled(*paths):
    """Wait until captures have not grown for half a second; return their sizes."""
    sizes: list[int] = []
    since_s = time.monotonic()

    def is_settled():
        nonlocal sizes, since_s
        now = [path.stat().st_size for path in paths]
        if now != sizes:
            sizes, since_s = now, time.monotonic()
        return time.monotonic() - since_s > 0.5

    until(is_settled, "the captures have all")
    return sizes


def seen(path):
    """What a capture has, by scapy: (dir, source port, destination port, length on the wire, sequence)."""
    rows: Counter[tuple[int, ...]] = Counter()
    for packet in rdpcap(str(path)):
        if UDP in packet:
            payload = bytes(packet[UDP].payload)
            way = UP if packet[IP].src == "192.168.8.100" else DOWN
            seq = int.from_bytes(payload[:4], "big")
            rows[(way, packet[UDP].sport, packet[UDP].dport, packet.wirelen or 0, seq)] += 1
    return rows


def logged(records):
    names = ("dir", "sport", "dport", "len", "seq")
    return Counter(zip(*(records[name].tolist() for name in names), strict=True))


def test_log_and_captures_at_both_ends_agree_packet_by_packet(tmp_path):
    up = {"delay_ms": 5.0, "loss": 0.08, "jitter_ms": 2.0, "rate_bps": 3_000_000, "queue_ms": 30.0}
    down = {"delay_ms": 8.0, "loss": 0.05, "jitter_ms": 2.0, "rate_bps": 4_000_000, "queue_ms": 30.0}
    with lab(tmp_path, link(up, down), seed=11) as running, echo(running) as port:
        client, router = running.client_namespaces[0], running.router_namespaces[0]
        at_client = captured(running, client, running.client_interfaces[0], tmp_path / "client.pcap")
        at_router = captured(running, router, "lan", tmp_path / "router.pcap")
        with at_client, at_router, client_socket(running, to=(SERVER_ADDRESS, port)) as sock:
            exchange(sock, 700, 0.0008, size=500)  # 4.3 Mbit/s: more than the way up takes
            sizes = settled(tmp_path / "client.pcap", tmp_path / "router.pcap")
            assert min(sizes) > 50_000
    records = records_after(running)
    records = records[records["proto"] == 17]
    ups, downs = log.one_way(records, UP), log.one_way(records, DOWN)
    client_saw, router_saw = seen(tmp_path / "client.pcap"), seen(tmp_path / "router.pcap")
    assert logged(ups) + logged(log.delivered(downs)) == client_saw
    assert logged(log.delivered(ups)) + logged(downs) == router_saw
    fates = log.fates(records)
    assert fates["loss"] > 20
    assert fates["queue_full"] > 20
    assert fates["emulator_failure"] == 0
    missing = sum(n for key, n in client_saw.items() if key[0] == UP) - sum(
        n for key, n in router_saw.items() if key[0] == UP
    )
    assert missing == log.fates(ups)["loss"] + log.fates(ups)["queue_full"]
    assert summary(running)["interface_drops"] == {}


def flood(sock, rate_bps, seconds, size=1472):
    """Send at about rate_bps (layer 2): so much above the link's that its queue outlasts a pause of ours."""
    start_s = time.monotonic()
    count = 0
    while (passed_s := time.monotonic() - start_s) < seconds:
        while count * (size + 42) * 8 < passed_s * rate_bps:
            sock.send(numbered(count, size))
            count += 1
        time.sleep(0.001)


def measured_bps(records, from_s, to_s):
    """The rate at which packets left: the slope of bits over t_out, by least squares."""
    out = log.delivered(records)
    t_s = (out["t_out_ns"] - out["t_in_ns"].min()) / 1e9
    inside = (t_s >= from_s) & (t_s < to_s)
    bits = np.cumsum(out["len"].astype(float) * 8)
    return np.polyfit(t_s[inside], bits[inside], 1)[0]


def flooded(tmp_path, way, rate_bps, seconds):
    """What a link did with a flood that kept it busy throughout, and its events; up to three runs for that.

    A run in which we were held up so long that the queue ran dry, or the emulator was, gives no verdict.
    """
    for attempt in range(3):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with lab(folder, link(way)) as running, to_a_sink(running) as sock:
            flood(sock, rate_bps, seconds)
        ups = log.one_way(records_after(running), UP)
        ups = ups[ups["len"] > 1000]
        late_start_ns = ups["t_in_ns"].min() + 200_000_000
        waited_ms = ups["queue_us"][ups["t_in_ns"] > late_start_ns].min() / 1000
        why = log.why_invalid(running.log_path)
        if why is None and waited_ms > 10:
            return ups, events(running)
        print(f"run {attempt}: {why or f'a packet waited {waited_ms:.1f} ms only'}")
    pytest.fail("no verdict: three runs without one in which flood and emulator kept up")


def test_a_saturated_link_has_its_rate_within_one_in_a_thousand(tmp_path):
    way = {"rate_bps": 13_370_001, "delay_ms": 10.0, "jitter_ms": 1.5, "queue_ms": 300.0}
    ups, _ = flooded(tmp_path, way, 26_000_000, 3.0)
    assert measured_bps(ups, 0.5, 2.9) == pytest.approx(13_370_001, rel=1e-3)
    assert log.fates(ups)["queue_full"] > 500


def test_a_rate_steps_in_the_middle_and_the_event_says_when(tmp_path):
    steps = (RateStep(1.2, 4_000_000),)
    way = {"rate_bps": 9_000_000, "queue_ms": 300.0, "rate_steps": steps}
    ups, noted = flooded(tmp_path, way, 20_000_000, 2.6)
    assert measured_bps(ups, 0.4, 1.15) == pytest.approx(9_000_000, rel=3e-3)
    assert measured_bps(ups, 1.3, 2.5) == pytest.approx(4_000_000, rel=3e-3)
    changes = [event for event in noted if event["event"] == "rate"]
    assert [(c["cause"], c["rate_bps"]) for c in changes] == [("burst", 9_000_000), ("step", 4_000_000)]
    assert changes[1]["t_ns"] - changes[0]["t_ns"] == 1_200_000_000


def test_five_lines_have_one_address_and_mac_and_reach_one_server(tmp_path):
    links = [link({"delay_ms": 1.0}, name=f"1-1.{k + 1}") for k in range(5)]
    with lab(tmp_path, *links) as running, echo(running) as port:
        assert running.client_interfaces[4] == f"m{running.lab_id}x4"
        for k, namespace in enumerate(running.client_namespaces):
            with client_socket(running, k, to=(SERVER_ADDRESS, port)) as sock:
                assert sock.getsockname()[0] == "192.168.8.100"
                assert len(exchange(sock, 3, 0.001)) == 3
            shown = namespaces.run(["ip", "-n", namespace, "link", "show", running.client_interfaces[k]])
            assert CLIENT_MAC in shown
    assert set(records_after(running)["link"].tolist()) == {0, 1, 2, 3, 4}


def test_offloads_are_off_also_after_the_box_has_moved_the_interface(tmp_path):
    with Lab(lab_id(), [link()], tmp_path) as running:
        name, box = running.client_interfaces[0], f"{running.lab_id}-c9"
        namespaces.run(["ip", "netns", "add", box])
        try:
            namespaces.run(["ip", "link", "set", name, "netns", box])
            with namespaces.udp_socket(box) as there:
                assert offload.still_on(there, name) == []
                assert "lo" in namespaces.run(["ip", "-n", box, "link"])
                assert offload.still_on(there, "lo") != []  # else the question would be answered by nobody
            namespaces.run(["ip", "-n", box, "link", "set", name, "netns", str(os.getpid())])
        finally:
            namespaces.remove([box])


def test_tcp_through_the_link_has_whole_checksums_and_no_giant_frames(tmp_path):
    way = {"rate_bps": 30_000_000, "delay_ms": 5.0, "queue_ms": 60.0}
    with lab(tmp_path, link(way, way)) as running:
        server = namespaces.inside(running.server_namespace, lambda: socket.create_server(("", 0)))
        to = (SERVER_ADDRESS, server.getsockname()[1])
        client = namespaces.inside(running.client_namespaces[0], socket.socket)
        with server, client:
            client.connect(to)
            peer, address = server.accept()
            with peer:
                peer.settimeout(DEADLINE_S)
                sender = threading.Thread(target=client.sendall, args=(bytes(1_000_000),))
                sender.start()
                received = 0
                while received < 1_000_000:
                    received += len(peer.recv(1 << 16))
                sender.join()
        assert address[0] == "100.64.0.2"  # masqueraded
    assert summary(running)["oversized"] == 0
    assert [port["partial_checksums"] for port in summary(running)["ports"]] == [0, 0]
    records = records_after(running)
    up = log.delivered(log.one_way(records[records["proto"] == 6], UP))
    assert int(up["payload"].sum()) >= 1_000_000
    assert int(up["len"].max()) == 1514


def test_lateness_and_a_full_ring_are_recorded(tmp_path):
    with lab(tmp_path, link({"delay_ms": 1.0})) as running, to_a_sink(running) as sock:
        emulator = running.children[0].process
        os.kill(emulator.pid, signal.SIGSTOP)
        for seq in range(1, 6000):  # the ring has 4096 frames
            sock.send(numbered(seq, 64))
        stopped_s = time.monotonic()
        until(lambda: time.monotonic() - stopped_s > 0.25, "a quarter of a second passes")
        os.kill(emulator.pid, signal.SIGCONT)
        until(lambda: len(records_after(running)) > 3000, "the emulator goes on")
    facts = summary(running)
    assert facts["lateness_us"]["max"] > 240_000
    dropped = facts["ports"][0]["ring_dropped"]
    assert dropped > 1000
    udp = records_after(running)
    assert len(udp[udp["proto"] == 17]) + dropped == 6000
    assert facts["stopped_ns"] > facts["started_ns"]


def test_what_it_cannot_send_is_its_own_failure_not_the_links_loss(tmp_path):
    with lab(tmp_path, link()) as running, to_a_sink(running) as sock:
        namespaces.run(["ip", "-n", running.emulator_namespace, "link", "set", "r0", "down"])
        for seq in range(1, 21):
            sock.send(numbered(seq))
        until(lambda: log.fates(records_after(running))["emulator_failure"] == 20, "20 failures are logged")
    facts = summary(running)
    assert facts["fates"]["emulator_failure"] == 20
    assert facts["fates"]["loss"] == 0
    assert sum(facts["send_errors"].values()) == 20
    failed = [event for event in events(running) if event["event"] == "send_failed"]
    assert failed[0]["error"] == "r0: Network is down"


def test_an_idle_emulator_burns_nothing(tmp_path):
    with lab(tmp_path, link()) as running:
        pid = running.children[0].process.pid
        ticks = [sum(map(int, Path(f"/proc/{pid}/stat").read_text().split()[13:15]))]
        begin_s = time.monotonic()
        until(lambda: time.monotonic() - begin_s > 1.0, "a second passes")
        ticks.append(sum(map(int, Path(f"/proc/{pid}/stat").read_text().split()[13:15])))
    assert ticks[1] - ticks[0] <= 2  # hundredths of a second
