"""The judge of the two checks: its sets have clauses, it finds what was kept, its draws are labelled."""

import json
import random
from collections import Counter

import pytest

from hil_tests.holds import check_cases, check_mutations, check_names
from hil_tests.holds.check_cases import Case, matrix, outcomes, read_cases

PDU = "00112233445566778899AABBCCDDEEFF"
ANSWER = {"verdict": "near", "reason": "a near miss", "values": {"score": 0.9}}
PRIVATE = Case("a", "near", [{"parts": [{"pdu": PDU}]}], ["Zubaidah"], {"score": 0.9})


@pytest.mark.parametrize(("name", "at_least"), [("blast", 80), ("name", 60)])
def test_a_set_is_large_and_every_case_has_its_clause(name, at_least):
    lines = (check_cases.DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    said = [json.loads(line) for line in lines]
    assert len({one["id"] for one in said}) == len(said) == len(read_cases(name)) >= at_least
    assert all(one["reason"] and one["clause"] and one["records"] for one in said)


@pytest.mark.parametrize(
    ("answer", "wrong", "kept"),
    [
        (ANSWER, "", []),
        ({**ANSWER, "verdict": "received"}, "near is received: a near miss", []),
        ({**ANSWER, "values": {"score": 1}}, "{'score': 1}, not {'score': 0.9}", []),
        ({**ANSWER, "reason": "from ZUBAIDAH"}, "", ["Zubaidah"]),
        ({**ANSWER, "values": {"score": 0.9, "raw": PDU.lower()}}, "", ["66778899AABBCCDDEEFF"]),
    ],
    ids=["right", "verdict", "values", "word", "octets"],
)
def test_outcomes(answer, wrong, kept):
    (told,) = outcomes([PRIVATE], [answer])
    assert (told.wrong, told.kept) == (wrong, kept)


def test_the_label_of_a_sequence_is_the_last_one_s_and_no_answer_may_keep():
    case = Case("a", "near", [{}, {}], ["Zubaidah"])
    (told,) = outcomes([case], [{"verdict": "other", "reason": "Zubaidah", "values": {}}, ANSWER])
    assert (told.verdict, told.wrong, told.kept) == ("near", "", ["Zubaidah"])


def test_matrix():
    told = list(outcomes([PRIVATE, Case("b", "other", [{}])], [ANSWER, ANSWER]))
    assert [line.split() for line in matrix(told)] == [
        ["label", "near", "other"], ["near", "1", "."], ["other", "1", "."],
    ]  # fmt: skip


def test_draws_follow_the_seed_and_have_every_label():
    blasts = check_mutations.draw_blast(random.Random(5))
    assert blasts == check_mutations.draw_blast(random.Random(5))
    assert Counter(case.label for case in blasts) == {
        "near": 180, "received": 20, "incomplete": 20, "other": 20, "malformed": 20, "suspect_bts": 40,
        "not measurable": 20,
    }  # fmt: skip
    names = check_names.draw_names(random.Random(5))
    assert {case.label for case in names} == {"shown", "hidden", "stale", "not sent", "malformed"}
    assert len({case.id for case in blasts + names}) == 440
