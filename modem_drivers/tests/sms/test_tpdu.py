"""PDUs that others wrote down, and what they say; clauses of 3GPP TS 23.040 worked through by hand."""

from datetime import UTC, datetime

import pytest

from modem_drivers.errors import MalformedPdu, MalformedReply
from modem_drivers.reading import SmsPlace
from modem_drivers.sms.tpdu import decode_pdu, encode_submit, status_meaning

# "SMS and the PDU format", the example of a received message in many manuals for GSM modules [memory];
# the zone octet 0x80 is worked out by hand: semi-octets swapped, 08 quarters of an hour.
HELLO = "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37"
# The example of another widely copied page on PDU mode [memory]: "How are you?", GMT.
HOW = "07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07"


def test_a_message_in_the_default_alphabet():
    part = decode_pdu(HELLO)
    assert (part.kind, part.smsc, part.peer, part.text) == (
        "deliver", "+27381000015", "27838890001", "hellohello",
    )  # fmt: skip
    assert part.sent_utc == datetime(1999, 3, 29, 13, 16, 59, tzinfo=UTC)
    assert (part.zone_minutes, part.alphabet, part.place, part.problems) == (120, "gsm7", None, ())
    assert not part.more_follow


def test_an_international_sender():
    part = decode_pdu(HOW)
    assert (part.peer, part.text, part.zone_minutes) == ("+31641600986", "How are you?", 0)
    assert part.sent_utc == datetime(2002, 8, 26, 19, 37, 41, tzinfo=UTC)


def test_private_things_are_not_shown():
    assert "hello" not in repr(decode_pdu(HELLO))
    assert "27838890001" not in repr(decode_pdu(HELLO))


# By hand: SMSC length 0; DELIVER with header; sender alphanumeric, 7 characters = 49 bits = 13 semi-octets,
# "KOMINFO" packed CB 67 33 E9 34 3E 01 by 23.038 6.1.2.1.1; UCS2; 24-05-01 10:20:30 +07:00 (28 quarters).
SENDER = "0DD0" + "CB6733E9343E01"
STAMP = "42501001020382"


def ucs2(text):
    return text.encode("utf-16-be").hex().upper()


def deliver(user_data, *, first="44", coding="08", stamp=STAMP, sender=SENDER):
    return f"00{first}{sender}00{coding}{stamp}{user_data}"


def test_alphanumeric_sender_ucs2_surrogates_and_a_part():
    part = decode_pdu(deliver("0C" + "050003A70201" + "D83DDDF3" + "0041"))
    assert (part.peer, part.alphanumeric, part.smsc) == ("KOMINFO", True, None)
    assert (part.text, part.alphabet, part.place) == ("\U0001f5f3A", "ucs2", SmsPlace(0xA7, 8, 2, 1))
    assert (part.sent_utc, part.zone_minutes) == (datetime(2024, 5, 1, 3, 20, 30, tzinfo=UTC), 420)


@pytest.mark.parametrize(
    ("header", "place"),
    [
        ("050003110302", SmsPlace(0x11, 8, 3, 2)),
        ("0608041234FF01", SmsPlace(0x1234, 16, 255, 1)),
        ("0B0504158200000003110302", SmsPlace(0x11, 8, 3, 2)),  # behind an element with ports
    ],
)
def test_places_in_long_messages(header, place):
    length = f"{len(header) // 2 + 2:02X}"
    assert decode_pdu(deliver(length + header + "0041")).place == place


@pytest.mark.parametrize("header", ["050003110300", "050003110304", "050003110001"])
def test_a_part_that_cannot_be_is_no_part_and_the_text_stands(header):
    part = decode_pdu(deliver("08" + header + "0041"))
    assert (part.place, part.text) == (None, "A")
    assert any("TP-UDH: part" in problem for problem in part.problems)


def test_text_behind_a_header_begins_at_a_septet():
    # 23.040 9.2.3.24: 6 octets of header = 48 bits, 1 fill bit, then "A" = 0x41 -> 0x82
    part = decode_pdu(deliver("08" + "050003110201" + "82", coding="00"))
    assert (part.text, part.place) == ("A", SmsPlace(0x11, 8, 2, 1))


def test_turkish_and_an_unknown_language():
    # single shift 1: escape 0x1B, then 0x53 = S with cedilla: septets 1B 53 behind UDH 03 24 01 01 (4 octets
    # = 32 bits, 3 fill bits): bits 3..9 = 0011011, 10..16 = 1010011
    bits = (0x1B | 0x53 << 7) << 3
    body = "03240101" + bits.to_bytes(3, "little").hex()
    assert decode_pdu(deliver("07" + body, coding="00")).text == "Ş"
    other = decode_pdu(deliver("07" + body.replace("240101", "24010D"), coding="00"))
    assert other.problems == ("TP-UD: national language 13 is not known here",)


def test_eight_bit_data_has_no_text():
    part = decode_pdu(deliver("03" + "00FF41", first="04", coding="04"))
    assert (part.text, part.data, part.alphabet) == (None, b"\x00\xffA", "8bit")


