"""Told once, whole, or said to be incomplete; a report belongs to one part of one recipient."""

from dataclasses import replace
from datetime import UTC, datetime

from modem_drivers.reading import SmsPart, SmsPlace
from modem_drivers.sms.inbox import Heard, Inbox
from modem_drivers.sms.reports import Reports, SentPart, is_settled, judge_sent
from modem_drivers.sms.store import (
    choose_memories,
    parse_listing,
    parse_memories,
    parse_place,
    parse_reference,
    parse_usage,
)

S = 1_000_000_000
STAMP = datetime(2026, 11, 25, 1, 2, 3, tzinfo=UTC)


def part(text, number=1, total=1, *, peer="KPU", reference=5, stamp=STAMP):
    place = SmsPlace(reference, 8, total, number) if total > 1 else None
    return SmsPart(kind="deliver", peer=peer, text=text, place=place, sent_utc=stamp)


def heard(one, t_s=0.0):
    return Heard(one, "00", int(t_s * S))


def test_a_message_is_told_once_and_its_repeat_is_said():
    inbox = Inbox()
    (first,) = inbox.add(heard(part("halo")))
    (again,) = inbox.add(heard(part("halo"), 30))
    (other,) = inbox.add(heard(part("halo", stamp=datetime(2026, 11, 25, 1, 2, 4, tzinfo=UTC)), 31))
    assert [first.repeat, again.repeat, other.repeat] == [False, True, False]
    assert first.text == "halo"


def test_parts_in_any_order_make_one_message_with_the_arrival_of_the_last():
    inbox = Inbox()
    assert inbox.add(heard(part("dua", 2, 2), 1)) == []
    assert inbox.add(heard(part("dua", 2, 2), 2)) == []
    (whole,) = inbox.add(heard(part("satu", 1, 2), 7))
    assert (whole.text, whole.t_ns, whole.duplicates, whole.missing) == ("satudua", 7 * S, 1, ())
    assert len(inbox) == 0
    assert [late.repeat for late in inbox.add(heard(part("dua", 2, 2), 9))] == [True]


def test_what_never_becomes_whole_is_told_as_incomplete_after_the_wait():
    inbox = Inbox(parts_wait_s=10.0)
    inbox.add(heard(part("satu", 1, 3), 0))
    assert inbox.expire(10 * S) == []
    (given_up,) = inbox.expire(int(10.5 * S))
    assert (given_up.text, given_up.missing) == ("satu", (2, 3))


def test_nothing_private_stands_in_a_repr():
    (told,) = Inbox().add(heard(part("KenariTeks", peer="+6281234567890")))
    assert "Kenari" not in repr(told)
    assert "62812" not in repr((told, told.parts[0], told.parts[0].part))


def report(reference, peer="+6281100000002", status=0):
    return SmsPart(kind="status-report", peer=peer, reference=reference, status=status, done_utc=STAMP)


def sent(reference, t_s=0, recipient="+6281100000002"):
    return SentPart(reference=reference, recipient=recipient, accepted_ns=t_s * S)


def test_a_report_is_matched_by_reference_and_recipient_in_either_writing():
    reports = Reports()
    one, two = reports.add(sent(7)), reports.add(sent(8, 1))
    assert reports.take(report(7, peer="+6281100000009"), S) is None
    assert reports.take(report(9), S) is None
    assert reports.take(report(7, peer="081100000002"), 2 * S) is not None
    state = reports.state((one, two))
    assert [part.meaning for part in state] == ["delivered", None]
    assert judge_sent(state).outcome == "no report"
    assert judge_sent(state).cause == "1 of 2 parts without one in time"


def test_a_pending_status_is_not_final_and_a_permanent_error_is():
    reports = Reports()
    one = reports.add(sent(7))
    reports.take(report(7, status=0x30), S)
    assert not is_settled(reports.state((one,)))
    reports.take(report(7, status=0x46), 2 * S)  # 9.2.3.15: validity period expired
    assert is_settled(reports.state((one,)))
    assert (judge_sent(reports.state((one,))).outcome, judge_sent(reports.state((one,))).cause) == (
        "failed",
        "TP-ST 0x46",
    )


def test_a_reference_used_again_belongs_to_the_oldest_that_waits_and_an_early_report_waits_for_its_part():
    reports = Reports()
    reports.take(report(3), S)
    early = reports.add(sent(3, 2))
    assert early.meaning == "delivered"
    old, new = reports.add(sent(7, 1)), reports.add(sent(7, 300))
    reports.take(report(7), 301 * S)
    assert [part.meaning for part in reports.state((old, new))] == ["delivered", None]
    reports.forget((old,))
    reports.take(report(7), 302 * S)
    assert judge_sent(reports.state((replace(new),))).delivered_utc == STAMP


def test_the_words_about_stores():
    # 27.005 3.2.2 and 3.4.2 as remembered; the shape without <alpha>: modems.md, Pantech
    assert parse_memories(['+CPMS: ("SM","ME","MT"),("SM","ME"),("SM","ME","MT")']) == (
        ("SM", "ME", "MT"),
        ("SM", "ME"),
        ("SM", "ME", "MT"),
    )
    assert parse_memories([]) == ((), (), ())
    assert choose_memories((("SM", "MT"), ("SM",), ("SM", "MT"))) == ("SM",)
    assert choose_memories(((), (), ())) == ("ME", "SM")
    usage = parse_usage(['+CPMS: "ME",23,23,"ME",23,23,"SM",1,50'])
    assert [(use.memory, use.full) for use in usage] == [("ME", True), ("ME", True), ("SM", False)]
    assert parse_usage(["+CPMS: 0,23,0,23,0,23"])[0] == ("", 0, 23)
    assert parse_place('+CMTI: "ME",3') == ("CMTI", "ME", 3)
    assert parse_place("+CDSI: SM, 12") == ("CDSI", "SM", 12)
    assert parse_place('+CMT: "ME",3') is None
    found = parse_listing(["+CMGL: 3,1,,24", "07912618", "+CMGL: 4,1,24", "+CMGL: 9,0,,5", "0791AA"])
    assert [(stored.index, stored.pdu) for stored in found] == [(3, "07912618"), (4, None), (9, None)]
    assert parse_listing(["+CMGR: 0,,24", "07912618FF"])[0].pdu == "07912618FF"
    assert parse_reference(["+CMGS: 255"]) == 255
    assert parse_reference(["+CMGS: 256"]) is None
