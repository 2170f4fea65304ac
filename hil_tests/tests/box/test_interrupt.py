"""Ctrl-C at any moment: the box ends within 3 s and leaves nothing behind."""

import json
import random
import socket
import time
from pathlib import Path

import pytest

from hil_tests.bench.box import BoxBench, clean_link, interrupt

pytestmark = [pytest.mark.netns, pytest.mark.mqtt, pytest.mark.slow]
INTERRUPTED = 130
EXIT_S = 3.0
LATEST_S = 5.0
"""Start takes about 2 s and a round 2 s: every phase is hit."""


def waiting(bench):
    return [json.loads(raw) for raw in bench.outbox()]


def processes_with(text):
    """Return the command lines of living processes that name *text*."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text in words:
            found.append(words)
    return found


def interfaces():
    return {name for _, name in socket.if_nameindex()}  # /sys may show another namespace


@pytest.mark.timeout(240)
@pytest.mark.parametrize("part", [0, 1, 2])
def test_ctrl_c_at_ten_seeded_moments_leaves_nothing(tmp_path, part):
    seed = 20241124 + part
    print(f"seed {seed}")
    moments = random.Random(seed)
    with BoxBench(folder=tmp_path, links=[clean_link("a"), clean_link("b")]) as bench:
        issued = 0
        for _ in range(10):
            wait_s = moments.uniform(0.3, LATEST_S)
            process = bench.start("pantau", "run", "--config", str(bench.config))
            time.sleep(wait_s)  # the moment itself is what is tested
            before_s = time.monotonic()
            interrupt(process)
            words, _ = process.communicate(timeout=20)
            took_s = time.monotonic() - before_s
            assert process.returncode in (INTERRUPTED, -2), f"after {wait_s:.2f} s: {words}"
            assert took_s <= EXIT_S, f"after {wait_s:.2f} s it took {took_s:.2f} s: {words}"
            assert "Traceback" not in words
            assert bench.namespaces_of_box() == []
            assert set(bench.interfaces) <= interfaces(), "the modems' interfaces came back"
            assert processes_with(str(bench.config)) == []
            if (bench.data / "outbox.db").exists():
                kept = waiting(bench)
                assert len(kept) >= issued, "the outbox did not shrink"
                issued = len(kept)
        served = bench.served()
        results = [record["values"].get("nonce") for record in kept if record["kind"] == "result"]
    assert len(set(results)) == len(results)
    assert set(served) <= set(results), "every test the server saw has its result"
