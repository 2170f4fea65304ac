"""The judge of published PDUs tells every kind of difference, and its table names real entries."""

import json

import pytest

from hil_tests.holds import pdus
from hil_tests.holds.pdu_disagreements import EXPLAINED, by_key

WANTED = {"kind": "deliver", "smsc": "+1", "peer": None, "text": "hi", "sent": "2002-08-26T19:37:41+02:00"}
ENTRY = {"id": "a-1", "expect": WANTED}
CUT = {"id": "b-1", "expect": {"refused": "TP-UD", "octet": 24}}


@pytest.mark.parametrize(
    ("entry", "said", "fields"),
    [
        (ENTRY, WANTED, []),
        (ENTRY, {**WANTED, "text": "hi\0"}, ["text"]),
        (ENTRY, {**WANTED, "sent": "2102-08-26T19:37:41+02:00", "peer": "+2"}, ["peer", "sent"]),
        (ENTRY, {"error": "no"}, ["error"]),
        (CUT, {"error": "no"}, []),
        (CUT, {"text": "h"}, ["accepted"]),
    ],
)
def test_differences(entry, said, fields):
    assert [name for name, _ in pdus.differences(entry, said)] == fields
    told = pdus.disagreements([entry], {entry["id"]: said}, "gammu")
    assert list(told) == [("gammu", entry["id"], name) for name in fields]


def test_a_door_s_answer_in_the_collection_s_words():
    answer = {
        "status": "parsed",
        "fields": {"peer": "", "sent_utc": "2002-08-26T17:37:41Z", "zone_minutes": 120, "text": "hi"},
    }
    said = pdus.in_their_words(answer)
    assert (said["peer"], said["sent"]) == (None, "2002-08-26T19:37:41+02:00")
    assert "error" in pdus.in_their_words({"status": "malformed", "fields": {}, "problems": ["TP-UD"]})


def test_every_explained_disagreement_is_of_an_entry_and_stands_once():
    ids = {json.loads(line)["id"] for line in pdus.COLLECTION.read_text(encoding="utf-8").splitlines()}
    assert {name for row in EXPLAINED for name in row.ids} <= ids
    assert len(by_key()) == sum(len(row.ids) for row in EXPLAINED)
    assert all(row.clause and row.why for row in EXPLAINED)
