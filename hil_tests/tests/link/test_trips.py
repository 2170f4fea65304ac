"""Which answer is of which probe, from records written by hand."""

import numpy as np
import pytest

from hil_tests.link.trips import Trip, reordered, session, trips_truth
from hil_tests.sims.operator_net.log import LogError
from hil_tests.sims.operator_net.records import DOWN, FIELDS, UDP, UP

T0_NS = 1_800_000_000_000_000_000
PORT, CLIENT_PORT = 8620, 41_000
MS = 1_000_000


def records(*rows, client_port=CLIENT_PORT):
    """Make records of (t_in_ms, t_out_ms or None, dir, seq) since T0."""
    out = np.zeros(len(rows), np.dtype(list(FIELDS)))
    for record, (t_in_ms, t_out_ms, direction, seq) in zip(out, rows, strict=True):
        record["t_in_ns"] = T0_NS + t_in_ms * MS
        record["t_out_ns"] = 0 if t_out_ms is None else T0_NS + t_out_ms * MS
        record["fate"] = 1 if t_out_ms is None else 0
        record["dir"], record["proto"], record["seq"] = direction, UDP, seq
        record["sport"], record["dport"] = (client_port, PORT) if direction == UP else (PORT, client_port)
    return out


def test_the_reflector_numbers_what_reaches_it_so_a_loss_shifts_its_numbers():
    log = records((0, 20, UP, 0), (10, None, UP, 1), (20, 41, UP, 2), (22, 43, DOWN, 0), (45, None, DOWN, 1))
    assert session(log, PORT, CLIENT_PORT) == [
        Trip(20 * MS, 21 * MS, T0_NS + 43 * MS), Trip(None), Trip(21 * MS)
    ]  # fmt: skip


def test_an_overtaken_probe_has_the_later_number():
    log = records((0, 60, UP, 0), (10, 30, UP, 1), (31, 51, DOWN, 0), (61, 81, DOWN, 1))
    found = session(log, PORT, CLIENT_PORT)
    assert [trip.rtt_ns for trip in found] == [80 * MS, 40 * MS]
    assert reordered(found) == 1


def test_another_client_port_is_another_session():
    mine, other = records((0, 20, UP, 0), (22, 43, DOWN, 0)), records((1, 21, UP, 7), client_port=5)
    assert len(session(np.concatenate((mine, other)), PORT, CLIENT_PORT)) == 1


@pytest.mark.parametrize(
    "rows", [[(0, 20, UP, 1)], [(0, 20, UP, 0), (22, 43, DOWN, 1)]], ids=["numbers", "answers"]
)
def test_what_is_no_session_is_an_error(rows):
    with pytest.raises(LogError):
        session(records(*rows), PORT, CLIENT_PORT)


def test_reordering_is_a_number_below_one_that_came_before():
    back = [30, 10, 20, 40]  # ms; probe 1 came first, then 2, then 0, then 3
    trips = [Trip(MS, MS, T0_NS + t_ms * MS) for t_ms in back]
    assert reordered([*trips, Trip(None), Trip(MS)]) == 1


def test_the_truth_leaves_the_first_probe_out_of_round_trips_but_not_out_of_losses():
    truth = trips_truth([Trip(90 * MS, 20 * MS, 5), Trip(20 * MS, 21 * MS, 6), Trip(20 * MS), Trip(None)])
    assert truth.rtt_ms is not None
    assert (truth.rtt_ms["min"], truth.rtt_ms["max"], truth.sent, truth.lost) == (41, 41, 4, 2)