def test_class_0_and_a_reserved_coding():
    assert decode_pdu(deliver("01" + "41", first="04", coding="10")).message_class == 0
    part = decode_pdu(deliver("01" + "41", first="04", coding="80"))
    assert (part.text, part.problems) == ("A", ("TP-DCS: 0x80 is reserved, read as gsm7",))


@pytest.mark.parametrize("stamp", ["42501001020FFF", "42001001020382", "FFFFFFFFFFFFFF"])
def test_a_time_that_is_none_leaves_the_text(stamp):
    part = decode_pdu(deliver("01" + "41", first="04", coding="00", stamp=stamp))
    assert (part.sent_utc, part.text) == (None, "A")
    assert part.problems[0].startswith("TP-SCTS: ")


def test_half_a_surrogate_pair_is_said():
    part = decode_pdu(deliver("04" + "0041D83D", first="04"))
    assert part.text == "A\N{REPLACEMENT CHARACTER}"
    assert part.problems == ("TP-UD: half a surrogate pair, as when a long text is cut inside one",)


def test_status_report():
    # By hand, 23.040 9.2.2.3: reference 42, to +628111, both stamps, delivered
    part = decode_pdu("00" + "06" + "2A" + "06" + "91" + "261811" + STAMP + "42501001024082" + "00")
    assert (part.kind, part.reference, part.peer, part.status) == ("status-report", 42, "+628111", 0)
    assert part.sent_utc == datetime(2024, 5, 1, 3, 20, 30, tzinfo=UTC)
    assert part.done_utc == datetime(2024, 5, 1, 3, 20, 4, tzinfo=UTC)
    assert [status_meaning(n) for n in (0, 2, 3, 0x20, 0x40, 0x65, 0x80)] == [
        "delivered", "delivered", "unknown", "pending", "failed", "failed", "unknown",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pdu", "field", "offset"),
    [
        ("", "SMSC length", 0),
        ("07", "SMSC type", 1),
        ("0791261811", "SMSC", 2),
        ("00", "TP-MTI", 1),
        ("0003", "TP-MTI", 2),
        ("0004" + SENDER[:10], "TP-OA", 4),
        (deliver("05" + "0041", first="04"), "TP-UD", 21),
        (deliver("02" + "050041", first="44"), "TP-UDH", 1),
        ("00Z4", "hex", 1),
        ("004", "hex", 1),
    ],
)
def test_what_is_no_pdu_is_refused_with_field_and_place(pdu, field, offset):
    with pytest.raises(MalformedPdu) as refusal:
        decode_pdu(pdu)
    assert (refusal.value.field, refusal.value.offset) == (field, offset)
    assert isinstance(refusal.value, MalformedReply)
    assert f"{field} at octet {offset}" in refusal.value.text
    assert f"{field} pada oktet {offset}" in refusal.value.text_id


# "SMS and the PDU format", the example of sending "hellohello" [memory]: 0011000B916407281553F80000AA0A
# E8329BFD4697D9EC37; here with a validity of 24 h (A7) and without TP-MR of its own.
def test_what_is_sent():
    (sent,) = encode_submit("+46708251358", "hellohello")
    assert sent.pdu == "0011000B916407281553F80000A70AE8329BFD4697D9EC37"
    assert sent.length == 23


@pytest.mark.parametrize(
    ("text", "bits", "lengths"),
    [
        ("a" * 160, 8, [160]),
        ("a" * 161, 8, [153, 8]),
        ("a" * 161, 16, [152, 9]),
        ("€" * 80, 8, [80]),
        ("€" * 81, 8, [76, 5]),  # an escape is not parted from its character: 152 of 153 septets
        ("ж" * 70, 8, [70]),
        ("ж" * 71, 8, [67, 4]),
        ("ж" * 71, 16, [66, 5]),
    ],
)
def test_parts_are_as_long_as_they_may_be(text, bits, lengths):
    parts = [decode_pdu(pdu.pdu) for pdu in encode_submit("123", text, reference=9, reference_bits=bits)]
    assert [len(part.text or "") for part in parts] == lengths
    assert "".join(part.text or "" for part in parts) == text
    numbers = [part.place and part.place.number for part in parts]
    assert numbers == ([None] if len(parts) == 1 else list(range(1, len(parts) + 1)))


def test_a_pair_is_not_parted():
    parts = [decode_pdu(pdu.pdu) for pdu in encode_submit("123", "a" + "\U0001f5f3" * 40, report=True)]
    assert [part.problems for part in parts] == [(), ()]
    assert all(part.report_asked and part.kind == "submit" for part in parts)


def test_what_cannot_be_sent():
    with pytest.raises(ValueError, match="substring"):
        encode_submit("KOMINFO", "x")
    with pytest.raises(ValueError, match="256 parts: a message has at most 255"):
        encode_submit("123", "a" * (153 * 255 + 1))
