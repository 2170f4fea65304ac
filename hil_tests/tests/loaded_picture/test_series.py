"""Rates and round trips of packets written down here."""

import pytest

from hil_tests.loaded_picture.series import Segment, parse_row, rates_mbps, round_trips_ms

SERVER = "10.9.0.1"


def sent(t_s, tsval, size=0, flow=4000):
    return Segment(t_s, True, flow, size, tsval, 0)


def came(t_s, tsecr, size=0, flow=4000):
    return Segment(t_s, False, flow, size, 0, tsecr)


def flat(points):
    return [value for point in points for value in point]


def test_a_row_is_of_the_box_s_flow_whoever_sent_it():
    row = "1764000000.5\t10.9.0.1\t8620\t20001\t1448\t77\t5"
    assert parse_row(row, SERVER) == Segment(1764000000.5, False, 20001, 1448, 77, 5)
    row = "1764000000.5\t192.168.8.2\t20001\t8620\t0\t5\t77"
    assert parse_row(row, SERVER) == Segment(1764000000.5, True, 20001, 0, 5, 77)


def test_a_round_trip_is_from_the_first_packet_of_a_stamp_to_its_first_echo():
    trips = round_trips_ms(
        [sent(10.0, 1), sent(10.001, 1), sent(10.010, 2), came(10.050, 1), came(10.051, 1), came(10.080, 2)],
        10.0,
    )
    assert flat(trips) == pytest.approx([0.050, 50, 0.080, 70])


def test_an_echo_of_another_flow_or_of_nothing_is_no_round_trip():
    assert round_trips_ms([sent(1.0, 1), came(1.1, 1, flow=4001), came(1.2, 9)], 1.0) == []


def test_a_stamp_used_again_after_its_echo_is_not_timed_again():
    trips = round_trips_ms([sent(1.0, 1), came(1.04, 1), sent(1.0405, 1), came(1.2, 1)], 1.0)
    assert flat(trips) == pytest.approx([0.04, 40])


def test_rates_are_payload_in_bins_of_100_ms_of_one_direction():
    packets = [came(5.0, 0, 12_500), came(5.05, 0, 12_500), came(5.25, 0, 1_250), sent(5.0, 0, 999)]
    rates = rates_mbps(packets, 5.0, sent=False)
    assert flat(rates) == pytest.approx([0.0, 2.0, 0.1, 0.0, 0.2, 0.1])
    assert rates_mbps([], 5.0, sent=True) == []
