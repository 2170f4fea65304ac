"""The bench for captures, at a pace any machine keeps: our child, tcpdump and tshark see what was sent."""

import os
import subprocess
import sys
import time

import pytest

from edge.capture.machine_code import prepare, usual_folder
from hil_tests.bench.process_tree import costs, cpu_s, descendants
from hil_tests.capture_bench import trial
from hil_tests.capture_bench.place import place
from hil_tests.capture_bench.source import Order
from hil_tests.holds.capture_cpu import tshark_count


@pytest.mark.netns
def test_every_packet_sent_is_in_our_file_and_in_tcpdump_s(tmp_path):
    assert prepare(usual_folder()) == ""
    with place(2) as here:
        done = trial.run(here, tmp_path, Order(here.addresses, 1000, 0.5, 1), ["tcpdump"])
    sent = list(done.sent.packets)
    assert min(sent) > 100
    assert [one.packets for one in done.ours] == sent
    assert [one.packets for one in done.tcpdump] == sent
    assert [(one.drops, one.err, one.machine_code) for one in done.ours] == [(0, "", True)] * 2
    assert [tshark_count(tmp_path / f"c{number}.pcapng") for number in range(2)] == sent


def test_a_tree_s_cost_has_its_grandchildren_dead_or_alive():
    burn = "import time\nwhile time.process_time() < 0.3: pass\nprint('burnt', flush=True)"
    script = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {burn!r}])\nsys.stdin.readline()"
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        before = costs(process.pid)
        assert process.stdout.readline() == "burnt\n"
        until_s = time.monotonic() + 10
        while len(descendants(process.pid)) > 1 and time.monotonic() < until_s:
            time.sleep(0.01)
        assert cpu_s(costs(process.pid), before) >= 0.25
        process.communicate("\n")
    assert process.pid not in costs(os.getpid())
