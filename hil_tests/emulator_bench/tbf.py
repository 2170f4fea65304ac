"""The kernel's tbf as a second opinion on rate: same source, same capture, same estimate, no emulator."""

import random
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hil_tests.emulator_bench import captures, estimates, scenario
from hil_tests.emulator_bench.draws import MBIT, saturating_pps
from hil_tests.emulator_bench.estimates import Window
from hil_tests.emulator_bench.flows import CLIENT_PORT, ROUTER_PORT, Flow, Place, Plan, Sent
from hil_tests.link.net import TBF_CLIENT, TBF_SERVER, TbfRates, kernel_shaped

SETTLE_S = 1.0
BURST_BYTES = 100_000  # 16 ms at 50 Mbit/s: so long the kernel may be busy elsewhere
QUEUE_MS = 300.0  # so long the source may be held up before the link runs dry


@dataclass(frozen=True, slots=True)
class TbfRun:
    """One full tbf: its rate, what tcpdump saw behind it, and what the source did."""

    rate_bps: int
    seen_bps: float
    sent: Sent

    @property
    def error_pct(self) -> float:
        """Return by how much it was off, per cent."""
        return (self.seen_bps / self.rate_bps - 1) * 100


def drawn_rate_bps(rng: random.Random) -> int:
    """Return a rate to put to the test, bit/s."""
    return round(rng.uniform(5, 50) * MBIT)


def run(rate_bps: int, *, seconds: float) -> TbfRun:
    """Fill a tbf of *rate_bps* for so long. Raises: NetworkError, ChildError, CaptureError."""
    with tempfile.TemporaryDirectory(prefix="tbf-", dir=scenario.fast_folder()) as folder:
        return _run(rate_bps, seconds, Path(folder))


def _run(rate_bps: int, seconds: float, folder: Path) -> TbfRun:
    rates = TbfRates(up_bps=rate_bps, down_bps=rate_bps, queue_ms=QUEUE_MS, burst_bytes=BURST_BYTES)
    flow = Flow(0, True, saturating_pps(rate_bps, 1.5))
    with kernel_shaped(rates, folder) as net:
        scenario.count_and_drop(net.server)
        path = folder / "far.pcap"
        dump = scenario.start_dump(partial(net.start, "capture"), "v0", path, namespace=net.server)
        place = Place(net.client, (TBF_CLIENT, CLIENT_PORT), (TBF_SERVER, ROUTER_PORT))
        sent = scenario.send(net.start, Plan((flow,), (place,), seconds), folder)
        scenario.await_flushed(QUEUE_MS / 1000)
        scenario.end_dump(dump)
    far = captures.read(path)
    window = Window(SETTLE_S, (sent.ended_ns - sent.begun_ns) / estimates.NS_PER_S)
    return TbfRun(rate_bps, estimates.rate_of(far.t_ns, far.length, sent.begun_ns, window), sent)
