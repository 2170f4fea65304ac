"""`python -m hil_tests.link` as a stranger runs it: whole program, small trials."""

import json
import subprocess
import sys

import pytest

from hil_tests.sims.operator_net import namespaces

pytestmark = [pytest.mark.netns, pytest.mark.xdist_group("alone")]
SHORT = ["--seconds", "1", "--omit-s", "1", "--probe-s", "0.6", "--probe-ms", "10"]


def try_link(*words):
    command = [sys.executable, "-m", "hil_tests.link", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        stdout, stderr = process.communicate(timeout=90)
    done = subprocess.CompletedProcess(command, process.returncode, stdout, stderr)
    return done, namespaces.existing(f"k{process.pid:x}-")


def tried(*words):
    done, left = try_link(*SHORT, "--json", *words)
    assert done.returncode == 0, done.stderr
    assert left == []
    return json.loads(done.stdout)


def test_a_fifo_link_has_its_rate_and_its_round_trip():
    said = tried("--rate-mbit", "12", "--rtt-ms", "30", "--loss-pct", "2", "--seed", "3")
    assert list(said) == ["truth", "ours", "stamp", "iperf3", "irtt"]
    truth = said["truth"]
    assert truth["capacity_bps"] == pytest.approx(12e6 * 1500 / 1514, rel=1e-4)
    assert truth["of"]["iperf3"]["sustained_bps"] == pytest.approx(12e6 * 1448 / 1514, rel=1e-3)
    assert (truth["layer"], truth["shape"], truth["setting"]["down"]["loss"]) == ("ip", "fifo", 0.02)
    assert said["iperf3"]["outcome"] == said["irtt"]["outcome"] == "ok"
    assert 0 < said["iperf3"]["sustained_bps"] < 12.5e6
    assert (said["irtt"]["sent"], said["irtt"]["lost"]) == (truth["sent"], truth["lost"])
    assert truth["rtt_ms"]["min"] >= 30
    assert truth["of"]["ours"]["sustained_bps"] == pytest.approx(12e6 * 1400 / 1414, rel=1e-4)
    assert said["ours"]["sustained_bps"] == pytest.approx(12e6 * 1400 / 1414, rel=0.05)
    assert said["irtt"]["rtt_ms"]["min"] > truth["rtt_ms"]["min"]
    probes = truth["of"]["stamp"]
    assert (said["stamp"]["sent"], said["stamp"]["lost"]) == (61, probes["lost"])
    assert said["stamp"]["rtt_ms"]["p50"] == pytest.approx(probes["rtt_ms"]["p50"], abs=2)


def test_the_kernel_s_tbf_shapes_where_it_must():
    said = tried("--rate-mbit", "9", "--shaper", "tbf", "--direction", "up")
    truth = said["truth"]["of"]["iperf3"]
    assert truth["sustained_bps"] == pytest.approx(9e6 * 1448 / 1514, abs=1)
    assert said["ours"]["sustained_bps"] == pytest.approx(9e6 * 1400 / 1414, rel=0.05)
    assert said["iperf3"]["bytes"] <= truth["bytes"] * 1.001  # what arrived went through
    assert said["iperf3"]["bytes"] * 8 / 9e6 < 2.0 + 0.5  # seconds: the test, and the queue it leaves
    assert said["iperf3"]["bytes"] * 8 / 9e6 > 1.0
    assert said["truth"]["shaper"] == "tbf"
    assert said["irtt"]["rtt_ms"]["p50"] < 30
    assert "rtt_ms" not in said["truth"]


def test_a_scheduled_cell_follows_a_file_of_rates(tmp_path):
    rates = tmp_path / "rates.csv"
    rates.write_text("t_s,rsrp_dbm,rate_mbit\n0,-90,8\n60,-110,2\n")
    words = ["--shape", "scheduler", "--users", "0", "--rate-trace", str(rates), "--loss-pct", "2"]
    said = tried(
        *words,
        "--loss-burst-packets",
        "3",
        "--without-ours",
        "--reorder-pct",
        "1",
        "--aqm",
        "codel",
        "--ipv6",
    )
    truth = said["truth"]
    assert truth["shape"] == "scheduler"
    assert truth["capacity_bps"] == pytest.approx(8e6 * 1500 / 1514, rel=1e-3)
    assert truth["sustained_bps"] == truth["capacity_bps"]
    assert truth["bytes"] * 8 / truth["seconds"] <= 8.1e6
    assert truth["setting"]["down"]["scheduler"]["users"] == 0
    assert said["iperf3"]["outcome"] == said["irtt"]["outcome"] == "ok"


def test_without_json_it_is_a_table_and_progress_goes_to_standard_error():
    shape = ["--shape", "policer", "--burst-kbyte", "50", "--peak-mbit", "18", "--promotion-ms", "60"]
    done, left = try_link(*SHORT, "--without-ours", "--rate-mbit", "6", "--rtt-ms", "10", *shape)
    assert (done.returncode, left) == (0, [])
    assert "a policer link, seed 1, " in done.stdout
    assert "5.73" in done.stdout  # the tokens' rate as TCP payload: 6 x 1448 / 1514
    assert "setting the link up" in done.stderr
    assert "setting the link up" not in done.stdout


def test_what_cannot_be_is_said_and_nothing_is_left():
    done, left = try_link("--shaper", "tbf", "--rtt-ms", "50")
    assert (done.returncode, done.stdout, left) == (2, "", [])
    assert done.stderr.startswith("link: --rtt-ms: the kernel's tbf gives rate and queue only")


def test_nat_rebinding_cuts_tcp_and_a_probe_goes_on():
    words = ["--rate-mbit", "8", "--rtt-ms", "20", "--seed", "4", "--seconds", "7", "--without-ours"]
    said = tried(*words, "--rebind-nat-s", "6")  # s: when iperf3 runs
    assert [act["what"] for act in said["truth"]["acts"]] == ["NAT rebinding"]
    assert said["iperf3"]["outcome"].startswith("failed: ")
    assert said["irtt"]["outcome"] == "ok"
