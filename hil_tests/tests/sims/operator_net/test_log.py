"""The log's reader, over records written by hand."""

import json

import numpy as np
import pytest

from hil_tests.sims.operator_net import log
from hil_tests.sims.operator_net.records import DOWN, FIELDS, RECORD, UP

MS = 1_000_000
PORT = 40112


def record(
    t_in_ms, t_out_ms, direction=DOWN, *, link=0, fate=0, proto=17, port=PORT, payload=100, seq=0, due_ms=None
):
    ports = (port, 8620) if direction == UP else (8620, port)
    due_ms = t_out_ms if due_ms is None else due_ms
    times = (t_in_ms * MS, due_ms * MS, t_out_ms * MS)
    return RECORD.pack(*times, link, direction, fate, proto, payload + 42, 1, 2, *ports, payload, seq)


@pytest.fixture
def write(tmp_path):
    def write(*records, rest=b""):
        path = tmp_path / "emulator.bin"
        path.write_bytes(b"".join(records) + rest)
        path.with_suffix(".json").write_text(json.dumps({"dtype": [list(field) for field in FIELDS]}))
        return path

    return write


def test_a_record_half_written_is_left_out(write):
    assert len(log.load(write(record(1, 2), record(3, 4), rest=b"\x01" * 20))) == 2


def test_other_fields_are_refused(write):
    path = write(record(1, 2))
    path.with_suffix(".json").write_text(json.dumps({"dtype": [["t_in_ns", "<i8"]]}))
    with pytest.raises(log.LogError, match=r"emulator\.json: record fields unknown"):
        log.load(path)


def test_a_flow_is_both_directions_of_one_port_of_one_link_in_order(write):
    records = log.load(
        write(
            record(9, 10, seq=1),
            record(1, 2, UP, seq=2),
            record(1, 2, UP, port=1, seq=3),
            record(1, 2, link=1, seq=4),
            record(1, 2, proto=6, seq=5),
            record(500, 501, UP, seq=6),
        )
    )
    assert log.flow(records, 0, "udp", PORT, until_ns=100 * MS)["seq"].tolist() == [2, 1]
    assert log.flow(records, 0, "tcp", PORT)["seq"].tolist() == [5]


def test_bins_count_payload_that_left_in_them(write):
    records = log.load(
        write(
            record(0, 99, payload=7),  # before
            record(0, 100, payload=10),
            record(0, 199, payload=20),
            record(0, 200, payload=40),
            record(0, 150, UP, payload=1000),
            record(0, 0, fate=2, payload=2000),
            record(0, 400, payload=80),  # behind
        )
    )
    bins = log.delivered_bins(records, DOWN, t0_ns=100 * MS, width_ms=100, count=3)
    assert bins.tolist() == [30, 40, 0]


def test_fates_transit_and_lateness(write):
    records = log.load(
        write(record(10, 35, due_ms=34), record(5, 25), record(6, 0, fate=1), record(7, 0, fate=3))
    )
    met = {"delivered": 2, "loss": 1, "queue_full": 0, "emulator_failure": 1}
    assert log.fates(records) == {**met, "codel": 0, "policed": 0, "blackhole": 0}
    assert log.transit_ns(records).tolist() == [20 * MS, 25 * MS]
    assert log.lateness_ns(records).tolist() == [0, 1 * MS]


def test_round_trips_know_the_lost(write):
    records = log.load(
        write(
            record(0, 20, UP, seq=0),
            record(21, 41, DOWN, seq=0),
            record(100, 0, UP, seq=1, fate=1),
            record(200, 220, UP, seq=2),
            record(221, 0, DOWN, seq=2, fate=1),
        )
    )
    assert log.round_trips_ns(records) == {0: 41 * MS, 1: None, 2: None}
    assert np.issubdtype(records["seq"].dtype, np.unsignedinteger)
