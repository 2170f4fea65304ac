"""Parts and pages in every order: what belongs together, and what does not."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from modem_drivers.errors import MalformedPdu
from modem_drivers.reading import SmsPart, SmsPlace
from modem_drivers.sms.broadcast import PageJoiner, decode_page
from modem_drivers.sms.joining import KEEP_S, PENDING_AT_MOST, Joiner


def part(text, number, total=3, *, reference=7, bits=8, sender="KOMINFO"):
    return SmsPart(
        kind="deliver", peer=sender, text=text, place=SmsPlace(reference, bits, total, number)
    )  # fmt: skip


def feed(joiner, *parts, line="a", now_s=0.0):
    return [whole for one in parts for whole in joiner.add(line, one, now_s)]


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
def test_any_order(order):
    joiner = Joiner()
    (whole,) = feed(joiner, *(part(f"<{n}>", n) for n in order))
    assert (whole.text, whole.missing, whole.duplicates, len(joiner)) == ("<1><2><3>", (), 0, 0)


def test_duplicates_count_and_change_nothing():
    (whole,) = feed(Joiner(), part("a", 1), part("a", 1), part("b", 2), part("a", 1), part("c", 3))
    assert (whole.text, whole.duplicates) == ("abc", 2)


@pytest.mark.parametrize(
    "other",
    [{"sender": "08111"}, {"bits": 16}, {"total": 2}, {"reference": 8}],
    ids=["sender", "width", "total", "reference"],
)
def test_what_differs_stays_apart(other):
    wholes = feed(Joiner(), part("a", 1), part("X", 2, **other), part("b", 2), part("c", 3))
    assert [whole.text for whole in wholes] == ["abc"]


def test_two_lines_stay_apart():
    joiner = Joiner()
    assert joiner.add("a", part("a", 1, 2), 0) == []
    assert joiner.add("b", part("b", 2, 2), 0) == []
    assert len(joiner) == 2


def test_a_reference_used_again_by_the_same_sender():
    wholes = feed(Joiner(), part("a", 1, 2), part("A", 1, 2), part("B", 2, 2), part("b", 2, 2))
    assert [whole.text for whole in wholes] == ["AB", "ab"]  # without stamps the newest takes the next part


def test_a_reference_used_again_is_told_by_the_centre_s_stamps():
    def at(hour, one):
        return replace(one, sent_utc=datetime(2024, 2, 10, hour, tzinfo=UTC))

    wholes = feed(
        Joiner(),
        at(8, part("a", 1, 2)),
        at(9, part("A", 1, 2)),
        at(8, part("b", 2, 2)),
        at(9, part("B", 2, 2)),
    )
    assert [whole.text for whole in wholes] == ["ab", "AB"]


def test_a_message_of_one_part_is_whole():
    single = SmsPart(kind="deliver", peer="x", text="alone")
    assert [whole.text for whole in feed(Joiner(), single, part("one", 1, 1))] == ["alone", "one"]


def test_age_and_number_are_bounded():
    joiner = Joiner()
    assert feed(joiner, part("a", 1)) == []
    (late,) = joiner.expire(KEEP_S + 1)
    assert (late.missing, late.text) == ((2, 3), "a")
    wholes = [
        whole
        for n in range(PENDING_AT_MOST + 10)
        for whole in joiner.add("a", part("x", 1, reference=n), float(n))
    ]
    assert len(joiner) == PENDING_AT_MOST
    assert [whole.t_first_s for whole in wholes] == [float(n) for n in range(10)]


# By hand, 3GPP TS 23.041 9.4.1.2: serial 0xC0DE -> scope 3 (cell), code 0x00D, update 0xE; identifier 4371
# (0x1113); GSM 7-bit English 0x01; page 1 of 2; "A" then CR padding as 23.038 6.1.2.2 asks.
def page(parameter, content, *, serial="C0DE", coding="01"):
    return f"{serial}1113{coding}{parameter}{content}"


def test_a_page():
    read = decode_page(page("12", "C146A3D168341A"))
    assert (read.scope, read.code, read.update, read.identifier) == ("cell", 0x00D, 0xE, 4371)
    assert (read.number, read.total, read.language, read.text) == (1, 2, "en", "A")


def test_ucs2_with_its_language_in_front():
    read = decode_page(page("11", "6932" + "0042006100680061007900610021", coding="11"))
    assert (read.language, read.text, read.problems) == ("id", "Bahaya!", ())


def test_pages_make_a_broadcast_told_once_a_version():
    joiner = PageJoiner()
    first, second = (decode_page(page(p, c, coding="48")) for p, c in (("12", "00410042"), ("22", "0043")))
    assert joiner.add(second) is None
    whole = joiner.add(first)
    assert whole is not None
    assert whole.text == "ABC"
    assert [joiner.add(p) for p in (first, second, first)] == [None, None, None]
    newer = decode_page(page("11", "0044", serial="C0DF", coding="48"))
    told = joiner.add(newer)
    assert told is not None
    assert told.text == "D"


def test_pages_that_are_none():
    odd = decode_page(page("00", "0041", coding="48"))
    assert (odd.number, odd.total, odd.problems) == (1, 1, ("page parameter: 0x00, read as 1 of 1",))
    with pytest.raises(MalformedPdu) as refusal:
        decode_page("C0DE11")
    assert (refusal.value.field, refusal.value.offset) == ("message identifier", 2)
    with pytest.raises(MalformedPdu):
        decode_page(page("11", "00" * 83))
