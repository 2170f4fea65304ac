"""`python -m hil_tests.loaded_picture --seed N --out FILE`: measure a simulated line with the real box, then
draw what its capture file and its records say of the round.
"""

import argparse
import json
import random
import tempfile
from pathlib import Path

from hil_tests.bench.box import BoxBench
from hil_tests.loaded_picture.draw import Curves, draw
from hil_tests.loaded_picture.series import rates_mbps, read_segments, round_trips_ms
from hil_tests.sims.operator_net.lab import SERVER_ADDRESS
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting

SCHEDULE = (
    "[schedule]\nrtt_probes = 150\nrtt_interval_ms = 20\ntcp_seconds = 5\nsignal_every_s = 0.5\n"
    'kinds = ["rtt", "tcp-down", "tcp-up"]\n'
)
NS_PER_S, MS_PER_S = 1e9, 1e3


def link_of(rng: random.Random) -> tuple[LinkSetting, str]:
    """Return a drawn link and its words: rates, delays and a queue in which a loaded test shows."""
    down, up = rng.uniform(15, 40), rng.uniform(8, 15)
    delay_ms, queue_ms = rng.uniform(15, 35), rng.choice((80, 120, 180))
    ways = [
        DirectionSetting(int(rate * 1e6), delay_ms, jitter_ms=3.0, queue_ms=queue_ms) for rate in (down, up)
    ]
    words = f"{down:.1f} Mbit/s down, {up:.1f} up, {2 * delay_ms:.0f} ms there and back, queue {queue_ms} ms"
    return LinkSetting(name="drawn", down=ways[0], up=ways[1]), words


def measured(folder: Path, link: LinkSetting) -> tuple[Path, dict[str, dict[str, object]]]:
    """Measure one round; return the capture file and {kind: record}."""
    with BoxBench(folder=folder, links=[link], schedule=SCHEDULE) as bench:
        status, words = bench.pantau("once", "--receipt-s", "0.1")
        records = [json.loads(raw) for raw in bench.outbox()]
        captures = list((bench.data / "captures").glob("*.pcapng"))
    results = {row["values"]["measurement"]: row for row in records if row["kind"] == "result"}
    bad = [kind for kind, row in results.items() if not row["ok"]]
    if len(results) != 3 or len(captures) != 1 or bad:
        raise SystemExit(f"the round failed (exit {status}, {bad}): {words[-800:]}")
    return captures[0], results


def curves_of(capture: Path, results: dict[str, dict[str, object]], title: str) -> Curves:
    """Return everything to draw, on the clock of the kernel's stamps."""
    series = {kind: json.loads(json.dumps(row["series"])) for kind, row in results.items()}
    probes = series["rtt"]["probes"]
    start_s = probes["t1_ns"][0] / NS_PER_S
    segments = read_segments(capture, SERVER_ADDRESS)
    radio = [sample for one in series.values() for sample in one["radio"]]
    rsrp = sorted((one["ts"] / MS_PER_S - start_s, one["rsrp_dbm"]) for one in radio if "rsrp_dbm" in one)
    return Curves(
        title=title,
        down_mbps=rates_mbps(segments, start_s, sent=False),
        up_mbps=rates_mbps(segments, start_s, sent=True),
        probes_ms=[
            (t_ns / NS_PER_S - start_s, us / 1000)
            for t_ns, us in zip(probes["t1_ns"], probes["rtt_us"], strict=True)
            if us is not None
        ],
        loaded_ms=round_trips_ms(segments, start_s),
        rsrp_dbm=rsrp,
    )


def main() -> None:
    """Measure and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True, help="from which the link is drawn")
    parser.add_argument("--out", type=Path, required=True, help="the picture: .png or .svg")
    told = parser.parse_args()
    link, words = link_of(random.Random(told.seed))
    title = f"seed {told.seed}: {words}"
    with tempfile.TemporaryDirectory(prefix="loaded-") as folder:
        draw(told.out, curves_of(*measured(Path(folder), link), title))
    print(f"{told.out} drawn: {title}")


if __name__ == "__main__":
    main()
