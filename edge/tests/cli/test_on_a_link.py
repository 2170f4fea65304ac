"""`pantau measure` and `pantau capture` as a stranger runs them, on a link made by ip(8) and tc(8).

client -- router -- server; the router's tbf lets 20 Mbit/s down and 7 Mbit/s up and adds no delay to a probe.
"""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = [pytest.mark.netns, pytest.mark.xdist_group("alone")]
BIN = Path(sys.executable).parent
SERVER, DOWN_MBIT, UP_MBIT = "10.80.2.2", 20, 7
PAYLOAD_SHARE = 1448 / 1514  # TCP payload of a full Ethernet frame without FCS, time stamps on
SETUP = f"""
ip -n {{c}} link add v0 type veth peer name c0 netns {{r}}
ip -n {{s}} link add v0 type veth peer name s0 netns {{r}}
ip -n {{c}} addr add 10.80.1.2/24 dev v0
ip -n {{r}} addr add 10.80.1.1/24 dev c0
ip -n {{r}} addr add 10.80.2.1/24 dev s0
ip -n {{s}} addr add {SERVER}/24 dev v0
ip -n {{c}} link set v0 up
ip -n {{r}} link set c0 up
ip -n {{r}} link set s0 up
ip -n {{s}} link set v0 up
ip -n {{c}} route add 10.80.2.0/24 via 10.80.1.1
ip -n {{c}} route add 203.0.113.0/24 via 10.80.1.1
ip -n {{s}} route add default via 10.80.2.1
ip -n {{r}} route add blackhole 203.0.113.0/24
tc -n {{r}} qdisc add dev c0 root tbf rate {DOWN_MBIT}mbit burst 15k latency 200ms
tc -n {{r}} qdisc add dev s0 root tbf rate {UP_MBIT}mbit burst 15k latency 200ms
"""


@dataclass
class Lab:
    """The client's and the server's namespace, two running servers, and a key file that fits the second."""

    client: str
    far: str
    folder: Path
    opened: str
    keyed: str
    key: Path

    def words(self, verb, *words, server):
        return [str(BIN / "pantau"), verb, *map(str, words), "--server", server, "--netns", self.client]

    def pantau(self, verb, *words, server):
        """Run a verb in the client's namespace."""
        return subprocess.run(
            self.words(verb, *words, server=server), capture_output=True, text=True, timeout=60, check=False
        )

    def measured(self, kind, *words, server=""):
        """Return (exit status, result) of one measurement."""
        told = self.pantau("measure", kind, "--json", *words, server=server or self.opened)
        assert told.stderr == ""
        return told.returncode, json.loads(told.stdout)


