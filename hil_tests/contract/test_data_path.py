"""The way through the modem's own interface, measured by the product as a stranger runs it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest

from hil_tests.bench.backends.protocol import DataPath
from hil_tests.bench.plugin.fixtures import Measured, Repeat
from hil_tests.bench.session import BenchModem

if TYPE_CHECKING:
    from hil_tests.sims.operator_net.log import Records

PROBES, INTERVAL_MS = 200, 10
PANTAU = str(Path(sys.executable).parent / "pantau")
ERROR_MS = 5.0  # of the median round trip, where the way's own is known


class RoundTrips(msgspec.Struct, frozen=True):
    """What is looked at of `pantau measure rtt --json` (docs/interfaces.md section 3)."""

    rtt_ms: dict[str, float]
    sent: int
    lost: int


class Trip(NamedTuple):
    """One measurement; what the way takes by itself, and its emulator's log, where there are such."""

    found: RoundTrips
    own_rtt_ms: float | None
    records: "Records | None"


def measure(path: DataPath, deadline_s: float) -> RoundTrips:
    """Return what `pantau measure rtt` prints; it must end with 0."""
    words = ["--netns", path.netns, "--server", path.server, "--json"]
    pace = ["--probes", str(PROBES), "--interval-ms", str(INTERVAL_MS)]
    done = subprocess.run(
        [PANTAU, "measure", "rtt", *words, *pace],
        capture_output=True,
        text=True,
        check=False,
        timeout=deadline_s + PROBES * INTERVAL_MS / 1000,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return msgspec.convert(json.loads(done.stdout), RoundTrips)


@pytest.mark.netns
@pytest.mark.timing
@pytest.mark.timeout(300)  # three runs, each with links of its own
@pytest.mark.needs("net.data", "timing")
@pytest.mark.costs("data-mb=1")
def test_round_trips(modem: BenchModem, measured: Measured, valid_run: Repeat) -> None:
    """The server answers over the modem's interface; delay and loss are plausible, and right where known.

    Where the way is emulated, a run in which the emulator was late by its own log does not count.
    """

    from hil_tests.sims.operator_net.log import load  # numpy and numba: only where a way is measured

    def play() -> Trip:
        with modem.data_path() as path:
            found, log = measure(path, modem.wait_s), path.finish()
            return Trip(found, path.rtt_ms, load(log) if log else None)

    trip = valid_run(play, lambda run: run.records)
    median_ms = trip.found.rtt_ms["p50"]
    measured("rtt_p50_ms", median_ms, "ms", modem.limits.rtt_ms)
    measured("loss_pct", 100 * trip.found.lost / trip.found.sent, "%", modem.limits.loss_pct)
    if trip.own_rtt_ms is not None:
        measured("rtt_p50_error_ms", median_ms - trip.own_rtt_ms, "ms", (0.0, ERROR_MS))
