"""The brake: it looks ahead by one look and one round trip, at the fastest rate of late."""

import asyncio

import pytest

from edge.net.counters import parse_net_dev
from edge.run.brake import ByteBrake
from edge.schedule.budget import Brake

MB = 1_000_000


@pytest.mark.parametrize(
    ("counter", "rtt_s", "stops"),
    [
        (7.4 * MB, 0.05, False),  # 10 MB/s: 1 MB more in 0.05 + 0.05 s
        (9.0 * MB, 0.05, True),
        (7.4 * MB, 0.25, True),  # 3 MB more
    ],
)
def test_what_is_on_its_way_must_fit(counter, rtt_s, stops):
    brake = Brake(start_bytes=0, allowed_bytes=10 * MB)
    assert not brake.must_stop(1.0, round(counter - 0.5 * MB), rtt_s)
    assert brake.must_stop(1.05, round(counter), rtt_s) is stops


def test_a_pause_does_not_make_the_flow_slow_at_once():
    brake = Brake(start_bytes=0, allowed_bytes=10 * MB)
    for now_s, counter in ((1.0, 8.0), (1.05, 8.5), (1.10, 8.5)):  # 10 MB/s, then nothing: 8 MB/s is reckoned
        stopped = brake.must_stop(now_s, round(counter * MB), 0.05)
    assert not stopped
    assert brake.must_stop(1.15, round(8.7 * MB), 0.20)  # 8.7 + 6.4 * 0.25


def test_the_test_is_told_once_and_by_what_the_counter_says():
    told: list[str] = []
    counter, clock = iter((100, 100, 400, 900, 950)), iter((0.0, 0.05, 0.10, 0.15))
    brake = ByteBrake(
        lambda: next(counter), 1_000, lambda: next(clock), rtt_s=lambda: 0.0, on_pull=told.append
    )
    brake.look()
    brake.look()
    brake.look()
    assert told == ["stopped at 800 of the 1000 bytes that it may take"]
    brake.look()
    assert len(told) == 1


def test_it_looks_while_the_body_runs():
    async def run():
        counted = iter(range(0, 10_000, 300))
        clock = iter(n * 0.05 for n in range(1_000))
        pulled = asyncio.Event()
        brake = ByteBrake(lambda: next(counted), 1_000, lambda: next(clock), on_pull=lambda why: pulled.set())
        async with brake.watching(), asyncio.timeout(5):
            await pulled.wait()
        return brake.pulled

    assert asyncio.run(run()).startswith("stopped at ")


HEAD = "Inter-|   Receive  |  Transmit\n face |bytes packets errs |bytes packets errs\n"  # proc(5), cut
LO = "  lo:  1000  10  0  0  0  0  0  0  1000  10  0  0  0  0  0  0\n"
WWAN = (
    " wwan0: 5000      50    0    0    0     0    0     0      700       7    0    0    0     0    0     0\n"
)


def test_the_kernel_s_table_is_read():
    assert parse_net_dev(HEAD + LO + WWAN) == {"lo": 2000, "wwan0": 5700}


def test_another_table_is_refused():
    with pytest.raises(ValueError, match="16 are needed"):
        parse_net_dev("a\nb\nwwan0: 5000 50\n")
