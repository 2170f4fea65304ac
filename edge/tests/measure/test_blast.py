"""Labelled hard cases of the blast: near misses first. PDUs are put together from octets by hand."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from edge.measure.blast import BlastJudge, Message, Received
from edge.measure.likeness import compare, words_of

TEMPLATE = (
    "KPU: Gunakan hak pilih Anda pada 14 Februari 2024 pukul 07.00-13.00. "
    "Info: infopemilu.kpu.go.id #PemiluDamai2024"
)
ARRIVED = datetime(2024, 2, 10, 3, 0, 8, tzinfo=UTC)
PROVEN = ARRIVED - timedelta(hours=2)
# 3GPP TS 23.040 9.2.2.1 by hand: SMSC +62811 (04 91 26 18 F1), "KPU" = 3 septets, 21 bits, 6 semi-octets
SMSC, OTHER_SMSC = "04912618F1", "04912618F5"
KPU = "06D0" + "4B6815"
NUMBER = "0C91" + "268121436587"


def pdu(text, *, sender=KPU, smsc=SMSC, place=None, stamp="42200130008082", pid="00"):
    """A DELIVER in UCS2; *place* = (reference, total, number)."""
    head = "050003" + "".join(f"{n:02X}" for n in place) if place else ""
    body = head + text.encode("utf-16-be").hex().upper()
    first = "44" if place else "04"
    return f"{smsc}{first}{sender}{pid}08{stamp}{len(body) // 2:02X}{body}"


def parts(*pdus, every_s=1):
    return tuple(
        Received(pdu=p, arrived_utc=ARRIVED + timedelta(seconds=n * every_s)) for n, p in enumerate(pdus)
    )


def long(text, **more):
    pieces = [text[i : i + 60] for i in range(0, len(text), 60)]
    return [pdu(piece, place=(7, len(pieces), n), **more) for n, piece in enumerate(pieces, 1)]


def verdict(*pdus, proven=PROVEN, **more):
    message = Message(line="51010", parts=parts(*pdus), sms_proven_utc=proven, **more)
    return BlastJudge(TEMPLATE).judge(message)


def test_word_for_word():
    told = verdict(*long(TEMPLATE))
    assert (told.verdict, told.reason) == ("received", "every part, word for word")
    assert told.values["parts"] == told.values["parts_total"] == 2
    assert (told.values["score"], told.values["duplicates"], told.values["sender"]) == (1.0, 0, "KPU")


def test_time_from_the_centre_s_stamp_to_the_last_part():
    # stamp 24-02-10 10:00:00 +07:00 = 03:00:00 UTC; the second part came at 03:00:09
    told = verdict(*long(TEMPLATE, stamp="42200101000082"))
    assert told.verdict == "received"
    assert told.values["delivery_s"] == 9.0


@pytest.mark.parametrize(
    "text",
    [
        TEMPLATE.replace("hak pilih Anda", "“hak pilih” Anda").replace("-", "–"),
        TEMPLATE.upper(),
        TEMPLATE.replace(" ", "  ").replace(". Info", ".\nInfo"),
        TEMPLATE + " \N{BALLOT BOX WITH BALLOT}\N{VARIATION SELECTOR-16}",
    ],
)
def test_what_an_sms_centre_rewrites_is_no_difference(text):
    assert verdict(*long(text)).verdict == "received"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TEMPLATE.replace("14 Februari", "15 Februari"), "lacks 14; 1 other words"),
        (TEMPLATE.replace("Februari", "Maret"), "lacks februari; 1 other words"),
        (TEMPLATE.replace("2024 pukul", "2029 pukul"), "lacks 2024; 1 other words"),
        (TEMPLATE.replace("07.00-13.00", "13.00-17.00"), "lacks 07.00-13.00; 1 other words"),
        (TEMPLATE.replace("kpu.go.id", "kpu.go.id.example"), "lacks infopemilu.kpu.go.id; 1 other words"),
        (TEMPLATE.replace("Gunakan", "Jangan gunakan"), "lacks nothing; 1 other words"),
        (TEMPLATE.replace(" #PemiluDamai2024", ""), "lacks #pemiludamai2024; 0 other words"),
    ],
)
def test_near_misses_are_named_by_the_template_s_words(text, words):
    told = verdict(*long(text))
    assert (told.verdict, told.reason) == ("near", f"a near miss: {words}")


@pytest.mark.parametrize(
    "text",
    [
        "Bu, nanti ketemu di TPS ya #PemiluDamai2024",
        "#PemiluDamai2024",
        "Kode OTP Anda 140224. Jangan berikan kepada siapa pun.",
        "",
    ],
)
def test_private_messages_leave_nothing_but_figures(text):
    told = verdict(pdu(text, sender=NUMBER))
    assert told.verdict == "other"
    said = json.dumps([told.reason, told.values])
    assert not any(word in said for word in ("ketemu", "TPS", "OTP", "1402", "6218", "KPU"))


def test_a_forwarded_blast_is_no_blast():
    told = verdict(*long(TEMPLATE, sender=NUMBER))
    assert told.verdict == "near"
    assert "sender a subscriber" in told.reason
    quoted = verdict(*long("Eh sudah dapat ini belum? " + TEMPLATE, sender=NUMBER))
    assert quoted.verdict == "near"
    assert "dapat" not in quoted.reason + str(quoted.values)


def test_a_missing_part():
    first, second = long(TEMPLATE)
    assert verdict(second).verdict == "incomplete"
    told = verdict(first, first)
    assert (told.verdict, told.reason) == ("incomplete", "part 2 of 2 is missing")
    assert told.values["duplicates"] == 1


def test_a_missing_part_of_a_private_message_is_private():
    first, _ = long(
        "Sayang, nanti malam jangan lupa beli beras dan telur, aku pulang jam sembilan kalau tidak macet ya"
    )
    assert verdict(first, sender=None).verdict == "other"


def test_another_sender_s_part_does_not_complete_it():
    first, second = long(TEMPLATE)
    stranger = long(TEMPLATE, sender=NUMBER)[1]
    assert verdict(first, stranger).verdict == "incomplete"
    assert verdict(first, stranger, second).verdict == "received"


@pytest.mark.parametrize("proven", [None, ARRIVED - timedelta(hours=24, seconds=10)])
def test_nothing_is_measurable_where_sms_was_not_proven(proven):
    assert verdict(*long(TEMPLATE), proven=proven).verdict == "not measurable"
    assert verdict(proven=None).verdict == "not measurable"


def test_nothing_came():
    assert verdict().verdict == "not received"


def test_another_service_centre():
    assert verdict(*long(TEMPLATE), smsc="+62811").verdict == "received"
    assert verdict(*long(TEMPLATE, smsc=OTHER_SMSC), smsc="+62811").verdict == "suspect_bts"
    judge = BlastJudge(TEMPLATE)
    told = [
        judge.judge(
            Message(line="51010", parts=parts(*long(TEMPLATE, smsc=c)), sms_proven_utc=PROVEN)
        ).verdict
        for c in (SMSC, OTHER_SMSC, SMSC)
    ]
    assert told == ["received", "suspect_bts", "received"]


def test_octets_that_are_no_message():
    told = verdict("0011GG")
    assert (told.verdict, told.reason) == ("malformed", "hex at octet 2")


def test_a_template_without_words():
    with pytest.raises(ValueError, match="no word"):
        BlastJudge(" \n!")


def test_words():
    assert words_of("Pukul 07.00-13.00, “hak” #PemiluDamai2024! café…") == [
        "pukul", "07.00-13.00", "hak", "#pemiludamai2024", "cafe",
    ]  # fmt: skip
    assert compare("a b c d", "a b x d").lacking == ("c",)
    assert compare("a b c d", "a b x d").score == 0.75


@pytest.mark.parametrize(
    "text",
    ["１４ Februari", "14² Februari", "1\u03364\u0336 Februari", "14 Februari\u0336",
     "\u202e14\u202c Februari", "14 Fеbruari", "٤١ Februari"],
    ids=["full width", "raised", "struck through", "struck word", "turned round", "Cyrillic", "Arabic-Indic"],
)  # fmt: skip
def test_what_only_looks_alike_is_a_difference(text):
    assert verdict(*long(TEMPLATE.replace("14 Februari", text))).verdict == "near"


def test_a_centre_without_stand_ins_writes_question_marks_or_nothing():
    template = "Jum’at, “libur” nasional pukul 07.00–13.00"
    assert compare(template, "Jum?at, ?libur? nasional pukul 07.00?13.00").same
    assert compare(template, "Jumat, libur nasional pukul 07.00-13.00").same
    assert compare("Jum'at libur", "Jumat libur").lacking == ("jum'at",)
    assert compare("Jum\N{MODIFIER LETTER APOSTROPHE}at, e\u2010KTP", "Jum'at, e-KTP").same
    assert compare("pemilu damai", "pe\u00admilu da\u200cmai").same
    assert not compare(template, "Jum'at, libur nasional pukul 07.0013.00").same


def test_every_part_s_centre_counts():
    first, second = long(TEMPLATE)[0], long(TEMPLATE, smsc=OTHER_SMSC)[1]
    assert verdict(first, second).verdict == "suspect_bts"
    assert verdict(*long(TEMPLATE), smsc="0811").verdict == "received"
    assert verdict(*long(TEMPLATE), smsc="+44811").verdict == "suspect_bts"


def test_just_after_a_fall_to_2g():
    for before_s, told in ((0, "suspect_bts"), (60, "suspect_bts"), (61, "received"), (-1, "received")):
        fell = ARRIVED - timedelta(seconds=before_s)
        assert verdict(*long(TEMPLATE), downgraded_utc=fell).verdict == told


def test_what_was_sent_or_reported_did_not_arrive():
    report = "00" + "06" + "2A" + "0C91261832547698" + "42200101000082" * 2 + "00"
    told = verdict(report)
    assert (told.verdict, told.reason) == ("not received", "no message came: 1 sent messages or reports")
    assert verdict(report, *long(TEMPLATE)).verdict == "received"


def test_a_message_that_phones_discard():
    assert verdict(*long(TEMPLATE, pid="40")).verdict == "near"


def test_a_number_written_as_a_name_is_a_subscriber():
    # "0812345" in GSM 7 bit, packed by hand: 7 septets = 49 bits = 13 semi-octets
    assert verdict(*long(TEMPLATE, sender="0DD0" + "305C4C36A3D500")).verdict == "near"


def test_proof_long_after_says_nothing():
    assert verdict(*long(TEMPLATE), proven=ARRIVED + timedelta(hours=23)).verdict == "received"
    told = verdict(*long(TEMPLATE), proven=ARRIVED + timedelta(hours=25))
    assert (told.verdict, told.reason) == ("not measurable", "SMS was last proven 25.0 h after, over 24 h")


def test_of_two_messages_the_one_that_arrived_counts():
    forwarded, real = long(TEMPLATE, sender=NUMBER), long(TEMPLATE)
    assert verdict(*forwarded, *real).verdict == "received"
