"""What a bottleneck could serve and whether the emulator was late, over logs written by hand."""

import json

import pytest

from hil_tests.sims.operator_net import log
from hil_tests.sims.operator_net.records import ALL_FIELDS, CAPACITY, DOWN, RECORD, UP

MS = 1_000_000
S = 1_000_000_000
RATE, SHARE, CAP, GATE, OPEN = range(5)  # docs/interfaces.md section 5
DELIVERED, FAILURE, POLICED = 0, 3, 5
INF = float("inf")


def packet(t_in_ms, length=1000, *, fate=DELIVERED, due_ms=None, late_ms=0.0, direction=UP):
    due_ns = round((t_in_ms if due_ms is None else due_ms) * MS)
    out_ns = due_ns + round(late_ms * MS) if fate == DELIVERED else 0
    ends = (1, 2, 3, 4, length - 42, 0)
    return RECORD.pack(round(t_in_ms * MS), due_ns, out_ns, 0, direction, fate, 17, length, *ends) + bytes(8)


@pytest.fixture
def write(tmp_path):
    def write(steps=(), packets=(), setting=None, **summary):
        path = tmp_path / "emulator.bin"
        path.write_bytes(b"".join(packets))
        event = {"t_ns": 0, "event": "setting", "link": 0, "dir": UP, "setting": setting or {}}
        (tmp_path / "emulator-events.jsonl").write_text(json.dumps(event) + "\n")
        rows = [CAPACITY.pack(round(t_ms * MS), value, 0, UP, kind, 0) for t_ms, value, kind in steps]
        other = [CAPACITY.pack(0, 1e9, 1, UP, RATE, 0), CAPACITY.pack(0, 1e9, 0, DOWN, RATE, 0)]
        (tmp_path / "emulator-capacity.bin").write_bytes(b"".join([*other, *rows]))
        facts = {"dtype": ALL_FIELDS, "ports": [{"ring_dropped": 0}], "fates": {"emulator_failure": 0}}
        path.with_suffix(".json").write_text(json.dumps({**facts, **summary}))
        return path

    return write


def servable(path, t0_ms, t1_ms):
    return log.servable_bytes(path, 0, UP, t0_ms * MS, t1_ms * MS)


def test_a_constant_rate_serves_its_bytes_used_or_not(write):
    path = write([(0, 8e6, RATE)])  # 1000 bytes a ms
    assert servable(path, 100, 350) == 250_000
    assert servable(path, 350, 350) == 0


def test_steps_of_the_rate_count_from_their_time(write):
    path = write([(0, 8e6, RATE), (100, 16e6, RATE), (200, 4e6, RATE)])
    assert servable(path, 50, 250) == 50_000 + 200_000 + 25_000


def test_share_cap_and_gate_hold_together(write):
    steps = [
        (0, 8e6, RATE),
        (0, 4e6, CAP),
        (50, INF, CAP),
        (100, 0.25, SHARE),
        (120, 0, GATE),
        (140, 1, GATE),
    ]
    assert servable(write(steps), 0, 50) == 25_000  # the cap
    assert servable(write(steps), 50, 100) == 50_000
    assert servable(write(steps), 100, 150) == 0.25 * 30 * 1000  # 20 of 50 ms shut


def test_a_window_stays_shut_while_a_promotion_ends(write):
    steps = [(0, 8e6, RATE), (10, 0, OPEN), (5, 0, GATE), (20, 1, GATE), (30, 1, OPEN)]
    assert servable(write(steps), 0, 40) == 5000 + 10_000


def test_a_link_without_a_rate_has_no_bottleneck(write):
    assert servable(write(), 0, 1) == INF


POLICER = {"policer": {"rate_bps": 800_000, "burst_bytes": 10_000}}  # 100 bytes a ms


def test_a_full_bucket_adds_its_burst(write):
    path = write([(0, 8e6, RATE)], setting=POLICER)
    assert servable(path, 0, 5) == 5000  # the link, not the bucket
    assert servable(path, 1000, 1050) == 10_000 + 5000


def test_packets_before_have_taken_tokens(write):
    packets = [packet(1000 + k) for k in range(5)] + [packet(1010, 9000, fate=POLICED)]
    path = write([(0, 8e6, RATE)], packets, setting=POLICER)
    # 10000 - 5000 + 100 a ms over the 4 ms between them, and 16 ms more
    assert servable(path, 1020, 1070) == 7000 + 5000


def test_the_peak_rate_bounds_how_fast_the_burst_goes(write):
    setting = {"policer": {**POLICER["policer"], "peak_bps": 1_600_000}}  # 1514 + 200 bytes a ms
    path = write([(0, 8e6, RATE)], setting=setting)
    assert servable(path, 1000, 1010) == 1514 + 2000
    # the buckets are equal after (10000 - 1514) / 100 = 84.86 ms; then 100 a ms
    assert servable(path, 1000, 1100) == 10_000 + 10_000


def test_tokens_left_behind_a_slow_link_are_no_use(write):
    path = write([(0, 80_000, RATE), (1050, 8e6, RATE)], setting=POLICER)  # 10 bytes a ms, then 1000
    # all of the burst and 50 ms of tokens wait in the queue: 15000 - 500 at 1050 ms, served at 1000 a ms
    assert servable(path, 1000, 1055) == 500 + 5000
    assert servable(path, 1000, 1100) == 10_000 + 10_000


def test_late_packets_are_a_share_of_those_meant_to_leave(write):
    packets = [packet(k, late_ms=0.5) for k in range(97)]
    packets += [packet(97, late_ms=2.5), packet(98, late_ms=9), packet(99, fate=FAILURE), packet(98, fate=1)]
    records = log.load(write(packets=packets))
    assert log.late_share(records) == 0.03
    assert log.late_share(records, late_ms=5) == 0.02
    assert log.late_share(records, until_ns=96 * MS) == 0
    assert log.late_share(records, since_ns=1000 * MS) == 0


def test_a_late_run_is_invalid_and_says_why(write):
    path = write(packets=[packet(k, late_ms=3 if k < 2 else 0) for k in range(100)])
    assert log.why_invalid(path) == "emulator late: 2.00% of the packets by more than 2 ms, not 1%"
    assert log.why_invalid(path, since_ns=2 * MS) is None


def test_packets_of_its_own_lost_make_a_run_invalid(write):
    path = write(ports=[{"ring_dropped": 2}, {"ring_dropped": 1}], unsent_at_end=4)
    assert log.why_invalid(path) == "emulator lost packets of its own: ring_dropped 3, unsent_at_end 4"


def test_a_direction_that_is_not_there_is_named(write):
    with pytest.raises(log.LogError, match=r"emulator-events\.jsonl: link 3 has no direction 1"):
        log.setting(write(), 3, 1)
