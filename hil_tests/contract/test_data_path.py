"""The way through the modem's own interface, measured by the product as a stranger runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hil_tests.bench.plugin.fixtures import Measured
from hil_tests.bench.session import BenchModem

PROBES, INTERVAL_MS = 50, 20
PANTAU = str(Path(sys.executable).parent / "pantau")


@pytest.mark.netns
@pytest.mark.needs("net.data")
@pytest.mark.costs("data-mb=1")
def test_round_trips(modem: BenchModem, measured: Measured) -> None:
    """The server answers over the modem's interface; delay and loss are plausible."""
    with modem.data_path() as path:
        words = ["--netns", path.netns, "--server", path.server, "--json"]
        pace = ["--probes", str(PROBES), "--interval-ms", str(INTERVAL_MS)]
        done = subprocess.run(
            [PANTAU, "measure", "rtt", *words, *pace],
            capture_output=True,
            text=True,
            check=False,
            timeout=modem.wait_s + PROBES * INTERVAL_MS / 1000,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    measured("rtt_p50_ms", found["rtt_ms"]["p50"], "ms", modem.limits.rtt_ms)
    measured("loss_pct", 100 * found["lost"] / found["sent"], "%", modem.limits.loss_pct)
