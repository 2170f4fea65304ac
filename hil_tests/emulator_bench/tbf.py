"""The kernel's tbf as a second opinion on rate: same source, same capture, same estimate, no emulator."""

import random
import tempfile
from pathlib import Path

from hil_tests.emulator_bench import captures, estimates, scenario
from hil_tests.emulator_bench.draws import MBIT, saturating_pps
from hil_tests.emulator_bench.estimates import Window
from hil_tests.emulator_bench.flows import CLIENT_PORT, ROUTER_PORT, Flow, Place, Plan
from hil_tests.link.net import TBF_CLIENT, TBF_SERVER, TbfRates, kernel_shaped

SETTLE_S = 0.5
QUEUE_MS = 300.0  # so long the source may be held up before the link runs dry


def measured_bps(rate_bps: int, *, seconds: float, folder: Path) -> float:
    """Return the rate at which a full tbf of *rate_bps* lets packets through, by tcpdump at its far end.

    Raises: NetworkError, ChildError, CaptureError.
    """
    rates = TbfRates(up_bps=rate_bps, down_bps=rate_bps, queue_ms=QUEUE_MS)
    flow = Flow(0, True, saturating_pps(rate_bps, 1.3))
    with kernel_shaped(rates, folder) as net:
        scenario.count_and_drop(net.server)
        path = folder / "far.pcap"
        dump = net.start("tcpdump", captures.command("v0", path), namespace=net.server)
        dump.await_ready("tcpdump: listening")
        place = Place(net.client, (TBF_CLIENT, CLIENT_PORT), (TBF_SERVER, ROUTER_PORT))
        sent = scenario.send(net.start, Plan((flow,), (place,), seconds), folder)
        scenario.await_flushed(QUEUE_MS / 1000)
        scenario.end_dump(dump)
    far = captures.read(path)
    window = Window(SETTLE_S, (sent.ended_ns - sent.begun_ns) / estimates.NS_PER_S)
    return estimates.rate_of(far.t_ns, far.length, sent.begun_ns, window)


def errors_pct(rng: random.Random, *, count: int, seconds: float) -> list[tuple[int, float]]:
    """Return (rate in bit/s, error in per cent) of *count* drawn rates."""
    found = []
    for _ in range(count):
        rate_bps = round(rng.uniform(5, 50) * MBIT)
        with tempfile.TemporaryDirectory(prefix="tbf-", dir=scenario.fast_folder()) as folder:
            seen_bps = measured_bps(rate_bps, seconds=seconds, folder=Path(folder))
        found.append((rate_bps, (seen_bps / rate_bps - 1) * 100))
    return found