def serve(stack, netns, *words):
    """Start pantau-server in *netns*; return the address it says it listens on."""
    program = ["ip", "netns", "exec", netns, str(BIN / "pantau-server"), "--listen", f"{SERVER}:0", *words]
    process = stack.enter_context(subprocess.Popen(program, stdout=subprocess.PIPE, text=True))
    stack.callback(process.terminate)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("listening on "), line
    return line.split()[2]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Return the lab; all of it goes after the module."""
    folder = tmp_path_factory.mktemp("lab")
    names = {end: f"pl{os.getpid()}-{end}" for end in "crs"}
    key = folder / "key"
    for path in (key, folder / "other"):
        path.write_text(secrets.token_hex(16) + "\n")
    with contextlib.ExitStack() as stack:
        for name in names.values():
            stack.callback(subprocess.run, ["ip", "netns", "del", name], capture_output=True, check=False)
            subprocess.run(["ip", "netns", "add", name], check=True)
            subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)
        for line in SETUP.format(**names).split("\n"):
            subprocess.run(line.split() or ["true"], check=True)
        forward = ["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]
        subprocess.run(["ip", "netns", "exec", names["r"], *forward], check=True)
        opened = serve(stack, names["s"], "--open")
        keyed = serve(stack, names["s"], "--key", str(key))
        yield Lab(names["c"], names["s"], folder, opened, keyed, key)


@pytest.mark.parametrize(
    ("kind", "rate_mbit"), [("tcp-down", DOWN_MBIT), ("tcp-up", UP_MBIT)], ids=["down", "up"]
)
def test_the_rate_that_tbf_allows_is_measured(lab, witness, kind, rate_mbit):
    with witness(lab.client if kind == "tcp-down" else lab.far, "v0") as seen:
        status, result = lab.measured(kind, "--seconds", 4)
    assert (status, result["ok"], result["err"]) == (0, True, None)
    bins, ends = result["bins"], result["flow"]
    to = int(ends["local" if kind == "tcp-down" else "remote"].rpartition(":")[2])
    arrived_bps = seen.median_bps(bins["t0_ns"], bins["width_ms"], bins["skip"], len(bins["bytes"]), to)
    assert result["sustained_bps"] == pytest.approx(arrived_bps, rel=0.02)
    assert rate_mbit * 1e6 * PAYLOAD_SHARE * 0.5 < arrived_bps < rate_mbit * 1e6 * PAYLOAD_SHARE * 1.02
    assert (result["layer"], result["family"], result["server"]) == ("tcp-payload", "ipv4", lab.opened)
    assert result["isolation"]["ok"]
    assert result["isolation"]["own_bytes"] >= result["bytes"] > 0
    assert result["flow"]["remote"] == lab.opened
    assert result["flow"]["local"].startswith("10.80.1.2:")
    assert sum(result["bins"]["bytes"]) <= result["bytes"]


@pytest.mark.parametrize("keyed", [False, True], ids=["open", "keyed"])
def test_every_probe_comes_back_over_an_idle_link(lab, keyed):
    words = ["--key", lab.key] if keyed else []
    status, result = lab.measured(
        "rtt", "--probes", 60, "--interval-ms", 5, *words, server=lab.keyed if keyed else lab.opened
    )
    assert (status, result["ok"]) == (0, True)
    assert (result["sent"], result["received"], result["lost"]) == (61, 61, 0)  # the access probe and 60
    assert 0 < result["rtt_ms"]["min"] < 5
    assert result["rtt_ms"]["min"] <= result["rtt_ms"]["p50"] <= result["rtt_ms"]["max"]
    assert len(result["probes"]["rtt_us"]) == 61
    assert result["authenticated"] is keyed


def taken_bytes(lab):
    """Return what the client's interface received and sent so far (ip-link(8))."""
    words = ["ip", "-n", lab.client, "-s", "-j", "link", "show", "dev", "v0"]
    told = subprocess.run(words, capture_output=True, text=True, check=True)
    counted = json.loads(told.stdout)[0]["stats64"]
    return counted["rx"]["bytes"] + counted["tx"]["bytes"]


@pytest.mark.parametrize("kind", ["tcp-down", "tcp-up"])
def test_no_more_bytes_are_taken_than_may_be(lab, kind):
    before = taken_bytes(lab)
    status, result = lab.measured(kind, "--seconds", 8, "--max-bytes", 1_500_000)
    taken = taken_bytes(lab) - before
    assert (status, result["ok"]) == (0, True)
    assert 900_000 < taken <= 1_500_000
    assert "bytes" in result["note"]


def test_for_people_it_is_one_line(lab):
    told = lab.pantau("measure", "rtt", "--probes", "5", server=lab.opened)
    assert told.returncode == 0
    assert told.stdout.strip().startswith("rtt: min 0.")
    assert "lost 0 of 6 (up 0, down 0)" in told.stdout


@pytest.mark.parametrize("kind", ["rtt", "tcp-down", "tcp-up"])
@pytest.mark.parametrize("key", ["other", ""], ids=["wrong key", "no key"])
def test_without_the_right_key_there_is_no_figure(lab, kind, key):
    words = ["--key", lab.folder / key] if key else []
    status, result = lab.measured(kind, *words, server=lab.keyed)
    assert (status, result["ok"], result["outcome"]) == (2, False, "box")
    assert result["err"]["code"] == "server.auth"
    assert f"the server {lab.keyed} did not accept this box's key" in result["err"]["text"]
    assert "set key_file to that server's key" in result["err"]["text"]
    assert_no_figure(result)


def assert_no_figure(result):
    assert not {"sustained_bps", "mean_bps", "rtt_ms", "access_ms", "lost", "bins", "probes"} & set(result)
    assert result["err"]["text_id"] != result["err"]["text"]
    assert set(result["nv"]) >= ({"rtt_ms"} if result["kind"] == "rtt" else {"sustained_bps"})


@pytest.mark.parametrize(
    ("server", "code", "outcome", "text"),
    [
        (f"{SERVER}:9", "server.refused", "server", f"host {SERVER}:9 refused the connection"),
        ("192.0.2.9:8620", "route.none", "box", "no route to 192.0.2.9:8620 from this line"),
        (
            "203.0.113.9:8620",
            "server.unreachable",
            "undetermined",
            "no answer from the server 203.0.113.9:8620",
        ),
    ],
    ids=["nobody listens", "no route", "packets vanish"],
)
def test_a_server_out_of_reach_is_a_result_with_its_cause(lab, server, code, outcome, text):
    status, result = lab.measured("tcp-down", server=server)
    assert (status, result["ok"], result["outcome"], result["err"]["code"]) == (2, False, outcome, code)
    assert text in result["err"]["text"]
    assert_no_figure(result)


