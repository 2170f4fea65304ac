"""The truth of a measurement, from records written by hand."""

import numpy as np
import pytest

from hil_tests.link import truth
from hil_tests.link.truth import Known, Window
from hil_tests.sims.operator_net.log import LogError
from hil_tests.sims.operator_net.records import DOWN, FIELDS, TCP, UDP, UP

T0_NS = 1_800_000_000_000_000_000
PORT, CLIENT_PORT = 5201, 40_000
PROBE, ANSWER, OPEN = 0x14A75B00, 0x14A75B02, 0x14A75B01  # the first four bytes of irtt 0.9.0's packets


def records(*rows):
    """Make records of (t_in_ms, t_out_ms or None, dir, proto, len, payload, seq) since T0."""
    out = np.zeros(len(rows), np.dtype(list(FIELDS)))
    for record, (t_in_ms, t_out_ms, direction, proto, length, payload, seq) in zip(out, rows, strict=True):
        record["t_in_ns"] = T0_NS + round(t_in_ms * 1e6)
        record["t_out_ns"] = 0 if t_out_ms is None else T0_NS + round(t_out_ms * 1e6)
        record["fate"] = 1 if t_out_ms is None else 0
        record["dir"], record["proto"], record["len"] = direction, proto, length
        record["payload"], record["seq"] = payload, seq
        record["sport"], record["dport"] = (CLIENT_PORT, PORT) if direction == UP else (PORT, CLIENT_PORT)
    return out


def test_only_delivered_data_frames_of_the_direction_are_bulk():
    log = records(
        (0, 20, DOWN, TCP, 1514, 1448, 1), (1, None, DOWN, TCP, 1514, 1448, 2), (2, 10, DOWN, TCP, 66, 0, 3),
        (3, 15, DOWN, TCP, 1514, 1448, 4), (4, 16, UP, TCP, 1514, 1448, 5), (5, 17, DOWN, UDP, 1514, 1472, 6),
    )  # fmt: skip
    assert truth.bulk(log, DOWN, PORT)["seq"].tolist() == [4, 1]


def test_the_window_begins_after_the_omitted_seconds():
    log = records((0, 20, DOWN, TCP, 1514, 1448, 1))
    window = truth.measured_window(log, omit_s=2, seconds=8)
    assert window == Window(T0_NS + 2_020_000_000, T0_NS + 10_020_000_000)
    assert truth.measured_window(log[:0], omit_s=2, seconds=8) is None


def test_layers_share_the_bytes_of_the_frames_really_sent():
    log = records((0, 1, DOWN, TCP, 1514, 1448, 1), (0, 1, DOWN, TCP, 1014, 948, 1))
    shares = truth.layer_shares(log)
    assert (shares.ip, shares.tcp_payload) == (2500 / 2528, 2396 / 2528)


def test_a_varying_link_is_what_it_could_carry_and_a_policer_its_tokens():
    log = records((0, 1, DOWN, TCP, 1514, 1448, 1), (0, 400, DOWN, TCP, 1514, 1448, 2))

    def servable(t0_ns, t1_ns):  # 1 Mbyte/s for half a second, then 2
        half_ns = T0_NS + 500_000_000
        first, second = max(0, min(t1_ns, half_ns) - t0_ns), max(0, t1_ns - max(t0_ns, half_ns))
        return first / 1e3 + second * 2 / 1e3

    window = Window(T0_NS, T0_NS + 1_000_000_000)
    ip = truth.rate_truth(Known(shape="scheduler"), servable, log, window, tcp_payload=False)
    assert ip.capacity_bps == pytest.approx(12e6 * 1500 / 1514, abs=1)
    assert ip.sustained_bps == pytest.approx(12e6 * 1500 / 1514, abs=1)
    assert (ip.layer, ip.bytes, ip.seconds, ip.shape) == ("ip", 3000, 1.0, "scheduler")
    known = Known(shape="policer", sustained_bps=9e6, burst_bps=30e6)
    payload = truth.rate_truth(known, servable, log, window, tcp_payload=True)
    assert payload.sustained_bps == pytest.approx(9e6 * 1448 / 1514, abs=1)
    assert payload.burst_bps == pytest.approx(30e6 * 1448 / 1514, abs=1)
    assert payload.capacity_bps == pytest.approx(12e6 * 1448 / 1514, abs=1)


def test_round_trips_are_the_times_under_way_without_the_far_end_s():
    log = records(
        (0, 30, UP, UDP, 60, 18, OPEN), (31, 61, DOWN, UDP, 60, 18, OPEN | 2),
        (100, 131, UP, UDP, 214, 172, PROBE), (135, 160, DOWN, UDP, 214, 172, ANSWER),
        (120, None, UP, UDP, 214, 172, PROBE),
        (140, 171, UP, UDP, 214, 172, PROBE), (172, None, DOWN, UDP, 214, 172, ANSWER),
    )  # fmt: skip
    probes = truth.probes_ms(log, PORT)
    assert probes == [56.0, None, None]
    figures = truth.rtt_truth(probes)
    assert (figures.sent, figures.lost, figures.rtt_ms and figures.rtt_ms["p50"]) == (3, 2, 56.0)


def test_answers_follow_the_order_of_arrival_where_the_link_reorders():
    log = records(
        (0, 50, UP, UDP, 214, 172, PROBE), (10, 40, UP, UDP, 214, 172, PROBE),
        (41, 61, DOWN, UDP, 214, 172, ANSWER), (51, 81, DOWN, UDP, 214, 172, ANSWER),
    )  # fmt: skip
    assert truth.probes_ms(log, PORT) == [80.0, 50.0]


def test_what_the_far_end_did_not_answer_is_lost():
    first = (0, 9, UP, UDP, 214, 172, PROBE)
    assert truth.probes_ms(records(first), PORT) == [None]
    later = ((20, 29, UP, UDP, 214, 172, PROBE), (30, 40, DOWN, UDP, 214, 172, ANSWER))
    assert truth.probes_ms(records(first, *later), PORT) == [None, 19.0]


def test_answers_that_fit_no_probe_leave_no_truth():
    probes = [(n, 9, UP, UDP, 214, 172, PROBE) for n in range(3)]
    answers = [(n, 20, DOWN, UDP, 214, 172, ANSWER) for n in (10, 11)]
    with pytest.raises(LogError, match="3 probes reached the far end, its 2 answers do not fit them"):
        truth.probes_ms(records(*probes, *answers), PORT)
