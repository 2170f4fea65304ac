"""What a subscriber reads of a line's heartbeat."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from edge.config.model import Heartbeat
from edge.host.timekeeping import ClockState
from edge.measure.failures import failure
from edge.service.heart_records import heart_event_fields, heart_tally_fields
from edge.service.heart_task import pace_s
from edge.service.messages import HeartNoticed, HeartTally
from edge.service.records import Moment

MOMENT = Moment("boot", ClockState("ntp", 1.5))
T_NS = 1_800_000_000_000_000_000
LOST = failure("line.lost", where="1-1.1", detail="nothing for 47 s, 6 exchanges missed")


def test_a_lost_line_is_an_event_whose_fault_one_line_cannot_know():
    noticed = HeartNoticed("line.lost", T_NS, 47.0, 6, None, LOST)
    fields = heart_event_fields(noticed, MOMENT, "1-1.1")
    assert (fields.ok, fields.outcome, fields.ts) == (False, "undetermined", 1_800_000_000_000)
    assert fields.values == {"event": "line.lost", "slot": "1-1.1", "silent_s": 47.0, "missed": 6}
    assert code_of(fields) == "line.lost"
    assert "nothing for 47 s" in LOST.text


def test_a_silent_server_is_the_servers_fault_and_named():
    err = failure("heartbeat.server", where="jakarta-1", detail="")
    fields = heart_event_fields(HeartNoticed("server.silent", T_NS, 1.0, 2, "jakarta-1", err), MOMENT, "1-1")
    assert (fields.outcome, fields.values["server"]) == ("server", "jakarta-1")


def test_a_line_that_answers_again_is_no_fault():
    fields = heart_event_fields(HeartNoticed("line.answers", T_NS, 95.2, 9, None, None), MOMENT, "1-1.1")
    assert (fields.ok, fields.outcome, fields.values["silent_s"]) == (True, "ok", 95.2)


TALLY = HeartTally(
    start_ns=T_NS,
    seconds=300.0,
    sent=15,
    received=14,
    access_ms=[210.0, 250.0, 230.0],
    rtt_ms=[41.0],
    authenticated=True,
)


def fields_of(told):
    fields = heart_tally_fields(told, MOMENT, "1-1.1")
    assert fields is not None
    return fields


def code_of(fields):
    assert fields.err
    return fields.err.code


def test_a_tally_is_a_result_with_access_apart():
    fields = fields_of(TALLY)
    assert fields.ok
    values = fields.values
    assert (values["measurement"], values["sent"], values["lost"]) == ("heartbeat", 15, 1)
    assert (values["access_p50_ms"], values["access_max_ms"]) == (230.0, 250.0)
    assert (values["rtt_p50_ms"], values["authenticated"]) == (41.0, True)


def test_a_tally_without_answers_is_a_failure_and_without_exchanges_is_none():
    fields = fields_of(replace(TALLY, received=0, access_ms=[], rtt_ms=[]))
    assert (fields.ok, code_of(fields), fields.outcome) == (False, "no_data", "undetermined")
    assert "access_p50_ms" in fields.nv
    assert heart_tally_fields(replace(TALLY, sent=0, received=0), MOMENT, "1-1.1") is None


@pytest.mark.parametrize(("hour", "every_s"), [(7, 20.0), (8, 10.0), (11, 10.0), (12, 20.0)])
def test_the_pace_is_faster_while_votes_are_counted(hour, every_s):
    counting = Heartbeat(
        fast_from=datetime(2026, 11, 25, 8, tzinfo=UTC), fast_until=datetime(2026, 11, 25, 12, tzinfo=UTC)
    )
    assert pace_s(counting, datetime(2026, 11, 25, hour, tzinfo=UTC)) == every_s
    assert pace_s(Heartbeat(), datetime(2026, 11, 25, 9, tzinfo=UTC)) == 20.0