def test_a_failure_for_people_is_said_in_two_languages(lab):
    told = lab.pantau("measure", "rtt", server="192.0.2.9:8620")
    assert (told.returncode, told.stdout.strip()) == (2, "")
    english, indonesian = told.stderr.strip().splitlines()
    assert english.startswith("pantau: no figure (box): no route to 192.0.2.9:8620")
    assert indonesian.startswith("pantau: (id) tidak ada rute ke 192.0.2.9:8620")


@pytest.mark.parametrize(
    "verb", [["measure", "rtt"], ["capture", "never.pcapng"]], ids=["measure", "capture"]
)
def test_a_missing_namespace_refuses_to_start(lab, verb):
    words = [str(BIN / "pantau"), *verb, "--server", lab.opened, "--netns", "no-such-net"]
    told = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False, cwd=lab.folder)
    assert (told.returncode, told.stdout) == (1, "")
    assert "the network namespace no-such-net does not exist; see `ip netns list`" in told.stderr
    assert "(id) namespace jaringan no-such-net tidak ada" in told.stderr
    assert not (lab.folder / "never.pcapng").exists()


@pytest.mark.parametrize(
    ("content", "text"),
    [(None, "cannot read the server's key: No such file or directory"), (" \n", "the key is empty")],
)
def test_a_key_that_is_none_refuses_to_start(lab, tmp_path, content, text):
    key = tmp_path / "key"
    if content:
        key.write_text(content)
    told = lab.pantau("measure", "rtt", "--key", key, server=lab.keyed)
    assert told.returncode == 1
    assert f"pantau: {key}: {text}" in told.stderr


def test_a_server_s_name_is_a_usage_error(lab):
    told = lab.pantau("measure", "rtt", server="jakarta.example:8620")
    assert told.returncode == 2
    assert "ADDRESS:PORT" in told.stderr


def await_file(path, process):
    until_s = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < until_s
        assert process.poll() is None
        os.sched_yield()


def test_a_capture_beside_a_measurement_holds_each_of_its_packets(lab, tmp_path):
    out = tmp_path / "a.pcapng"
    words = lab.words("capture", out, "--seconds", 4, "--interface", "v0", server=lab.opened)
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as capture:
        await_file(out, capture)
        status, result = lab.measured("rtt", "--probes", 50, "--interval-ms", 5)
        told, _ = capture.communicate(timeout=30)
    assert (status, capture.returncode, result["received"]) == (0, 0, 51)
    port = result["probes"]["local_port"]
    assert len(tshark(out, f"udp.srcport == {port} && frame.packet_flags_direction == 2")) == 51
    assert len(tshark(out, f"udp.dstport == {port} && frame.packet_flags_direction == 1")) == 51
    everything = tshark(out, "frame")
    assert told.strip().endswith(f"{out}: {len(everything)} packets, 0 dropped")
    assert len(tshark(out, f"ip.addr == {SERVER} && (udp || tcp)")) == len(everything)
    assert max(int(captured) for captured in everything) <= 96


def tshark(path, display_filter):
    """Return the captured length of each frame that passes."""
    words = ["tshark", "-r", str(path), "-Y", display_filter, "-T", "fields", "-e", "frame.cap_len"]
    return subprocess.run(words, capture_output=True, text=True, timeout=30, check=True).stdout.split()


def test_a_capture_never_overwrites(lab, tmp_path):
    out = tmp_path / "a.pcapng"
    out.write_bytes(b"evidence")
    told = lab.pantau("capture", out, "--seconds", "0.1", server=lab.opened)
    assert told.returncode == 1
    assert f"cannot write to {out}: File exists" in told.stderr
    assert out.read_bytes() == b"evidence"


@contextlib.contextmanager
def busy_loops(count):
    """Run *count* programs that do nothing but use a core each."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def test_with_every_core_taken_the_box_is_said_to_be_the_limit(lab):
    with busy_loops(max(2, os.cpu_count() or 2)):
        status, result = lab.measured("tcp-down", "--seconds", 2)
    assert (status, result["ok"]) == (0, True)
    assert result["verdicts"]["device_limited"] is True
    assert result["verdicts"]["censored"] == "right"
    assert "every core was busy" in result["verdicts"]["device_text"]
    assert result["sustained_bps"] > 0
