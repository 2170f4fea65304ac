"""PDUs that others published: threads, manuals, pages. data/pdus.jsonl says of each where it stands, what was
changed in it (subscriber numbers, digit by digit) and what it says; no test vectors of other programs.

What it says: where two decoders that are not ours agree (gammu's library, python-gsmmodem-new), their words;
where they do not, worked through by hand with 3GPP TS 23.040 and 23.038. hil_tests/holds/pdus.py asks both
again.
"""

import json
import re
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from modem_drivers.errors import MalformedPdu
from modem_drivers.reading import SmsPart
from modem_drivers.sms.broadcast import decode_page
from modem_drivers.sms.tpdu import decode_pdu

COLLECTION = Path(__file__).parent / "data/pdus.jsonl"
ENTRIES = [json.loads(line) for line in COLLECTION.read_text(encoding="utf-8").splitlines()]
SOURCE = re.compile(
    r"(thread|page) \((https?://\S+|the (project page|documentation) of \S+ on the Python package ).*\)"
    r"|public-driver \([^ ,]+/[^ ,]+, [^,]+, [0-9a-f]{40}\)",
    re.DOTALL,
)


def named(*kinds):
    return [
        pytest.param(entry, id=entry["id"])
        for entry in ENTRIES
        if entry["expect"].get("kind", "refused") in kinds
    ]


def said(part: SmsPart) -> dict[str, object]:
    """Return *part* as the collection writes it: the stamp in the zone it was written with."""
    sent = part.sent_utc
    if sent is not None and part.zone_minutes is not None:
        sent = sent.astimezone(timezone(timedelta(minutes=part.zone_minutes)))
    return {
        "kind": part.kind,
        "smsc": part.smsc,
        "peer": part.peer or None,
        "text": part.text,
        "sent": sent and sent.isoformat(),
        **({"data": part.data.hex()} if part.data else {}),
        **({"place": _place(part)} if part.place else {}),
    }


def _place(part: SmsPart) -> list[int]:
    assert part.place
    return [part.place.reference, part.place.reference_bits, part.place.total, part.place.number]


@pytest.mark.parametrize("entry", named("deliver", "submit", "status-report"))
def test_what_a_published_pdu_says(entry):
    assert said(decode_pdu(entry["pdu"])) == entry["expect"]


@pytest.mark.parametrize("entry", named("refused"))
def test_what_was_published_cut_is_refused_where_it_ends(entry):
    with pytest.raises(MalformedPdu) as refusal:
        decode_pdu(entry["pdu"])
    assert {"refused": refusal.value.field, "octet": refusal.value.offset} == entry["expect"]


@pytest.mark.parametrize("entry", named("cbs"))
def test_what_a_published_broadcast_says(entry):
    page, wanted = decode_page(entry["pdu"]), entry["expect"]
    assert [0, page.code, page.update] == wanted["serial"]
    assert (page.identifier, [page.number, page.total], page.text) == (
        wanted["identifier"], wanted["page"], wanted["text"],
    )  # fmt: skip


def test_every_entry_has_a_source_and_stands_once():
    assert [entry["id"] for entry in ENTRIES if not SOURCE.fullmatch(entry["source"])] == []
    assert len({entry["id"] for entry in ENTRIES}) == len({entry["pdu"] for entry in ENTRIES}) == len(ENTRIES)
    assert len(ENTRIES) >= 150


# 3GPP TS 23.040 9.2.3.24 by hand: STAMP and sender as in test_tpdu.py; UCS2 "A" behind each header.
@pytest.mark.parametrize(
    ("header", "place", "ports"),
    [
        ("0B" + "0003110302" + "080412340202", (0x1234, 16, 2, 2), None),  # the last of the two widths counts
        ("0B" + "080412340202" + "0003110302", (0x11, 8, 3, 2), None),
        ("0A" + "0402AABB" + "050400010002", None, (1, 2)),
        ("0A" + "050400010002" + "0402AABB", None, (0xAA, 0xBB)),
        ("07" + "0003110302" + "2403", None, None),  # the last is cut off: the whole header is ignored
    ],
)
def test_the_last_of_what_excludes_each_other_counts(header, place, ports):
    body = header + "0041"
    part = decode_pdu(f"00440DD0CB6733E9343E01000842501001020382{len(body) // 2:02X}{body}")
    assert (part.place and tuple(part.place), part.ports, part.text) == (place, ports, "A")


def test_a_zone_that_is_no_number_makes_no_time():
    # zone 0xC2: semi-octets 2 and 12 (9.1.2.3: only 0 to 9 are digits); a guess would be an hour off
    part = decode_pdu("00040DD0CB6733E9343E010008425010010203C2020041")
    assert (part.sent_utc, part.zone_minutes, part.text) == (None, None, "A")
    assert part.problems == ("TP-SCTS: 425010010203c2 is no time (zone is not two decimal digits)",)


def test_octets_behind_the_user_data_are_said():
    behind = "00040DD0CB6733E9343E010008425010010203820200410042"
    assert decode_pdu(behind).problems == ("TP-UDL: 2 octets stand behind the user data",)
    assert decode_pdu(behind[:-4] + "FFFF").problems == ()  # a record of EF_SMS, filled up
