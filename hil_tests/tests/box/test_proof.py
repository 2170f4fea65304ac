"""The proof that a result belongs to its line, and that packets were not lost in silence."""

import json
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from hil_tests.bench.box import BoxBench, clean_link

pytestmark = [pytest.mark.netns, pytest.mark.mqtt, pytest.mark.xdist_group("alone")]
LEAKY_BOX = Path(__file__).parents[3] / "edge/tests/service/leak_run.py"


def waiting(bench):
    return [json.loads(raw) for raw in bench.outbox()]


@pytest.fixture
def office():
    """A network namespace with nothing but lo."""
    name = f"office-{secrets.token_hex(3)}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)
        yield name
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)


def test_a_leak_over_another_line_voids_the_result_and_names_the_bytes(tmp_path, office):
    command = [sys.executable, str(LEAKY_BOX), str(tmp_path)]
    told = subprocess.run(
        ["ip", "netns", "exec", office, *command], capture_output=True, text=True, timeout=100, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
    results = json.loads(told.stdout.splitlines()[-1])
    leaked = [result for result in results if result["values"]["slot"] == "1-1.1"]
    clean = [result for result in results if result["values"]["slot"] == "1-1.2"]
    assert len(leaked) == len(clean) == 3
    for result in leaked:
        assert (result["ok"], result["outcome"]) == (False, "box")
        assert result["err"]["code"] == "isolation.leak"
        assert "a socket belongs to another network namespace" in result["err"]["text"]
        values = result["values"]
        assert values["isolation_ok"] is False
        assert values["isolation_own_bytes"] == 0
        assert values["isolation_other_bytes"] >= values["isolation_counted_bytes"] > 500
        assert f"{values['isolation_other_bytes']} bytes on line" in result["err"]["text"]
        assert "sustained_bps" not in values
        assert "rtt_p50_ms" not in values
    for result in clean:
        assert result["ok"], result["err"]
        assert result["values"]["isolation_other_bytes"] == 0


def test_a_ring_that_is_too_small_says_how_many_packets_it_lost(tmp_path):
    ring = "[capture]\nring_blocks = 1\nblock_kib = 4\n"
    link = clean_link("fast", rate_bps=80_000_000)
    with BoxBench(folder=tmp_path, links=[link], schedule=f"[schedule]\ntcp_seconds = 2\n{ring}") as bench:
        _, words = bench.pantau("once", "--receipt-s", "0.1")
        records = [record for record in waiting(bench) if record["kind"] == "result"]
        captures = list((bench.data / "captures").glob("*.pcapng"))
    lost = {record["values"]["measurement"]: record["values"]["capture_drops"] for record in records}
    assert lost["tcp-down"] > 0, words
    dropped = int(words.partition(" packets, ")[2].partition(" dropped")[0])
    assert dropped >= lost["tcp-down"]
    assert len(captures) == 1
